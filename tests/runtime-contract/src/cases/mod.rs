//! The cases, one table per topic.

mod http;
mod input;
mod locks;
mod platform;
mod set;
mod tasks;
mod time;
#[cfg(feature = "wstd")]
mod wstd;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::Case;

/// What needs nothing from the driver.
pub(crate) fn without_input() -> Vec<&'static [Case]> {
    let mut tables = vec![time::CASES, tasks::CASES];
    if cfg!(panic = "unwind") {
        tables.push(tasks::UNWINDING);
    }
    tables.extend([locks::CASES, set::CASES, platform::CASES]);
    tables
}

/// What only the runtime of `wstd` can do: nothing without the feature.
#[cfg(feature = "wstd")]
pub(crate) fn of_wstd() -> &'static [Case] {
    wstd::CASES
}

/// What only the runtime of `wstd` can do: nothing without the feature.
#[cfg(not(feature = "wstd"))]
pub(crate) fn of_wstd() -> &'static [Case] {
    &[]
}

/// What needs the driver's HTTP server.
pub(crate) fn of_http() -> &'static [Case] {
    http::CASES
}

/// What needs the driver to write to standard input.
pub(crate) fn with_input() -> &'static [Case] {
    input::CASES
}

/// Tells whether a destructor has run.
#[derive(Clone, Default)]
struct Dropped(Arc<AtomicBool>);

struct DropGuard(Dropped);

impl Dropped {
    fn guard(&self) -> DropGuard {
        DropGuard(self.clone())
    }

    fn yes(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

impl Drop for DropGuard {
    fn drop(&mut self) {
        self.0.0.store(true, Ordering::SeqCst);
    }
}
