//! The lock of `std::sync`. Models of concurrent code run on that of loom, which tries every order: CONTRIBUTING.md.

#[cfg(all(test, mcp_loom))]
pub(crate) use loom::sync::{Mutex, MutexGuard};
#[cfg(not(all(test, mcp_loom)))]
pub(crate) use std::sync::{Mutex, MutexGuard};
