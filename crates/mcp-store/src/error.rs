//! The errors of stores.

use std::error::Error;
use std::fmt;

/// The failure of a store.
#[derive(Debug)]
pub struct StoreError {
    kind: StoreErrorKind,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// Kinds of [`StoreError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// The bounds of the store do not allow another entry, or one so large.
    Full,
    /// The storage behind it failed.
    Unavailable,
}

impl StoreError {
    /// There is no room.
    #[must_use]
    pub const fn full() -> Self {
        Self { kind: StoreErrorKind::Full, source: None }
    }

    /// The storage behind it failed, for this reason.
    #[must_use]
    pub fn unavailable(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { kind: StoreErrorKind::Unavailable, source: Some(source.into()) }
    }

    /// What kind of error it is.
    #[must_use]
    pub const fn kind(&self) -> StoreErrorKind {
        self.kind
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            StoreErrorKind::Full => "the store is full",
            StoreErrorKind::Unavailable => "the store is not available",
        })
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_ref().map(|source| &**source as _)
    }
}
