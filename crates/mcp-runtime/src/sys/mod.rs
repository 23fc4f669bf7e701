//! Selects the backend of this platform. No other file names a platform.
//!
//! # The contract of a backend
//!
//! A backend is a module with exactly these names. The package `runtime-contract` runs the same cases on each.
//!
//! - `block_on(future)` runs a future to its end on this thread, and with it every spawned task; tasks that are left
//!   are dropped before it returns. It waits in the operating system or host, never in a loop, and does not wait for
//!   input that never comes. Nested calls panic or trap.
//! - `spawn(future) -> JoinHandle<T>` starts a task that runs whether or not the handle is kept; `spawn_blocking`
//!   delivers the result of a closure, `run_blocking` too, with a bound on how many run at once. `JoinHandle`, `AbortHandle`, `JoinError`: an aborted task is dropped by
//!   the runtime before its handle reports `is_cancelled`. `yield_now` lets every other ready task run once.
//! - `sleep`, `sleep_until`, `Sleep`, `timeout`, `timeout_at`, `Elapsed`, `interval`, `interval_at`, `Interval`,
//!   `MissedTickBehavior`, `Instant`: those of `tokio::time`, in names, argument order and meaning.
//! - `stdin() -> Stdin`, `stdout() -> Stdout`, `stderr() -> Stderr` implement tokio's I/O traits. A read that waits
//!   does not hold up other tasks; `flush` returns when the platform has taken the bytes.
//! - `claim_stdout() -> ClaimedStdout` is standard output for one writer: natively on Unix, what other code prints meanwhile goes
//!   to standard error. Elsewhere it is `stdout`.
//! - `http::send(outgoing, times)` sends a request that `crate::http` has checked, gives up on the connection after its
//!   time and returns the head of the answer and its `http::ResponseBody`, of which `chunk` returns no empty bytes, `None` at the
//!   end, and an error if that came early. Dropping either ends the exchange.
//! - `unix_time() -> Duration` is the wall clock, since 1970-01-01 00:00 UTC.
//!
//! Every future is `Send`, whatever the backend.
//!
//! On WASI with the feature `wasip3`, futures also run in calls of asynchronous exports, several in one instance: see
//! `wasi/p3/`. There the same names behave as above, except that nothing is reported as a deadlock.
//!
//! The WASI backends have one module more, `wasi`, for code that itself speaks to WASI, and the native one `stop_signal`, which
//! waits for a signal of the system. These are the only names of the crate that a platform lacks.

#[cfg(not(all(target_os = "wasi", target_env = "p2")))]
#[path = "tokio/mod.rs"]
mod backend;

#[cfg(not(all(target_os = "wasi", target_env = "p2")))]
#[cfg_attr(target_os = "linux", path = "tokio/stdio_linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "tokio/stdio_any.rs")]
mod stdio;

#[cfg(not(all(target_os = "wasi", target_env = "p2")))]
#[cfg_attr(target_os = "linux", path = "tokio/claim_linux.rs")]
#[cfg_attr(all(unix, not(target_os = "linux")), path = "tokio/claim_unix.rs")]
#[cfg_attr(not(unix), path = "tokio/claim_any.rs")]
mod claim;

#[cfg(unix)]
#[path = "tokio/redirect.rs"]
mod redirect;

#[cfg(not(all(target_os = "wasi", target_env = "p2")))]
#[cfg_attr(unix, path = "tokio/signal_unix.rs")]
#[cfg_attr(not(unix), path = "tokio/signal_any.rs")]
mod signal;

#[cfg(all(target_os = "wasi", target_env = "p2"))]
#[path = "wasi/mod.rs"]
mod backend;

#[cfg(all(target_os = "wasi", target_env = "p2"))]
#[cfg_attr(feature = "wstd", path = "wasi/wstd.rs")]
#[cfg_attr(not(feature = "wstd"), path = "wasi/lean.rs")]
mod reactor;

pub use backend::{
    AbortHandle, ClaimedStdout, Elapsed, Instant, Interval, JoinError, JoinHandle, MissedTickBehavior, Sleep,
    Stderr, Stdin, Stdout, block_on, claim_stdout, interval, interval_at, run_blocking, sleep, sleep_until,
    spawn, spawn_blocking, stderr, stdin, stdout, timeout, timeout_at, unix_time, yield_now,
};

pub(crate) use backend::http;

/// Names in the crate's root that exist on this platform only.
#[cfg(all(target_os = "wasi", target_env = "p2"))]
macro_rules! of_this_platform {
    () => {
        #[doc(inline)]
        pub use crate::sys::wasi;
    };
}

/// Names in the crate's root that exist on this platform only.
#[cfg(not(all(target_os = "wasi", target_env = "p2")))]
macro_rules! of_this_platform {
    () => {
        pub use crate::sys::stop_signal;
    };
}

pub(crate) use of_this_platform;

#[cfg(all(target_os = "wasi", target_env = "p2"))]
pub use backend::streams as wasi;

#[cfg(not(all(target_os = "wasi", target_env = "p2")))]
pub use backend::stop_signal;

/// Items for a component of WASI 0.3 only: left out elsewhere.
#[cfg(all(target_os = "wasi", target_env = "p2", feature = "wasip3"))]
#[doc(hidden)]
#[macro_export]
macro_rules! on_wasi_0_3 {
    ($($item:item)*) => { $($item)* };
}

/// Items for a component of WASI 0.3 only: left out elsewhere.
#[cfg(not(all(target_os = "wasi", target_env = "p2", feature = "wasip3")))]
#[doc(hidden)]
#[macro_export]
macro_rules! on_wasi_0_3 {
    ($($item:item)*) => {};
}

/// Items for native platforms only: left out on WASI.
#[cfg(not(all(target_os = "wasi", target_env = "p2")))]
#[doc(hidden)]
#[macro_export]
macro_rules! natively {
    ($($item:item)*) => { $($item)* };
}

/// Items for native platforms only: left out on WASI.
#[cfg(all(target_os = "wasi", target_env = "p2"))]
#[doc(hidden)]
#[macro_export]
macro_rules! natively {
    ($($item:item)*) => {};
}

/// Items for WASI only: left out natively.
#[cfg(not(all(target_os = "wasi", target_env = "p2")))]
#[doc(hidden)]
#[macro_export]
macro_rules! on_wasi {
    ($($item:item)*) => {};
}

/// Items for WASI only: left out natively.
#[cfg(all(target_os = "wasi", target_env = "p2"))]
#[doc(hidden)]
#[macro_export]
macro_rules! on_wasi {
    ($($item:item)*) => { $($item)* };
}
