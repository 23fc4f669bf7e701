//! One request under way: its response is read on a thread and becomes lines.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;

use super::request::{self, Session};
use super::wire::{Head, Request, Response};

/// What the threads of a client share.
#[derive(Default)]
pub(super) struct Shared {
    session: Mutex<Session>,
    /// Where messages go over HTTP with SSE, once the server has said so.
    pub(super) endpoint: Mutex<Option<String>>,
}

impl Shared {
    pub(super) fn session(&self) -> MutexGuard<'_, Session> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is read of a response.
pub(super) struct Exchange {
    pub(super) to: SocketAddr,
    pub(super) target: String,
    /// The message that was sent; null for GET and DELETE.
    pub(super) message: Value,
    /// A stream that is opened again when the server ends it.
    pub(super) lasting: bool,
    /// Shows events as they are, and leaves it to the script to go on where a stream ends.
    pub(super) events: bool,
    pub(super) lines: Sender<String>,
    pub(super) head: Sender<Head>,
    pub(super) shared: Arc<Shared>,
    pub(super) closed: Arc<AtomicBool>,
}

/// Where a stream of events is.
#[derive(Default)]
struct Place {
    last: Option<String>,
    retry: Option<u64>,
    kind: String,
    answered: bool,
}

impl Exchange {
    /// Reads the response to the end.
    pub(super) fn run(self, socket: TcpStream) {
        if let Err(error) = self.read(socket)
            && !self.closed.load(Ordering::Relaxed)
        {
            self.line(format!("(the connection broke: {error})"));
        }
    }

    fn line(&self, line: String) {
        // Nobody listens any more when a test has failed; then there is nothing to tell.
        let _ = self.lines.send(line);
    }

    fn read(&self, socket: TcpStream) -> io::Result<()> {
        let mut place = Place::default();
        let mut response = Response::of(socket)?;
        let begins = self.message["method"] == "initialize";
        if let (true, Some(id)) = (begins, response.head.field("mcp-session-id")) {
            self.shared.session().id = Some(id.to_owned());
        }
        let _ = self.head.send(response.head.clone());
        loop {
            if response.head.has_events() {
                self.events(&mut response, &mut place)?;
            } else {
                self.document(&mut response)?;
                return Ok(());
            }
            if self.events {
                self.line("end".into());
                return Ok(());
            }
            let goes_on = (self.lasting && place.retry.is_some()) || !place.answered && !self.lasting;
            let Some(last) = place.last.clone().filter(|_| goes_on) else { return Ok(()) };
            std::thread::sleep(Duration::from_millis(place.retry.unwrap_or(100)));
            if self.closed.load(Ordering::Relaxed) {
                return Ok(());
            }
            let mut request = request::other("GET", &self.target, &self.shared.session());
            request.set("Last-Event-ID", Some(&last));
            response = again(&request, self.to)?;
        }
    }

    fn document(&self, response: &mut Response) -> io::Result<()> {
        let mut bytes = Vec::new();
        while let Some(piece) = response.chunk()? {
            bytes.extend(piece);
        }
        if !bytes.is_empty() {
            self.message(String::from_utf8_lossy(&bytes).into_owned());
        }
        Ok(())
    }

    fn events(&self, response: &mut Response, place: &mut Place) -> io::Result<()> {
        let mut bytes = Vec::new();
        while let Some(piece) = response.chunk()? {
            bytes.extend(piece);
            while let Some(end) = bytes.iter().position(|&byte| byte == b'\n') {
                let line: Vec<u8> = bytes.drain(..=end).collect();
                self.field(String::from_utf8_lossy(&line).trim_end_matches('\n'), place);
            }
        }
        Ok(())
    }

    /// A line of an event. Data is on one line, as our server writes it.
    fn field(&self, line: &str, place: &mut Place) {
        let Some((name, value)) = line.split_once(": ") else { return place.kind.clear() };
        match name {
            "data" if place.kind == "endpoint" => {
                *self.shared.endpoint.lock().unwrap_or_else(PoisonError::into_inner) = Some(value.to_owned());
            }
            "data" if value.is_empty() => {}
            "data" => place.answered |= self.message(value.to_owned()),
            _ if self.events => self.line(line.to_owned()),
            _ => {}
        }
        match name {
            "id" => place.last = Some(value.to_owned()),
            "retry" => place.retry = value.parse().ok(),
            "event" => value.clone_into(&mut place.kind),
            _ => {}
        }
    }

    /// A message becomes a line; whether it answers the request.
    fn message(&self, text: String) -> bool {
        let message: Value = serde_json::from_str(&text).unwrap_or_default();
        let answers = message.get("id") == self.message.get("id") && message.get("method").is_none();
        if let (true, Some(revision)) = (answers, message["result"]["protocolVersion"].as_str()) {
            self.shared.session().revision = Some(revision.to_owned());
        }
        self.line(text);
        answers || message.is_array()
    }
}

fn again(request: &Request, to: SocketAddr) -> io::Result<Response> {
    Response::of(request.send(to)?)
}
