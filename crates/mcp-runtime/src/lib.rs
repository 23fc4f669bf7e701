//! One runtime surface for Tokio and WASI: tasks, time, sync, standard streams, outbound HTTP.
//!
//! A program written against these names is a Tokio program when built for a native target and runs as a
//! `wasm32-wasip2` component without change. A name does the same on both; what is not possible on both is not
//! here. It knows nothing of MCP.
//!
//! ```
//! use pulseengine_mcp_runtime::prelude::*;
//!
//! async fn task() {
//!     let mut out = stdout();
//!     out.write_all(b"Hello\n").await.unwrap();
//!     sleep(Duration::from_millis(10)).await;
//! }
//!
//! fn main() {
//!     block_on(task());
//! }
//! ```
//!
//! | here | natively | on `wasm32-wasip2` |
//! |---|---|---|
//! | [`spawn`], [`sleep`], [`timeout`], [`interval`], [`Instant`] ... | tokio's own items, re-exported | a small executor that waits for all WASI pollables in one call |
//! | [`spawn_blocking`], [`run_blocking`] | a thread | runs in place: other tasks wait meanwhile |
//! | [`io::stdin`], [`io::stdout`] | epoll for pipes on Linux, else tokio's threads | `wasi:cli` streams |
//! | [`http`] | hyper | `wasi:http` of the host |
//! | [`sync`] and the traits of [`io`] | tokio's | tokio's |
//!
//! With feature `wstd` the wasm side runs on the `wstd` runtime instead, so that `wstd::http` and `wstd::net` work
//! inside tasks; natively the feature changes nothing.
//!
//! With feature `wasip3` a program made by [`main!`] is a component of WASI 0.3, too, of which one instance runs many calls
//! at once.
//!
//! Natively there is also `stop_signal`, which waits for SIGTERM or Ctrl-C.
//!
//! On WASI there is also a module `wasi`, for code that itself speaks to WASI: waiting for a pollable, and WASI's streams as
//! [`io::AsyncRead`] and [`io::AsyncWrite`].
//!
//! On WASI a panic ends the instance, so there [`JoinError::is_panic`] never answers true. A deadlock (no task can run
//! and nothing is waited for) traps there with a message, where Tokio would wait for ever; so does WASI 0.3, since another
//! call could end it.

#![forbid(unsafe_code)]

pub mod http;
pub mod io;
pub mod prelude;
pub mod sync;

mod deadline;
#[cfg(feature = "jemalloc")]
#[doc(hidden)]
pub mod jemalloc;
mod join;
mod maybe_future;
mod std_sync;
mod sys;
mod task_set;

pub use deadline::deadline;
pub use join::join;
pub use maybe_future::MaybeFuture;
pub use sys::{
    AbortHandle, Elapsed, Instant, Interval, JoinError, JoinHandle, MissedTickBehavior, Sleep, block_on,
    interval, interval_at, run_blocking, sleep, sleep_until, spawn, spawn_blocking, timeout, timeout_at,
    unix_time, yield_now,
};
pub use task_set::{BoxFuture, TaskKey, TaskSet};

sys::of_this_platform!();

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// Fills a buffer with random bytes from the operating system or the WASI host, fit for keys.
///
/// # Errors
///
/// When the system has no entropy to give (on WASI: never).
///
/// ```
/// let mut key = [0; 32];
/// pulseengine_mcp_runtime::entropy(&mut key)?;
/// assert_ne!(key, [0; 32]);
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn entropy(buf: &mut [u8]) -> std::io::Result<()> {
    getrandom::fill(buf).map_err(std::io::Error::from)
}

/// A name that cannot be guessed: 128 random bits as 32 hexadecimal digits.
///
/// # Errors
///
/// As with [`entropy`].
pub fn random_id() -> std::io::Result<String> {
    let mut bytes = [0; 16];
    entropy(&mut bytes)?;
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap_or('0');
    Ok(bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect())
}

/// Writes `fn main` for a program that is one future: `main!(async { ... })`.
///
/// The future may have any output `main` may return (`()`, `Result<(), E>`, `ExitCode`).
///
/// ```
/// use pulseengine_mcp_runtime::prelude::*;
///
/// async fn run() -> Result<(), std::io::Error> {
///     let mut out = stdout();
///     out.write_all(b"done\n").await?;
///     out.flush().await
/// }
///
/// pulseengine_mcp_runtime::main!(run());
/// ```
#[macro_export]
macro_rules! main {
    ($future:expr $(,)?) => {
        fn main() -> impl ::std::process::Termination {
            $crate::block_on(__main())
        }

        fn __main() -> impl ::core::future::Future<Output = impl ::std::process::Termination> {
            $future
        }

        $crate::export_run!(__main());
    };
}

/// Exports `wasi:cli/run` of WASI 0.3 beside that of 0.2, if the feature `wasip3` is on: the future's output is what `main`
/// may return. For the crate that becomes the component.
#[doc(hidden)]
#[macro_export]
macro_rules! export_run {
    ($future:expr) => {
        $crate::on_wasi_0_3! {
            const _: () = {
                struct Program;

                impl $crate::wasi::p3::bindings::exports::cli::run::Guest for Program {
                    async fn run() -> ::core::result::Result<(), ()> {
                        $crate::wasi::p3::run($future).await
                    }
                }

                $crate::wasi::p3::bindings::cli::command::export!(
                    Program with_types_in $crate::wasi::p3::bindings
                );
            };
        }
    };
}
