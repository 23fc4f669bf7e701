//! WASI as seen from a task: waiting for a pollable, and WASI's streams as tokio's. Exists on WASI only.
//!
//! For code that speaks to WASI interfaces the crate does not cover (HTTP, sockets). Everything here waits through the
//! one reactor, lean or wstd, and is `Send`.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use wasip2::io::poll::Pollable;
use wasip2::io::streams::{InputStream, OutputStream, StreamError};

use super::super::reactor::Wait;
#[cfg(feature = "wasip3")]
pub use super::p3;

/// At most this much is asked for in one read: the host's answer is a fresh allocation.
const MAX_READ: usize = 64 * 1024;

/// Waits until a pollable is ready.
///
/// The pollable is dropped when the future ends or is dropped, hence before the resource it came from if that is
/// kept until then, as WASI demands.
pub async fn ready(pollable: Pollable) {
    let mut pollable = Some(pollable);
    let mut wait = Wait::new();
    poll_fn(|cx| wait.poll_stream(&mut || pollable.take(), cx)).await;
}

/// A WASI input stream that implements [`AsyncRead`].
///
/// A closed stream is the end of input; a stream that failed is an error of kind `Other` without the host's words.
pub struct AsyncInputStream {
    // A pollable must be dropped before its stream, so this field comes first.
    wait: Wait,
    stream: InputStream,
    /// The last read was satisfied in full: the next one probably need not wait.
    more: bool,
}

impl AsyncInputStream {
    /// Reads from a stream, of which it is the owner from now on.
    #[must_use]
    pub fn new(stream: InputStream) -> Self {
        Self { wait: Wait::new(), stream, more: false }
    }
}

impl AsyncRead for AsyncInputStream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let wanted = buf.remaining().min(MAX_READ);
        if wanted == 0 {
            return Poll::Ready(Ok(()));
        }
        loop {
            if !this.more && this.wait.poll_stream(&mut || Some(this.stream.subscribe()), cx).is_pending() {
                return Poll::Pending;
            }
            match this.stream.read(wanted as u64) {
                // Ready without a byte is allowed, and no end of stream.
                Ok(bytes) if bytes.is_empty() => this.more = false,
                Ok(bytes) => {
                    this.more = bytes.len() == wanted;
                    buf.put_slice(&bytes);
                    return Poll::Ready(Ok(()));
                }
                Err(StreamError::Closed) => return Poll::Ready(Ok(())),
                Err(error) => return Poll::Ready(Err(failure(&error))),
            }
        }
    }
}

impl fmt::Debug for AsyncInputStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AsyncInputStream")
    }
}

/// A WASI output stream that implements [`AsyncWrite`].
///
/// Writing to a closed stream is an error of kind `BrokenPipe`; a stream that failed is one of kind `Other`. `flush`
/// is ready when the host has flushed; `shutdown` flushes, and dropping closes.
pub struct AsyncOutputStream {
    wait: Wait,
    stream: OutputStream,
    flush: Flush,
}

#[derive(Clone, Copy)]
enum Flush {
    Unneeded,
    Needed,
    Running,
}

impl AsyncOutputStream {
    /// Writes to a stream, of which it is the owner from now on.
    #[must_use]
    pub fn new(stream: OutputStream) -> Self {
        Self { wait: Wait::new(), stream, flush: Flush::Unneeded }
    }

    /// Waits until the stream takes bytes, which it does not while it flushes. Returns how many.
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        loop {
            match self.stream.check_write() {
                Ok(0) => {
                    if self.wait.poll_stream(&mut || Some(self.stream.subscribe()), cx).is_pending() {
                        return Poll::Pending;
                    }
                }
                Ok(permit) => return Poll::Ready(Ok(usize::try_from(permit).unwrap_or(usize::MAX))),
                Err(error) => return Poll::Ready(Err(failure(&error))),
            }
        }
    }
}

impl AsyncWrite for AsyncOutputStream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if buf.is_empty() {
            return Poll::Ready(Ok(0));
        }
        let permit = match this.poll_ready(cx) {
            Poll::Ready(Ok(permit)) => permit,
            other => return other,
        };
        let part = buf.get(..permit).unwrap_or(buf);
        this.flush = Flush::Needed;
        match this.stream.write(part) {
            Ok(()) => Poll::Ready(Ok(part.len())),
            Err(error) => Poll::Ready(Err(failure(&error))),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if let Flush::Unneeded = this.flush {
            return Poll::Ready(Ok(()));
        }
        if let Flush::Needed = this.flush {
            if let Err(error) = this.stream.flush() {
                return Poll::Ready(Err(failure(&error)));
            }
            this.flush = Flush::Running;
        }
        let ready = this.poll_ready(cx);
        if ready.is_ready() {
            this.flush = Flush::Unneeded;
        }
        ready.map_ok(drop)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(cx)
    }
}

impl fmt::Debug for AsyncOutputStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AsyncOutputStream")
    }
}

/// The host's own words are left out: they cost more code than they tell.
fn failure(error: &StreamError) -> io::Error {
    match error {
        StreamError::Closed => io::ErrorKind::BrokenPipe.into(),
        StreamError::LastOperationFailed(_) => io::ErrorKind::Other.into(),
    }
}

/// The arguments of the program, the first of which is its name.
pub fn arguments() -> Vec<String> {
    wasip2::cli::environment::get_arguments()
}

/// Writes to standard output or standard error, waiting for the host. If the stream is closed, there is no other place to say it.
pub fn say(to_stdout: bool, text: &str) {
    let out = if to_stdout { wasip2::cli::stdout::get_stdout() } else { wasip2::cli::stderr::get_stderr() };
    for part in text.as_bytes().chunks(4096) {
        let _ = out.blocking_write_and_flush(part);
    }
}

/// Ends the program at once, with success or failure, by `wasi:cli/exit`.
///
/// A `main` that always ends so is 5 kB smaller: after a `main` that returns, the standard library flushes its own
/// standard output, for which the C library's files are linked. Text of `print!` that no line end follows is lost.
pub fn exit(success: bool) -> ! {
    wasip2::cli::exit::exit(if success { Ok(()) } else { Err(()) });
    // The host does not return from that call.
    std::process::abort()
}
