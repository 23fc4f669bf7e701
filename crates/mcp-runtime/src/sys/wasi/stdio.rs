//! The standard streams of a component.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

#[cfg(feature = "wasip3")]
use super::p3::stdio as platform;

#[cfg(not(feature = "wasip3"))]
mod platform {
    pub(super) use super::super::streams::{
        AsyncInputStream as StdinStream, AsyncOutputStream as OutputStream,
    };

    pub(super) fn stdin() -> StdinStream {
        StdinStream::new(wasip2::cli::stdin::get_stdin())
    }

    pub(super) fn stdout() -> OutputStream {
        OutputStream::new(wasip2::cli::stdout::get_stdout())
    }

    pub(super) fn stderr() -> OutputStream {
        OutputStream::new(wasip2::cli::stderr::get_stderr())
    }
}

/// Standard input, see [`stdin`].
#[derive(Debug)]
pub struct Stdin(platform::StdinStream);

/// Standard output, see [`stdout`].
#[derive(Debug)]
pub struct Stdout(platform::OutputStream);

/// Standard error, see [`stderr`].
#[derive(Debug)]
pub struct Stderr(platform::OutputStream);

/// Standard input. Reading waits without holding up other tasks.
///
/// Keep one handle and one buffer per process: bytes that one handle has read are not seen by another.
pub fn stdin() -> Stdin {
    Stdin(platform::stdin())
}

/// Standard output. Await `flush` before the program ends.
pub fn stdout() -> Stdout {
    Stdout(platform::stdout())
}

/// Standard error. Await `flush` before the program ends.
pub fn stderr() -> Stderr {
    Stderr(platform::stderr())
}

impl AsyncRead for Stdin {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().0).poll_read(cx, buf)
    }
}

macro_rules! write_through {
    ($stream:ident) => {
        impl AsyncWrite for $stream {
            fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
                Pin::new(&mut self.get_mut().0).poll_write(cx, buf)
            }

            fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                Pin::new(&mut self.get_mut().0).poll_flush(cx)
            }

            fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                Pin::new(&mut self.get_mut().0).poll_shutdown(cx)
            }
        }
    };
}

write_through!(Stdout);
write_through!(Stderr);
