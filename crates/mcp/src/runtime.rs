//! Tasks, time, locks, random bytes, byte streams and outbound HTTP, the same natively and in components: for handlers, and
//! for programs with a `main` of their own.

pub use pulseengine_mcp_runtime::{
    AbortHandle, BoxFuture, Elapsed, Instant, Interval, JoinError, JoinHandle, MaybeFuture,
    MissedTickBehavior, Sleep, block_on, entropy, http, interval, interval_at, io, join, random_id,
    run_blocking, sleep, sleep_until, spawn, spawn_blocking, sync, timeout, timeout_at, unix_time, yield_now,
};

pulseengine_mcp_runtime::on_wasi! {
    pub use pulseengine_mcp_runtime::wasi;
}
