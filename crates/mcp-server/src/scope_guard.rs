//! Scopes where no other layer decides on them: only a caller that has them all may use an entry.

use std::sync::Arc;

use crate::layer::{Filter, Layer};
use crate::request::Request;
use crate::server::Settings;
use crate::service::ScopeGuard;
use crate::through_layers::enable_layers;

/// For tools that are not in the tables of a service.
pub(crate) const SCOPE_GUARD: ScopeGuard = ScopeGuard(install);

/// The guard of a service that has entries with scopes.
pub const fn scope_guard(has_scopes: bool) -> Option<ScopeGuard> {
    if has_scopes { Some(SCOPE_GUARD) } else { None }
}

fn install(settings: &mut Settings, layers: &mut Vec<Arc<dyn Layer>>) {
    enable_layers(settings);
    layers.insert(0, Arc::new(HeldScopes));
}

/// Shows an entry to callers that have all of its scopes. Without an authenticator there are none.
struct HeldScopes;

impl Layer for HeldScopes {
    fn filter<'a>(&'a self, request: &'a Request) -> Option<Filter<'a>> {
        let has = |scope: &str| request.principal().is_some_and(|caller| caller.has_scope(scope));
        Some(Box::new(move |entry| entry.scopes.iter().all(has)))
    }

    fn decides_scopes(&self) -> bool {
        true
    }
}
