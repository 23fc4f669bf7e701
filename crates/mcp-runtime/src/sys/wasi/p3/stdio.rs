//! Standard streams that are those of WASI 0.3 in a call and those of 0.2 in `block_on`: the first use decides.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use wasip3::cli::types::ErrorCode;
use wasip3::wit_bindgen::rt::async_support::FutureReader;
use wasip3::wit_stream;

use super::super::streams;
use super::local::{Local, local};
use super::streams::{AsyncStreamReader, AsyncStreamWriter};

/// Standard input.
#[derive(Debug)]
pub(in super::super) enum StdinStream {
    Unopened,
    Outside(streams::AsyncInputStream),
    Inside(AsyncStreamReader, Ending),
}

/// Resolves after the end of a stream: whether it failed.
#[derive(Debug)]
pub(in super::super) struct Ending(Option<Local<Result<(), ErrorCode>>>);

impl Ending {
    fn new(result: FutureReader<Result<(), ErrorCode>>) -> Self {
        Self(Some(local(async move { result.await })))
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Some(result) = &mut self.0 else { return Poll::Ready(Ok(())) };
        let Poll::Ready(result) = Pin::new(result).poll(cx) else { return Poll::Pending };
        self.0 = None;
        Poll::Ready(result.map_err(|_| io::ErrorKind::Other.into()))
    }
}

pub(in super::super) fn stdin() -> StdinStream {
    StdinStream::Unopened
}

impl AsyncRead for StdinStream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if let Self::Unopened = this {
            *this = if super::inside() {
                let (stream, result) = wasip3::cli::stdin::read_via_stream();
                Self::Inside(AsyncStreamReader::new(stream), Ending::new(result))
            } else {
                Self::Outside(streams::AsyncInputStream::new(wasip2::cli::stdin::get_stdin()))
            };
        }
        match this {
            Self::Unopened => Poll::Ready(Ok(())),
            Self::Outside(stream) => Pin::new(stream).poll_read(cx, buf),
            Self::Inside(stream, ending) => {
                let before = buf.filled().len();
                let poll = Pin::new(stream).poll_read(cx, buf)?;
                let at_end = poll.is_ready() && buf.filled().len() == before && buf.remaining() > 0;
                if at_end { ending.poll(cx) } else { poll.map(Ok) }
            }
        }
    }
}

/// Standard output or error.
#[derive(Debug)]
pub(in super::super) enum OutputStream {
    Unopened(StandardStream),
    Outside(streams::AsyncOutputStream),
    Inside(AsyncStreamWriter),
}

#[derive(Clone, Copy, Debug)]
pub(in super::super) enum StandardStream {
    Out,
    Err,
}

pub(in super::super) fn stdout() -> OutputStream {
    OutputStream::Unopened(StandardStream::Out)
}

pub(in super::super) fn stderr() -> OutputStream {
    OutputStream::Unopened(StandardStream::Err)
}

impl OutputStream {
    fn open(&mut self) {
        let Self::Unopened(kind) = *self else { return };
        *self = if super::inside() {
            let (writer, reader) = wit_stream::new();
            // The write that fails reports the error.
            drop(match kind {
                StandardStream::Out => wasip3::cli::stdout::write_via_stream(reader),
                StandardStream::Err => wasip3::cli::stderr::write_via_stream(reader),
            });
            Self::Inside(AsyncStreamWriter::new(writer))
        } else {
            Self::Outside(streams::AsyncOutputStream::new(match kind {
                StandardStream::Out => wasip2::cli::stdout::get_stdout(),
                StandardStream::Err => wasip2::cli::stderr::get_stderr(),
            }))
        };
    }
}

impl AsyncWrite for OutputStream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.open();
        match this {
            Self::Unopened(_) => Poll::Ready(Ok(0)),
            Self::Outside(stream) => Pin::new(stream).poll_write(cx, buf),
            Self::Inside(stream) => Pin::new(stream).poll_write(cx, buf),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Unopened(_) => Poll::Ready(Ok(())),
            Self::Outside(stream) => Pin::new(stream).poll_flush(cx),
            Self::Inside(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Unopened(_) => Poll::Ready(Ok(())),
            Self::Outside(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Inside(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
