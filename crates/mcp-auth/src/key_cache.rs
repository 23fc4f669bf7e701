//! When the keys of an issuer are fetched, and how long they are used. No I/O: the time is an argument.

use std::time::Duration;

use crate::key_set::KeySet;

/// After that time keys are fetched again before they are used.
pub(crate) const FRESH: Duration = Duration::from_secs(600);

/// Keys that cannot be fetched again are used until that time has passed since they were fetched.
pub(crate) const STALE: Duration = Duration::from_secs(24 * 3_600);

/// The time between two fetches, whether they succeed or not.
pub(crate) const COOL_DOWN: Duration = Duration::from_secs(30);

/// The keys of an issuer that were fetched.
#[derive(Default)]
pub(crate) struct KeyCache {
    fetched: Option<(KeySet, Duration)>,
    attempted: Option<Duration>,
    /// A fetch has begun and not ended.
    in_flight: bool,
}

/// What is to be done for a token.
pub(crate) enum Lookup {
    /// Use these keys, and what follows from them not later than that time.
    Keys(KeySet, Duration),
    /// Fetch the keys, or wait until they have been fetched, and look again.
    Fetch,
    /// There are no keys that may be used, and it is too early to fetch them.
    Unavailable,
}

impl KeyCache {
    /// The keys for a token that names that key.
    pub(crate) fn look(&self, key_id: Option<&str>, now: Duration) -> Lookup {
        if self.wants_fetch(key_id, now) && (self.in_flight || self.has_cooled(now)) {
            return Lookup::Fetch;
        }
        match &self.fetched {
            Some((keys, at)) if now.saturating_sub(*at) < STALE => {
                Lookup::Keys(keys.clone(), self.look_again_at(*at))
            }
            _ => Lookup::Unavailable,
        }
    }

    /// Whether a fetch may begin.
    pub(crate) fn is_due(&self, key_id: Option<&str>, now: Duration) -> bool {
        self.wants_fetch(key_id, now) && self.has_cooled(now)
    }

    fn wants_fetch(&self, key_id: Option<&str>, now: Duration) -> bool {
        self.fetched.as_ref().is_none_or(|(keys, at)| {
            now.saturating_sub(*at) >= FRESH || key_id.is_some_and(|id| !keys.names(id))
        })
    }

    fn has_cooled(&self, now: Duration) -> bool {
        // A clock may have been set back.
        self.attempted.is_none_or(|at| now.abs_diff(at) >= COOL_DOWN)
    }

    /// When keys of that age have to be looked at again.
    fn look_again_at(&self, fetched: Duration) -> Duration {
        let fresh_until = fetched.saturating_add(FRESH);
        let next_attempt = self.attempted.map_or(Duration::ZERO, |at| at.saturating_add(COOL_DOWN));
        fresh_until.max(next_attempt)
    }

    /// A fetch begins. It counts even if nothing comes of it.
    pub(crate) const fn begin(&mut self, now: Duration) {
        self.attempted = Some(now);
        self.in_flight = true;
    }

    /// The fetch that began at that time has ended, with keys or without.
    pub(crate) fn end(&mut self, keys: Option<KeySet>, began: Duration) {
        self.in_flight = false;
        if let Some(keys) = keys {
            self.fetched = Some((keys, began));
        }
    }
}
