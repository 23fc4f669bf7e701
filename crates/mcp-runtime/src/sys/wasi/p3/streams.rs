//! Streams of bytes of WASI 0.3 as tokio's.

use std::fmt;
use std::future::Future;
use std::io;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use wasip3::wit_bindgen::rt::async_support::{StreamReader, StreamResult, StreamWriter};

use super::local::{Local, local};

/// At most this much is asked for in one read, and taken for one write.
const CHUNK: usize = 64 * 1024;

/// The reading end of a stream of WASI 0.3 that implements [`AsyncRead`]. Closed is the end of input.
pub struct AsyncStreamReader {
    state: ReaderState,
    /// What was read and not yet taken begins at `taken`.
    bytes: Vec<u8>,
    taken: usize,
}

enum ReaderState {
    Idle(StreamReader<u8>),
    Waiting(Local<(StreamReader<u8>, StreamResult, Vec<u8>)>),
    Ended,
}

impl AsyncStreamReader {
    /// Reads from a stream.
    #[must_use]
    pub fn new(stream: StreamReader<u8>) -> Self {
        Self { state: ReaderState::Idle(stream), bytes: Vec::new(), taken: 0 }
    }

    /// Has the host fill the buffer, which is empty. Ready when it is not, or at the end.
    fn poll_fill(&mut self, wanted: usize, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            match mem::replace(&mut self.state, ReaderState::Ended) {
                ReaderState::Idle(mut stream) => {
                    let mut bytes = mem::take(&mut self.bytes);
                    bytes.clear();
                    bytes.reserve(wanted);
                    self.taken = 0;
                    self.state = ReaderState::Waiting(local(async move {
                        let (result, bytes) = stream.read(bytes).await;
                        (stream, result, bytes)
                    }));
                }
                ReaderState::Waiting(mut read) => match Pin::new(&mut read).poll(cx) {
                    Poll::Pending => {
                        self.state = ReaderState::Waiting(read);
                        return Poll::Pending;
                    }
                    Poll::Ready((stream, result, bytes)) => {
                        self.bytes = bytes;
                        if result != StreamResult::Dropped {
                            self.state = ReaderState::Idle(stream);
                        }
                        if !self.bytes.is_empty() {
                            return Poll::Ready(());
                        }
                    }
                },
                ReaderState::Ended => return Poll::Ready(()),
            }
        }
    }
}

impl AsyncRead for AsyncStreamReader {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let wanted = buf.remaining().min(CHUNK);
        if wanted == 0 {
            return Poll::Ready(Ok(()));
        }
        if this.taken == this.bytes.len() && this.poll_fill(wanted, cx).is_pending() {
            return Poll::Pending;
        }
        let rest = this.bytes.get(this.taken..).unwrap_or_default();
        let part = rest.get(..wanted).unwrap_or(rest);
        buf.put_slice(part);
        this.taken += part.len();
        Poll::Ready(Ok(()))
    }
}

impl fmt::Debug for AsyncStreamReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AsyncStreamReader")
    }
}

/// The writing end of a stream of WASI 0.3 that implements [`AsyncWrite`].
///
/// A write takes the bytes; `flush` is ready when the reader has taken them. Once the reader is gone every write is an
/// error of kind `BrokenPipe`. `shutdown` flushes and closes.
pub struct AsyncStreamWriter {
    state: WriterState,
    spare: Vec<u8>,
}

enum WriterState {
    Idle(StreamWriter<u8>),
    /// It returns the bytes that the reader did not take.
    Waiting(Local<(StreamWriter<u8>, Vec<u8>)>),
    Broken,
}

impl AsyncStreamWriter {
    /// Writes to a stream.
    #[must_use]
    pub fn new(stream: StreamWriter<u8>) -> Self {
        Self { state: WriterState::Idle(stream), spare: Vec::new() }
    }

    /// Writes all bytes, without a copy of them; ready when the reader has taken them.
    ///
    /// # Errors
    ///
    /// Of kind `BrokenPipe` when the reader is gone.
    pub async fn send(&mut self, bytes: Vec<u8>) -> io::Result<()> {
        let mut bytes = Some(bytes);
        std::future::poll_fn(|cx| {
            if self.poll_idle(cx)?.is_pending() {
                return Poll::Pending;
            }
            match bytes.take() {
                Some(bytes) if !bytes.is_empty() => {
                    self.start(bytes);
                    self.poll_idle(cx)
                }
                _ => Poll::Ready(Ok(())),
            }
        })
        .await
    }

    fn start(&mut self, bytes: Vec<u8>) {
        if let WriterState::Idle(mut stream) = mem::replace(&mut self.state, WriterState::Broken) {
            self.state = WriterState::Waiting(local(async move {
                let rest = stream.write_all(bytes).await;
                (stream, rest)
            }));
        }
    }

    fn poll_idle(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let WriterState::Waiting(write) = &mut self.state {
            let Poll::Ready((stream, rest)) = Pin::new(write).poll(cx) else { return Poll::Pending };
            self.state = if rest.is_empty() { WriterState::Idle(stream) } else { WriterState::Broken };
            self.spare = rest;
        }
        Poll::Ready(match self.state {
            WriterState::Broken => Err(io::ErrorKind::BrokenPipe.into()),
            _ => Ok(()),
        })
    }
}

impl AsyncWrite for AsyncStreamWriter {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.poll_idle(cx)?.is_pending() {
            return Poll::Pending;
        }
        let part = buf.get(..CHUNK).unwrap_or(buf);
        if !part.is_empty() {
            let mut bytes = mem::take(&mut this.spare);
            bytes.clear();
            bytes.extend_from_slice(part);
            this.start(bytes);
            // Begins the write; that it may wait is the next call's business.
            let _ = this.poll_idle(cx)?;
        }
        Poll::Ready(Ok(part.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().poll_idle(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let poll = this.poll_idle(cx);
        if poll.is_ready() {
            this.state = WriterState::Broken;
        }
        poll
    }
}

impl fmt::Debug for AsyncStreamWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AsyncStreamWriter")
    }
}
