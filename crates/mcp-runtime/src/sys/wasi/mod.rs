//! The backend on WASI 0.2: everything but the reactor, which is `lean.rs` or `wstd.rs`. With the feature `wasip3`, `p3/` adds
//! calls of asynchronous exports of WASI 0.3, which wait without a reactor of ours.
//!
//! A reactor has three names: `Wait` (one thing to wait for: a moment or a pollable), `run` (drives the executor's
//! root future to its end) and `start_outside` (what a task becomes that is spawned outside of our `block_on`).

mod executor;
mod fatal;
pub(crate) mod http;
#[cfg(feature = "wasip3")]
pub mod p3;
mod stdio;
pub mod streams;
mod task;
mod time;

use std::time::Duration;

use wasip2::clocks::wall_clock;

pub use self::executor::block_on;
pub(super) use self::fatal::fatal;
#[cfg(feature = "wasip3")]
use self::p3::Timer;
pub use self::stdio::{
    Stderr, Stdin, Stdout, Stdout as ClaimedStdout, stderr, stdin, stdout, stdout as claim_stdout,
};
pub use self::task::{AbortHandle, JoinError, JoinHandle, run_blocking, spawn, spawn_blocking, yield_now};
pub use self::time::{
    Elapsed, Instant, Interval, MissedTickBehavior, Sleep, interval, interval_at, sleep, sleep_until,
    timeout, timeout_at,
};

#[cfg(not(feature = "wasip3"))]
use super::reactor::Wait as Timer;

/// The wall clock: time since 1970-01-01 00:00 UTC.
pub fn unix_time() -> Duration {
    let now = wall_clock::now();
    Duration::new(now.seconds, now.nanoseconds)
}
