//! Two futures at once.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

/// Runs two futures in the caller's task, at the same time, until both are done.
///
/// ```
/// use pulseengine_mcp_runtime::{block_on, join, sync::oneshot};
///
/// let (sender, receiver) = oneshot::channel();
/// let waits = async { receiver.await.unwrap() };
/// let sends = async { sender.send(1).is_ok() };
/// assert_eq!(block_on(join(waits, sends)), (1, true));
/// ```
pub async fn join<A: Future, B: Future>(first: A, second: B) -> (A::Output, B::Output) {
    let (mut first, mut second) = (pin!(first), pin!(second));
    let (mut one, mut other) = (None, None);
    poll_fn(|cx| {
        advance(first.as_mut(), &mut one, cx);
        advance(second.as_mut(), &mut other, cx);
        match (one.take(), other.take()) {
            (Some(one), Some(other)) => Poll::Ready((one, other)),
            waiting => {
                (one, other) = waiting;
                Poll::Pending
            }
        }
    })
    .await
}

fn advance<F: Future>(future: Pin<&mut F>, output: &mut Option<F::Output>, cx: &mut Context<'_>) {
    if output.is_none()
        && let Poll::Ready(value) = future.poll(cx)
    {
        *output = Some(value);
    }
}
