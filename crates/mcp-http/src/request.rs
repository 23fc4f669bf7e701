//! One HTTP request, as all code that serves it sees it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

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
    fn rejection(&self) -> &Rejection;
}

/// The rejection of a request, if there is one.
#[derive(Default)]
pub struct Rejection {
    /// Most requests are not rejected, and do not take the lock.
    is_set: AtomicBool,
    by: Mutex<Rejecting>,
}

impl Rejection {
    fn lock(&self) -> MutexGuard<'_, Rejecting> {
        self.by.lock().unwrap_or_else(PoisonError::into_inner)
    }
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

struct ReceivedRequest<H> {
    authenticated: OnceLock<Authenticated>,
    rejection: Rejection,
    head: H,
}

/// A request with that head, of that caller if it is known.
pub(crate) fn received(head: impl RequestHead, caller: Option<Authenticated>) -> Arc<dyn HttpRequest> {
    let authenticated = caller.map_or_else(OnceLock::new, OnceLock::from);
    Arc::new(ReceivedRequest { authenticated, rejection: Rejection::default(), head })
}

impl<H: RequestHead> HttpRequest for ReceivedRequest<H> {
    fn http_head(&self) -> Head<'_> {
        self.head.head()
    }

    fn authenticated(&self) -> &OnceLock<Authenticated> {
        &self.authenticated
    }

    fn rejection(&self) -> &Rejection {
        &self.rejection
    }
}

impl<H: RequestHead> RequestContext for ReceivedRequest<H> {
    fn principal(&self) -> Option<&Principal> {
        self.authenticated.get().map(|authenticated| &authenticated.principal)
    }

    fn head(&self) -> Option<Head<'_>> {
        Some(self.head.head())
    }

    fn reject(&self, rejection: HttpRejection) {
        let mut rejecting = self.rejection.lock();
        if !matches!(*rejecting, Rejecting::Batch) {
            *rejecting = Rejecting::With(rejection);
            self.rejection.is_set.store(true, Ordering::Release);
        }
    }
}

impl dyn HttpRequest + '_ {
    /// The permit of the caller's quota, where the caller is authenticated.
    pub(crate) fn permit(&self) -> Option<&dyn CallerPermit> {
        self.authenticated().get().map(|authenticated| &*authenticated.permit)
    }

    /// Has the response of a batch keep its status, whatever becomes of its members.
    pub(crate) fn is_batch(&self) {
        *self.rejection().lock() = Rejecting::Batch;
    }

    /// A response with its head: that of the rejection, if a layer has refused the request, or one that suits the client.
    pub(crate) fn head_of(&self, response: Response, accepts: Accepts) -> Response {
        if !self.rejection().is_set.load(Ordering::Acquire) {
            return response.suited(accepts);
        }
        match &*self.rejection().lock() {
            Rejecting::With(rejection) => response.rejected_as(rejection),
            _ => response.suited(accepts),
        }
    }
}
