//! One connection that reads a stream of a session.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use pulseengine_mcp_protocol::conversation::{ANYWHERE, Origin};
use pulseengine_mcp_runtime::{Instant, Sleep, deadline, sleep_until};

use super::{Session, lock};
use crate::Response;
use crate::keep_alive::KeepAlive;
use crate::ledger::Held;
use crate::response::Source;
use pulseengine_mcp_protocol::frame::{event, named, priming, retry};
use pulseengine_mcp_transport::SessionEnd;

/// After which time a client is to come back whose stream cannot be kept open.
const COME_BACK: Duration = Duration::from_secs(1);

pub(super) struct Reader {
    session: Arc<Session>,
    origin: Origin,
    /// Which reader of the stream this is.
    number: u64,
    /// The number of the last event before this connection.
    begins_after: u64,
    /// Whether an event that only carries a number is still to be sent first.
    primes: bool,
    /// The path for messages, sent as the first event (2024-11-05). The session ends with this connection.
    address: Option<String>,
    over: bool,
    keep_alive: KeepAlive,
    /// What is held for the stream, unless its request holds it.
    held: Option<Held>,
}

impl Reader {
    /// Reads a stream from its beginning, or after the event `after`. `None`: there is no such stream.
    pub(super) fn of(
        session: &Arc<Session>,
        origin: Origin,
        after: Option<u64>,
        keep_alive: Duration,
    ) -> Option<Self> {
        let primes =
            after.is_none() && session.revision.get().is_some_and(|revision| revision.has_priming_events());
        let mut streams = lock(&session.streams);
        let number = streams.attach(origin, after)?;
        let begins_after = streams.read(origin, number)?.taken();
        drop(streams);
        if origin == ANYWHERE {
            session.peer.hears(true);
        }
        let session = Arc::clone(session);
        Some(Self {
            session,
            origin,
            number,
            begins_after,
            primes,
            address: None,
            over: false,
            keep_alive: KeepAlive::new(keep_alive),
            held: None,
        })
    }

    /// The response to a POST: the answer, when it is all there is, otherwise the stream.
    /// `quiet_time`: the stream begins after that time even if nothing has been sent, for a client that takes events.
    pub(super) async fn respond(mut self, quiet_time: Option<Duration>) -> Response {
        let mut quiet = quiet_time.map(|time| pin_sleep(deadline(Instant::now(), time)));
        let only = poll_fn(|cx| {
            let first = self.poll_first(cx);
            let waits =
                first.is_pending() && quiet.as_mut().is_none_or(|quiet| quiet.as_mut().poll(cx).is_pending());
            if first.is_ready() || waits { first } else { Poll::Ready(self.begin_quietly()) }
        })
        .await;
        match only {
            First::Answer(message) => Response::message(message),
            First::Nothing => Response::accepted(),
            First::Stream => Response::stream(Box::new(self)),
        }
    }

    /// Ends the stream at that time.
    pub(super) fn until(mut self, end: Option<Instant>) -> Self {
        self.keep_alive.end_at(end);
        self
    }

    /// The same, with what is held for the stream.
    pub(super) fn holding(mut self, held: Held) -> Self {
        self.held = Some(held);
        self
    }

    /// The response to a GET.
    pub(super) fn stream(self) -> Response {
        Response::stream(Box::new(self))
    }

    /// The response to a GET of the transport of 2024-11-05, which begins with where messages go.
    pub(super) fn stream_with_address(mut self, address: String) -> Response {
        self.address = Some(address);
        Response::stream(Box::new(self))
    }

    /// Begins the stream with a comment.
    fn begin_quietly(&mut self) -> First {
        if let Some(stream) = lock(&self.session.streams).read(self.origin, self.number) {
            stream.known = true;
        }
        self.keep_alive.comment_now();
        First::Stream
    }

    fn poll_first(&mut self, cx: &mut Context<'_>) -> Poll<First> {
        self.serve_connection(cx);
        let mut streams = lock(&self.session.streams);
        let Some(stream) = streams.read(self.origin, self.number) else { return Poll::Ready(First::Nothing) };
        let first = if let Some(message) = stream.only() {
            First::Answer(message)
        } else if stream.done && stream.last == 0 {
            First::Nothing
        } else if stream.last > 0 || stream.suspended.is_some() {
            stream.known = true;
            return Poll::Ready(First::Stream);
        } else {
            stream.wait(cx.waker());
            return Poll::Pending;
        };
        streams.forget(self.origin);
        if let First::Answer(message) = &first {
            streams.released(message);
        }
        Poll::Ready(first)
    }

    fn serve_connection(&self, cx: &mut Context<'_>) {
        if !self.session.driven {
            // Its end is seen by the streams.
            let _ = self.session.serve_connection(cx);
        }
    }

    /// Takes the events that are ready; whether the stream continues.
    fn take(&mut self, cx: &Context<'_>, out: &mut Vec<u8>) -> bool {
        let mut streams = lock(&self.session.streams);
        let Some(stream) = streams.read(self.origin, self.number) else {
            return streams.waits(self.origin, self.number, cx.waker());
        };
        if let Some(address) = self.address.as_mut().filter(|address| !address.is_empty()) {
            named("endpoint", &std::mem::take(address), out);
        }
        if std::mem::take(&mut self.primes) {
            priming(&id(self.origin, self.begins_after), out);
        }
        for (number, message) in stream.take() {
            event(message, Some(&id(self.origin, number)), out);
        }
        if stream.done {
            return false;
        }
        // Where only one request is served at a time, the client has to come back for more.
        let polled = self.origin == ANYWHERE && !self.session.driven;
        if let Some(wait) = stream.suspended.take().or(polled.then_some(COME_BACK)) {
            retry(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX), out);
            return false;
        }
        stream.wait(cx.waker());
        true
    }
}

fn pin_sleep(until: Instant) -> Pin<Box<Sleep>> {
    Box::pin(sleep_until(until))
}

enum First {
    Answer(String),
    Nothing,
    Stream,
}

impl Source for Reader {
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Vec<u8>>> {
        if self.over || self.keep_alive.has_ended() {
            return Poll::Ready(None);
        }
        self.serve_connection(cx);
        let mut out = Vec::new();
        self.over = !self.take(cx, &mut out);
        if out.is_empty() && !self.over {
            self.keep_alive.poll(cx, &mut out);
        }
        match (out.is_empty(), self.over) {
            (true, true) => Poll::Ready(None),
            (true, false) => Poll::Pending,
            (false, _) => {
                self.keep_alive.sent();
                // The session may have waited for this client to read.
                lock(&self.session.inbox).wake();
                Poll::Ready(Some(out))
            }
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let is_read = lock(&self.session.streams).detach(self.origin, self.number);
        if self.origin == ANYWHERE && !is_read {
            self.session.peer.hears(false);
        }
        if self.address.is_some() {
            self.session.end(SessionEnd::Client);
        }
    }
}

/// The name of an event: its stream and its number there.
fn id(origin: Origin, number: u64) -> String {
    let mut id = origin.to_string();
    id.push('-');
    id.push_str(&number.to_string());
    id
}

/// The stream and the number of an event of that name.
pub(super) fn parse_id(id: &str) -> Option<(Origin, u64)> {
    let (origin, number) = id.split_once('-')?;
    Some((origin.parse().ok()?, number.parse().ok()?))
}
