//! The locks and atomics of `std::sync`. Models of concurrent code run on those of loom, which tries every order: CONTRIBUTING.md.

#[cfg(all(test, mcp_loom))]
pub(crate) use loom::sync::{
    Mutex, MutexGuard,
    atomic::{AtomicBool, AtomicU32, Ordering},
};
#[cfg(not(all(test, mcp_loom)))]
pub(crate) use std::sync::{
    Mutex, MutexGuard,
    atomic::{AtomicBool, AtomicU32, Ordering},
};
