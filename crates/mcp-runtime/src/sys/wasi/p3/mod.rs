//! WASI 0.3 beside 0.2: calls of asynchronous exports, of which one instance runs many at once.
//!
//! Each call has tasks of its own and is polled by the bindings, which wait for what it waits for. Wakers work across
//! calls: waking a call that waits writes to a stream it reads. Outside of such a call (in `block_on`) everything goes
//! on by the reactor for 0.2, so that `main` works under both versions.

mod local;
pub(super) mod stdio;
mod streams;
mod timer;

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::process::{ExitCode, Termination};
use std::task::{Context, Poll};

use wasip3::wit_bindgen;

#[doc(hidden)]
pub use wasip3 as bindings;

pub use self::local::{Local, local};
pub use self::streams::{AsyncStreamReader, AsyncStreamWriter};
pub(super) use self::timer::Timer;

use super::executor::{self, Inbox};
use super::fatal;
use crate::task_set::TaskSet;

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Whether a call of an asynchronous export is running.
pub(super) fn inside() -> bool {
    INSIDE.get()
}

/// Runs the main future of a program in a call of `wasi:cli/run`. Tasks that are left at its end are dropped.
///
/// # Errors
///
/// When the program reports any exit code but 0.
pub async fn run<F>(main: F) -> Result<(), ()>
where
    F: Future,
    F::Output: Termination,
{
    let output = call(main, drop).await;
    if output.report() == ExitCode::SUCCESS { Ok(()) } else { Err(()) }
}

/// Runs a future in a call of any other export. What it has spawned goes on when it has ended, or was
/// dropped, as part of the same call.
pub async fn serve<F: Future>(main: F) -> F::Output {
    call(main, go_on).await
}

async fn call<F: Future>(main: F, leave: fn(TaskSet<()>)) -> F::Output {
    let mut output = None;
    Call::new(executor::root(Box::pin(async { output = Some(main.await) }), leave)).await;
    match output {
        Some(output) => output,
        None => fatal("a call ended before its future\n"),
    }
}

fn go_on(mut tasks: TaskSet<()>) {
    executor::take_in(&mut tasks);
    if tasks.is_empty() {
        return;
    }
    drop(wit_bindgen::spawn_local(Call::new(executor::rest(tasks))));
}

/// A future that has its own inbox for spawned tasks in place whenever it runs, since calls take turns.
struct Call<F> {
    inbox: Option<Inbox>,
    future: Option<Pin<Box<F>>>,
}

impl<F> Call<F> {
    fn new(future: F) -> Self {
        Self { inbox: None, future: Some(Box::pin(future)) }
    }

    fn enter<T>(&mut self, f: impl FnOnce(&mut Option<Pin<Box<F>>>) -> T) -> T {
        let outer = executor::exchange_inbox(self.inbox.take());
        let was_inside = INSIDE.replace(true);
        let result = f(&mut self.future);
        INSIDE.set(was_inside);
        self.inbox = executor::exchange_inbox(outer);
        result
    }
}

impl<F: Future> Future for Call<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.enter(|future| {
            let Some(running) = future else { return Poll::Pending };
            let poll = running.as_mut().poll(cx);
            if poll.is_ready() {
                *future = None;
            }
            poll
        })
    }
}

impl<F> Drop for Call<F> {
    fn drop(&mut self) {
        // Destructors may spawn.
        self.enter(|future| *future = None);
    }
}
