//! Signals to stop, on Unix.

use std::future::poll_fn;
use std::io;
use std::task::Poll;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// SIGTERM, and SIGINT, which Ctrl-C sends.
pub(crate) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// From now on they no longer end the program by themselves.
    pub(crate) fn catch() -> io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Waits for the next one.
    pub(crate) async fn next(&mut self) {
        poll_fn(|cx| {
            let mut came = |signal: &mut Signal| signal.poll_recv(cx).is_ready();
            if came(&mut self.terminate) || came(&mut self.interrupt) {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }
}
