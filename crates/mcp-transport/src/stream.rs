//! One conversation over a pair of byte streams, newline-delimited: stdio, a pipe, memory.
//!
//! Everything happens inside one future; see `driver.rs`. What is answered while a chunk of input is worked through goes
//! out in one write.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use pulseengine_mcp_protocol::Conversation;
use pulseengine_mcp_protocol::conversation::Origin;
use pulseengine_mcp_runtime::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::connection::{Driver, Outlet};
use crate::{Handler, Instance, Peer};
use pulseengine_mcp_protocol::frame::{Frame, NdJson, push_line};

/// Bytes read at once.
const CHUNK: usize = 64 * 1024;
/// Bytes waiting to be written above which nothing is read and no handler runs.
const FULL: usize = 1 << 20;

/// Serves one client until its input ends and everything is answered.
///
/// # Errors
///
/// When reading or writing fails. A client that closes its end of the output is no error.
pub async fn serve<R, W>(handler: Arc<dyn Handler>, input: R, output: W) -> io::Result<()>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let peer = Arc::new(Peer::new(Instance::PROCESS));
    handler.connected(&peer);
    let limits = handler.limits();
    let conversation = Conversation::new(handler.offer(Instance::PROCESS), limits);
    let mut stream = Stream {
        driver: Driver::new(conversation, handler, peer),
        lines: NdJson::new(limits.message),
        chunk: vec![0; CHUNK],
        out: Output { bytes: Vec::new(), written: 0, flushed: true },
        ended: false,
    };
    let (mut input, mut output) = (input, output);
    let served = poll_fn(|cx| stream.poll(cx, Pin::new(&mut input), Pin::new(&mut output))).await;
    stream.driver.peer.close();
    match served {
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        served => served,
    }
}

struct Stream {
    driver: Driver,
    lines: NdJson,
    chunk: Vec<u8>,
    out: Output,
    ended: bool,
}

/// What waits to be written.
struct Output {
    bytes: Vec<u8>,
    written: usize,
    flushed: bool,
}

impl Outlet for Output {
    fn send(&mut self, message: String, _origin: Origin) {
        push_line(message, &mut self.bytes);
    }

    fn done(&mut self, _origin: Origin) {}

    fn is_full(&mut self) -> bool {
        self.bytes.len() - self.written > FULL
    }
}

impl Output {
    fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        mut output: Pin<&mut (impl AsyncWrite + ?Sized)>,
    ) -> io::Result<Poll<()>> {
        while let Some(rest) = self.bytes.get(self.written..).filter(|rest| !rest.is_empty()) {
            match output.as_mut().poll_write(cx, rest) {
                Poll::Ready(Ok(0)) => return Err(io::ErrorKind::WriteZero.into()),
                Poll::Ready(Ok(n)) => self.written += n,
                Poll::Ready(Err(e)) => return Err(e),
                Poll::Pending => return Ok(Poll::Pending),
            }
            self.flushed = false;
        }
        self.bytes.clear();
        self.written = 0;
        if !self.flushed {
            match output.poll_flush(cx) {
                Poll::Ready(flushed) => flushed?,
                Poll::Pending => return Ok(Poll::Pending),
            }
            self.flushed = true;
        }
        Ok(Poll::Ready(()))
    }
}

impl Stream {
    fn poll(
        &mut self,
        cx: &mut Context<'_>,
        mut input: Pin<&mut (impl AsyncRead + ?Sized)>,
        mut output: Pin<&mut (impl AsyncWrite + ?Sized)>,
    ) -> Poll<io::Result<()>> {
        loop {
            let paused = self.driver.run(cx, &mut self.out);
            let writing = self.out.poll_write(cx, output.as_mut())?;
            if self.driver.drained && writing.is_ready() {
                return Poll::Ready(Ok(()));
            }
            if paused && writing.is_pending() {
                return Poll::Pending;
            }
            if self.ended || self.poll_read(cx, input.as_mut())?.is_pending() {
                if paused {
                    // There is more to do and room again, but other tasks of the program come first.
                    cx.waker().wake_by_ref();
                }
                return Poll::Pending;
            }
        }
    }

    fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        input: Pin<&mut (impl AsyncRead + ?Sized)>,
    ) -> io::Result<Poll<()>> {
        let mut chunk = core::mem::take(&mut self.chunk);
        let mut buf = ReadBuf::new(&mut chunk);
        let read = input.poll_read(cx, &mut buf);
        let mut filled: &[u8] = buf.filled();
        let outcome = match read {
            Poll::Pending => Ok(Poll::Pending),
            Poll::Ready(Err(e)) => Err(e),
            Poll::Ready(Ok(())) => {
                self.ended = filled.is_empty();
                while let Some(frame) = self.lines.next(&mut filled) {
                    self.receive(frame);
                    self.driver.act(&mut self.out);
                }
                if self.ended {
                    if let Some(frame) = self.lines.finish() {
                        self.receive(frame);
                    }
                    self.driver.conversation.close();
                }
                Ok(Poll::Ready(()))
            }
        };
        self.chunk = chunk;
        outcome
    }

    fn receive(&mut self, frame: Frame) {
        match frame {
            Frame::Message(message) => self.driver.conversation.receive(message),
            Frame::TooLong => self.driver.conversation.receive_too_long(),
        }
    }
}
