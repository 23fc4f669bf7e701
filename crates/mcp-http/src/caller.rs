//! What a request is served with: what all requests of an endpoint share, and who this one is from.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use pulseengine_mcp_protocol::conversation::Offer;
use pulseengine_mcp_protocol::http::{HttpLimits, Policy};
use pulseengine_mcp_protocol::{Call, Limits, Method, Principal, Reply};
use pulseengine_mcp_runtime::{Instant, MaybeFuture, unix_time};
use pulseengine_mcp_store::Store;
use pulseengine_mcp_transport::{Handler, Instance, Peer};

use crate::Response;
use crate::permit::{Permit, PermitKind, Permits};
use crate::quota::{QuotaPermit, stream_permit};

/// What all requests of an endpoint share.
pub(crate) struct Shared {
    pub(crate) handler: Arc<dyn Handler>,
    pub(crate) limits: Limits,
    pub(crate) policy: Policy,
    pub(crate) instance: Instance,
    /// Where sessions are kept besides memory.
    pub(crate) store: Option<Arc<dyn Store>>,
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
    ) -> Self {
        let (limits, permits) = (handler.limits(), Permits::new(policy.limits()));
        Self { handler, limits, policy, instance, store, permits, open: Mutex::default() }
    }

    /// Ends the connections that stay open, in good order.
    pub(crate) fn end_open(&self) {
        let open = std::mem::take(&mut *self.open.lock().unwrap_or_else(PoisonError::into_inner));
        for peer in open.iter().filter_map(Weak::upgrade) {
            peer.end();
        }
    }
}

/// The caller of a request.
pub(crate) struct Caller {
    pub(crate) shared: Arc<Shared>,
    /// The handler, bound to the authenticated caller.
    pub(crate) handler: Arc<dyn Handler>,
    /// Who the caller is, if it was authenticated.
    pub(crate) principal: Option<Principal>,
}

impl Caller {
    /// A caller that is not authenticated.
    pub(crate) fn anonymous(shared: &Arc<Shared>) -> Self {
        Self { shared: Arc::clone(shared), handler: Arc::clone(&shared.handler), principal: None }
    }

    /// An authenticated caller.
    pub(crate) fn of(shared: &Arc<Shared>, principal: Principal) -> Self {
        let handler = WithPrincipal::bind(&shared.handler, principal.clone());
        Self { shared: Arc::clone(shared), handler, principal: Some(principal) }
    }

    pub(crate) fn limits(&self) -> &HttpLimits {
        self.shared.policy.limits()
    }

    /// The handler for what goes on after the request: bound to the caller's name, without what ends with the request.
    pub(crate) fn lasting_handler(&self) -> Arc<dyn Handler> {
        match &self.principal {
            Some(principal) => WithPrincipal::bind(&self.shared.handler, Principal::new(principal.id())),
            None => Arc::clone(&self.handler),
        }
    }

    /// When the caller's authentication expires; `None`: it does not, or there is none.
    pub(crate) fn expires(&self) -> Option<Instant> {
        let expires = self.principal.as_ref()?.expires()?;
        Some(Instant::now() + expires.saturating_sub(unix_time()))
    }

    /// A permit to serve one request; 503 when none is left.
    pub(crate) fn request_permit(&self) -> Result<Permit, Response> {
        self.shared.permits.take(PermitKind::Request).ok_or_else(Response::busy)
    }

    /// The permits for a stream: of the endpoint, and of the caller's quota; 503 or 429 when none is left.
    pub(crate) fn stream_permits(&self) -> Result<(Permit, Option<QuotaPermit>), Response> {
        let permit = self.shared.permits.take(PermitKind::Stream).ok_or_else(Response::busy)?;
        Ok((permit, stream_permit(self.principal.as_ref(), self.limits())?))
    }

    /// Has a connection ended when the endpoint shuts down.
    pub(crate) fn keep_open(&self, peer: &Arc<Peer>) {
        let mut open = self.shared.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|peer| peer.strong_count() > 0);
        open.push(Arc::downgrade(peer));
    }
}

/// A handler, bound to the authenticated caller.
struct WithPrincipal {
    handler: Arc<dyn Handler>,
    principal: Principal,
}

impl WithPrincipal {
    fn bind(handler: &Arc<dyn Handler>, principal: Principal) -> Arc<dyn Handler> {
        Arc::new(Self { handler: Arc::clone(handler), principal })
    }
}

impl Handler for WithPrincipal {
    fn offer(&self, instance: Instance) -> Offer {
        self.handler.offer(instance)
    }

    fn limits(&self) -> Limits {
        self.handler.limits()
    }

    fn connected(&self, peer: &Arc<Peer>) {
        self.handler.connected(peer);
    }

    fn listening(&self, peer: &Arc<Peer>, _principal: Option<&Principal>, tasks: Vec<String>) {
        self.handler.listening(peer, Some(&self.principal), tasks);
    }

    fn serve(&self, mut call: Call, peer: &Arc<Peer>) -> MaybeFuture<'static, Reply> {
        call.set_principal(self.principal.clone());
        self.handler.serve(call, peer)
    }

    fn notice(&self, method: Method) {
        self.handler.notice(method);
    }
}
