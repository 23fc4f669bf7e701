//! One HTTP request, as all code that serves it sees it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use pulseengine_mcp_protocol::http::{Accepts, Head, HttpRejection};
use pulseengine_mcp_protocol::{Principal, RequestContext};

use crate::Response;
use crate::authenticated::Authenticated;
use crate::ledger::{Account, Full, Held, Holder};

/// The head of a request, owned by the driver that received it. Handlers may read it for as long as they run.
pub trait RequestHead: Send + Sync + 'static {
    /// The head.
    fn head(&self) -> Head<'_>;
}

/// One HTTP request. It lives for as long as something serves it.
pub trait HttpRequest: RequestContext + Holder {
    fn http_head(&self) -> Head<'_>;

    /// Who sent it, once that is known.
    fn authenticated(&self) -> &OnceLock<Authenticated>;

    /// The account of the address that it came from, where that is known.
    fn address_account(&self) -> Option<&Arc<Account>>;

    /// Whether the response is the answer only, as the client takes no events.
    fn answer_only(&self) -> &AtomicBool;

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
    address_account: Option<Arc<Account>>,
    held: Mutex<Option<Held>>,
    answer_only: AtomicBool,
    rejection: Rejection,
    head: H,
}

/// A request with that head, of that caller if it is known, from the address of that account.
pub(crate) fn received(
    head: impl RequestHead,
    caller: Option<Authenticated>,
    address_account: Option<Arc<Account>>,
) -> Arc<dyn HttpRequest> {
    let authenticated = caller.map_or_else(OnceLock::new, OnceLock::from);
    let (held, rejection) = (Mutex::new(None), Rejection::default());
    let answer_only = AtomicBool::new(false);
    Arc::new(ReceivedRequest { authenticated, address_account, held, answer_only, rejection, head })
}

impl<H: RequestHead> HttpRequest for ReceivedRequest<H> {
    fn http_head(&self) -> Head<'_> {
        self.head.head()
    }

    fn authenticated(&self) -> &OnceLock<Authenticated> {
        &self.authenticated
    }

    fn address_account(&self) -> Option<&Arc<Account>> {
        self.address_account.as_ref()
    }

    fn answer_only(&self) -> &AtomicBool {
        &self.answer_only
    }

    fn rejection(&self) -> &Rejection {
        &self.rejection
    }
}

impl<H: RequestHead> Holder for ReceivedRequest<H> {
    fn held(&self) -> &Mutex<Option<Held>> {
        &self.held
    }
}

impl<H: RequestHead> RequestContext for ReceivedRequest<H> {
    fn principal(&self) -> Option<&Principal> {
        self.authenticated.get().map(|authenticated| &authenticated.principal)
    }

    fn head(&self) -> Option<Head<'_>> {
        Some(self.head.head())
    }

    fn detach(&self) {
        drop(self.held.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    fn takes_stream(&self) -> bool {
        !self.answer_only.load(Ordering::Relaxed)
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
    /// Holds that for as long as the request lives.
    pub(crate) fn hold(&self, held: Held) {
        *self.held().lock().unwrap_or_else(PoisonError::into_inner) = Some(held);
    }

    /// Takes what was held for the request: it is held for something else from now on.
    pub(crate) fn take_held(&self) -> Option<Held> {
        self.held().lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Has the response of a batch keep its status, whatever becomes of its members.
    pub(crate) fn is_batch(&self) {
        *self.rejection().lock() = Rejecting::Batch;
    }

    /// Takes a place for each of so many members of a batch that are served at once.
    pub(crate) fn take_places(&self, members: usize) -> Result<(), Full> {
        let mut held = self.held().lock().unwrap_or_else(PoisonError::into_inner);
        held.as_mut().map_or(Ok(()), |held| held.take_more(members.saturating_sub(1)))
    }

    /// Whether a layer has rejected the request, or may have.
    pub(crate) fn is_rejected(&self) -> bool {
        self.rejection().is_set.load(Ordering::Acquire)
    }

    /// A response with its head: that of the rejection, if a layer has refused the request, or one that suits the client.
    pub(crate) fn head_of(&self, response: Response, accepts: Accepts) -> Response {
        match &*self.rejection().lock() {
            Rejecting::With(rejection) => response.rejected_as(rejection),
            _ => response.suited(accepts),
        }
    }
}
