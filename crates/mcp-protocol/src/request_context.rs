//! The context of a request that the transport adds to the message.

use crate::Principal;
use crate::http::{Head, HttpRejection};

/// The context of a request that the transport adds to the message: the caller, and the head of the HTTP request. It lives
/// as long as the request is served.
pub trait RequestContext: Send + Sync {
    /// The authenticated caller.
    fn principal(&self) -> Option<&Principal> {
        None
    }

    /// The head of the HTTP request that carried the message.
    fn head(&self) -> Option<Head<'_>> {
        None
    }

    /// Whether anything can be sent to the client before the answer. Over HTTP it cannot where the client takes no events.
    fn takes_stream(&self) -> bool {
        true
    }

    /// Called when a layer rejects the request. Over HTTP, the response takes its status and header fields from
    /// `rejection`, unless the message was a member of a batch or the response has begun. Other transports do nothing: the
    /// client receives the JSON-RPC error.
    fn reject(&self, _rejection: HttpRejection) {}

    /// Called when the request is answered and its handler goes on as a task: what the transport counted for the request is
    /// free again.
    fn detach(&self) {}
}
