//! The context of a request: what all requests of an endpoint share, and the caller of this one.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use pulseengine_mcp_protocol::http::{HttpLimits, Policy};
use pulseengine_mcp_protocol::{Limits, Principal, RequestContext};
use pulseengine_mcp_runtime::{Instant, unix_time};
use pulseengine_mcp_store::Store;
use pulseengine_mcp_transport::{Handler, Instance, Observer, Peer};

use crate::Response;
use crate::observed::Observing;
use crate::permit::{Permit, PermitKind, Permits};
use crate::quota::{CallerPermit, stream_permit};
use crate::request::HttpRequest;

/// What all requests of an endpoint share.
pub(crate) struct Shared {
    pub(crate) handler: Arc<dyn Handler>,
    pub(crate) limits: Limits,
    pub(crate) policy: Policy,
    pub(crate) instance: Instance,
    /// Where sessions are kept besides memory.
    pub(crate) store: Option<Arc<dyn Store>>,
    pub(crate) observing: Option<Observing>,
    pub(crate) permits: Arc<Permits>,
    /// The connections that stay open until the endpoint ends them.
    open: Mutex<Vec<Weak<Peer>>>,
}

impl Shared {
    pub(crate) fn new(
        handler: Arc<dyn Handler>,
        policy: Policy,
        instance: Instance,
        store: Option<Arc<dyn Store>>,
        observing: Option<Observing>,
    ) -> Self {
        let (limits, permits) = (handler.limits(), Permits::new(policy.limits()));
        Self { handler, limits, policy, instance, store, observing, permits, open: Mutex::default() }
    }

    /// Sees what happens around requests.
    pub(crate) fn observer(&self) -> Option<&Arc<dyn Observer>> {
        self.observing.as_ref().map(Observing::observer)
    }

    /// Ends the connections that stay open, in good order.
    pub(crate) fn end_open(&self) {
        let open = std::mem::take(&mut *self.open.lock().unwrap_or_else(PoisonError::into_inner));
        for peer in open.iter().filter_map(Weak::upgrade) {
            peer.end();
        }
    }
}

/// A request whose caller is known, as far as the server authenticates callers.
#[derive(Clone, Copy)]
pub(crate) struct Caller<'a> {
    pub(crate) shared: &'a Arc<Shared>,
    pub(crate) request: &'a Arc<dyn HttpRequest>,
}

impl<'a> Caller<'a> {
    pub(crate) fn handler(&self) -> &'a Arc<dyn Handler> {
        &self.shared.handler
    }

    /// The authenticated caller.
    pub(crate) fn principal(&self) -> Option<&'a Principal> {
        self.request.principal()
    }

    /// What the handlers see of the request besides its message.
    pub(crate) fn context(&self) -> Arc<dyn RequestContext> {
        Arc::clone(self.request) as _
    }

    pub(crate) fn limits(&self) -> &'a HttpLimits {
        self.shared.policy.limits()
    }

    /// When the caller's authentication expires; `None`: it does not, or there is none.
    pub(crate) fn expires(&self) -> Option<Instant> {
        let expires = self.principal()?.expires()?;
        Some(Instant::now() + expires.saturating_sub(unix_time()))
    }

    /// A permit to serve one request; 503 when none is left.
    pub(crate) fn request_permit(&self) -> Result<Permit, Response> {
        self.shared.permits.take(PermitKind::Request).ok_or_else(Response::busy)
    }

    /// The permits for a stream: of the endpoint, and of the caller's quota; 503 or 429 when none is left.
    pub(crate) fn stream_permits(&self) -> Result<(Permit, Option<Box<dyn CallerPermit>>), Response> {
        let permit = self.shared.permits.take(PermitKind::Stream).ok_or_else(Response::busy)?;
        Ok((permit, stream_permit(self.request.permit(), self.limits())?))
    }

    /// Has a connection ended when the endpoint shuts down.
    pub(crate) fn keep_open(&self, peer: &Arc<Peer>) {
        let mut open = self.shared.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|peer| peer.strong_count() > 0);
        open.push(Arc::downgrade(peer));
    }
}
