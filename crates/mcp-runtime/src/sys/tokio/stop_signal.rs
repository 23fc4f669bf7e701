//! Waiting for signals on a thread of their own: they are noticed while handlers block all workers of the runtime.

use std::future::pending;
use std::sync::{OnceLock, mpsc};
use std::thread;

use tokio::runtime::Builder;
use tokio::sync::watch;

use super::super::signal::Signals;

/// Waits until the program receives a signal to stop: SIGTERM, or SIGINT, which Ctrl-C sends; elsewhere than on Unix Ctrl-C.
///
/// From the first call on, these signals no longer end the program by themselves. Each call waits for the next one. It never
/// returns where the system does not let them be caught; then they end the program as before.
pub async fn stop_signal() {
    static CAUGHT: OnceLock<Caught> = OnceLock::new();
    let caught = CAUGHT.get_or_init(Caught::start);
    let mut next = caught.signals.subscribe();
    if next.changed().await.is_err() {
        pending().await
    }
}

struct Caught {
    signals: watch::Sender<()>,
}

impl Caught {
    /// Returns when the signals are caught.
    fn start() -> Self {
        let signals = watch::Sender::new(());
        let (sender, (ready, caught)) = (signals.clone(), mpsc::channel());
        let waiting = move || {
            let Ok(runtime) = Builder::new_current_thread().enable_io().build() else { return };
            runtime.block_on(async {
                let Ok(mut signals) = Signals::catch() else { return };
                let _ = ready.send(());
                loop {
                    signals.next().await;
                    sender.send_replace(());
                }
            });
        };
        let thread = thread::Builder::new().name("mcp-signals".into()).spawn(waiting);
        if thread.is_ok() {
            // Fails when they cannot be caught.
            let _ = caught.recv();
        }
        Self { signals }
    }
}
