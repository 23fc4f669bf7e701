//! How long clients may keep results, and whom they may give them to (specification 2026-07-28: server/utilities/caching).

use std::time::Duration;

use pulseengine_mcp_protocol::Call;
use pulseengine_mcp_protocol::params::Key;

use crate::Server;
use crate::response::Response;

/// How long a result may be kept, and by whom. Clients of revisions before 2026-07-28 are not told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheHints {
    ttl_ms: u64,
    public: bool,
}

impl CacheHints {
    /// It is not to be kept. What holds unless something else is said.
    pub const NONE: Self = Self { ttl_ms: 0, public: false };

    /// It may be kept for that long by who was given it.
    #[must_use]
    pub const fn private(ttl: Duration) -> Self {
        Self { ttl_ms: whole_millis(ttl), public: false }
    }

    /// It may be kept for that long and given to anybody: it has nothing in it that depends on who asks.
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
    /// What the server is and can do.
    Discovery,
}

/// What was said of each [`Cached`] at run time.
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
}

impl Server {
    /// The hints for a list, or for what the server is.
    pub(crate) fn hints(&self, of: Cached) -> CacheHints {
        let said = self.core().settings.hints.of.get(of as usize).copied().flatten();
        said.unwrap_or(match of {
            Cached::Discovery => CacheHints::NONE,
            _ => self.core().definition.lists,
        })
    }
}

/// Writes the hints of a result. Here is decided, for all results, whether what was said of them holds: answers that the
/// client gave are not part of what a cache goes by, so a result that depends on them is not to be kept; one that may depend
/// on who asks is theirs alone.
pub(crate) fn write_hints(response: &mut Response<'_>, hints: CacheHints) {
    if !response.revision().has_cache_hints() {
        return;
    }
    let mut hints = if depends_on_answers(response.call()) { CacheHints::NONE } else { hints };
    hints.public &= !response.call().depends_on_principal();
    response.result.w.key("ttlMs").unsigned(hints.ttl_ms);
    response.result.w.key("cacheScope").string(if hints.public { "public" } else { "private" });
}

fn depends_on_answers(call: &Call) -> bool {
    [Key::InputResponses, Key::RequestState].into_iter().any(|key| !call.text(key).is_empty())
}
