//! The bounds of a store.

/// How much a store keeps. What has expired does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoreLimits {
    /// Entries. Default 10,000.
    pub entries: usize,
    /// Bytes of all keys and values. Default 64 MiB.
    pub bytes: usize,
}

impl StoreLimits {
    /// What holds unless something else is said.
    pub const DEFAULT: Self = Self { entries: 10_000, bytes: 64 << 20 };

    /// At most so many entries.
    #[must_use]
    pub const fn entries(mut self, entries: usize) -> Self {
        self.entries = entries;
        self
    }

    /// At most so many bytes of keys and values.
    #[must_use]
    pub const fn bytes(mut self, bytes: usize) -> Self {
        self.bytes = bytes;
        self
    }
}

impl Default for StoreLimits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
