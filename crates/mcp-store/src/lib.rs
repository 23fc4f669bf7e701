//! What a server keeps between requests: sessions, event buffers, tasks.
//!
//! A [`Store`] maps keys to bytes. Each entry has a version, with which two writers find out who was first, and a time after
//! which it is gone. A store is bounded; what does not fit is refused and pushes nothing else out.
//!
//! [`MemoryStore`] lives as long as its process. `RedbStore` (feature `redb`) is a file and survives a restart.
//! Others are made by implementing the trait.
//!
//! ```
//! use pulseengine_mcp_store::{Expect, MemoryStore, Store};
//! use std::time::Duration;
//!
//! # pulseengine_mcp_runtime::block_on(async {
//! let store = MemoryStore::new();
//! let hour = Duration::from_secs(3600);
//! let first = store.write("cart/7", b"empty", Expect::Absent, hour).await?.unwrap();
//! assert!(store.write("cart/7", b"apples", Expect::Version(first), hour).await?.is_some());
//! // A writer that still expects the first version comes too late.
//! assert_eq!(store.write("cart/7", b"pears", Expect::Version(first), hour).await?, None);
//! assert_eq!(store.read("cart/7").await?.unwrap().value, b"apples");
//! # Ok::<(), pulseengine_mcp_store::StoreError>(())
//! # }).unwrap();
//! ```

#![forbid(unsafe_code)]

mod error;
mod limits;
mod memory;
#[cfg(feature = "redb")]
mod redb;
mod store;

#[cfg(feature = "redb")]
pub use crate::redb::RedbStore;
pub use error::{StoreError, StoreErrorKind};
pub use limits::StoreLimits;
pub use memory::MemoryStore;
pub use store::{Entry, Expect, Store, StoreFuture, Version};
