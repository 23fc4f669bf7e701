//! Lines in, lines out over HTTP: a client that carries each line as a conforming one would.
//!
//! A line that is sent is a POST; every message that comes back, in a document or in an event on any stream, is a line.
//! After `notifications/initialized` the client opens the stream of its session, if the server has one; a stream that
//! ends before its answer is gone on with.
//!
//! [`Table`] has requests as bytes, and [`Poster`] sends bodies that need not be messages.
#![allow(clippy::indexing_slicing, reason = "what is indexed is JSON, which gives null for what it lacks")]

mod draft;
mod exchange;
mod poster;
mod raw;
mod request;
mod served;
mod table;
mod wire;

use std::io;
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;

use self::exchange::{Exchange, Shared};
use self::wire::Request;
use crate::Silence;

pub use self::poster::Poster;
pub use self::raw::{Answer, Raw};
pub use self::request::is_field;
pub use self::served::{Needs, Place, Served};
pub use self::table::{Case, Table};
pub use self::wire::{Head, Response};

/// How long a response to something that is not a request may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// The revision without sessions.
const STATELESS: &str = "2026-07-28";

/// How a client talks to its server.
#[derive(Debug, Clone, Copy, Default)]
pub struct Style {
    /// By the transport of 2024-11-05.
    pub sse: bool,
    /// Shows the fields of events and the ends of streams as lines; opens and goes on with no stream by itself.
    pub events: bool,
}

/// A client. Dropping it closes its connections.
pub struct Client {
    to: SocketAddr,
    style: Style,
    shared: Arc<Shared>,
    sender: Sender<String>,
    lines: Receiver<String>,
    open: Vec<Open>,
    /// Fields of the next request, in place of its own; `None` takes one out.
    instead: Vec<(String, Option<String>)>,
    awaited: Option<Receiver<Head>>,
    head: Option<Head>,
    /// The session has been ended.
    over: bool,
}

/// A request under way.
struct Open {
    message: Value,
    socket: TcpStream,
    closed: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Open {
    fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
        // It may be closed already, by the server.
        let _ = self.socket.shutdown(Shutdown::Both);
    }
}

impl Client {
    /// A client of the server at that address.
    pub fn new(to: SocketAddr, style: Style) -> io::Result<Self> {
        let (sender, lines) = mpsc::channel();
        let mut client = Self {
            to,
            style,
            shared: Arc::default(),
            sender,
            lines,
            open: Vec::new(),
            instead: Vec::new(),
            awaited: None,
            head: None,
            over: false,
        };
        if style.sse {
            client.request("GET", "/sse")?;
            let end = Instant::now() + PATIENCE;
            while client.endpoint().is_none() {
                if Instant::now() > end {
                    return Err(io::Error::other("the server does not say where messages go"));
                }
                std::thread::sleep(Duration::from_millis(2));
            }
        }
        Ok(client)
    }

    fn endpoint(&self) -> Option<String> {
        self.shared.endpoint.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sends a message, or what is none.
    pub fn send(&mut self, text: &str) -> io::Result<()> {
        let message: Value = serde_json::from_str(text).unwrap_or_default();
        if message["method"] == "notifications/cancelled"
            && let Some(call) = self.stateless(&message["params"]["requestId"])
        {
            call.close();
            return Ok(());
        }
        let target = self.endpoint().unwrap_or_else(|| "/mcp".into());
        let request = request::post(&target, text.as_bytes(), &message, &self.shared.session());
        let initialized = message["method"] == "notifications/initialized";
        let is_request = message.get("method").is_some() && message.get("id").is_some();
        self.start(request, message)?;
        if !is_request {
            self.head()?;
        }
        let session = self.shared.session().id.is_some();
        if initialized && session && !self.style.events {
            self.request("GET", "/mcp")?;
            self.head()?;
        }
        Ok(())
    }

    /// The request of 2026-07-28 under way that has this id: to cancel it is to close its stream.
    fn stateless(&self, id: &Value) -> Option<&Open> {
        let is = |call: &&Open| call.message["id"] == *id && request::version_of(&call.message).is_some();
        self.open.iter().rev().find(is)
    }

    /// Sends a request without a body.
    pub fn request(&mut self, method: &str, target: &str) -> io::Result<()> {
        let request = request::other(method, target, &self.shared.session());
        self.over |= method == "DELETE";
        self.start(request, Value::Null)
    }

    /// The next request has this field in place of its own, or none of that name.
    pub fn instead(&mut self, name: &str, value: Option<&str>) {
        self.instead.push((name.to_owned(), value.map(str::to_owned)));
    }

    fn start(&mut self, mut request: Request, message: Value) -> io::Result<()> {
        for (name, value) in std::mem::take(&mut self.instead) {
            request.set(&name, value.as_deref());
        }
        let socket = request.send(self.to)?;
        let (head, awaited) = mpsc::channel();
        self.awaited = Some(awaited);
        self.head = None;
        let closed = Arc::<AtomicBool>::default();
        let exchange = Exchange {
            to: self.to,
            target: request.target,
            message: message.clone(),
            lasting: request.method == "GET",
            events: self.style.events,
            lines: self.sender.clone(),
            head,
            shared: Arc::clone(&self.shared),
            closed: Arc::clone(&closed),
        };
        let reading = socket.try_clone()?;
        let thread = std::thread::spawn(move || exchange.run(reading));
        self.open.retain(|open| !open.thread.is_finished());
        self.open.push(Open { message, socket, closed, thread });
        Ok(())
    }

    /// Status and fields of the response to the last request; waits for it.
    pub fn head(&mut self) -> io::Result<&Head> {
        if let Some(awaited) = self.awaited.take() {
            let none = |error| io::Error::other(format!("no response: {error}"));
            self.head = Some(awaited.recv_timeout(PATIENCE).map_err(none)?);
        }
        self.head.as_ref().ok_or_else(|| io::Error::other("nothing was sent yet"))
    }

    /// The next line.
    pub fn line(&mut self, deadline: Duration) -> Result<String, Silence> {
        self.lines.recv_timeout(deadline).map_err(|_| Silence::Deadline)
    }

    /// Ends the session, if there is one, and closes what is open.
    pub fn end(&mut self) -> io::Result<()> {
        let session = self.shared.session().id.is_some();
        if session && !self.over {
            self.request("DELETE", "/mcp")?;
            self.head()?;
        }
        self.open.iter().for_each(Open::close);
        Ok(())
    }

    /// Ends as [`Client::end`] does; the lines not read yet.
    pub fn finish(mut self) -> io::Result<Vec<String>> {
        self.end()?;
        Ok(self.lines.try_iter().collect())
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.open.iter().for_each(Open::close);
    }
}
