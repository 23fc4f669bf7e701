//! The seam where authorization, limits, logging and metrics attach.

use std::fmt;

use pulseengine_mcp_protocol::http::HttpRejection;
use pulseengine_mcp_protocol::{Error, Outcome, Reply};
use pulseengine_mcp_runtime::MaybeFuture;

use crate::entry::Entry;
use crate::request::Request;

/// Sees every request before it is served, may refuse it, and hears its end.
///
/// Layers run in the order in which they were added: `before` in that order, [`on_reply`](Layer::on_reply) and
/// [`after`](Layer::after) in the reverse order. For every layer whose `before` was called, `after` is called exactly once.
///
/// ```
/// use pulseengine_mcp_protocol::Error;
/// use pulseengine_mcp_protocol::http::HttpRejection;
/// use pulseengine_mcp_server::{Entry, Filter, Layer, Refusal, Request};
///
/// /// Whether the caller has every scope that a tool, resource or prompt declares.
/// fn may_use(request: &Request, entry: &Entry<'_>) -> bool {
///     entry.scopes.iter().all(|scope| request.principal().is_some_and(|caller| caller.has_scope(scope)))
/// }
///
/// struct Scoped;
///
/// impl Layer for Scoped {
///     fn before(&self, request: &Request) -> Result<(), Refusal> {
///         match request.entry() {
///             Some(entry) if !may_use(request, &entry) => {
///                 Err(HttpRejection::forbidden(r#"Bearer error="insufficient_scope""#).into())
///             }
///             _ => Ok(()),
///         }
///     }
///
///     fn filter<'a>(&'a self, request: &'a Request) -> Option<Filter<'a>> {
///         Some(Box::new(|entry| may_use(request, entry)))
///     }
///
///     fn decides_scopes(&self) -> bool {
///         true
///     }
/// }
/// ```
pub trait Layer: Send + Sync + 'static {
    /// Decides whether the request may be served.
    ///
    /// # Errors
    ///
    /// The refusal that the client receives instead.
    fn before(&self, _request: &Request) -> Result<(), Refusal> {
        Ok(())
    }

    /// The same for a layer that may have to wait. It is called in place of [`Layer::before`]; without an implementation it
    /// calls that. The future is dropped when the request is cancelled, and has the time that handlers have.
    fn before_async(&self, request: &Request) -> Admission {
        MaybeFuture::Ready(self.before(request))
    }

    /// What the caller may see of the tools, resources, resource templates and prompts; `None`: everything. An entry that
    /// is not shown is in no list, cannot be called, read, filled in or completed, and is unknown to the caller. A list is
    /// `private` when a layer filters it.
    fn filter<'a>(&'a self, _request: &'a Request) -> Option<Filter<'a>> {
        None
    }

    /// Whether the layer decides who may use entries with scopes. Where no layer does, the server shows such an entry only to callers
    /// that have all of its scopes, so without an authenticator to none.
    fn decides_scopes(&self) -> bool {
        false
    }

    /// The request has been served: the layer may read and change the reply. For a tool that became a task, that is the
    /// reply that ends the task. Not called when the request was cancelled.
    fn on_reply(&self, _request: &Request, _reply: &mut Reply) {}

    /// The request has ended, [`Request::elapsed`] after the first layer was called: served, refused by this or another layer,
    /// cancelled, panicked. A tool that became a task has ended when the task has.
    fn after(&self, _request: &Request, _outcome: Outcome) {}
}

/// Whether a request may be served, or a future that decides it.
pub type Admission = MaybeFuture<'static, Result<(), Refusal>>;

/// Whether the caller may see an entry.
pub type Filter<'a> = Box<dyn Fn(&Entry<'_>) -> bool + Send + Sync + 'a>;

/// Why a layer refuses a request: a JSON-RPC error, over HTTP with a status and header fields where the layer sets them.
///
/// It is made of an [`Error`], whose status is that of other errors, or of an [`HttpRejection`], such as
/// [`HttpRejection::forbidden`] or [`HttpRejection::too_many_requests`], whose status and header fields are sent as they
/// are in every revision. Over stdio the client receives the JSON-RPC error alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Refusal {
    pub(crate) error: Error,
    pub(crate) rejection: Option<HttpRejection>,
}

impl Refusal {
    /// The JSON-RPC error.
    pub const fn error(&self) -> &Error {
        &self.error
    }

    /// The head of the HTTP response, where the layer sets it.
    pub const fn rejection(&self) -> Option<&HttpRejection> {
        self.rejection.as_ref()
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self { error, rejection: None }
    }
}

impl From<HttpRejection> for Refusal {
    fn from(rejection: HttpRejection) -> Self {
        Self { error: rejection.error.clone(), rejection: Some(rejection) }
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = self.rejection.as_ref().map(|rejection| rejection.status);
        f.debug_struct("Refusal").field("error", &self.error).field("status", &status).finish()
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.error.message())
    }
}

impl std::error::Error for Refusal {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}
