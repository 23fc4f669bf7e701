//! The CPU time of the current thread, where the operating system tells it in nanoseconds.

use std::time::Duration;

/// CPU time of the calling thread since it started; `None` where `/proc` does not say.
pub(crate) fn of_this_thread() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_ascii_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}
