//! An authenticated caller.

use std::sync::Arc;

use pulseengine_mcp_protocol::Principal;
use pulseengine_mcp_protocol::http::HttpLimits;

use crate::ledger::{Account, Ledger, Resource, UNLIMITED};

/// An authenticated caller, and what it holds of the endpoint.
pub struct Authenticated {
    pub(crate) principal: Principal,
    pub(crate) account: Arc<Account>,
}

impl Authenticated {
    pub(crate) fn new(principal: Principal, limits: &HttpLimits, ledger: &Arc<Ledger>) -> Self {
        let limits = UNLIMITED
            .with(Resource::Requests, limits.in_flight_each)
            .with(Resource::Streams, limits.streams_each);
        // Addresses begin otherwise.
        let account = ledger.account(&["=", principal.id()].concat(), limits);
        Self { principal, account }
    }
}

impl std::fmt::Debug for Authenticated {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Authenticated").field(&self.principal).finish()
    }
}
