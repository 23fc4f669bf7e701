//! The lean reactor: a list of what is waited for, and one call that waits for all of it.
//!
//! Futures hold an index into the list, never a pollable, so they are `Send`. The list is thread-local; a component
//! has one thread.

use std::cell::RefCell;
use std::future::Future;
use std::mem;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use wasip2::clocks::monotonic_clock;
use wasip2::io::poll::{self, Pollable};

use super::backend::fatal;
use crate::task_set::BoxFuture;

/// While tasks are always ready, the host is polled once in this many rounds.
const ROUNDS: u8 = 8;

thread_local! {
    // Nothing that may come back here runs while it is borrowed.
    static ENTRIES: RefCell<Entries> = const { RefCell::new(Entries { list: Vec::new(), free: Vec::new() }) };
}

#[derive(Default)]
struct Entries {
    list: Vec<WaitEntry>,
    free: Vec<usize>,
}

struct WaitEntry {
    source: WaitSource,
    state: WaitState,
}

enum WaitSource {
    Free,
    /// Nanoseconds of the monotonic clock.
    Deadline(u64),
    Stream(Pollable),
}

enum WaitState {
    Idle,
    Waiting(Waker),
    Fired,
}

fn with_entries<R>(f: impl FnOnce(&mut Entries) -> R) -> R {
    ENTRIES.with(|entries| f(&mut entries.borrow_mut()))
}

/// One thing to wait for, at a time: a moment or a stream.
pub(super) struct Wait {
    index: Option<usize>,
}

impl Wait {
    pub(super) const fn new() -> Self {
        Self { index: None }
    }

    /// Ready when the monotonic clock has reached `deadline` (nanoseconds).
    pub(super) fn poll_until(&mut self, deadline: u64, cx: &mut Context<'_>) -> Poll<()> {
        if self.index.is_none() {
            if monotonic_clock::now() >= deadline {
                return Poll::Ready(());
            }
            self.index = Some(insert(WaitSource::Deadline(deadline)));
        }
        let poll = self.poll(cx);
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
        if self.index.is_none() {
            self.index = subscribe().map(|pollable| insert(WaitSource::Stream(pollable)));
        }
        self.poll(cx)
    }

    fn poll(&self, cx: &mut Context<'_>) -> Poll<()> {
        let waker = cx.waker().clone();
        let (poll, _dropped_outside) = with_entries(|entries| {
            let Some(entry) = self.index.and_then(|index| entries.list.get_mut(index)) else {
                return (Poll::Ready(()), WaitState::Idle);
            };
            match entry.state {
                WaitState::Fired => (Poll::Ready(()), mem::replace(&mut entry.state, WaitState::Idle)),
                _ => (Poll::Pending, mem::replace(&mut entry.state, WaitState::Waiting(waker))),
            }
        });
        poll
    }

    fn clear(&mut self) {
        let Some(index) = self.index.take() else { return };
        let _dropped_outside = with_entries(|entries| {
            let free = WaitEntry { source: WaitSource::Free, state: WaitState::Idle };
            entries.free.push(index);
            entries.list.get_mut(index).map(|entry| mem::replace(entry, free))
        });
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        self.clear();
    }
}

fn insert(source: WaitSource) -> usize {
    let entry = WaitEntry { source, state: WaitState::Idle };
    with_entries(|entries| {
        let index = entries.free.pop().unwrap_or(entries.list.len());
        match entries.list.get_mut(index) {
            Some(free) => *free = entry,
            None => entries.list.push(entry),
        }
        index
    })
}

/// Set when the root future is to be polled again.
struct RootWaker(AtomicBool);

impl Wake for RootWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.store(true, Ordering::Release);
    }
}

/// Drives a future to its end.
pub(super) fn run<F: Future>(root: F) -> F::Output {
    let woken = Arc::new(RootWaker(AtomicBool::new(false)));
    let waker = Waker::from(Arc::clone(&woken));
    let mut root = pin!(root);
    let mut round = 0;
    loop {
        if let Poll::Ready(output) = root.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        if !woken.0.swap(false, Ordering::AcqRel) {
            wake_ready(Patience::Wait);
            round = 0;
        } else if round == ROUNDS {
            wake_ready(Patience::Look);
            round = 0;
        } else {
            round += 1;
        }
    }
}

/// There is no executor that could take it.
pub(super) fn start_outside(_task: BoxFuture<()>) {
    fatal("spawn was called outside of block_on\n")
}

#[derive(Clone, Copy, PartialEq)]
enum Patience {
    Wait,
    Look,
}

/// Asks the host once about everything that is waited for, and wakes whom the answer concerns.
fn wake_ready(patience: Patience) {
    let mut wakers = Vec::new();
    with_entries(|entries| {
        let streams = ask(&entries.list, patience);
        let now = monotonic_clock::now();
        for (index, entry) in entries.list.iter_mut().enumerate() {
            let fired = match entry.source {
                WaitSource::Deadline(deadline) => deadline <= now,
                _ => streams.contains(&index),
            };
            if fired && let WaitState::Waiting(_) = entry.state {
                wakers.push(mem::replace(&mut entry.state, WaitState::Fired));
            }
        }
    });
    for state in wakers {
        if let WaitState::Waiting(waker) = state {
            waker.wake();
        }
    }
}

/// Returns the indexes of the streams that are ready.
fn ask(entries: &[WaitEntry], patience: Patience) -> Vec<usize> {
    let mut nearest = None;
    let mut streams = Vec::new();
    let mut pollables = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        if let WaitState::Waiting(_) = entry.state {
            match &entry.source {
                WaitSource::Free => {}
                WaitSource::Deadline(deadline) => nearest = Some(nearest.unwrap_or(*deadline).min(*deadline)),
                WaitSource::Stream(pollable) => {
                    streams.push(index);
                    pollables.push(pollable);
                }
            }
        }
    }
    if patience == Patience::Look {
        if pollables.is_empty() {
            return streams;
        }
        // A moment that has passed makes the call return at once.
        nearest = Some(0);
    }
    if nearest.is_none() && pollables.is_empty() {
        fatal("deadlock: no task can run and none waits for time or input\n");
    }
    let timer = nearest.map(monotonic_clock::subscribe_instant);
    pollables.extend(&timer);
    let ready = poll::poll(&pollables);
    ready.into_iter().filter_map(|at| streams.get(at as usize).copied()).collect()
}
