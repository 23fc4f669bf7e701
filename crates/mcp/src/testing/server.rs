//! The server of a test client: it sees the principal of the client on each call.

use std::sync::{Arc, Mutex, PoisonError};

use pulseengine_mcp_protocol::conversation::Offer;
use pulseengine_mcp_protocol::{Call, Limits, Method, Principal, Reply, RequestContext};
use pulseengine_mcp_runtime::MaybeFuture;
use pulseengine_mcp_server::Server;
use pulseengine_mcp_transport::{Handler, Instance, Peer};

/// The principal of a client; it can be set after the server has been started.
pub(super) type Identity = Arc<Mutex<Option<Principal>>>;

/// A server, bound to the principal of its only client.
pub(super) struct ServerWithPrincipal {
    pub server: Server,
    pub identity: Identity,
}

impl ServerWithPrincipal {
    fn principal(&self) -> Option<Principal> {
        self.identity.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The context of a call: the principal of the client.
struct ClientContext(Principal);

impl RequestContext for ClientContext {
    fn principal(&self) -> Option<&Principal> {
        Some(&self.0)
    }
}

impl Handler for ServerWithPrincipal {
    fn offer(&self, instance: Instance) -> Offer {
        self.server.offer(instance)
    }

    fn limits(&self) -> Limits {
        self.server.limits()
    }

    fn connected(&self, peer: &Arc<Peer>) {
        self.server.connected(peer);
    }

    fn listening(&self, peer: &Arc<Peer>, _principal: Option<&Principal>, tasks: Vec<String>) {
        self.server.listening(peer, self.principal().as_ref(), tasks);
    }

    fn serve(&self, mut call: Call, peer: &Arc<Peer>) -> MaybeFuture<'static, Reply> {
        if let Some(principal) = self.principal() {
            call.set_context(Arc::new(ClientContext(principal)));
        }
        self.server.serve(call, peer)
    }

    fn notice(&self, method: Method) {
        self.server.notice(method);
    }
}
