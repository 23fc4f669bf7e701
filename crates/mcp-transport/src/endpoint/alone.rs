//! Messages of the revisions up to 2025-11-25 where there are no sessions: each POST is served on its own.
//!
//! All that is known of the client is the revision that it names, so the server cannot ask it anything.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use pulseengine_mcp_protocol::alone::{self, Alone};
use pulseengine_mcp_protocol::{RequestId, Revision, Session};
use pulseengine_mcp_runtime::BoxFuture;

use super::{Begun, Endpoint, Place, Response, Use, exchange};
use crate::http::Refused;
use crate::{Answer, Handler, Instance, Outcome, Peer, Reply};

/// Serves a message, or a batch. `revision`: that of the client, `None` for `initialize`.
pub(super) fn serve(endpoint: &Endpoint, revision: Option<Revision>, text: String) -> Begun<'_> {
    let shared = &endpoint.shared;
    if text.trim_ascii_start().starts_with('[') && !revision.is_some_and(Revision::has_batches) {
        return Begun::Now(Response::refused(Refused::new(400, NO_BATCHES)));
    }
    let session = revision
        .map(|revision| Arc::new(Session { revision, capabilities: "{}".into(), client_info: "{}".into() }));
    let offer = endpoint.handler.offer(Instance::REQUEST);
    match alone::receive(text, session.as_ref(), offer, &shared.limits) {
        Alone::Call(call) => endpoint.call(*call, Instance::REQUEST),
        Alone::Answer(message) => Begun::Now(Response::message(message)),
        Alone::Silence => Begun::Now(Response::accepted()),
        Alone::Batch(members) => batch(endpoint, members),
    }
}

const NO_BATCHES: &str = "Invalid request: this revision has no batches";

/// Serves a batch, one member after the other; what handlers say meanwhile goes out before their answers do, which go
/// out together.
fn batch(endpoint: &Endpoint, members: Vec<Alone>) -> Begun<'_> {
    let first = members.iter().find_map(|member| match member {
        Alone::Call(call) => Some((call.id.clone(), call.revision)),
        _ => None,
    });
    // That of an answer to a batch without requests means nothing.
    let (id, revision) = first.unwrap_or((RequestId::Number(0), Revision::WITHOUT_HEADER));
    if members.iter().all(|member| matches!(member, Alone::Silence)) {
        return Begun::Now(Response::accepted());
    }
    let Some(place) = Place::take(endpoint, Use::Request) else { return Begun::Now(Response::busy()) };
    let peer = Arc::new(Peer::new(Instance::REQUEST));
    let handler = Arc::clone(&endpoint.handler);
    let batch = Batch {
        members: members.into_iter(),
        handler,
        peer: Arc::clone(&peer),
        at: None,
        said: String::new(),
    };
    Begun::Later(exchange::run(place, peer, Box::pin(batch), id, revision, endpoint.limits()))
}

/// A batch under way.
struct Batch {
    members: std::vec::IntoIter<Alone>,
    handler: Arc<dyn Handler>,
    peer: Arc<Peer>,
    /// The member that is being served.
    at: Option<(RequestId, BoxFuture<Reply>)>,
    /// The answers so far.
    said: String,
}

impl Batch {
    fn say(&mut self, answer: &str) {
        self.said.push(if self.said.is_empty() { '[' } else { ',' });
        self.said.push_str(answer);
    }

    fn say_reply(&mut self, id: &RequestId, reply: Reply) {
        match reply.id {
            Some(_) => self.say(&reply.message),
            None => self.say(&Reply::panic_message(id)),
        }
    }
}

impl Future for Batch {
    type Output = Reply;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Reply> {
        loop {
            if let Some((id, handler)) = &mut self.at {
                let Poll::Ready(reply) = handler.as_mut().poll(cx) else { return Poll::Pending };
                let id = id.clone();
                self.at = None;
                self.say_reply(&id, reply);
            }
            match self.members.next() {
                Some(Alone::Call(call)) => {
                    let id = call.id.clone();
                    match self.handler.serve(*call, &self.peer) {
                        Answer::Ready(reply) => self.say_reply(&id, reply),
                        Answer::Later(handler) => self.at = Some((id, handler)),
                    }
                }
                Some(Alone::Answer(answer)) => self.say(&answer),
                Some(_) => {}
                None => {
                    let mut message = std::mem::take(&mut self.said);
                    message.push(']');
                    let id = Some(RequestId::Number(0));
                    return Poll::Ready(Reply { id, message, outcome: Outcome::Complete });
                }
            }
        }
    }
}
