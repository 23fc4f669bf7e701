//! The trait.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use crate::StoreError;

/// Which state of an entry. Every write gives a version that the key never had before, also after it was removed.
pub type Version = u64;

/// A value that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What was written.
    pub value: Vec<u8>,
    /// The version that the write gave.
    pub version: Version,
}

/// The state of an entry that a write or a removal requires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Anything or nothing.
    Any,
    /// Nothing.
    Absent,
    /// This version.
    Version(Version),
}

impl Expect {
    /// Whether an entry of that version, or its absence, meets it.
    #[must_use]
    pub fn is_met_by(self, version: Option<Version>) -> bool {
        match self {
            Self::Any => true,
            Self::Absent => version.is_none(),
            Self::Version(expected) => version == Some(expected),
        }
    }
}

/// What a store's method returns.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Bounded storage of bytes under keys, with expiry.
///
/// Each call is atomic. When the future of [`write`](Self::write) is ready, every later [`read`](Self::read) sees the value,
/// from whichever task. A future that is dropped before it is ready may or may not have done its work.
pub trait Store: Send + Sync + 'static {
    /// The entry with this key, unless it has expired.
    fn read<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<Entry>>;

    /// Writes an entry that expires `ttl` from now; a time too long to be added up means never. `None`: the expectation was
    /// not met, and nothing was changed.
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind::Full`](crate::StoreErrorKind::Full) when the store's bounds do not allow it.
    fn write<'a>(
        &'a self,
        key: &'a str,
        value: &'a [u8],
        expect: Expect,
        ttl: Duration,
    ) -> StoreFuture<'a, Option<Version>>;

    /// Removes an entry. `false`: it was not there, or the expectation was not met.
    fn remove<'a>(&'a self, key: &'a str, expect: Expect) -> StoreFuture<'a, bool>;

    /// The keys that begin with `prefix` and come after `after`, in the order of their bytes, at most `most`.
    fn keys<'a>(
        &'a self,
        prefix: &'a str,
        after: Option<&'a str>,
        most: usize,
    ) -> StoreFuture<'a, Vec<String>>;
}
