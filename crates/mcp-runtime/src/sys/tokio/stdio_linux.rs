//! Standard streams on Linux: a pipe is opened a second time through `/proc` and driven by epoll.
//!
//! The second opening has flags of its own: the description that a parent and its children share stays blocking, as
//! they expect. What is not a pipe, or cannot be opened again, goes through tokio's blocking threads.

use std::fs::File;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::unix::pipe;
use tokio::runtime::Handle;

use super::backend::output_by_thread;

/// Standard input, see [`stdin`].
#[derive(Debug)]
pub struct Stdin(StdinSource);

#[derive(Debug)]
enum StdinSource {
    Pipe(pipe::Receiver),
    Thread(tokio::io::Stdin),
}

/// Standard output, see [`stdout`].
#[derive(Debug)]
pub struct Stdout(OutputSink<StdoutByThread>);

/// Standard error, see [`stderr`].
#[derive(Debug)]
pub struct Stderr(OutputSink<tokio::io::Stderr>);

#[derive(Debug)]
enum OutputSink<T> {
    Pipe(pipe::Sender),
    Thread(T),
}

#[derive(Debug)]
enum StdoutByThread {
    Shared(tokio::io::Stdout),
    /// A private copy of the descriptor.
    Copy(tokio::fs::File),
}

/// Standard input. Reading waits without holding up other tasks.
///
/// Keep one handle and one buffer per process: bytes that one handle has read are not seen by another.
pub fn stdin() -> Stdin {
    match in_runtime().and_then(|()| pipe::OpenOptions::new().open_receiver("/proc/self/fd/0").ok()) {
        Some(pipe) => Stdin(StdinSource::Pipe(pipe)),
        None => Stdin(StdinSource::Thread(tokio::io::stdin())),
    }
}

/// Standard output. Await `flush` before the program ends.
pub fn stdout() -> Stdout {
    stdout_pipe().unwrap_or_else(|| by_thread(StdoutByThread::Shared(tokio::io::stdout())))
}

/// Standard output, if it is a pipe that can be opened again.
pub(super) fn stdout_pipe() -> Option<Stdout> {
    open_pipe("/proc/self/fd/1").map(|pipe| Stdout(OutputSink::Pipe(pipe)))
}

/// Standard output as that copy of the descriptor.
pub(super) fn stdout_of(copy: File) -> Stdout {
    by_thread(StdoutByThread::Copy(copy.into()))
}

fn by_thread(out: StdoutByThread) -> Stdout {
    output_by_thread();
    Stdout(OutputSink::Thread(out))
}

/// Standard error. Await `flush` before the program ends.
pub fn stderr() -> Stderr {
    match open_pipe("/proc/self/fd/2") {
        Some(pipe) => Stderr(OutputSink::Pipe(pipe)),
        None => {
            output_by_thread();
            Stderr(OutputSink::Thread(tokio::io::stderr()))
        }
    }
}

fn open_pipe(path: &str) -> Option<pipe::Sender> {
    in_runtime().and_then(|()| pipe::OpenOptions::new().open_sender(path).ok())
}

/// A pipe registers with the runtime's epoll when it is opened; outside of a runtime that would panic.
fn in_runtime() -> Option<()> {
    Handle::try_current().ok().map(drop)
}

impl AsyncRead for Stdin {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().0 {
            StdinSource::Pipe(pipe) => Pin::new(pipe).poll_read(cx, buf),
            StdinSource::Thread(stdin) => Pin::new(stdin).poll_read(cx, buf),
        }
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for OutputSink<T> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Pipe(pipe) => Pin::new(pipe).poll_write(cx, buf),
            Self::Thread(inner) => Pin::new(inner).poll_write(cx, buf),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Pipe(pipe) => Pin::new(pipe).poll_flush(cx),
            Self::Thread(inner) => Pin::new(inner).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Pipe(pipe) => Pin::new(pipe).poll_shutdown(cx),
            Self::Thread(inner) => Pin::new(inner).poll_shutdown(cx),
        }
    }
}

impl AsyncWrite for StdoutByThread {
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
