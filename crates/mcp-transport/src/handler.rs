//! What serves requests.

use std::sync::Arc;

use pulseengine_mcp_protocol::conversation::Offer;
use pulseengine_mcp_protocol::{Call, Limits, Method};
use pulseengine_mcp_runtime::BoxFuture;

use crate::Peer;

/// The answer to a request: the text of the whole response message.
pub enum Answer {
    /// It is there already.
    Ready(String),
    /// It will be there when the future has run. Dropping the future stops the work.
    Later(BoxFuture<String>),
}

/// Serves the requests of any number of connections.
pub trait Handler: Send + Sync + 'static {
    /// What the conversation has to know of the server.
    fn offer(&self) -> Offer;

    /// The bounds on messages and requests.
    fn limits(&self) -> Limits {
        Limits::DEFAULT
    }

    /// A connection has been made. Changes are announced to `peer` as long as it lives.
    fn connected(&self, peer: &Arc<Peer>);

    /// Serves one request.
    fn serve(&self, call: Call, peer: &Arc<Peer>) -> Answer;

    /// The client sent `notifications/initialized` or `notifications/roots/list_changed`.
    fn notice(&self, _method: Method) {}
}
