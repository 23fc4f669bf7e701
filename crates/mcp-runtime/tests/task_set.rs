//! `TaskSet` without any runtime: wakers by hand, so that every poll is accounted for.

#![allow(clippy::unwrap_used, clippy::panic, reason = "part of tests")]

use std::future::{Future, pending, poll_fn, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

use pulseengine_mcp_runtime::TaskSet;

/// Counts how often the task around the set is woken.
#[derive(Default)]
struct Parent(AtomicUsize);

impl Wake for Parent {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

fn parent() -> (Arc<Parent>, Waker) {
    let parent = Arc::new(Parent::default());
    let waker = Waker::from(Arc::clone(&parent));
    (parent, waker)
}

fn poll<T>(set: &mut TaskSet<T>, waker: &Waker) -> Poll<Option<T>> {
    set.poll_next(&mut Context::from_waker(waker))
}

/// A future that counts its polls, shows its waker, and is ready when told.
#[derive(Clone, Default)]
struct Probe(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    polls: usize,
    waker: Option<Waker>,
    done: bool,
}

impl Probe {
    fn future(&self) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let probe = self.clone();
        Box::pin(poll_fn(move |cx| {
            let mut state = probe.0.lock().unwrap();
            state.polls += 1;
            state.waker = Some(cx.waker().clone());
            if state.done { Poll::Ready(()) } else { Poll::Pending }
        }))
    }

    fn polls(&self) -> usize {
        self.0.lock().unwrap().polls
    }

    fn waker(&self) -> Waker {
        self.0.lock().unwrap().waker.clone().unwrap()
    }

    fn finish(&self) {
        self.0.lock().unwrap().done = true;
        self.waker().wake();
    }
}

#[test]
fn an_empty_set_is_at_its_end() {
    let (_, waker) = parent();
    let mut set = TaskSet::<u8>::default();
    assert_eq!(poll(&mut set, &waker), Poll::Ready(None));
    assert!(set.is_empty());
    assert_eq!(format!("{set:?}"), "TaskSet { len: 0, .. }");
}

#[test]
fn only_woken_futures_are_polled_and_the_parent_is_woken_once() {
    let (parent, waker) = parent();
    let probes = [Probe::default(), Probe::default(), Probe::default()];
    let mut set = TaskSet::new();
    for probe in &probes {
        set.push(probe.future());
    }
    assert_eq!(poll(&mut set, &waker), Poll::Pending);
    assert_eq!(probes.each_ref().map(Probe::polls), [1, 1, 1]);
    assert_eq!(poll(&mut set, &waker), Poll::Pending);
    assert_eq!(probes.each_ref().map(Probe::polls), [1, 1, 1]);
    probes[1].waker().wake();
    probes[1].waker().wake();
    probes[2].waker().wake();
    assert_eq!(parent.0.load(Ordering::SeqCst), 1);
    assert_eq!(poll(&mut set, &waker), Poll::Pending);
    assert_eq!(probes.each_ref().map(Probe::polls), [1, 2, 2]);
    probes[0].finish();
    assert_eq!(poll(&mut set, &waker), Poll::Ready(Some(())));
    assert_eq!(set.len(), 2);
}

#[test]
fn a_waker_left_behind_does_not_wake_the_next_future_in_its_slot() {
    let (_, waker) = parent();
    let (old, new) = (Probe::default(), Probe::default());
    let mut set = TaskSet::new();
    let key = set.push(old.future());
    assert_eq!(poll(&mut set, &waker), Poll::Pending);
    let stale = old.waker();
    stale.wake_by_ref();
    assert!(set.cancel(key));
    let reused = set.push(new.future());
    assert_ne!(key, reused);
    assert_eq!(poll(&mut set, &waker), Poll::Pending);
    stale.wake();
    assert_eq!(poll(&mut set, &waker), Poll::Pending);
    assert_eq!(new.polls(), 1);
    assert!(!set.cancel(key), "the old key names the new future");
    new.finish();
    assert_eq!(poll(&mut set, &waker), Poll::Ready(Some(())));
}

#[test]
fn the_latest_parent_is_woken() {
    let ((first, first_waker), (second, second_waker)) = (parent(), parent());
    let probe = Probe::default();
    let mut set = TaskSet::new();
    set.push(probe.future());
    assert_eq!(poll(&mut set, &first_waker), Poll::Pending);
    assert_eq!(poll(&mut set, &second_waker), Poll::Pending);
    probe.waker().wake();
    assert_eq!((first.0.load(Ordering::SeqCst), second.0.load(Ordering::SeqCst)), (0, 1));
}

#[test]
fn one_call_polls_an_eager_future_a_bounded_number_of_times() {
    let (parent, waker) = parent();
    let polls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&polls);
    let mut set = TaskSet::new();
    set.push(Box::pin(poll_fn(move |cx| {
        counted.fetch_add(1, Ordering::SeqCst);
        cx.waker().wake_by_ref();
        Poll::<()>::Pending
    })));
    assert_eq!(poll(&mut set, &waker), Poll::Pending);
    assert!(polls.load(Ordering::SeqCst) <= 2, "{polls:?}");
    assert!(parent.0.load(Ordering::SeqCst) >= 1, "it would never be polled again");
}

#[test]
fn a_panic_takes_only_its_own_future() {
    let (_, waker) = parent();
    let mut set = TaskSet::new();
    let bad = set.push(Box::pin(async { panic!("on purpose") }));
    set.push(Box::pin(ready(2)));
    assert!(catch_unwind(AssertUnwindSafe(|| poll(&mut set, &waker))).is_err());
    assert_eq!(set.len(), 1);
    assert!(!set.cancel(bad));
    assert_eq!(poll(&mut set, &waker), Poll::Ready(Some(2)));
    set.push(Box::pin(ready(3)));
    assert_eq!(poll(&mut set, &waker), Poll::Ready(Some(3)));
    assert_eq!(poll(&mut set, &waker), Poll::Ready(None));
}

#[test]
fn a_dropped_set_lets_go_of_the_task_around_it() {
    let (parent, waker) = parent();
    let probe = Probe::default();
    let mut set = TaskSet::new();
    set.push(probe.future());
    assert_eq!(poll(&mut set, &waker), Poll::Pending);
    drop((set, waker));
    probe.waker().wake();
    assert_eq!(parent.0.load(Ordering::SeqCst), 0);
    assert_eq!(Arc::strong_count(&parent), 1);
}

/// Waits by parking this thread, as the simplest of executors does.
fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(thread::Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        thread::park();
    }
}

#[test]
fn wakes_from_other_threads_are_never_lost() {
    const ROUNDS: usize = 200;
    const PROBES: usize = 16;
    for _ in 0..ROUNDS {
        let mut set = TaskSet::new();
        let (tx, rx) = mpsc::channel::<Probe>();
        let finisher = thread::spawn(move || {
            for probe in rx {
                while probe.0.lock().unwrap().waker.is_none() {
                    thread::yield_now();
                }
                probe.finish();
            }
        });
        for _ in 0..PROBES {
            let probe = Probe::default();
            set.push(probe.future());
            tx.send(probe).unwrap();
        }
        set.push(Box::pin(pending()));
        drop(tx);
        for _ in 0..PROBES {
            assert_eq!(block_on(set.next()), Some(()));
        }
        finisher.join().unwrap();
        assert_eq!(set.len(), 1);
    }
}
