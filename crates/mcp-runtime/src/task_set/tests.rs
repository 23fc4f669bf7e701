//! Models of a set whose futures are woken by other threads. loom runs each in every order of its steps, up to a number of
//! preemptions; a wake that is lost is a deadlock there. How they are run: CONTRIBUTING.md.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use loom::future::block_on;
use loom::thread::{self, ThreadId};

use super::{BoxFuture, TaskSet};
use crate::std_sync::{AtomicBool, AtomicU32, Mutex, Ordering};

fn model(run: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(run);
}

/// Something that futures wait for. Its flags are relaxed: it is the set that orders a wake before the poll after it.
struct Signal {
    done: [AtomicBool; 2],
    waker: Mutex<Option<Waker>>,
    polls: AtomicU32,
}

impl Signal {
    fn new() -> Arc<Self> {
        let done = [AtomicBool::new(false), AtomicBool::new(true)];
        Arc::new(Self { done, waker: Mutex::new(None), polls: AtomicU32::new(0) })
    }

    /// One that two threads have to finish.
    fn of_two() -> Arc<Self> {
        let signal = Self::new();
        signal.done[1].store(false, Ordering::Relaxed);
        signal
    }

    fn future(self: &Arc<Self>, output: u8) -> BoxFuture<u8> {
        let signal = Arc::clone(self);
        Box::pin(poll_fn(move |cx| {
            signal.polls.fetch_add(1, Ordering::Relaxed);
            *signal.waker.lock().unwrap() = Some(cx.waker().clone());
            let done = signal.done.iter().all(|flag| flag.load(Ordering::Relaxed));
            if done { Poll::Ready(output) } else { Poll::Pending }
        }))
    }

    fn finish(&self) {
        self.done[0].store(true, Ordering::Relaxed);
        let waker = self.waker.lock().unwrap().take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// The task around a set, which `thread` must not wake.
struct Parent {
    thread: ThreadId,
}

impl Wake for Parent {
    fn wake(self: Arc<Self>) {
        assert_ne!(self.thread, thread::current().id());
    }
}

fn poll(set: &mut TaskSet<u8>, waker: &Waker) -> Poll<Option<u8>> {
    set.poll_next(&mut Context::from_waker(waker))
}

/// A set with the future of `signal`, which has been polled once, and the waker that the future was given.
fn waiting(signal: &Arc<Signal>) -> (TaskSet<u8>, Waker) {
    let mut set = TaskSet::new();
    set.push(signal.future(1));
    assert_eq!(poll(&mut set, Waker::noop()), Poll::Pending);
    let waker = signal.waker.lock().unwrap().take().unwrap();
    (set, waker)
}

#[test]
fn a_wake_during_a_poll_is_not_lost() {
    model(|| {
        let signal = Signal::new();
        let mut set = TaskSet::new();
        set.push(signal.future(1));
        let finishing = Arc::clone(&signal);
        let finisher = thread::spawn(move || finishing.finish());
        assert_eq!(block_on(set.next()), Some(1));
        assert_eq!(block_on(set.next()), None);
        finisher.join().unwrap();
    });
}

#[test]
fn two_wakes_of_one_future_are_both_seen() {
    model(|| {
        let signal = Signal::of_two();
        let (mut set, waker) = waiting(&signal);
        let wakers: Vec<_> = (0..2)
            .map(|at| {
                let (signal, waker) = (Arc::clone(&signal), waker.clone());
                thread::spawn(move || {
                    signal.done[at].store(true, Ordering::Relaxed);
                    waker.wake();
                })
            })
            .collect();
        assert_eq!(block_on(set.next()), Some(1));
        wakers.into_iter().for_each(|waker| waker.join().unwrap());
    });
}

#[test]
fn two_futures_are_woken_by_two_threads() {
    model(|| {
        let signals = [Signal::new(), Signal::new()];
        let mut set = TaskSet::new();
        set.push(signals[0].future(0));
        set.push(signals[1].future(1));
        let finishers = signals.map(|signal| thread::spawn(move || signal.finish()));
        let found = [block_on(set.next()), block_on(set.next())];
        assert!(found == [Some(0), Some(1)] || found == [Some(1), Some(0)], "{found:?}");
        assert!(set.is_empty());
        finishers.into_iter().for_each(|finisher| finisher.join().unwrap());
    });
}

#[test]
fn a_future_pushed_while_another_is_woken_is_run() {
    model(|| {
        let signals = [Signal::new(), Signal::new()];
        let (mut set, waker) = waiting(&signals[0]);
        *signals[0].waker.lock().unwrap() = Some(waker);
        let (first, second) = (Arc::clone(&signals[0]), Arc::clone(&signals[1]));
        let finisher = thread::spawn(move || {
            first.finish();
            second.finish();
        });
        set.push(signals[1].future(2));
        let found = [block_on(set.next()), block_on(set.next())];
        assert!(found == [Some(1), Some(2)] || found == [Some(2), Some(1)], "{found:?}");
        finisher.join().unwrap();
    });
}

#[test]
fn a_future_that_wakes_itself_leaves_room_for_one_that_is_woken() {
    model(|| {
        let signal = Signal::new();
        let (mut set, waker) = waiting(&signal);
        *signal.waker.lock().unwrap() = Some(waker);
        let mut yields = 1;
        set.push(Box::pin(poll_fn(move |cx| {
            if yields == 0 {
                return Poll::Ready(2);
            }
            yields -= 1;
            cx.waker().wake_by_ref();
            Poll::Pending
        })));
        let finisher = thread::spawn(move || signal.finish());
        let found = [block_on(set.next()), block_on(set.next())];
        assert!(found == [Some(1), Some(2)] || found == [Some(2), Some(1)], "{found:?}");
        finisher.join().unwrap();
    });
}

#[test]
fn a_set_dropped_while_its_future_is_woken_lets_go_of_the_task() {
    model(|| {
        let signal = Signal::new();
        let (mut set, waker) = waiting(&signal);
        let around = Arc::new(Parent { thread: thread::current().id() });
        let parent = Waker::from(Arc::clone(&around));
        assert_eq!(poll(&mut set, &parent), Poll::Pending);
        drop(parent);
        let left = waker.clone();
        let thread = thread::spawn(move || waker.wake());
        drop(set);
        left.wake_by_ref();
        thread.join().unwrap();
        assert_eq!((Arc::strong_count(&around), Arc::strong_count(&signal)), (1, 1));
        drop(left);
    });
}

#[test]
fn a_waker_left_behind_neither_wakes_nor_hinders_the_next_future_in_its_slot() {
    model(|| {
        let (old, new) = (Signal::new(), Signal::new());
        let mut set = TaskSet::new();
        let key = set.push(old.future(1));
        assert_eq!(poll(&mut set, Waker::noop()), Poll::Pending);
        let late = old.waker.lock().unwrap().take().unwrap();
        let stale = thread::spawn(move || late.wake());
        assert!(set.cancel(key));
        set.push(new.future(2));
        let finishing = Arc::clone(&new);
        let finisher = thread::spawn(move || finishing.finish());
        assert_eq!(block_on(set.next()), Some(2));
        assert_eq!(block_on(set.next()), None);
        assert!(new.polls.load(Ordering::Relaxed) <= 2, "the old waker woke the new future");
        stale.join().unwrap();
        finisher.join().unwrap();
    });
}
