//! The reactor of feature `wstd`: pollables are registered with the runtime of the `wstd` crate.

use std::cell::Cell;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use wasip2::clocks::monotonic_clock;
use wasip2::io::poll::Pollable;
use wstd::runtime::{AsyncPollable, WaitFor};

use crate::task_set::BoxFuture;

thread_local! {
    /// How many runtimes have ended. A pollable of an ended one is gone, and its number may be another's.
    static ENDED: Cell<u32> = const { Cell::new(0) };
}

/// One thing to wait for, at a time: a moment or a stream.
pub(super) struct Wait {
    // Must be dropped before `pollable`.
    waiting: Option<WaitFor>,
    pollable: Option<AsyncPollable>,
    ended: u32,
}

impl Wait {
    pub(super) const fn new() -> Self {
        Self { waiting: None, pollable: None, ended: 0 }
    }

    /// Ready when the monotonic clock has reached `deadline` (nanoseconds).
    pub(super) fn poll_until(&mut self, deadline: u64, cx: &mut Context<'_>) -> Poll<()> {
        self.forget_ended();
        if self.pollable.is_none() && monotonic_clock::now() >= deadline {
            return Poll::Ready(());
        }
        let poll = self.poll_stream(&|| monotonic_clock::subscribe_instant(deadline), cx);
        if poll.is_ready() {
            self.pollable = None;
        }
        poll
    }

    /// Ready when the stream is; `subscribe` is called the first time only.
    pub(super) fn poll_stream(&mut self, subscribe: &dyn Fn() -> Pollable, cx: &mut Context<'_>) -> Poll<()> {
        self.forget_ended();
        let pollable = self.pollable.get_or_insert_with(|| AsyncPollable::new(subscribe()));
        let waiting = self.waiting.get_or_insert_with(|| pollable.wait_for());
        let poll = Pin::new(waiting).poll(cx);
        if poll.is_ready() {
            self.waiting = None;
        }
        poll
    }
}

impl Wait {
    /// The runtime dropped all pollables when it ended, and would panic at being told to drop one more.
    fn forget_ended(&mut self) {
        let ended = ENDED.get();
        if self.ended != ended {
            mem::forget(self.waiting.take());
            mem::forget(self.pollable.take());
            self.ended = ended;
        }
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        self.forget_ended();
    }
}

/// Drives a future to its end.
pub(super) fn run<F: Future>(root: F) -> F::Output {
    let output = wstd::runtime::block_on(root);
    ENDED.set(ENDED.get().wrapping_add(1));
    output
}

/// A task under a `block_on` of wstd itself becomes a task of wstd.
pub(super) fn start_outside(task: BoxFuture<()>) {
    wstd::runtime::spawn(task).detach();
}
