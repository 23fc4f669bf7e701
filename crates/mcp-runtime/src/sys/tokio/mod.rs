//! The backend on native platforms: tokio itself, not a wrapper around it.

mod blocking;
pub(crate) mod http;
mod stop_signal;
mod stream;
#[cfg_attr(not(feature = "tls"), path = "no_tls.rs")]
mod tls;

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

pub use blocking::run_blocking;
pub use stop_signal::stop_signal;
pub use tokio::task::{AbortHandle, JoinError, JoinHandle, spawn, spawn_blocking, yield_now};
pub use tokio::time::error::Elapsed;
pub use tokio::time::{
    Instant, Interval, MissedTickBehavior, Sleep, interval, interval_at, sleep, sleep_until, timeout,
    timeout_at,
};

pub use super::claim::{ClaimedStdout, claim_stdout};
pub use super::stdio::{Stderr, Stdin, Stdout, stderr, stdin, stdout};

/// How long the end of the program waits for output that was written but not flushed.
const LAST_WRITES: Duration = Duration::from_millis(100);

/// Two that handlers may block, and two that go on.
const FEWEST_WORKERS: usize = 4;

static OUTPUT_BY_THREAD: AtomicBool = AtomicBool::new(false);

/// Tells [`block_on`] that tokio's blocking threads write the output of this process.
pub(super) fn output_by_thread() {
    OUTPUT_BY_THREAD.store(true, Ordering::Relaxed);
}

/// Runs a future, and what it spawns, to the end of that future.
///
/// Natively this starts a multi-threaded tokio runtime with everything enabled, of at least four worker threads: handlers that
/// block two of them leave two. The environment variable `TOKIO_WORKER_THREADS` sets another number. Tasks that are still running when the
/// future finishes are dropped, and no outstanding read of standard input delays the return.
///
/// # Panics
///
/// If the operating system refuses the runtime its resources, and when called from inside a runtime.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    if std::env::var_os("TOKIO_WORKER_THREADS").is_none() {
        builder
            .worker_threads(std::thread::available_parallelism().map_or(1, usize::from).max(FEWEST_WORKERS));
    }
    let runtime = match builder.enable_all().build() {
        Ok(runtime) => runtime,
        #[expect(clippy::panic, reason = "there is no runtime to report it to, and no output to return")]
        Err(error) => panic!("cannot start the async runtime: {error}"),
    };
    let output = runtime.block_on(future);
    // Dropping the runtime would wait for the thread that sits in a read of standard input.
    if OUTPUT_BY_THREAD.load(Ordering::Relaxed) {
        runtime.shutdown_timeout(LAST_WRITES);
    } else {
        runtime.shutdown_background();
    }
    output
}

/// The wall clock: time since 1970-01-01 00:00 UTC (zero if the clock is set before that).
pub fn unix_time() -> Duration {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}
