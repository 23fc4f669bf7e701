//! A store in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::future::ready;
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use pulseengine_mcp_runtime::Instant;

use crate::{Entry, Expect, Store, StoreError, StoreFuture, StoreLimits, Version};

/// Entries in memory, for as long as the process lives. Expiry goes by the monotonic clock.
#[derive(Debug, Default)]
pub struct MemoryStore {
    limits: StoreLimits,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    entries: BTreeMap<Arc<str>, Slot>,
    /// When what expires, soonest first.
    expiry: BTreeSet<(Instant, Arc<str>)>,
    bytes: usize,
    last_version: Version,
}

#[derive(Debug)]
struct Slot {
    value: Vec<u8>,
    version: Version,
    expires: Option<Instant>,
}

impl Slot {
    fn is_alive(&self, now: Instant) -> bool {
        self.expires.is_none_or(|expires| now < expires)
    }
}

impl MemoryStore {
    /// An empty store with [`StoreLimits::DEFAULT`].
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty store with other bounds.
    #[must_use]
    pub fn with_limits(limits: StoreLimits) -> Self {
        Self { limits, inner: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_now(
        &self,
        key: &str,
        value: &[u8],
        expect: Expect,
        ttl: Duration,
    ) -> Result<Option<Version>, StoreError> {
        let now = Instant::now();
        let mut inner = self.lock();
        inner.sweep(now);
        let old = inner.entries.get(key).map(|slot| (slot.version, key.len() + slot.value.len()));
        if !expect.is_met_by(old.map(|(version, _)| version)) {
            return Ok(None);
        }
        let entries = inner.entries.len() + usize::from(old.is_none());
        let kept = inner.bytes - old.map_or(0, |(_, bytes)| bytes);
        let bytes = kept.saturating_add(key.len()).saturating_add(value.len());
        if entries > self.limits.entries || bytes > self.limits.bytes {
            return Err(StoreError::full());
        }
        inner.take(key);
        inner.last_version += 1;
        let version = inner.last_version;
        let expires = now.checked_add(ttl);
        let key: Arc<str> = key.into();
        if let Some(expires) = expires {
            inner.expiry.insert((expires, Arc::clone(&key)));
        }
        inner.entries.insert(key, Slot { value: value.to_vec(), version, expires });
        inner.bytes = bytes;
        Ok(Some(version))
    }

    fn remove_now(&self, key: &str, expect: Expect) -> bool {
        let mut inner = self.lock();
        inner.sweep(Instant::now());
        let version = inner.entries.get(key).map(|slot| slot.version);
        expect.is_met_by(version) && inner.take(key)
    }
}

impl Inner {
    /// Each entry is swept once, so this is paid for by its write.
    fn sweep(&mut self, now: Instant) {
        while self.expiry.first().is_some_and(|(expires, _)| *expires <= now) {
            if let Some((_, key)) = self.expiry.pop_first() {
                self.take(&key);
            }
        }
    }

    fn take(&mut self, key: &str) -> bool {
        let Some((key, slot)) = self.entries.remove_entry(key) else { return false };
        self.bytes -= key.len() + slot.value.len();
        if let Some(expires) = slot.expires {
            self.expiry.remove(&(expires, key));
        }
        true
    }
}

impl Store for MemoryStore {
    fn read<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<Entry>> {
        let inner = self.lock();
        let slot = inner.entries.get(key).filter(|slot| slot.is_alive(Instant::now()));
        let entry = slot.map(|slot| Entry { value: slot.value.clone(), version: slot.version });
        Box::pin(ready(Ok(entry)))
    }

    fn write<'a>(
        &'a self,
        key: &'a str,
        value: &'a [u8],
        expect: Expect,
        ttl: Duration,
    ) -> StoreFuture<'a, Option<Version>> {
        Box::pin(ready(self.write_now(key, value, expect, ttl)))
    }

    fn remove<'a>(&'a self, key: &'a str, expect: Expect) -> StoreFuture<'a, bool> {
        Box::pin(ready(Ok(self.remove_now(key, expect))))
    }

    fn keys<'a>(
        &'a self,
        prefix: &'a str,
        after: Option<&'a str>,
        most: usize,
    ) -> StoreFuture<'a, Vec<String>> {
        let now = Instant::now();
        let inner = self.lock();
        let from = match after {
            Some(after) if after >= prefix => Bound::Excluded(after),
            _ => Bound::Included(prefix),
        };
        let found = inner.entries.range::<str, _>((from, Bound::Unbounded));
        let found = found.take_while(|(key, _)| key.starts_with(prefix));
        let alive = found.filter(|(_, slot)| slot.is_alive(now)).take(most);
        Box::pin(ready(Ok(alive.map(|(key, _)| key.to_string()).collect())))
    }
}
