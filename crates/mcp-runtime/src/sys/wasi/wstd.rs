//! The reactor of feature `wstd`: pollables are registered with the runtime of the `wstd` crate.
//!
//! A registration must not outlive the runtime, which would wait for it for ever, but a stream may. So futures hold an
//! index into a list, and the list is cleared when the runtime ends.

use std::cell::RefCell;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use wasip2::clocks::monotonic_clock;
use wasip2::io::poll::Pollable;
use wstd::runtime::{AsyncPollable, WaitFor};

use crate::task_set::BoxFuture;

thread_local! {
    // Nothing that may come back here runs while it is borrowed.
    static ENTRIES: RefCell<Entries> = const { RefCell::new(Entries { list: Vec::new(), free: Vec::new(), runtime: 0 }) };
}

#[derive(Default)]
struct Entries {
    list: Vec<Option<PollableEntry>>,
    free: Vec<usize>,
    /// How many runtimes have ended: indexes are of one runtime.
    runtime: u32,
}

struct PollableEntry {
    // Must be dropped before `pollable`.
    waiting: Option<WaitFor>,
    pollable: AsyncPollable,
}

fn with_entries<R>(f: impl FnOnce(&mut Entries) -> R) -> R {
    ENTRIES.with(|entries| f(&mut entries.borrow_mut()))
}

/// One thing to wait for, at a time: a moment or a stream.
pub(super) struct Wait {
    index: Option<usize>,
    runtime: u32,
}

impl Wait {
    pub(super) const fn new() -> Self {
        Self { index: None, runtime: 0 }
    }

    /// Ready when the monotonic clock has reached `deadline` (nanoseconds).
    pub(super) fn poll_until(&mut self, deadline: u64, cx: &mut Context<'_>) -> Poll<()> {
        if self.index().is_none() && monotonic_clock::now() >= deadline {
            return Poll::Ready(());
        }
        let poll = self.poll_stream(&mut || Some(monotonic_clock::subscribe_instant(deadline)), cx);
        if poll.is_ready() {
            self.clear();
        }
        poll
    }

    /// Ready when the pollable is. `subscribe` is called while there is none, and may have none to give any more.
    pub(super) fn poll_stream(
        &mut self,
        subscribe: &mut dyn FnMut() -> Option<Pollable>,
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        if self.index().is_none() {
            self.index = subscribe().map(insert);
        }
        with_entries(|entries| {
            let Some(Some(entry)) = self.index.and_then(|index| entries.list.get_mut(index)) else {
                return Poll::Ready(());
            };
            let waiting = entry.waiting.get_or_insert_with(|| entry.pollable.wait_for());
            let poll = Pin::new(waiting).poll(cx);
            if poll.is_ready() {
                entry.waiting = None;
            }
            poll
        })
    }

    /// The index, unless it is of a runtime that has ended.
    fn index(&mut self) -> Option<usize> {
        let runtime = with_entries(|entries| entries.runtime);
        if self.runtime != runtime {
            self.runtime = runtime;
            self.index = None;
        }
        self.index
    }

    fn clear(&mut self) {
        let Some(index) = self.index() else { return };
        self.index = None;
        let _dropped_outside = with_entries(|entries| {
            entries.free.push(index);
            entries.list.get_mut(index).and_then(Option::take)
        });
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        self.clear();
    }
}

fn insert(pollable: Pollable) -> usize {
    let entry = PollableEntry { waiting: None, pollable: AsyncPollable::new(pollable) };
    with_entries(|entries| {
        let index = entries.free.pop().unwrap_or(entries.list.len());
        match entries.list.get_mut(index) {
            Some(free) => *free = Some(entry),
            None => entries.list.push(Some(entry)),
        }
        index
    })
}

/// Drives a future to its end.
pub(super) fn run<F: Future>(root: F) -> F::Output {
    wstd::runtime::block_on(async {
        let output = root.await;
        let _dropped_outside = with_entries(|entries| {
            let runtime = entries.runtime.wrapping_add(1);
            mem::replace(entries, Entries { runtime, ..Entries::default() })
        });
        output
    })
}

/// A task under a `block_on` of wstd itself becomes a task of wstd.
pub(super) fn start_outside(task: BoxFuture<()>) {
    wstd::runtime::spawn(task).detach();
}
