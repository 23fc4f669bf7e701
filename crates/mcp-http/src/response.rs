//! A response: status, fields, and a body that is there or comes bit by bit.

use std::borrow::Cow;
use std::task::{Context, Poll};

use pulseengine_mcp_protocol::frame::event;
use pulseengine_mcp_protocol::http::{Accepts, Field, HttpRejection, JSON, TOO_LARGE, status_of};
use pulseengine_mcp_protocol::{Reply, RequestId, Revision};

use crate::ledger::Full;

/// A response.
#[derive(Debug)]
#[non_exhaustive]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The header fields, names in lower case. `Content-Length` is not among them.
    pub headers: Vec<Field>,
    /// The body.
    pub body: Body,
    /// The request was rejected before a layer or a handler saw it.
    pub(crate) rejected: bool,
}

impl From<Full> for Response {
    fn from(full: Full) -> Self {
        match full.of_caller {
            true => Self::too_many(),
            false => Self::busy(),
        }
    }
}

/// The body of a response.
#[derive(Debug)]
#[non_exhaustive]
pub enum Body {
    /// There is none.
    Empty,
    /// JSON, all of it.
    Text(String),
    /// Events, as they come.
    Stream(EventStream),
}

/// Seconds.
pub(crate) const RETRY_AFTER: &str = "retry-after";

impl Response {
    /// A response without a body.
    pub const fn new(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Body::Empty, rejected: false }
    }

    /// A response with a body of that media type, e.g. `text/plain; charset=utf-8`.
    pub fn text(status: u16, media_type: impl Into<Cow<'static, str>>, body: impl Into<String>) -> Self {
        let headers = vec![(JSON.0, media_type.into())];
        Self { headers, body: Body::Text(body.into()), ..Self::new(status) }
    }

    /// The same response with one more header field, its name in lower case.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn json(status: u16, text: String) -> Self {
        Self { headers: vec![JSON], body: Body::Text(text), ..Self::new(status) }
    }

    /// The answer to the request `id`.
    pub(crate) fn reply(reply: Reply, id: &RequestId, revision: Revision) -> Self {
        Self::json(status_of_reply(&reply, revision), reply.into_message(id))
    }

    /// The same, with an answer as an event for a client that would rather have events.
    pub(crate) fn suited(self, accepts: Accepts) -> Self {
        match self.body {
            Body::Text(message) if accepts.events_first && self.status == 200 => {
                let mut response = Self::events(&[&message]);
                response.headers.extend(self.headers.into_iter().filter(|field| *field != JSON));
                response
            }
            body => Self { body, ..self },
        }
    }

    /// Messages that are all there, as events.
    pub(crate) fn events(messages: &[&str]) -> Self {
        let mut events = Vec::new();
        messages.iter().for_each(|message| event(message, None, &mut events));
        Self::of_events(events)
    }

    /// Events that are all there.
    pub(crate) fn of_events(events: Vec<u8>) -> Self {
        Self::stream(Box::new(Finished(events)))
    }

    /// A message of an earlier revision.
    pub(crate) fn message(text: String) -> Self {
        Self::json(200, text)
    }

    /// The same message with the status and the header fields of a rejection, unless it is a stream.
    pub(crate) fn rejected_as(mut self, rejection: &HttpRejection) -> Self {
        if matches!(self.body, Body::Text(_)) {
            self.status = rejection.status;
            self.headers = rejection.headers.to_vec();
        }
        self
    }

    /// A request that is not served.
    pub(crate) fn rejected(mut rejection: HttpRejection) -> Self {
        let (status, body) = (rejection.status, Body::Text(rejection.body()));
        Self { status, headers: core::mem::take(&mut rejection.headers), body, rejected: true }
    }

    /// A notification has been taken in.
    pub(crate) const fn accepted() -> Self {
        Self::new(202)
    }

    /// Done, and there is nothing to say.
    pub(crate) const fn no_content() -> Self {
        Self::new(204)
    }

    /// Too much is being served.
    pub(crate) fn busy() -> Self {
        Self::rejected(
            HttpRejection::new(503, "Too many requests in flight: try again").with(RETRY_AFTER, "1"),
        )
    }

    /// Too much is held for this caller.
    pub(crate) fn too_many() -> Self {
        let message = "Too many requests of this client in flight: wait for some to end";
        Self::rejected(HttpRejection::new(429, message).with(RETRY_AFTER, "1"))
    }

    /// Authenticating the caller takes too long.
    pub(crate) fn authentication_timed_out() -> Self {
        let message = "Unavailable: the caller could not be authenticated in time";
        Self::rejected(HttpRejection::new(503, message).with(RETRY_AFTER, "1"))
    }

    /// A stream of events.
    pub(crate) fn stream(source: Box<dyn Source>) -> Self {
        let headers = vec![
            ("content-type", Cow::Borrowed("text/event-stream")),
            ("cache-control", Cow::Borrowed("no-store")),
            // Proxies are not to hold events back.
            ("x-accel-buffering", Cow::Borrowed("no")),
        ];
        Self { headers, body: Body::Stream(EventStream::new(source)), ..Self::new(200) }
    }

    /// The body was longer than the limit.
    pub(crate) fn too_large() -> Self {
        Self::rejected(HttpRejection::new(413, TOO_LARGE))
    }

    /// The body did not arrive in time.
    pub(crate) fn too_slow() -> Self {
        Self::rejected(HttpRejection::new(408, "Request timeout: the body did not arrive in time"))
    }

    /// The body ended before its end, or its framing was wrong.
    pub(crate) fn broken() -> Self {
        Self::rejected(HttpRejection::new(400, "Bad request: the body is broken off or malformed"))
    }
}

/// Events as they come. Dropping it cancels the work behind it.
pub struct EventStream {
    source: Box<dyn Source>,
}

impl EventStream {
    pub(crate) const fn new(source: Box<dyn Source>) -> Self {
        Self { source }
    }

    /// The next bytes to send, one or more events; `None` is the end.
    pub fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Vec<u8>>> {
        self.source.poll_chunk(cx)
    }
}

impl std::fmt::Debug for EventStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EventStream")
    }
}

/// Where the events of a stream come from.
pub(crate) trait Source: Send {
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Vec<u8>>>;
}

/// The status of an answer.
pub(crate) fn status_of_reply(reply: &Reply, revision: Revision) -> u16 {
    match reply.result() {
        Err(error) => status_of(error.code(), revision),
        Ok(_) => 200,
    }
}

/// Events that are all there.
struct Finished(Vec<u8>);

impl Source for Finished {
    fn poll_chunk(&mut self, _: &mut Context<'_>) -> Poll<Option<Vec<u8>>> {
        let events = std::mem::take(&mut self.0);
        Poll::Ready((!events.is_empty()).then_some(events))
    }
}
