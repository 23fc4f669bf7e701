//! One conversation over a pair of byte streams, newline-delimited: stdio, a pipe, memory.
//!
//! Everything happens inside one future; see `connection.rs`. What is answered while a chunk of input is worked through goes
//! out in one write.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use pulseengine_mcp_protocol::conversation::{ClientSettings, Origin};
use pulseengine_mcp_protocol::{Conversation, Limits};
use pulseengine_mcp_runtime::io::{AsyncRead, AsyncWrite, ReadBuf};
use pulseengine_mcp_runtime::{Sleep, sleep};

use crate::client::{ClientHandler, ClientPeer, Events};
use crate::client_end::ClientEnd;
use crate::connection::{End, Link, Outlet};
use crate::{Driver, Handler, Instance, Peer};
use pulseengine_mcp_protocol::frame::{Frame, NdJson, push_line};

/// Bytes read at once.
const CHUNK: usize = 64 * 1024;
/// When more bytes than this wait to be written, nothing is read and no handler runs.
const FULL: usize = 1 << 20;

/// Serves one client until its input ends and everything is answered, or [`Handler::grace`] is over.
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
    handler.opened();
    let limits = handler.limits();
    let conversation = Conversation::new(handler.offer(Instance::PROCESS), limits);
    let mut stream = Stream::new(Driver::new(conversation, handler, peer), limits);
    let (mut input, mut output) = (input, output);
    let mut grace = Grace { timer: None };
    let served = poll_fn(|cx| {
        let over = stream.ended && grace.is_over(stream.driver.handler(), cx);
        if over {
            stream.driver.abort();
        }
        match stream.poll(cx, Pin::new(&mut input), Pin::new(&mut output)) {
            // What the client does not take now is not written.
            Poll::Pending if over => Poll::Ready(Ok(())),
            Poll::Pending if stream.ended && grace.timer.is_none() => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            served => served,
        }
    })
    .await;
    stream.driver.peer.close();
    let served = match served {
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        served => served,
    };
    stream.driver.handler().closed(stream.received, stream.out.sent, served.as_ref().err());
    served
}

/// Connects to a server: a handle to send requests with, what the server sends besides answers, and the future that
/// drives the connection until the output of the server ends. Nothing happens unless that future is polled.
///
/// The handle can be cloned. [`ClientPeer::close`], or dropping all handles and requests, ends the input of the server;
/// what the server still sends is taken in.
///
/// ```
/// use std::sync::Arc;
/// use pulseengine_mcp_protocol::{Limits, Revision, conversation::ClientSettings};
/// use pulseengine_mcp_runtime::{block_on, io::{AsyncWriteExt, duplex, split}, join};
/// use pulseengine_mcp_transport::{client::NoRequests, stream};
///
/// block_on(async {
///     let (ours, mut server) = duplex(1024);
///     let (input, output) = split(ours);
///     let settings = ClientSettings {
///         revision: Revision::LATEST,
///         capabilities: "{}".into(),
///         client_info: r#"{"name":"example","version":"1"}"#.into(),
///     };
///     let limits = Limits::DEFAULT;
///     let (peer, _events, connection) = stream::connect(Arc::new(NoRequests), settings, limits, input, output);
///     let session = async move {
///         let answer = peer.request("tools/list", "");
///         server.write_all(b"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"tools\":[]}}\n").await.unwrap();
///         assert_eq!(answer.await.as_deref(), Ok(r#"{"tools":[]}"#));
///         drop(server);
///     };
///     join(session, connection).await.1.unwrap();
/// });
/// ```
pub fn connect<R, W>(
    handler: Arc<dyn ClientHandler>,
    settings: ClientSettings,
    limits: Limits,
    input: R,
    output: W,
) -> (ClientPeer, Events, impl Future<Output = io::Result<()>>)
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let (sender, events) = Events::channel();
    let (handle, peer) = ClientPeer::new();
    let end = ClientEnd::new(handler, sender, Arc::clone(&peer));
    let link = Link::of(Conversation::client(settings, limits), end, peer);
    let stream = Stream::new(link, limits);
    let connection = async move {
        let (mut stream, mut input, mut output) = (stream, input, output);
        let run = poll_fn(|cx| stream.poll(cx, Pin::new(&mut input), Pin::new(&mut output))).await;
        match run {
            Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            run => run,
        }
    };
    (handle, events, connection)
}

/// The time that handlers have when the input has ended.
struct Grace {
    timer: Option<Pin<Box<Sleep>>>,
}

impl Grace {
    fn is_over(&mut self, handler: &dyn Handler, cx: &mut Context<'_>) -> bool {
        self.timer.get_or_insert_with(|| Box::pin(sleep(handler.grace()))).as_mut().poll(cx).is_ready()
    }
}

struct Stream<E: End> {
    driver: Link<E>,
    lines: NdJson,
    chunk: Vec<u8>,
    received: u64,
    out: Output,
    ended: bool,
}

/// The output that is not written yet.
struct Output {
    bytes: Vec<u8>,
    written: usize,
    /// All bytes ever written.
    sent: u64,
    flushed: bool,
    ended: bool,
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
                Poll::Ready(Ok(n)) => {
                    self.written += n;
                    self.sent += n as u64;
                }
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

    fn poll_end(
        &mut self,
        cx: &mut Context<'_>,
        output: Pin<&mut (impl AsyncWrite + ?Sized)>,
    ) -> io::Result<()> {
        if !self.ended
            && let Poll::Ready(ended) = output.poll_shutdown(cx)
        {
            self.ended = true;
            return ended;
        }
        Ok(())
    }
}

impl<E: End> Stream<E> {
    fn new(driver: Link<E>, limits: Limits) -> Self {
        Self {
            driver,
            lines: NdJson::new(limits.message),
            chunk: vec![0; CHUNK],
            received: 0,
            out: Output { bytes: Vec::new(), written: 0, sent: 0, flushed: true, ended: false },
            ended: false,
        }
    }

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
            let stuck = paused && writing.is_pending();
            if E::PAUSES && stuck {
                return Poll::Pending;
            }
            if self.driver.end.ends_output() && writing.is_ready() {
                self.out.poll_end(cx, output.as_mut())?;
            }
            if self.ended || self.poll_read(cx, input.as_mut())?.is_pending() {
                if paused && !stuck {
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
                self.received += filled.len() as u64;
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
            Frame::TooLong(id) => self.driver.conversation.receive_too_long(id),
        }
    }
}
