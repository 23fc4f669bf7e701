//! A value that is ready, or a future of it.

use std::future::Future;
use std::pin::Pin;

/// A value that is ready, or a boxed future of it. Dropping the future stops the work.
///
/// ```
/// use pulseengine_mcp_runtime::{MaybeFuture, block_on};
///
/// block_on(async {
///     assert_eq!(MaybeFuture::Ready(1).await_value().await, 1);
///     assert_eq!(MaybeFuture::pending(async { 2 }).await_value().await, 2);
/// });
/// ```
pub enum MaybeFuture<'a, T> {
    /// It is there.
    Ready(T),
    /// It comes when the future has run.
    Pending(Pin<Box<dyn Future<Output = T> + Send + 'a>>),
}

impl<'a, T> MaybeFuture<'a, T> {
    /// A value that comes later.
    pub fn pending(future: impl Future<Output = T> + Send + 'a) -> Self {
        Self::Pending(Box::pin(future))
    }

    /// Waits for the value.
    pub async fn await_value(self) -> T {
        match self {
            Self::Ready(value) => value,
            Self::Pending(future) => future.await,
        }
    }
}
