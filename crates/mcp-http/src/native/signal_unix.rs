//! Signals to stop, on Unix.

use std::future::{pending, poll_fn};
use std::task::Poll;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// Waits until the program receives a signal to stop: SIGTERM, or SIGINT, which Ctrl-C sends.
pub async fn stop_signal() {
    // A system that does not let signals be caught ends the program by itself.
    let (Ok(mut terminate), Ok(mut interrupt)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return pending().await;
    };
    poll_fn(|cx| {
        let mut came = |signal: &mut Signal| signal.poll_recv(cx).is_ready();
        if came(&mut terminate) || came(&mut interrupt) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}
