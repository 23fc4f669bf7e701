//! Running handlers: their output, and a panic as a reply.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use pulseengine_mcp_protocol::Reply;
use pulseengine_mcp_runtime::{MaybeFuture, run_blocking};

/// A handler that is done or has to be polled.
pub type HandlerFuture = MaybeFuture<'static, Reply>;

/// The entries that a template lists, as one line of JSON text for each; or the reply that answers the whole list.
pub type Listed = Result<String, Reply>;

/// The output of a handler, also of one that panics.
pub trait HandlerOutput: Send + 'static {
    /// The output of a handler that panicked, or is not there.
    fn failed() -> Self;
}

impl HandlerOutput for Reply {
    fn failed() -> Self {
        Self::handler_failed()
    }
}

impl HandlerOutput for Listed {
    fn failed() -> Self {
        Err(Reply::handler_failed())
    }
}

/// There is no handler at that index.
pub fn no_such_index<T: HandlerOutput>() -> MaybeFuture<'static, T> {
    MaybeFuture::Ready(T::failed())
}

/// A handler that has to be polled. A panic in it ends only this call. (A component cannot unwind: there it ends the
/// instance.)
pub fn pending<T: HandlerOutput>(
    future: impl Future<Output = T> + Send + 'static,
) -> MaybeFuture<'static, T> {
    MaybeFuture::pending(async move {
        let mut future = pin!(future);
        poll_fn(|cx| {
            catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx)))
                .unwrap_or_else(|_| Poll::Ready(T::failed()))
        })
        .await
    })
}

/// A handler that blocks its thread, see [`run_blocking`]. It keeps what it was called with until it ends.
pub fn blocking<T: HandlerOutput>(
    handler: impl FnOnce() -> MaybeFuture<'static, T> + Send + 'static,
) -> MaybeFuture<'static, T> {
    match run_blocking(handler) {
        MaybeFuture::Ready(output) => output,
        MaybeFuture::Pending(handler) => pending(async move { handler.await.await_value().await }),
    }
}

/// Starts a handler. A panic in it, or in one that is not async at all, ends only this call.
pub(crate) fn start(handler: impl FnOnce() -> HandlerFuture) -> HandlerFuture {
    catch_unwind(AssertUnwindSafe(handler)).unwrap_or_else(|_| MaybeFuture::Ready(Reply::handler_failed()))
}
