//! What a server brings to its endpoint besides its handler.

use std::sync::Arc;

use pulseengine_mcp_store::Store;

use crate::auth::AuthGate;
use crate::listen::Admitting;
use crate::observed::Observing;
use crate::route::Routes;

/// What a server brings to its endpoint besides its handler. Everything is optional, and a server that leaves a part out does
/// not carry its code.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct ServerParts {
    /// Authenticates the callers.
    pub auth_gate: Option<Arc<dyn AuthGate>>,
    /// Where tasks and sessions are kept besides memory, so that they outlive the process.
    pub store: Option<Arc<dyn Store>>,
    /// More paths.
    pub routes: Option<Arc<dyn Routes>>,
    /// Reports connections, responses, streams, sessions, and failures of the store.
    pub observing: Option<Observing>,
    /// Lets layers decide on the requests that the endpoint serves itself.
    pub admitting: Option<Admitting>,
}
