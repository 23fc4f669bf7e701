//! Standard output for one writer, on Unix.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::fs::File;
use tokio::io::AsyncWrite;

use super::backend::output_by_thread;
use super::redirect::Redirected;

/// Standard output for one writer, see [`claim_stdout`].
#[derive(Debug)]
pub struct ClaimedStdout {
    out: Out,
    _redirected: Option<Redirected>,
}

#[derive(Debug)]
enum Out {
    Shared(tokio::io::Stdout),
    Copy(File),
}

/// Standard output for one writer. As long as the value lives, what other code of the process prints there, and what its children
/// print, goes to standard error. Await `flush` before it is dropped.
///
/// Where the system refuses the copies, it is standard output as it is.
pub fn claim_stdout() -> ClaimedStdout {
    output_by_thread();
    match Redirected::begin() {
        Ok((redirected, copy)) => {
            ClaimedStdout { out: Out::Copy(copy.into()), _redirected: Some(redirected) }
        }
        Err(_) => ClaimedStdout { out: Out::Shared(tokio::io::stdout()), _redirected: None },
    }
}

impl AsyncWrite for Out {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Shared(out) => Pin::new(out).poll_write(cx, buf),
            Self::Copy(out) => Pin::new(out).poll_write(cx, buf),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Shared(out) => Pin::new(out).poll_flush(cx),
            Self::Copy(out) => Pin::new(out).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Shared(out) => Pin::new(out).poll_shutdown(cx),
            Self::Copy(out) => Pin::new(out).poll_shutdown(cx),
        }
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
