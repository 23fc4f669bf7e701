//! Attacks of the same kinds as those of the table in the documentation of this crate that were not tried before.

use super::encrypted;
use crate::attacks::{floods, frames, pipes, reads};
use crate::case::{Case, Kind, Load, everything, victim, victim_that_keeps};

/// Every such case.
pub(super) const FURTHER: &[Case] = &[
    beside!(
        Works,
        "slow-readers",
        [],
        victim,
        reads::slowly,
        "answers of 1 MB to one address, a byte now and then"
    ),
    beside!(Works, "slow-by-many", [], victim, reads::slowly_by_many, "the same to 32 addresses"),
    beside!(
        Waits,
        "slow-tls",
        [],
        encrypted,
        reads::slow_handshakes,
        "TLS handshakes of which a byte comes now and then"
    ),
    beside!(
        Works,
        "task-results",
        [],
        victim_that_keeps,
        reads::task_results,
        "the result of 4 MB of a task, not taken"
    ),
    beside!(
        Works,
        "unread-sessions",
        [],
        victim,
        reads::unread_sessions,
        "answers of 4 MB in 64 sessions, not taken"
    ),
    beside!(
        Waits,
        "chunk-extensions",
        [],
        victim,
        reads::chunk_extensions,
        "chunk extensions and trailers without end"
    ),
    beside!(
        Waits,
        "window-drip",
        [],
        victim,
        frames::window_drip,
        "windows of HTTP/2 that are opened byte by byte"
    ),
    beside!(
        Waits,
        "growing-heads",
        [],
        victim,
        frames::growing_heads,
        "heads that name a long field again and again"
    ),
    beside!(
        Waits,
        "half-closed",
        [],
        victim,
        floods::half_closed,
        "clients that close their side during a call"
    ),
    beside!(Waits, "equal-ids", [], victim, floods::equal_ids, "one id in flight 500 times"),
    beside!(Works, "large-tasks", [], victim_that_keeps, reads::large_tasks, "100 tasks of 4 MB"),
    beside!(Works, "resumed", [], victim, reads::resumed, "a stream that is resumed again and again"),
    beside!(
        Works,
        "long-subscriptions",
        [],
        victim,
        reads::long_subscriptions,
        "streams of changes of 480 long URIs"
    ),
    beside!(
        Works,
        "window-settings",
        [],
        victim,
        frames::window_settings,
        "the window of all streams changed again and again"
    ),
    beside!(
        Works,
        "small-windows",
        [],
        victim,
        frames::small_windows,
        "windows opened byte by byte, frames that mean nothing"
    ),
    beside!(
        Works,
        "reset-at-work",
        [],
        victim,
        frames::reset_at_work,
        "calls of HTTP/2 that are reset while they run"
    ),
    beside!(
        Works,
        "small-messages",
        [],
        victim,
        floods::small_messages,
        "cancellations, pings, answers to nothing"
    ),
    beside!(
        Works,
        "batches-of-calls",
        [],
        victim,
        floods::batches_of_calls,
        "batches of 256 calls that do not end"
    ),
    beside!(
        Works,
        "progress",
        [],
        victim,
        floods::progress,
        "progress without a pause, read as fast as it can be"
    ),
    beside!(Works, "long-fields", [], everything, floods::long_fields, "fields of thousands of parts"),
    beside!(Works, "churn", [], victim, floods::churn, "sessions that begin and end at once"),
    alone!(Works, "stdio-equal-ids", [], pipes::equal_ids, "stdio: one id in flight 500 times"),
    alone!(Works, "stdio-subscriptions", [], pipes::subscriptions, "stdio: 5,000 subscriptions to long URIs"),
    alone!(Works, "stdio-small", [], pipes::small_messages, "stdio: 1 MB of small messages"),
    alone!(Works, "stdio-progress", [], pipes::unread_progress, "stdio: progress of 200 calls, not read"),
];
