//! Tasks: `spawn` and the handles to join and abort.

use std::error::Error;
use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use super::executor;
use crate::MaybeFuture;
use crate::task_set::BoxFuture;

/// Starts a task, which runs concurrently with the caller whether or not the handle is kept.
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let output = Arc::new(Mutex::new(None));
    let result = Arc::clone(&output);
    // Boxed before it is wrapped, so that the wrapper is compiled once for all tasks.
    let future: BoxFuture<()> = Box::pin(async move {
        let value = future.await;
        *lock(&result) = Some(value);
    });
    let control = Arc::new(Control::default());
    executor::start(Box::pin(Runner { future: Some(future), control: Arc::clone(&control) }));
    JoinHandle { control, output }
}

/// Runs a closure that takes long, and delivers its result.
///
/// There are no threads on WASI: it runs in place, as a task of its own, and other tasks wait until it returns.
pub fn spawn_blocking<F, T>(f: F) -> JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    spawn(async move { f() })
}

/// Runs work that blocks its thread.
///
/// There are no threads on WASI: it runs in place, before this function returns.
pub fn run_blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> MaybeFuture<'static, T> {
    MaybeFuture::Ready(work())
}

/// Lets every other task that is ready run once.
pub async fn yield_now() {
    let mut yielded = false;
    poll_fn(|cx| {
        if yielded {
            return Poll::Ready(());
        }
        yielded = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Waits for a task's result, or aborts it. Dropping the handle leaves the task running.
pub struct JoinHandle<T> {
    control: Arc<Control>,
    output: Arc<Mutex<Option<T>>>,
}

impl<T> JoinHandle<T> {
    /// Has the task dropped the next time the executor reaches it. A task that has finished is not affected.
    pub fn abort(&self) {
        self.control.abort();
    }

    /// A handle that can abort the task and nothing else.
    #[must_use]
    pub fn abort_handle(&self) -> AbortHandle {
        AbortHandle(Arc::clone(&self.control))
    }

    /// Whether the task has finished or been dropped.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.control.lock().done
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if !self.control.poll_done(cx) {
            return Poll::Pending;
        }
        Poll::Ready(lock(&self.output).take().ok_or(JoinError(())))
    }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JoinHandle")
    }
}

/// Aborts a task without being able to join it.
#[derive(Clone)]
pub struct AbortHandle(Arc<Control>);

impl AbortHandle {
    /// As [`JoinHandle::abort`].
    pub fn abort(&self) {
        self.0.abort();
    }

    /// As [`JoinHandle::is_finished`].
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.0.lock().done
    }
}

impl fmt::Debug for AbortHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AbortHandle")
    }
}

/// Why a task has no result: it was aborted, or dropped at the end of `block_on`.
#[derive(Debug)]
pub struct JoinError(());

impl JoinError {
    /// True: a task that panics ends the instance, so cancellation is the only reason left.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        true
    }

    /// False, see [`is_cancelled`](Self::is_cancelled).
    #[must_use]
    pub fn is_panic(&self) -> bool {
        false
    }
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("task was cancelled")
    }
}

impl Error for JoinError {}

impl From<JoinError> for io::Error {
    fn from(error: JoinError) -> Self {
        Self::other(error)
    }
}

/// What a task and its handles share.
#[derive(Default)]
struct Control(Mutex<State>);

#[derive(Default)]
struct State {
    aborted: bool,
    done: bool,
    /// Wakes the task, so that it notices an abort.
    task: Option<Waker>,
    joiner: Option<Waker>,
}

impl Control {
    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.0)
    }

    fn abort(&self) {
        let task = {
            let mut state = self.lock();
            state.aborted = true;
            state.task.take()
        };
        if let Some(task) = task {
            task.wake();
        }
    }

    /// After a poll that returned `Pending`. False if the task must not go on.
    fn pause(&self, waker: &Waker) -> bool {
        let mut state = self.lock();
        remember(&mut state.task, waker);
        !state.aborted
    }

    fn poll_done(&self, cx: &Context<'_>) -> bool {
        let mut state = self.lock();
        if !state.done {
            remember(&mut state.joiner, cx.waker());
        }
        state.done
    }

    fn finish(&self) {
        let (task, joiner) = {
            let mut state = self.lock();
            state.done = true;
            (state.task.take(), state.joiner.take())
        };
        drop(task);
        if let Some(joiner) = joiner {
            joiner.wake();
        }
    }
}

/// The task itself, as the executor sees it.
struct Runner {
    future: Option<BoxFuture<()>>,
    control: Arc<Control>,
}

impl Future for Runner {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if !self.control.lock().aborted
            && let Some(future) = &mut self.future
            && future.as_mut().poll(cx).is_pending()
            && self.control.pause(cx.waker())
        {
            return Poll::Pending;
        }
        self.end();
        Poll::Ready(())
    }
}

impl Runner {
    /// The future is dropped before the task's joiner is woken.
    fn end(&mut self) {
        self.future = None;
        self.control.finish();
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        self.end();
    }
}

fn remember(slot: &mut Option<Waker>, waker: &Waker) {
    match slot {
        Some(known) => known.clone_from(waker),
        none => *none = Some(waker.clone()),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
