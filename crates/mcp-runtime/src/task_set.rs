//! Concurrency inside one task: a set of futures of which only the woken ones are polled.
//!
//! A server that answers many requests on one connection needs many futures in flight and can often do without a
//! task for each: no spawn, no channel for the results, and dropping the set drops what it runs. The set needs no
//! executor of its own, so it is the same code on every platform (on WASI it *is* the executor).

use std::collections::VecDeque;
use std::fmt;
use std::future::{Future, poll_fn};
use std::mem;
use std::pin::Pin;
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use crate::std_sync::{AtomicBool, AtomicU32, Mutex, MutexGuard, Ordering};

/// A future a [`TaskSet`] can hold.
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Names one future in the [`TaskSet`] that returned it, and never another one of that set.
///
/// (After 2^32 futures in one slot a key repeats; no key is held for that long.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TaskKey {
    index: u32,
    generation: u32,
}

/// A set of futures polled inside one task, whose results come in the order of completion.
///
/// Only futures that were woken (or just pushed) are polled. They take turns: one that is always ready cannot keep
/// the others, nor the task around the set, from running. No lock is held while a future is polled.
///
/// If a future panics, the panic passes through [`poll_next`](Self::poll_next) and that future is gone from the set.
///
/// ```
/// use pulseengine_mcp_runtime::{TaskSet, block_on, sleep};
/// use std::time::Duration;
///
/// block_on(async {
///     let mut set = TaskSet::new();
///     for millis in [20, 1, 10] {
///         set.push(Box::pin(async move {
///             sleep(Duration::from_millis(millis)).await;
///             millis
///         }));
///     }
///     assert_eq!(set.next().await, Some(1));
///     assert_eq!(set.next().await, Some(10));
///     assert_eq!(set.next().await, Some(20));
///     assert_eq!(set.next().await, None);
/// });
/// ```
pub struct TaskSet<T> {
    slots: Vec<Slot<T>>,
    free: Vec<u32>,
    /// Woken futures that poll_next took over from `woken`, and those just pushed.
    batch: VecDeque<TaskKey>,
    woken: Arc<Woken>,
}

struct Slot<T> {
    generation: u32,
    future: Option<BoxFuture<T>>,
    entry: Arc<SlotWaker>,
    waker: Waker,
}

/// What wakers of one set share.
struct Woken {
    queue: Mutex<Queue>,
}

struct Queue {
    keys: VecDeque<TaskKey>,
    /// The task around the set, while it waits.
    parent: Option<Waker>,
}

/// Behind the waker of one slot. Reused by the slot's next future if nothing else still holds it.
struct SlotWaker {
    index: u32,
    generation: AtomicU32,
    queued: AtomicBool,
    woken: Arc<Woken>,
}

impl Woken {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for SlotWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if self.queued.swap(true, Ordering::AcqRel) {
            return;
        }
        let key = TaskKey { index: self.index, generation: self.generation.load(Ordering::Relaxed) };
        let parent = {
            let mut queue = self.woken.lock();
            queue.keys.push_back(key);
            queue.parent.take()
        };
        if let Some(parent) = parent {
            parent.wake();
        }
    }
}

impl<T> Slot<T> {
    fn new(index: u32, woken: &Arc<Woken>) -> Self {
        let (entry, waker) = SlotWaker::new(index, 0, woken);
        Self { generation: 0, future: None, entry, waker }
    }
}

impl SlotWaker {
    /// Made queued, because its first poll does not wait for a wake.
    fn new(index: u32, generation: u32, woken: &Arc<Woken>) -> (Arc<Self>, Waker) {
        let woken = Arc::clone(woken);
        let generation = AtomicU32::new(generation);
        let entry = Arc::new(Self { index, generation, queued: AtomicBool::new(true), woken });
        let waker = Waker::from(Arc::clone(&entry));
        (entry, waker)
    }
}

enum Refill {
    Taken,
    Empty,
    Exhausted,
}

impl<T> TaskSet<T> {
    /// An empty set.
    #[must_use]
    pub fn new() -> Self {
        let queue = Mutex::new(Queue { keys: VecDeque::new(), parent: None });
        let woken = Arc::new(Woken { queue });
        Self { slots: Vec::new(), free: Vec::new(), batch: VecDeque::new(), woken }
    }

    /// Adds a future. It runs from the next [`poll_next`](Self::poll_next) or [`next`](Self::next) on.
    pub fn push(&mut self, future: BoxFuture<T>) -> TaskKey {
        let index = self.free.pop().unwrap_or(self.slots.len() as u32);
        if index as usize == self.slots.len() {
            self.slots.push(Slot::new(index, &self.woken));
        }
        let mut key = TaskKey { index, generation: 0 };
        if let Some(slot) = self.slots.get_mut(index as usize) {
            slot.generation = slot.generation.wrapping_add(1);
            // Two owners are the slot itself. A third is a waker that an earlier future left somewhere, which
            // must not wake this one.
            if Arc::strong_count(&slot.entry) == 2 {
                slot.entry.generation.store(slot.generation, Ordering::Relaxed);
                slot.entry.queued.store(true, Ordering::Release);
            } else {
                (slot.entry, slot.waker) = SlotWaker::new(index, slot.generation, &self.woken);
            }
            slot.future = Some(future);
            key.generation = slot.generation;
        }
        self.batch.push_back(key);
        key
    }

    /// Drops a future at once. False if it has finished, panicked or been cancelled before.
    pub fn cancel(&mut self, key: TaskKey) -> bool {
        match self.take(key) {
            Some(_future) => true,
            None => false,
        }
    }

    /// Whether the future has neither finished nor been cancelled.
    #[must_use]
    pub fn contains(&self, key: TaskKey) -> bool {
        self.slots
            .get(key.index as usize)
            .is_some_and(|slot| slot.generation == key.generation && slot.future.is_some())
    }

    /// How many futures have neither finished nor been cancelled.
    #[must_use]
    pub fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// Whether no future is left.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Runs the woken futures until one finishes, and returns its result; `None` when the set is empty.
    ///
    /// After `Pending`, the task of `cx` is woken when there is more to do. Cancel-safe: no result is ever lost.
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        self.poll_next_keyed(cx).map(|next| next.map(|(_, output)| output))
    }

    /// As [`poll_next`](Self::poll_next), with the key of the future that finished.
    pub fn poll_next_keyed(&mut self, cx: &mut Context<'_>) -> Poll<Option<(TaskKey, T)>> {
        let mut may_refill = true;
        loop {
            while let Some(key) = self.batch.pop_front() {
                if let Some(output) = self.poll_one(key) {
                    return Poll::Ready(Some((key, output)));
                }
            }
            if self.is_empty() {
                // Futures may be woken in their last poll: nothing else would ever collect these keys.
                self.woken.lock().keys.clear();
                return Poll::Ready(None);
            }
            match self.refill(may_refill, cx.waker()) {
                Refill::Taken => may_refill = false,
                Refill::Empty => return Poll::Pending,
                Refill::Exhausted => {
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
            }
        }
    }

    /// Waits for the next future to finish; `None` when the set is empty. Cancel-safe.
    pub async fn next(&mut self) -> Option<T> {
        poll_fn(|cx| self.poll_next(cx)).await
    }

    /// Takes what was woken meanwhile, once per call of poll_next: more is left for after the task's other work.
    fn refill(&mut self, may_refill: bool, parent: &Waker) -> Refill {
        let mut queue = self.woken.lock();
        if queue.keys.is_empty() {
            match &mut queue.parent {
                Some(known) => known.clone_from(parent),
                none => *none = Some(parent.clone()),
            }
            Refill::Empty
        } else if may_refill {
            mem::swap(&mut queue.keys, &mut self.batch);
            Refill::Taken
        } else {
            Refill::Exhausted
        }
    }

    fn take(&mut self, key: TaskKey) -> Option<BoxFuture<T>> {
        let slot = self.slots.get_mut(key.index as usize)?;
        if slot.generation != key.generation {
            return None;
        }
        let future = slot.future.take()?;
        self.free.push(key.index);
        Some(future)
    }

    /// The future is out of the set while it runs, so that nothing of it stays behind if it panics.
    fn poll_one(&mut self, key: TaskKey) -> Option<T> {
        let mut future = self.take(key)?;
        let slot = self.slots.get_mut(key.index as usize)?;
        slot.entry.queued.swap(false, Ordering::AcqRel);
        match future.as_mut().poll(&mut Context::from_waker(&slot.waker)) {
            Poll::Ready(output) => Some(output),
            Poll::Pending => {
                slot.future = Some(future);
                self.free.pop();
                None
            }
        }
    }
}

impl<T> Default for TaskSet<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Drop for TaskSet<T> {
    fn drop(&mut self) {
        // A waker left somewhere must neither keep the task around the set alive nor wake it.
        let parent = self.woken.lock().parent.take();
        drop(parent);
    }
}

impl<T> fmt::Debug for TaskSet<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskSet").field("len", &self.len()).finish_non_exhaustive()
    }
}

#[cfg(all(test, mcp_loom))]
mod tests;
