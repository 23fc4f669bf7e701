//! What a transport knows of a request besides its message.

use crate::Principal;
use crate::http::{Head, HttpRejection};

/// What a transport knows of a request besides its message: the caller, and the head of the HTTP request. It lives for as
/// long as something serves the request.
pub trait RequestContext: Send + Sync {
    /// The authenticated caller.
    fn principal(&self) -> Option<&Principal> {
        None
    }

    /// The head of the HTTP request that carried the message.
    fn head(&self) -> Option<Head<'_>> {
        None
    }

    /// The request is refused. Over HTTP, status and header fields of its response are those of `rejection`, unless the
    /// message was a member of a batch or the response has begun. Elsewhere nothing happens: the JSON-RPC error says it.
    fn reject(&self, _rejection: HttpRejection) {}
}
