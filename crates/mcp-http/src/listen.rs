//! `subscriptions/listen`: admitted by layers, answered with a stream.

use std::sync::Arc;

use pulseengine_mcp_protocol::http::Accepts;
use pulseengine_mcp_protocol::{Call, Error, Reply};
use pulseengine_mcp_runtime::{MaybeFuture, timeout};
use pulseengine_mcp_transport::Peer;

use crate::Response;
use crate::caller::Caller;
use crate::exchange::too_late;
use crate::request::HttpRequest;

/// Lets the layers of a server decide on the requests that the endpoint serves itself, and on the heads of responses. Only a
/// server with layers names it.
#[derive(Clone, Copy)]
pub struct Admitting {
    pub(crate) admit: fn(Caller<'_>, Call, Option<Subscribe>) -> MaybeFuture<'static, Response>,
    pub(crate) head_of: fn(&dyn HttpRequest, Response, Accepts) -> Response,
}

/// Opens a subscription stream.
pub(crate) type Subscribe = fn(Caller<'_>, &Call) -> Response;

impl Admitting {
    /// By the handler's answer: an empty result admits the request.
    pub const BY_HANDLER: Self = Self {
        admit: |caller, call, subscribe| {
            let (shared, request) = (Arc::clone(caller.shared), Arc::clone(caller.request));
            MaybeFuture::pending(async move {
                let caller = Caller { shared: &shared, request: &request };
                match admit(caller, &call).await {
                    // A layer has seen it, whatever comes of it now.
                    Ok(()) => Response { rejected: false, ..open(subscribe, caller, &call) },
                    Err(refused) => refused,
                }
            })
        },
        head_of: |request, response, accepts| request.head_of(response, accepts),
    };
}

impl std::fmt::Debug for Admitting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Admitting")
    }
}

async fn admit(caller: Caller<'_>, call: &Call) -> Result<(), Response> {
    let _permit = caller.request_permit()?;
    let peer = Arc::new(Peer::new(caller.shared.instance));
    let deciding = caller.handler().serve(call.clone(), &peer).await_value();
    match timeout(caller.limits().handler_time, deciding).await {
        Ok(reply) if reply.result().is_ok() => Ok(()),
        Ok(reply) => Err(Response::reply(reply, &call.id, call.revision)),
        Err(_) => Err(Response::json(504, too_late(&call.id))),
    }
}

/// Answers `subscriptions/listen`.
pub(crate) fn open(subscribe: Option<Subscribe>, caller: Caller<'_>, call: &Call) -> Response {
    match subscribe {
        Some(subscribe) => subscribe(caller, call),
        None => acknowledge_nothing(caller, call),
    }
}

/// Answers `subscriptions/listen` where nothing can ever be announced.
fn acknowledge_nothing(caller: Caller<'_>, call: &Call) -> Response {
    let messages = match caller.handler().offer(caller.shared.instance).announcing {
        Some(announcing) => announcing.decline_listening(call),
        None => Err(Error::method_not_found(call.method.name())),
    };
    match messages {
        Ok([acknowledgement, end]) => Response::events(&[&acknowledgement, &end]),
        Err(error) => Response::reply(Reply::error(error), &call.id, call.revision),
    }
}
