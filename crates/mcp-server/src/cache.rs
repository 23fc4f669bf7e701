//! How long clients may keep results, and to whom they may give them (specification 2026-07-28: server/utilities/caching).

use std::time::Duration;

use pulseengine_mcp_protocol::Call;
use pulseengine_mcp_protocol::params::Key;

use crate::response::Response;

/// How long a result may be kept, and whether caches may share it (since 2026-07-28).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheHints {
    ttl_ms: u64,
    public: bool,
}

impl CacheHints {
    /// Not cacheable (the default).
    pub const NONE: Self = Self { ttl_ms: 0, public: false };

    /// The client that receives it may keep it for that long.
    #[must_use]
    pub const fn private(ttl: Duration) -> Self {
        Self { ttl_ms: whole_millis(ttl), public: false }
    }

    /// It may be kept for that long and given to any caller: nothing in it depends on the caller.
    #[must_use]
    pub const fn public(ttl: Duration) -> Self {
        Self { ttl_ms: whole_millis(ttl), public: true }
    }
}

const fn whole_millis(time: Duration) -> u64 {
    time.as_secs().saturating_mul(1000).saturating_add(time.subsec_millis() as u64)
}

/// Results of a server that can be kept, other than resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cached {
    /// The list of tools.
    Tools,
    /// The list of prompts.
    Prompts,
    /// The list of resources.
    Resources,
    /// The list of resource templates.
    Templates,
    /// The names and capabilities of the server.
    Discovery,
}

/// The hints that were set at run time, for each [`Cached`].
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Hints {
    of: [Option<CacheHints>; 5],
}

impl Hints {
    pub fn set(&mut self, of: Cached, hints: CacheHints) {
        if let Some(slot) = self.of.get_mut(of as usize) {
            *slot = Some(hints);
        }
    }

    pub fn of(&self, of: Cached) -> Option<CacheHints> {
        self.of.get(of as usize).copied().flatten()
    }
}

/// Writes the hints of a result, after two restrictions that hold for all results: the answers of the client are not part
/// of a cache key, so a result that depends on them is not cacheable; a result that may depend on the caller is private.
pub(crate) fn write_hints(response: &mut Response<'_>, hints: CacheHints) {
    if !response.revision().has_cache_hints() {
        return;
    }
    let mut hints = if depends_on_answers(response.call()) { CacheHints::NONE } else { hints };
    hints.public &= !response.private;
    response.result.w.key("ttlMs").unsigned(hints.ttl_ms);
    response.result.w.key("cacheScope").string(if hints.public { "public" } else { "private" });
}

fn depends_on_answers(call: &Call) -> bool {
    [Key::InputResponses, Key::RequestState].into_iter().any(|key| !call.text(key).is_empty())
}
