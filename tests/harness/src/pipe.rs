//! Standard output and error of a component as a bounded pipe.
//!
//! Not wasmtime's `AsyncStdoutStream` alone: in WASI 0.3 that does not wait for its flush, so that the last line of a
//! program would be lost with the instance.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use tokio::io::{AsyncWrite, DuplexStream};
use wasmtime_wasi::cli::{AsyncStdoutStream, IsTerminal, StdoutStream};
use wasmtime_wasi::p2::OutputStream;

/// The writing end: all streams that a component opens on it write to the one pipe.
pub(crate) struct PipeEnd {
    shared: Shared,
    stream_0_2: AsyncStdoutStream,
}

impl PipeEnd {
    /// `size`: of the pipe behind `end`.
    pub(crate) fn new(size: usize, end: DuplexStream) -> Self {
        let shared = Shared(Arc::new(Mutex::new(Pipe { end, waiting: Vec::new() })));
        Self { stream_0_2: AsyncStdoutStream::new(size, shared.clone()), shared }
    }
}

impl IsTerminal for PipeEnd {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for PipeEnd {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.shared.clone())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        self.stream_0_2.p2_stream()
    }
}

struct Pipe {
    end: DuplexStream,
    /// Writers that wait for room: the pipe itself knows but the last one.
    waiting: Vec<Waker>,
}

#[derive(Clone)]
struct Shared(Arc<Mutex<Pipe>>);

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Pipe> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AsyncWrite for Shared {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let mut pipe = self.lock();
        let poll = Pin::new(&mut pipe.end).poll_write(cx, bytes);
        if poll.is_pending() {
            pipe.waiting.push(cx.waker().clone());
        } else {
            pipe.waiting.drain(..).for_each(Waker::wake);
        }
        poll
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.lock().end).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // One stream of several: the pipe ends with the last one.
        Poll::Ready(Ok(()))
    }
}
