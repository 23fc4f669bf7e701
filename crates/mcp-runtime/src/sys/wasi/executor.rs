//! The executor: one root future, in which the main future and all tasks take turns.
//!
//! Tasks live in a [`TaskSet`]; `spawn` reaches it through an inbox, because the set is borrowed while a task runs.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use super::super::reactor;
use super::fatal;
use crate::task_set::{BoxFuture, TaskSet};

thread_local! {
    /// Present while a `block_on` runs.
    static INBOX: RefCell<Option<Inbox>> = const { RefCell::new(None) };
}

/// The future that the executor was started for.
pub(super) type Main<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// Where `spawn` leaves tasks for the executor that runs.
pub(super) struct Inbox {
    spawned: Vec<BoxFuture<()>>,
    /// The root future's waker, while that waits: a task may be spawned by code that it does not poll.
    root: Option<Waker>,
}

/// Runs a future, and what it spawns, to the end of that future.
///
/// Tasks that are still running then are dropped. If no task can run and none waits for anything outside of the
/// instance, nothing can ever happen again: the instance traps with a message on standard error.
///
/// # Panics
///
/// Traps when called from inside another `block_on`.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut output = None;
    reactor::run(root(Box::pin(async { output = Some(future.await) }), drop));
    match output {
        Some(output) => output,
        None => fatal("block_on ended before its future\n"),
    }
}

/// Calls `f` with the inbox; `None` if no `block_on` runs. `f` must not call or drop wakers or tasks: they may call this function.
fn with_inbox<R>(f: impl FnOnce(&mut Inbox) -> R) -> Option<R> {
    INBOX.with_borrow_mut(|inbox| inbox.as_mut().map(f))
}

/// Hands a task to the running executor.
pub(super) fn start(task: BoxFuture<()>) {
    let mut task = Some(task);
    let root = with_inbox(|inbox| {
        inbox.spawned.extend(task.take());
        inbox.root.take()
    });
    if let Some(task) = task {
        reactor::start_outside(task);
    }
    if let Some(root) = root.flatten() {
        root.wake();
    }
}

/// Runs the main future and all tasks; `leave` is given the tasks that are left at its end, or when this is dropped.
/// Compiled once for all futures.
pub(super) async fn root(main: Main<'_>, leave: fn(TaskSet<()>)) {
    // Declared first to be dropped last: destructors of tasks may still spawn.
    let _entered = Entered::enter();
    let mut tasks = Leaving { tasks: TaskSet::new(), leave };
    // Dropped before the tasks, which its destructors may add to.
    let mut main = main;
    let mut main_waker = None;
    poll_fn(|cx| {
        let (woken, waker) = MainWoken::refresh(&mut main_waker, cx);
        if woken.0.swap(false, Ordering::AcqRel)
            && main.as_mut().poll(&mut Context::from_waker(waker)).is_ready()
        {
            return Poll::Ready(());
        }
        run_tasks(&mut tasks.tasks, cx);
        Poll::Pending
    })
    .await
}

struct Leaving {
    tasks: TaskSet<()>,
    leave: fn(TaskSet<()>),
}

impl Drop for Leaving {
    fn drop(&mut self) {
        (self.leave)(std::mem::take(&mut self.tasks));
    }
}

/// Polls every task that is ready once, and has the root polled again if that made more work.
fn run_tasks(tasks: &mut TaskSet<()>, cx: &mut Context<'_>) {
    take_in(tasks);
    while let Poll::Ready(Some(())) = tasks.poll_next(cx) {}
    let again = with_inbox(|inbox| {
        inbox.root.get_or_insert_with(|| cx.waker().clone());
        !inbox.spawned.is_empty()
    });
    if again == Some(true) {
        cx.waker().wake_by_ref();
    }
}

/// Adds the tasks that were spawned meanwhile.
pub(super) fn take_in(tasks: &mut TaskSet<()>) {
    for task in take_spawned() {
        tasks.push(task);
    }
}

fn take_spawned() -> Vec<BoxFuture<()>> {
    with_inbox(|inbox| std::mem::take(&mut inbox.spawned)).unwrap_or_default()
}

/// Runs tasks that outlive their main future.
#[cfg(feature = "wasip3")]
pub(super) async fn rest(mut tasks: TaskSet<()>) {
    let _entered = Entered::enter();
    poll_fn(|cx| {
        run_tasks(&mut tasks, cx);
        take_in(&mut tasks);
        if tasks.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// Puts another inbox in place, for executors that take turns.
#[cfg(feature = "wasip3")]
pub(super) fn exchange_inbox(other: Option<Inbox>) -> Option<Inbox> {
    INBOX.replace(other)
}

struct Entered;

impl Entered {
    fn enter() -> Self {
        if INBOX.replace(Some(Inbox { spawned: Vec::new(), root: None })).is_some() {
            fatal("block_on inside block_on: await the future instead\n");
        }
        Self
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        // Dropping a task that never ran may spawn another one.
        loop {
            let spawned = take_spawned();
            if spawned.is_empty() {
                break;
            }
            drop(spawned);
        }
        drop(INBOX.replace(None));
    }
}

/// Whether the main future was woken. Its waker passes the wake on to the root.
struct MainWoken(AtomicBool, Waker);

impl MainWoken {
    fn refresh<'a>(known: &'a mut Option<(Arc<Self>, Waker)>, cx: &Context<'_>) -> &'a (Arc<Self>, Waker) {
        if known.as_ref().is_some_and(|(woken, _)| !woken.1.will_wake(cx.waker())) {
            *known = None;
        }
        known.get_or_insert_with(|| {
            let woken = Arc::new(Self(AtomicBool::new(true), cx.waker().clone()));
            let waker = Waker::from(Arc::clone(&woken));
            (woken, waker)
        })
    }
}

impl Wake for MainWoken {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.0.swap(true, Ordering::AcqRel) {
            self.1.wake_by_ref();
        }
    }
}
