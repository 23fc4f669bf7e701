//! The seam where authorization, limits, logging and metrics attach.

use std::time::Duration;

use pulseengine_mcp_protocol::Outcome;
use pulseengine_mcp_protocol::{Call, Error};

/// What a layer sees of a request.
pub type Request = Call;

/// Sees every request before it is served and its outcome afterwards. It decides; it does not wrap futures.
///
/// `before` is called in the order in which the layers were added, `after` in the reverse order.
///
/// ```
/// use pulseengine_mcp_server::{Layer, Request};
/// use pulseengine_mcp_protocol::{Error, Method};
///
/// /// Refuses every call of a tool.
/// struct ReadOnly;
///
/// impl Layer for ReadOnly {
///     fn before(&self, request: &Request) -> Result<(), Error> {
///         match request.method {
///             Method::CallTool => Err(Error::invalid_request("This server is in read-only mode")),
///             _ => Ok(()),
///         }
///     }
/// }
/// ```
pub trait Layer: Send + Sync + 'static {
    /// Whether the request may be served.
    ///
    /// # Errors
    ///
    /// The error that the client receives instead.
    fn before(&self, _request: &Request) -> Result<(), Error> {
        Ok(())
    }

    /// The request has been served, or was cancelled on the way, `elapsed` after [`Layer::before`].
    fn after(&self, _request: &Request, _outcome: Outcome, _elapsed: Duration) {}
}
