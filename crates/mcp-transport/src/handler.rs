//! What serves requests.

use std::sync::Arc;

use pulseengine_mcp_protocol::conversation::Offer;
use pulseengine_mcp_protocol::{Call, Error, ErrorCode, Limits, Method, Principal, RequestId, Revision};
use pulseengine_mcp_runtime::BoxFuture;
use pulseengine_mcp_store::Store;

use crate::{Gate, Instance, Peer};

/// A request that has been served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Which request; `None` when its handler panicked.
    pub id: Option<RequestId>,
    /// The whole response message.
    pub message: String,
    /// How it went.
    pub outcome: Outcome,
}

/// How a request went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A result.
    Complete,
    /// A tool's result that reports an error to the model.
    ToolError,
    /// More input is needed first (2026-07-28).
    InputRequired,
    /// A JSON-RPC error.
    Error(ErrorCode),
    /// The client cancelled it, or has gone.
    Cancelled,
}

impl Reply {
    /// A JSON-RPC error.
    pub fn error(id: &RequestId, revision: Revision, error: &Error) -> Self {
        Self {
            id: Some(id.clone()),
            message: error.response(Some(id), Some(revision)),
            outcome: Outcome::Error(error.code()),
        }
    }

    /// The handler panicked, and what it served is not known here.
    pub const fn panicked() -> Self {
        Self { id: None, message: String::new(), outcome: Outcome::Error(ErrorCode::INTERNAL) }
    }

    /// What a client is told when a handler panicked.
    pub fn panic_message(id: &RequestId) -> String {
        Error::internal("Internal error: the handler failed").response(Some(id), None)
    }
}

/// The answer to a request.
pub enum Answer {
    /// It is there already.
    Ready(Reply),
    /// It will be there when the future has run. Dropping the future stops the work.
    Later(BoxFuture<Reply>),
}

/// Serves the requests of any number of connections.
pub trait Handler: Send + Sync + 'static {
    /// What the conversation has to know of the server, when such an instance runs it.
    fn offer(&self, instance: Instance) -> Offer;

    /// The bounds on messages and requests.
    fn limits(&self) -> Limits {
        Limits::DEFAULT
    }

    /// Where sessions are kept besides memory, so that they outlive the process; `None`: nowhere.
    fn store(&self) -> Option<Arc<dyn Store>> {
        None
    }

    /// What finds out who requests over HTTP are from; `None`: nobody needs to know.
    fn gate(&self) -> Option<&dyn Gate> {
        None
    }

    /// A connection has been made. Changes are announced to `peer` as long as it lives.
    fn connected(&self, peer: &Arc<Peer>);

    /// A client listens to these tasks from now on, if they are those of that principal.
    fn listening(&self, _peer: &Arc<Peer>, _principal: Option<&Principal>, _tasks: Vec<String>) {}

    /// Serves one request.
    fn serve(&self, call: Call, peer: &Arc<Peer>) -> Answer;

    /// The client sent `notifications/initialized` or `notifications/roots/list_changed`.
    fn notice(&self, _method: Method) {}
}
