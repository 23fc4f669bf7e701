//! Messages of the revisions up to 2025-11-25 where there are no sessions: each POST is served on its own.
//!
//! All that is known of the client is the revision that it names, so the server cannot ask it anything.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use pulseengine_mcp_protocol::envelope::Unit;
use pulseengine_mcp_protocol::http::HttpRejection;
use pulseengine_mcp_protocol::sessionless::{self, Sessionless};
use pulseengine_mcp_protocol::{Reply, RequestId, Revision, Session};
use pulseengine_mcp_runtime::{BoxFuture, MaybeFuture};
use pulseengine_mcp_transport::{Handler, Instance, Peer};

use crate::Response;
use crate::caller::Caller;
use crate::exchange::{self, HandlerFutures};

/// Serves a message, or a batch. `revision`: that of the client, `None` for `initialize`.
pub(crate) fn serve(
    caller: Caller<'_>,
    revision: Option<Revision>,
    unit: Unit,
) -> MaybeFuture<'static, Response> {
    if matches!(unit, Unit::Batch(_)) && !revision.is_some_and(Revision::has_batches) {
        return MaybeFuture::Ready(Response::rejected(HttpRejection::new(400, NO_BATCHES)));
    }
    let session = revision
        .map(|revision| Arc::new(Session { revision, capabilities: "{}".into(), client_info: "{}".into() }));
    let offer = caller.handler().offer(Instance::REQUEST);
    match sessionless::receive(unit, session.as_ref(), offer) {
        Sessionless::Call(mut call) => {
            call.set_context(caller.context());
            exchange::serve(caller, *call, Instance::REQUEST)
        }
        Sessionless::Answer(message) => MaybeFuture::Ready(Response::message(message)),
        Sessionless::Nothing => MaybeFuture::Ready(Response::accepted()),
        Sessionless::Batch(members) => batch(caller, members),
    }
}

const NO_BATCHES: &str = "Invalid request: this revision has no batches";

/// Serves a batch, one member after the other. What handlers send meanwhile goes out before their answers, which go out
/// together.
fn batch(caller: Caller<'_>, mut members: Vec<Sessionless>) -> MaybeFuture<'static, Response> {
    caller.request.is_batch();
    let calls = members.iter_mut().filter_map(|member| match member {
        Sessionless::Call(call) => Some(call),
        _ => None,
    });
    let mut first = None;
    for call in calls {
        call.set_context(caller.context());
        first.get_or_insert_with(|| (call.id.clone(), call.revision));
    }
    // Without a request in the batch no handler can be late.
    let first = first.unwrap_or((RequestId::Number(0), Revision::WITHOUT_HEADER));
    if members.iter().all(|member| matches!(member, Sessionless::Nothing)) {
        return MaybeFuture::Ready(Response::accepted());
    }
    let peer = Arc::new(Peer::new(Instance::REQUEST));
    let handler = Arc::clone(caller.handler());
    let batch = BatchHandlers {
        members: members.into_iter(),
        handler,
        peer: Arc::clone(&peer),
        at: None,
        answers: String::new(),
    };
    exchange::wait(caller, peer, HandlerFutures::Batch(Box::pin(batch)), first)
}

/// A batch under way.
struct BatchHandlers {
    members: std::vec::IntoIter<Sessionless>,
    handler: Arc<dyn Handler>,
    peer: Arc<Peer>,
    /// The member that is being served.
    at: Option<(RequestId, BoxFuture<Reply>)>,
    /// The answers so far.
    answers: String,
}

impl BatchHandlers {
    fn answer(&mut self, message: &str) {
        self.answers.push(if self.answers.is_empty() { '[' } else { ',' });
        self.answers.push_str(message);
    }
}

impl Future for BatchHandlers {
    type Output = String;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<String> {
        loop {
            if let Some((id, handler)) = &mut self.at {
                let Poll::Ready(reply) = handler.as_mut().poll(cx) else { return Poll::Pending };
                let message = reply.into_message(id);
                self.at = None;
                self.answer(&message);
            }
            match self.members.next() {
                Some(Sessionless::Call(call)) => {
                    let id = call.id.clone();
                    match self.handler.serve(*call, &self.peer) {
                        MaybeFuture::Ready(reply) => self.answer(&reply.into_message(&id)),
                        MaybeFuture::Pending(handler) => self.at = Some((id, handler)),
                    }
                }
                Some(Sessionless::Answer(message)) => self.answer(&message),
                Some(_) => {}
                None => {
                    let mut message = std::mem::take(&mut self.answers);
                    message.push(']');
                    return Poll::Ready(message);
                }
            }
        }
    }
}
