//! The context of a request: what all requests of an endpoint share, and the caller of this one.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use pulseengine_mcp_protocol::http::{Accepts, HttpLimits, Policy};
use pulseengine_mcp_protocol::{Limits, Principal, RequestContext};
use pulseengine_mcp_runtime::{Instant, deadline, unix_time};
use pulseengine_mcp_store::Store;
use pulseengine_mcp_transport::{Handler, Instance, Observer, Peer};

use crate::Response;
use crate::ledger::{Account, Held, Ledger, Resource};
use crate::observed::Observing;
use crate::request::HttpRequest;

/// Peers of what is being served. Those that are gone are removed when as many have been added.
#[derive(Default)]
struct OpenPeers {
    peers: Vec<Weak<Peer>>,
    swept: usize,
}

/// What all requests of an endpoint share.
pub(crate) struct Shared {
    pub(crate) handler: Arc<dyn Handler>,
    pub(crate) limits: Limits,
    pub(crate) policy: Policy,
    pub(crate) instance: Instance,
    /// Where sessions are kept besides memory.
    pub(crate) store: Option<Arc<dyn Store>>,
    pub(crate) observing: Option<Observing>,
    pub(crate) ledger: Arc<Ledger>,
    /// The account of callers that are not known.
    unknown: Arc<Account>,
    /// The connections that stay open until the endpoint ends them.
    open: Mutex<OpenPeers>,
}

impl Shared {
    pub(crate) fn new(
        handler: Arc<dyn Handler>,
        policy: Policy,
        instance: Instance,
        store: Option<Arc<dyn Store>>,
        observing: Option<Observing>,
    ) -> Self {
        let limits = handler.limits();
        let ledger = Ledger::new(policy.limits(), limits.message);
        let unknown = ledger.common_account();
        Self { handler, limits, policy, instance, store, observing, ledger, unknown, open: Mutex::default() }
    }

    /// How many requests and streams are being served.
    pub(crate) fn in_use(&self) -> usize {
        self.ledger.used(Resource::Requests) + self.ledger.used(Resource::Streams)
    }

    /// Sees what happens around requests.
    pub(crate) fn observer(&self) -> Option<&Arc<dyn Observer>> {
        self.observing.as_ref().map(Observing::observer)
    }

    /// Ends the connections that stay open, in good order.
    pub(crate) fn end_open(&self) {
        self.open().peers.iter().filter_map(Weak::upgrade).for_each(|peer| peer.end());
    }

    /// Answers what is still being served with an error.
    pub(crate) fn abort_open(&self) {
        self.open().peers.iter().filter_map(Weak::upgrade).for_each(|peer| peer.abort());
    }

    fn open(&self) -> MutexGuard<'_, OpenPeers> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request whose caller is known, as far as the server authenticates callers.
#[derive(Clone, Copy)]
pub(crate) struct Caller<'a> {
    pub(crate) shared: &'a Arc<Shared>,
    pub(crate) request: &'a Arc<dyn HttpRequest>,
    /// What the client takes.
    pub(crate) accepts: Accepts,
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
        Some(deadline(Instant::now(), expires.saturating_sub(unix_time())))
    }

    /// What the caller holds of the endpoint.
    pub(crate) fn account(&self) -> &'a Arc<Account> {
        let authenticated = self.request.authenticated().get().map(|caller| &caller.account);
        authenticated.or_else(|| self.request.address_account()).unwrap_or(&self.shared.unknown)
    }

    /// Turns the request into a stream that stays open: it is counted as one from now on, and no longer as a request. 503 or
    /// 429 when there are too many.
    pub(crate) fn begin_stream(&self) -> Result<Held, Response> {
        let Some(mut held) = self.request.take_held() else {
            return Ok(self.account().take(Resource::Streams)?);
        };
        held.exchange(Resource::Streams)?;
        // The message has been taken in.
        held.release(usize::MAX);
        Ok(held)
    }

    /// Has a connection ended when the endpoint shuts down.
    pub(crate) fn keep_open(&self, peer: &Arc<Peer>) {
        let mut open = self.shared.open();
        if open.peers.len() > 2 * open.swept.max(32) {
            open.peers.retain(|peer| peer.strong_count() > 0);
            open.swept = open.peers.len();
        }
        open.peers.push(Arc::downgrade(peer));
    }
}
