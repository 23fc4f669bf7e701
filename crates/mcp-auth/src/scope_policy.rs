//! Scopes as a layer: what a caller may use, and what a client has to ask for.

use std::sync::Arc;

use pulseengine_mcp_protocol::Principal;
use pulseengine_mcp_server::{Entry, Filter, Layer, Refusal, Request};

use crate::challenge::Challenges;

/// A layer that admits a caller to a tool, resource or prompt that declares scopes only if the caller has all of them. Otherwise the
/// request is refused with 403 `insufficient_scope` before its handler runs, and lists leave the entry out. A request without
/// a caller is answered as if there were no such entry.
///
/// [`OAuth`](crate::OAuth) installs it. It serves any other authenticator that gives principals scopes just as well:
///
/// ```
/// use pulseengine_mcp_auth::ScopePolicy;
///
/// let policy = ScopePolicy::new().implies("files:write", "files:read");
/// ```
#[derive(Clone, Debug, Default)]
pub struct ScopePolicy {
    challenges: Arc<Challenges>,
}

impl ScopePolicy {
    /// No scope includes another one.
    pub fn new() -> Self {
        Self::default()
    }

    /// A caller with the first scope also has the second one, and what that one includes.
    #[must_use]
    pub fn implies(mut self, wider: impl Into<String>, narrower: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.challenges).hierarchy.add(wider.into(), narrower.into());
        self
    }

    pub(crate) const fn of(challenges: Arc<Challenges>) -> Self {
        Self { challenges }
    }

    fn may_use(&self, caller: Option<&Principal>, entry: &Entry<'_>) -> bool {
        let granted = |scope| caller.is_some_and(|caller| self.challenges.hierarchy.grants(caller, scope));
        entry.scopes.iter().all(granted)
    }
}

impl Layer for ScopePolicy {
    fn before(&self, request: &Request) -> Result<(), Refusal> {
        // Without a caller there is nothing to ask for: the filter hides the entry.
        let Some(caller) = request.principal() else { return Ok(()) };
        match request.entry() {
            Some(entry) if !self.may_use(Some(caller), &entry) => {
                let needed: Vec<&str> = entry.scopes.iter().collect();
                Err(self.challenges.insufficient(caller, &needed).into())
            }
            _ => Ok(()),
        }
    }

    fn filter<'a>(&'a self, request: &'a Request) -> Option<Filter<'a>> {
        if request.entry().is_some_and(|entry| entry.scopes.is_empty()) {
            return None;
        }
        Some(Box::new(|entry| self.may_use(request.principal(), entry)))
    }

    fn decides_scopes(&self) -> bool {
        true
    }
}
