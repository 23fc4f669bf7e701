//! Requests that need a conversation: streams of changes, and everything of the revisions up to 2025-11-25.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use pulseengine_mcp_protocol::conversation::Origin;
use pulseengine_mcp_protocol::{Call, Conversation, Revision, Session};
use pulseengine_mcp_runtime::{Instant, Sleep, sleep_until};

use super::response::{Response, Source};
use super::{Endpoint, Place, Use};
use crate::driver::{Driver, Outlet};
use crate::frame::{comment, event};
use crate::http::{Inquiry, Refused, Stated};
use crate::{Instance, Peer};

/// The origin of the one request that a conversation serves here.
const ONLY: Origin = 1;

/// Opens a stream of changes.
pub(super) async fn listen(endpoint: &Endpoint, call: Call) -> Response {
    let instance = endpoint.shared.instance;
    if !instance.reaches_others() {
        // Nothing could ever be told on it.
        let error = pulseengine_mcp_protocol::Error::method_not_found(call.method.name());
        return Response::reply(crate::Reply::error(&call.id, call.revision, &error), call.revision);
    }
    let Some(place) = Place::take(endpoint, Use::Stream) else { return Response::busy() };
    let shared = &endpoint.shared;
    let conversation = Conversation::new(shared.handler.offer(instance), shared.limits);
    let mut talk = Talk::new(endpoint, conversation, instance, place);
    shared.handler.connected(&talk.driver.peer);
    endpoint.keep(&talk.driver.peer);
    let revision = call.revision;
    talk.driver.conversation.receive_call(call, ONLY);
    talk.respond(Some(revision)).await
}

/// Serves `initialize` alone: no session begins.
pub(super) async fn begin(endpoint: &Endpoint, text: String) -> Response {
    let Some(place) = Place::take(endpoint, Use::Request) else { return Response::busy() };
    let conversation =
        Conversation::new(endpoint.shared.handler.offer(Instance::REQUEST), endpoint.shared.limits);
    serve(endpoint, conversation, place, text).await
}

/// Serves a message that belongs to no session. All that is known of the client is the revision it names.
pub(super) async fn alone(endpoint: &Endpoint, inquiry: &Inquiry<'_>, text: String) -> Response {
    let revision = match inquiry.stated {
        Stated::Known(revision) => revision,
        _ => Revision::WITHOUT_HEADER,
    };
    if text.trim_start().starts_with('[') && !revision.has_batches() {
        return Response::refused(Refused::new(400, "Invalid request: this revision has no batches"));
    }
    let Some(place) = Place::take(endpoint, Use::Request) else { return Response::busy() };
    let session = Session { revision, capabilities: "{}".into(), client_info: "{}".into() };
    let shared = &endpoint.shared;
    let conversation =
        Conversation::resume(shared.handler.offer(Instance::REQUEST), shared.limits, Arc::new(session), None);
    serve(endpoint, conversation, place, text).await
}

async fn serve(endpoint: &Endpoint, conversation: Conversation, place: Place, text: String) -> Response {
    let mut talk = Talk::new(endpoint, conversation, Instance::REQUEST, place);
    talk.driver.conversation.receive_from(text.into_bytes(), ONLY);
    talk.respond(None).await
}

/// A conversation that lives as long as one request.
struct Talk {
    driver: Driver,
    out: Out,
    keep_alive: Duration,
    quiet: Option<Pin<Box<Sleep>>>,
    end: Instant,
    _place: Place,
}

/// What is to be sent.
#[derive(Default)]
struct Out {
    /// The first message, until it is clear whether there will be others.
    first: Option<String>,
    events: Vec<u8>,
    done: bool,
}

impl Outlet for Out {
    fn send(&mut self, message: String, _origin: Origin) {
        if self.first.is_none() && self.events.is_empty() {
            self.first = Some(message);
            return;
        }
        self.flow();
        event(&message, None, &mut self.events);
    }

    fn done(&mut self, _origin: Origin) {
        self.done = true;
    }
}

impl Out {
    /// The first message is one of several.
    fn flow(&mut self) {
        if let Some(first) = self.first.take() {
            event(&first, None, &mut self.events);
        }
    }
}

impl Talk {
    fn new(endpoint: &Endpoint, conversation: Conversation, instance: Instance, place: Place) -> Self {
        let limits = endpoint.limits();
        let peer = Arc::new(Peer::new(instance));
        Self {
            driver: Driver::new(conversation, Arc::clone(&endpoint.shared.handler), peer),
            out: Out::default(),
            keep_alive: limits.keep_alive,
            quiet: None,
            end: Instant::now() + limits.stream_time,
            _place: place,
        }
    }

    /// The answer, when that comes first; otherwise a stream. `status_in`: errors have a status of their own there.
    async fn respond(mut self, status_in: Option<Revision>) -> Response {
        poll_fn(|cx| {
            self.driver.run(cx, &mut self.out);
            let begun = self.out.first.is_some() || !self.out.events.is_empty();
            if begun || self.out.done { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        match self.out.first.take() {
            Some(message) if self.out.done => match status_in {
                Some(revision) => Response::error_message(message, revision),
                None => Response::message(message),
            },
            None if self.out.done && self.out.events.is_empty() => Response::accepted(),
            first => {
                self.out.first = first;
                self.out.flow();
                Response::stream(self)
            }
        }
    }

    /// What has to happen when nothing has happened for a while.
    fn pass_time(&mut self, cx: &mut Context<'_>) {
        let next = (Instant::now() + self.keep_alive).min(self.end);
        let quiet = self.quiet.get_or_insert_with(|| Box::pin(sleep_until(next)));
        if quiet.as_mut().poll(cx).is_pending() {
            return;
        }
        self.quiet = None;
        if Instant::now() >= self.end {
            self.driver.conversation.close();
        } else {
            comment(&mut self.out.events);
        }
        cx.waker().wake_by_ref();
    }
}

impl Source for Talk {
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Vec<u8>>> {
        if self.out.events.is_empty() && !self.out.done {
            self.driver.run(cx, &mut self.out);
            self.out.flow();
        }
        if self.out.events.is_empty() && !self.out.done {
            self.pass_time(cx);
        }
        if !self.out.events.is_empty() {
            self.quiet = None;
            return Poll::Ready(Some(std::mem::take(&mut self.out.events)));
        }
        if self.out.done || self.driver.peer.is_closed() { Poll::Ready(None) } else { Poll::Pending }
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        self.driver.peer.close();
    }
}
