//! Signals to stop, where there are no Unix signals.

use std::future::pending;
use std::io;

/// Ctrl-C.
pub(crate) struct Signals;

impl Signals {
    #[allow(clippy::unnecessary_wraps, reason = "on Unix it can fail")]
    pub(crate) fn catch() -> io::Result<Self> {
        Ok(Self)
    }

    /// Waits for the next one.
    pub(crate) async fn next(&mut self) {
        // A system that does not let it be caught ends the program by itself.
        if tokio::signal::ctrl_c().await.is_err() {
            pending::<()>().await;
        }
    }
}
