//! Work that blocks its thread.

use std::future::pending;
use std::panic::resume_unwind;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::MaybeFuture;

/// How much work runs at once. The others of tokio's 512 blocking threads are for stores and standard streams.
static PLACES: Semaphore = Semaphore::const_new(384);

/// Runs work that blocks its thread.
///
/// Natively it runs on a thread of its own: at most 384 at once in a process, the others wait. Dropping the future abandons the
/// work; if it has begun it runs to its end. A panic of the work is passed on. On WASI, where there are no threads, it runs in
/// place before this function returns.
pub fn run_blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> MaybeFuture<'static, T> {
    MaybeFuture::pending(async move {
        let place = PLACES.acquire().await;
        let work = spawn_blocking(move || {
            let _place = place;
            work()
        });
        match work.await.map_err(tokio::task::JoinError::try_into_panic) {
            Ok(value) => value,
            Err(Ok(panic)) => resume_unwind(panic),
            // The runtime is shut down before the work has begun.
            Err(Err(_)) => pending().await,
        }
    })
}
