//! Standard output for one writer, on Linux: a pipe is driven by epoll.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::AsyncWrite;

use super::redirect::Redirected;
use super::stdio::{Stdout, stdout, stdout_of};

/// Standard output for one writer, see [`claim_stdout`].
#[derive(Debug)]
pub struct ClaimedStdout {
    out: Stdout,
    _redirected: Option<Redirected>,
}

/// Standard output for one writer. As long as the value lives, what other code of the process prints there, and what its children
/// print, goes to standard error. Await `flush` before it is dropped.
///
/// Where the system refuses the copies, it is standard output as it is.
pub fn claim_stdout() -> ClaimedStdout {
    // Opened by its path while that still leads to standard output.
    let pipe = super::stdio::stdout_pipe();
    match Redirected::begin() {
        Ok((redirected, copy)) => {
            ClaimedStdout { out: pipe.unwrap_or_else(|| stdout_of(copy)), _redirected: Some(redirected) }
        }
        Err(_) => ClaimedStdout { out: pipe.unwrap_or_else(stdout), _redirected: None },
    }
}

impl AsyncWrite for ClaimedStdout {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.out).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.out).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.out).poll_shutdown(cx)
    }
}
