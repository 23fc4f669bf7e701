//! Messages of the revisions up to 2025-11-25 where there are no sessions: each POST is served on its own.
//!
//! All that is known of the client is the revision that it names, so the server cannot ask it anything.

use std::sync::Arc;

use pulseengine_mcp_protocol::alone::{self, Alone};
use pulseengine_mcp_protocol::{Call, RequestId, Revision, Session};

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
    let offer = shared.handler.offer(Instance::REQUEST);
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
    let Some(place) = Place::take(endpoint, Use::Request) else { return Begun::Now(Response::busy()) };
    let first = members.iter().find_map(|member| match member {
        Alone::Call(call) => Some((call.id.clone(), call.revision)),
        _ => None,
    });
    let peer = Arc::new(Peer::new(Instance::REQUEST));
    let (id, revision) = first.unwrap_or((RequestId::Number(0), Revision::WITHOUT_HEADER));
    let (handler, to) = (Arc::clone(&endpoint.shared.handler), Arc::clone(&peer));
    if members.iter().all(|member| matches!(member, Alone::Silence)) {
        return Begun::Now(Response::accepted());
    }
    let answers = Box::pin(async move {
        let mut message = String::new();
        for member in members {
            let answer = match member {
                Alone::Call(call) => answer_of(&*handler, *call, &to).await,
                Alone::Answer(answer) => answer,
                Alone::Silence | Alone::Batch(_) => continue,
            };
            message.push(if message.is_empty() { '[' } else { ',' });
            message.push_str(&answer);
        }
        message.push(']');
        Reply { id: Some(RequestId::Number(0)), message, outcome: Outcome::Complete }
    });
    Begun::Later(exchange::run(place, peer, answers, id, revision, endpoint.limits()))
}

async fn answer_of(handler: &dyn Handler, call: Call, peer: &Arc<Peer>) -> String {
    let id = call.id.clone();
    let reply = match handler.serve(call, peer) {
        Answer::Ready(reply) => reply,
        Answer::Later(reply) => reply.await,
    };
    match reply.id {
        Some(_) => reply.message,
        None => Reply::panic_message(&id),
    }
}
