//! `subscriptions/listen`: a stream that stays open, on which changes are told.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use pulseengine_mcp_protocol::conversation::Origin;
use pulseengine_mcp_protocol::{Call, Conversation, Revision};
use pulseengine_mcp_runtime::{Instant, Sleep, sleep_until};

use super::gate::{One, stream_of};
use super::response::{Response, Source};
use super::{Endpoint, Place, Responding, Use};
use crate::Peer;
use crate::driver::{Driver, Outlet};
use crate::frame::{comment, event};

/// The origin of the one request that a conversation serves here.
const ONLY: Origin = 1;

/// Opens a stream of changes.
pub(super) fn open(endpoint: &Endpoint, call: Call) -> Responding<'_> {
    Box::pin(async move {
        let instance = endpoint.shared.instance;
        let Some(place) = Place::take(endpoint, Use::Stream) else { return Response::busy() };
        let one = match stream_of(endpoint) {
            Ok(one) => one,
            Err(refusal) => return refusal,
        };
        let shared = &endpoint.shared;
        let conversation = Conversation::new(endpoint.handler.offer(instance), shared.limits);
        let mut talk = Talk::new(endpoint, conversation, (place, one));
        endpoint.handler.connected(&talk.driver.peer);
        endpoint.keep(&talk.driver.peer);
        let revision = call.revision;
        talk.driver.conversation.receive_call(call, ONLY);
        talk.respond(revision).await
    })
}

/// A conversation that lives as long as one request.
struct Talk {
    driver: Driver,
    out: Out,
    keep_alive: Duration,
    quiet: Option<Pin<Box<Sleep>>>,
    end: Instant,
    _held: (Place, Option<One>),
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
    fn new(endpoint: &Endpoint, conversation: Conversation, held: (Place, Option<One>)) -> Self {
        let end = Instant::now() + endpoint.limits().stream_time;
        let peer = Arc::new(Peer::new(endpoint.shared.instance));
        Self {
            driver: Driver::new(conversation, endpoint.lasting_handler(), peer),
            out: Out::default(),
            keep_alive: endpoint.limits().keep_alive,
            quiet: None,
            end: endpoint.known_until().map_or(end, |known| known.min(end)),
            _held: held,
        }
    }

    /// The error, when that is the answer; otherwise a stream.
    async fn respond(mut self, revision: Revision) -> Response {
        poll_fn(|cx| {
            self.driver.run(cx, &mut self.out);
            let begun = self.out.first.is_some() || !self.out.events.is_empty();
            if begun || self.out.done { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        match self.out.first.take() {
            Some(message) if self.out.done => Response::error_message(message, revision),
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
        if Instant::now() < self.end {
            comment(&mut self.out.events);
        }
        cx.waker().wake_by_ref();
    }
}

impl Source for Talk {
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Vec<u8>>> {
        if Instant::now() >= self.end {
            self.driver.conversation.close();
        }
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
