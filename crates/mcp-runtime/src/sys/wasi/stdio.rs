//! Standard streams over `wasi:io/streams`. Nothing here blocks: what is not ready is waited for by the reactor.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use wasip2::io::streams::{InputStream, OutputStream, StreamError};

use super::super::reactor::Wait;

/// At most this much is asked for in one read: the host's answer is a fresh allocation.
const MAX_READ: usize = 64 * 1024;

/// Standard input, see [`stdin`].
pub struct Stdin {
    // A pollable must be dropped before its stream, so this field comes first.
    wait: Wait,
    stream: InputStream,
    /// The last read was satisfied in full: the next one probably need not wait.
    more: bool,
}

/// Standard input. Reading waits without holding up other tasks.
///
/// Keep one handle and one buffer per process: bytes that one handle has read are not seen by another.
pub fn stdin() -> Stdin {
    Stdin { wait: Wait::new(), stream: wasip2::cli::stdin::get_stdin(), more: false }
}

impl AsyncRead for Stdin {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let wanted = buf.remaining().min(MAX_READ);
        if wanted == 0 {
            return Poll::Ready(Ok(()));
        }
        loop {
            if !this.more && this.wait.poll_stream(&|| this.stream.subscribe(), cx).is_pending() {
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
                Err(StreamError::LastOperationFailed(_)) => {
                    return Poll::Ready(Err(io::ErrorKind::Other.into()));
                }
            }
        }
    }
}

impl fmt::Debug for Stdin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stdin")
    }
}

struct Output {
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

impl Output {
    fn new(stream: OutputStream) -> Self {
        Self { wait: Wait::new(), stream, flush: Flush::Unneeded }
    }

    /// Waits until the stream takes bytes, which it does not while it flushes. Returns how many.
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        loop {
            match self.stream.check_write() {
                Ok(0) => {
                    if self.wait.poll_stream(&|| self.stream.subscribe(), cx).is_pending() {
                        return Poll::Pending;
                    }
                }
                Ok(permit) => return Poll::Ready(Ok(usize::try_from(permit).unwrap_or(usize::MAX))),
                Err(error) => return Poll::Ready(Err(failure(&error))),
            }
        }
    }

    fn poll_write(&mut self, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if buf.is_empty() {
            return Poll::Ready(Ok(0));
        }
        let permit = match self.poll_ready(cx) {
            Poll::Ready(Ok(permit)) => permit,
            other => return other,
        };
        let part = buf.get(..permit).unwrap_or(buf);
        self.flush = Flush::Needed;
        match self.stream.write(part) {
            Ok(()) => Poll::Ready(Ok(part.len())),
            Err(error) => Poll::Ready(Err(failure(&error))),
        }
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Flush::Unneeded = self.flush {
            return Poll::Ready(Ok(()));
        }
        if let Flush::Needed = self.flush {
            if let Err(error) = self.stream.flush() {
                return Poll::Ready(Err(failure(&error)));
            }
            self.flush = Flush::Running;
        }
        let ready = self.poll_ready(cx);
        if ready.is_ready() {
            self.flush = Flush::Unneeded;
        }
        ready.map_ok(drop)
    }
}

/// The host's own words are left out: they cost more code than they tell.
fn failure(error: &StreamError) -> io::Error {
    match error {
        StreamError::Closed => io::ErrorKind::BrokenPipe.into(),
        StreamError::LastOperationFailed(_) => io::ErrorKind::Other.into(),
    }
}

/// Standard output, see [`stdout`].
pub struct Stdout(Output);

/// Standard error, see [`stderr`].
pub struct Stderr(Output);

/// Standard output. Await `flush` before the program ends.
pub fn stdout() -> Stdout {
    Stdout(Output::new(wasip2::cli::stdout::get_stdout()))
}

/// Standard error. Await `flush` before the program ends.
pub fn stderr() -> Stderr {
    Stderr(Output::new(wasip2::cli::stderr::get_stderr()))
}

macro_rules! write_through {
    ($stream:ident) => {
        impl AsyncWrite for $stream {
            fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
                self.get_mut().0.poll_write(cx, buf)
            }

            fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                self.get_mut().0.poll_flush(cx)
            }

            fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                self.get_mut().0.poll_flush(cx)
            }
        }

        impl fmt::Debug for $stream {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($stream))
            }
        }
    };
}

write_through!(Stdout);
write_through!(Stderr);
