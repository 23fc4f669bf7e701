//! One HTTP request, as everything that serves it knows it.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use pulseengine_mcp_protocol::http::{Accepts, Head, HttpRejection};
use pulseengine_mcp_protocol::{Principal, RequestContext};

use crate::Response;
use crate::quota::{Authenticated, CallerPermit};

/// The head of a request, owned by the driver that received it. Handlers may read it for as long as they run.
pub trait RequestHead: Send + Sync + 'static {
    /// The head.
    fn head(&self) -> Head<'_>;
}

/// One HTTP request. It lives for as long as something serves it.
pub trait HttpRequest: RequestContext {
    fn http_head(&self) -> Head<'_>;

    /// Who sent it, once that is known.
    fn authenticated(&self) -> &OnceLock<Authenticated>;

    /// The rejection that decides on the response's head.
    fn rejection(&self) -> &Mutex<Rejecting>;
}

/// What decides on the head of a response.
#[derive(Default)]
pub enum Rejecting {
    /// The answer.
    #[default]
    No,
    /// A layer that has refused the request.
    With(HttpRejection),
    /// The batch, whatever becomes of its members.
    Batch,
}

struct Received<H> {
    authenticated: OnceLock<Authenticated>,
    rejection: Mutex<Rejecting>,
    head: H,
}

/// A request with that head, of that caller if it is known.
pub(crate) fn received(head: impl RequestHead, caller: Option<Authenticated>) -> Arc<dyn HttpRequest> {
    let authenticated = caller.map_or_else(OnceLock::new, OnceLock::from);
    Arc::new(Received { authenticated, rejection: Mutex::default(), head })
}

impl<H: RequestHead> HttpRequest for Received<H> {
    fn http_head(&self) -> Head<'_> {
        self.head.head()
    }

    fn authenticated(&self) -> &OnceLock<Authenticated> {
        &self.authenticated
    }

    fn rejection(&self) -> &Mutex<Rejecting> {
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
        let mut rejecting = self.rejection.lock().unwrap_or_else(PoisonError::into_inner);
        if !matches!(*rejecting, Rejecting::Batch) {
            *rejecting = Rejecting::With(rejection);
        }
    }
}

impl dyn HttpRequest {
    /// The permit of the caller's quota, where the caller is authenticated.
    pub(crate) fn permit(&self) -> Option<&dyn CallerPermit> {
        self.authenticated().get().map(|authenticated| &*authenticated.permit)
    }

    /// Has the response of a batch keep its status, whatever becomes of its members.
    pub(crate) fn is_batch(&self) {
        *self.rejection().lock().unwrap_or_else(PoisonError::into_inner) = Rejecting::Batch;
    }

    /// A response with its head: that of the rejection, if a layer has refused the request, or one that suits the client.
    pub(crate) fn head_of(&self, response: Response, accepts: Accepts) -> Response {
        match &*self.rejection().lock().unwrap_or_else(PoisonError::into_inner) {
            Rejecting::With(rejection) => response.rejected_as(rejection),
            _ => response.suited(accepts),
        }
    }
}
