//! Verdicts on tokens that were seen before, bounded. No token is kept: a verdict is found by a hash of its token under a random key.

use std::collections::HashMap;
use std::time::Duration;

use siphasher::sip128::{Hasher128, SipHasher13};
use std::hash::Hasher;

/// Bytes of all verdicts, about: half of it in each generation.
const BYTES: usize = 4 << 20;

/// The hash of a token: SipHash-1-3 with 128 bits. Without the key no two tokens can be found that have the same.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct TokenHash(u128);

/// Hashes tokens under a key of its own.
pub(crate) struct TokenHasher {
    key: [u8; 16],
}

impl TokenHasher {
    pub(crate) const fn new(key: [u8; 16]) -> Self {
        Self { key }
    }

    pub(crate) fn hash(&self, token: &[u8]) -> TokenHash {
        let mut hasher = SipHasher13::new_with_key(&self.key);
        hasher.write(token);
        TokenHash(hasher.finish128().as_u128())
    }
}

/// Verdicts with an end. The verdicts of the older generation are forgotten when the younger one is full; those that are used move
/// to the younger one.
pub(crate) struct TokenCache<V> {
    young: Generation<V>,
    old: Generation<V>,
}

struct Generation<V> {
    verdicts: HashMap<TokenHash, Verdict<V>>,
    bytes: usize,
}

#[derive(Clone)]
struct Verdict<V> {
    value: V,
    until: Duration,
    bytes: usize,
}

impl<V> Default for Generation<V> {
    fn default() -> Self {
        Self { verdicts: HashMap::new(), bytes: 0 }
    }
}

impl<V> Default for TokenCache<V> {
    fn default() -> Self {
        Self { young: Generation::default(), old: Generation::default() }
    }
}

impl<V: Clone> TokenCache<V> {
    /// The verdict on a token, if it still holds.
    pub(crate) fn find(&mut self, token: TokenHash, now: Duration) -> Option<V> {
        if let Some(verdict) = self.young.verdicts.get(&token) {
            return (now < verdict.until).then(|| verdict.value.clone());
        }
        let verdict = self.old.verdicts.remove(&token).filter(|verdict| now < verdict.until)?;
        let value = verdict.value.clone();
        self.keep(token, verdict);
        Some(value)
    }

    /// Keeps a verdict until that time.
    pub(crate) fn insert(&mut self, token: TokenHash, value: V, until: Duration, bytes: usize) {
        self.keep(token, Verdict { value, until, bytes });
    }

    fn keep(&mut self, token: TokenHash, verdict: Verdict<V>) {
        if self.young.bytes + verdict.bytes > BYTES / 2 {
            self.old = std::mem::take(&mut self.young);
        }
        let bytes = verdict.bytes;
        let replaced = self.young.verdicts.insert(token, verdict).map_or(0, |verdict| verdict.bytes);
        self.young.bytes = self.young.bytes + bytes - replaced;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{BYTES, TokenCache, TokenHasher};

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn verdicts_end() {
        let (hasher, mut cache) = (TokenHasher::new([1; 16]), TokenCache::default());
        let token = hasher.hash(b"a");
        cache.insert(token, 1, SECOND * 10, 100);
        assert_eq!(cache.find(token, SECOND * 9), Some(1));
        assert_eq!(cache.find(token, SECOND * 10), None);
        assert_eq!(cache.find(hasher.hash(b"b"), SECOND), None);
        assert_eq!(cache.find(TokenHasher::new([2; 16]).hash(b"a"), SECOND), None);
    }

    #[test]
    fn the_cache_is_bounded_and_keeps_what_is_used() {
        let (hasher, mut cache) = (TokenHasher::new([1; 16]), TokenCache::default());
        let used = hasher.hash(b"used");
        cache.insert(used, 0, Duration::MAX, 1_000);
        for number in 1..20_000 {
            cache.insert(hasher.hash(number.to_string().as_bytes()), number, Duration::MAX, 1_000);
            assert_eq!(cache.find(used, SECOND), Some(0));
            assert!(cache.young.bytes <= BYTES / 2 && cache.old.bytes <= BYTES / 2);
        }
        let kept = cache.young.verdicts.len() + cache.old.verdicts.len();
        assert!(kept * 1_000 <= BYTES && kept > 1_000, "{kept}");
    }
}
