//! The results that carry cache hints (section "Caching"; since 2026-07-28).

use super::{
    CacheScope, DiscoverResult, ListPromptsResult, ListResourceTemplatesResult, ListResourcesResult,
    ListToolsResult, ReadResourceResult,
};

/// A result that carries cache hints. Both are required since 2026-07-28 and unknown before.
pub trait Cacheable {
    /// `ttlMs`: for how many milliseconds after its arrival it is fresh; 0 means not at all.
    fn ttl_ms_mut(&mut self) -> &mut Option<u64>;

    /// `cacheScope`: which callers may receive it.
    fn cache_scope_mut(&mut self) -> &mut Option<CacheScope>;

    /// Sets both hints.
    #[must_use]
    fn cached(mut self, ttl_ms: u64, scope: CacheScope) -> Self
    where
        Self: Sized,
    {
        *self.ttl_ms_mut() = Some(ttl_ms);
        *self.cache_scope_mut() = Some(scope);
        self
    }
}

macro_rules! cacheable {
    ($($name:ident),* $(,)?) => { $(
        impl Cacheable for $name {
            fn ttl_ms_mut(&mut self) -> &mut Option<u64> {
                &mut self.ttl_ms
            }
            fn cache_scope_mut(&mut self) -> &mut Option<CacheScope> {
                &mut self.cache_scope
            }
        }
    )* };
}

cacheable! {
    DiscoverResult, ListPromptsResult, ListResourceTemplatesResult, ListResourcesResult, ListToolsResult,
    ReadResourceResult,
}
