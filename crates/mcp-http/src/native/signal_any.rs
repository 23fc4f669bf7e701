//! Signals to stop, where there are no Unix signals.

use std::future::pending;

/// Waits until the program receives a signal to stop: Ctrl-C.
pub async fn stop_signal() {
    // A system that does not let it be caught ends the program by itself.
    if tokio::signal::ctrl_c().await.is_err() {
        pending::<()>().await;
    }
}
