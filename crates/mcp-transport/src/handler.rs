//! What serves requests.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crate::{Instance, Peer};
use pulseengine_mcp_protocol::conversation::Offer;
use pulseengine_mcp_protocol::{Call, Limits, Method, Principal, Reply};
use pulseengine_mcp_runtime::MaybeFuture;

/// How long handlers may go on at the end, if a server says nothing else.
pub const GRACE: Duration = Duration::from_secs(5);

/// Serves the requests of any number of connections.
pub trait Handler: Send + Sync + 'static {
    /// What the conversation has to know of the server, when such an instance runs it.
    fn offer(&self, instance: Instance) -> Offer;

    /// The bounds on messages and requests.
    fn limits(&self) -> Limits {
        Limits::DEFAULT
    }

    /// How long handlers may still take when the input of a connection, or serving, has ended. Then they are cancelled, and
    /// their requests are answered with an error.
    fn grace(&self) -> Duration {
        GRACE
    }

    /// Before the first request, on an instance that does not outlive its request: what is kept in memory is gone after it.
    fn short_lived(&self) {}

    /// A connection has been made. Changes are announced to `peer` as long as it lives.
    fn connected(&self, peer: &Arc<Peer>);

    /// A client listens to these tasks from now on, if they are those of that principal.
    fn listening(&self, _peer: &Arc<Peer>, _principal: Option<&Principal>, _tasks: Vec<String>) {}

    /// Serving a pair of byte streams begins.
    fn opened(&self) {}

    /// Serving a pair of byte streams has ended: bytes received and sent, and why it ended before the end of the input.
    fn closed(&self, _received: u64, _sent: u64, _error: Option<&io::Error>) {}

    /// Serves one request.
    fn serve(&self, call: Call, peer: &Arc<Peer>) -> MaybeFuture<'static, Reply>;

    /// The client sent `notifications/initialized` or `notifications/roots/list_changed`.
    fn notice(&self, _method: Method) {}
}
