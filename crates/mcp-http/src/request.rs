//! One HTTP request, as everything that serves it knows it.

use std::sync::{Arc, OnceLock};

use pulseengine_mcp_protocol::http::{Head, HttpRejection};
use pulseengine_mcp_protocol::{Principal, RequestContext};

use crate::quota::{Authenticated, QuotaPermit};

/// The head of a request, owned by the driver that received it. Handlers may read it for as long as they run.
pub trait RequestHead: Send + Sync + 'static {
    /// The head.
    fn head(&self) -> Head<'_>;
}

/// One HTTP request. It lives for as long as something serves it.
pub(crate) trait HttpRequest: RequestContext {
    fn http_head(&self) -> Head<'_>;

    /// Who sent it, once that is known.
    fn authenticated(&self) -> &OnceLock<Authenticated>;

    /// The rejection that decides on the response's head; `Some(None)`: none may.
    fn rejection(&self) -> &OnceLock<Option<HttpRejection>>;
}

struct Received<H> {
    authenticated: OnceLock<Authenticated>,
    rejection: OnceLock<Option<HttpRejection>>,
    head: H,
}

/// A request with that head, of that caller if it is known.
pub(crate) fn received(head: impl RequestHead, caller: Option<Authenticated>) -> Arc<dyn HttpRequest> {
    let authenticated = caller.map_or_else(OnceLock::new, OnceLock::from);
    Arc::new(Received { authenticated, rejection: OnceLock::new(), head })
}

impl<H: RequestHead> HttpRequest for Received<H> {
    fn http_head(&self) -> Head<'_> {
        self.head.head()
    }

    fn authenticated(&self) -> &OnceLock<Authenticated> {
        &self.authenticated
    }

    fn rejection(&self) -> &OnceLock<Option<HttpRejection>> {
        &self.rejection
    }
}

impl<H: RequestHead> RequestContext for Received<H> {
    fn principal(&self) -> Option<&Principal> {
        self.authenticated.get().map(|authenticated| &authenticated.principal)
    }

    fn head(&self) -> Option<Head<'_>> {
        Some(self.head.head())
    }

    fn reject(&self, rejection: HttpRejection) {
        // The first one counts.
        let _ = self.rejection.set(Some(rejection));
    }
}

impl dyn HttpRequest {
    /// The permit of the caller's quota, where the caller is authenticated.
    pub(crate) fn permit(&self) -> Option<&QuotaPermit> {
        self.authenticated().get().map(|authenticated| &authenticated.permit)
    }

    /// Has the response of a batch keep its status, whatever becomes of its members.
    pub(crate) fn is_batch(&self) {
        let _ = self.rejection().set(None);
    }
}
