//! What a server keeps between requests, and where: see [`App::store`](crate::App::store).

#[cfg(feature = "redb")]
pub use pulseengine_mcp_store::RedbStore;
pub use pulseengine_mcp_store::{
    Entry, Expect, MemoryStore, Store, StoreError, StoreErrorKind, StoreFuture, StoreLimits, Version,
};
