//! A server as a native program over standard input and output.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::process::ExitCode;
use std::task::{Context, Poll};
use std::time::Duration;

use pulseengine_mcp_runtime::io::{AsyncRead, ReadBuf, Stdin, stdin};
use pulseengine_mcp_runtime::sync::oneshot;
use pulseengine_mcp_runtime::{sleep, stop_signal};
use pulseengine_mcp_server::Server;
use pulseengine_mcp_transport::Handler;

/// How long the program waits for its last output when the time for the handlers is over.
const LAST_WRITES: Duration = Duration::from_secs(1);

/// Serves over standard input and output until the input ends or the program receives a signal to stop. A second signal ends it at once.
pub(crate) async fn stdio(server: Server) -> ExitCode {
    let grace = server.grace();
    let (stop, stopped) = oneshot::channel();
    let mut served = pin!(crate::run::stdio(server, UntilStopped { input: stdin(), stopped }));
    let mut hurry = pin!(async move {
        stop_signal().await;
        // Fails when the input has ended before.
        let _ = stop.send(());
        let mut overdue = pin!(overdue(grace.saturating_add(LAST_WRITES)));
        let mut again = pin!(stop_signal());
        poll_fn(|cx| if overdue.as_mut().poll(cx).is_ready() { Poll::Ready(()) } else { again.as_mut().poll(cx) }).await;
    });
    poll_fn(|cx| match served.as_mut().poll(cx) {
        Poll::Pending => hurry.as_mut().poll(cx).map(|()| ExitCode::SUCCESS),
        ready => ready,
    })
    .await
}

/// Waits on a thread of its own: the timers of a runtime stand still while all of its workers are blocked.
async fn overdue(time: Duration) {
    let (sender, over) = oneshot::channel::<()>();
    let waiting = move || {
        std::thread::sleep(time);
        drop(sender);
    };
    match std::thread::Builder::new().spawn(waiting) {
        // Nothing is sent: it is over when the sender is gone.
        Ok(_) => drop(over.await),
        Err(_) => sleep(time).await,
    }
}

/// An input that ends when the program is to stop.
struct UntilStopped {
    input: Stdin,
    stopped: oneshot::Receiver<()>,
}

impl AsyncRead for UntilStopped {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if let Poll::Ready(Ok(())) = Pin::new(&mut self.stopped).poll(cx) {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.input).poll_read(cx, buf)
    }
}

