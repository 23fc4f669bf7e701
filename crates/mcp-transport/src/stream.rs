//! One conversation over a pair of byte streams, newline-delimited: stdio, a pipe, memory.
//!
//! Everything happens inside one future: handlers run concurrently in a [`TaskSet`], no task is spawned. What is
//! answered while a chunk of input is worked through goes out in one write.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use pulseengine_mcp_protocol::conversation::{AskId, Conversation, Effect};
use pulseengine_mcp_protocol::{Error, RequestId, Table};
use pulseengine_mcp_runtime::io::{AsyncRead, AsyncWrite, ReadBuf};
use pulseengine_mcp_runtime::sync::oneshot;
use pulseengine_mcp_runtime::{Instant, Sleep, TaskKey, TaskSet, sleep_until};

use crate::frame::{Frame, NdJson};
use crate::peer::{Question, Wish};
use crate::{Answer, Handler, Peer, Reply};

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
    let peer = Arc::new(Peer::default());
    handler.connected(&peer);
    let mut driver = Driver {
        conversation: Conversation::new(handler.offer(), handler.limits()),
        lines: NdJson::new(handler.limits().message),
        handler,
        peer,
        tasks: TaskSet::new(),
        keys: Table::new(),
        asked: Table::new(),
        started: Instant::now(),
        timer: None,
        expired: None,
        chunk: vec![0; CHUNK],
        out: Vec::new(),
        written: 0,
        flushed: true,
        ended: false,
        drained: false,
    };
    let (mut input, mut output) = (input, output);
    let served = poll_fn(|cx| driver.poll(cx, Pin::new(&mut input), Pin::new(&mut output))).await;
    driver.peer.close();
    match served {
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        served => served,
    }
}

/// One conversation, between its streams and its handlers.
pub(crate) struct Driver {
    conversation: Conversation,
    lines: NdJson,
    handler: Arc<dyn Handler>,
    peer: Arc<Peer>,
    tasks: TaskSet<Reply>,
    keys: Table<RequestId, TaskKey>,
    asked: Table<AskId, oneshot::Sender<Result<String, Error>>>,
    started: Instant,
    timer: Option<(Duration, Pin<Box<Sleep>>)>,
    /// Fails the questions that waited too long; set by the first question.
    expired: Option<fn(&mut Self, &mut Context<'_>) -> bool>,
    chunk: Vec<u8>,
    out: Vec<u8>,
    written: usize,
    flushed: bool,
    ended: bool,
    drained: bool,
}

impl Driver {
    fn poll(
        &mut self,
        cx: &mut Context<'_>,
        mut input: Pin<&mut (impl AsyncRead + ?Sized)>,
        mut output: Pin<&mut (impl AsyncWrite + ?Sized)>,
    ) -> Poll<io::Result<()>> {
        loop {
            let paused = self.run(cx);
            let writing = self.poll_write(cx, output.as_mut())?;
            if self.drained && writing.is_ready() {
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

    /// Lets everything happen that can happen without the streams; whether it stopped because too much waits to be
    /// written.
    fn run(&mut self, cx: &mut Context<'_>) -> bool {
        loop {
            self.act();
            if self.out.len() - self.written > FULL {
                return true;
            }
            if let Poll::Ready(Some(reply)) = self.tasks.poll_next(cx) {
                // What the handler said before it answered goes out before the answer.
                self.grant(cx);
                self.finish(reply);
                continue;
            }
            let granted = self.grant(cx);
            let expired = self.expired.is_some_and(|expired| expired(self, cx));
            if !expired && !granted {
                return false;
            }
        }
    }

    /// A line break in JSON is white space between values, in text that came from a handler or a schema.
    fn frame(&mut self, message: &str) {
        let start = self.out.len();
        self.out.extend_from_slice(message.as_bytes());
        // Blocks of a fixed size, so that the compiler looks at many bytes at once.
        let breaks =
            |bytes: &[u8]| bytes.iter().fold(false, |found, b| found | (*b == b'\n') | (*b == b'\r'));
        let (blocks, rest) = message.as_bytes().as_chunks::<64>();
        if blocks.iter().any(|block| breaks(block)) || breaks(rest) {
            let written = self.out.iter_mut().skip(start);
            written.filter(|b| matches!(b, b'\n' | b'\r')).for_each(|b| *b = b' ');
        }
        self.out.push(b'\n');
    }

    /// Sends the answer of a handler that ran in the set.
    fn finish(&mut self, reply: Reply) {
        if let Some(id) = reply.id {
            self.keys.remove(&id);
            return self.conversation.reply(&id, reply.message);
        }
        // A handler panicked: it is the one that is no longer in the set.
        let gone = self.keys.iter().find(|(_, key)| !self.tasks.contains(**key)).map(|(id, _)| id.clone());
        if let Some(id) = gone {
            self.keys.remove(&id);
            self.conversation.reply(&id, Reply::panic_message(&id));
        }
    }

    /// Does what the conversation decided.
    fn act(&mut self) {
        while let Some(effect) = self.conversation.poll() {
            match effect {
                Effect::Send(message) => self.frame(&message),
                Effect::Call(call) => {
                    let id = call.id.clone();
                    match self.handler.serve(call, &self.peer) {
                        Answer::Ready(reply) => self.conversation.reply(&id, reply.message),
                        Answer::Later(future) => {
                            self.keys.insert(id, self.tasks.push(future));
                        }
                    }
                }
                Effect::Stop(id) => {
                    if let Some(task) = self.keys.remove(&id) {
                        self.tasks.cancel(task);
                    }
                }
                Effect::Answered(ask, outcome) => {
                    if let Some(waiting) = self.asked.remove(&ask) {
                        // Nobody waits any more: the handler was stopped.
                        let _ = waiting.send(outcome);
                    }
                }
                Effect::Notice(method) => self.handler.notice(method),
                Effect::Drained => self.drained = true,
            }
        }
    }

    /// Fulfils what handlers wish for; whether there was anything.
    fn grant(&mut self, cx: &mut Context<'_>) -> bool {
        let mut any = false;
        while let Poll::Ready(wish) = self.peer.poll_wish(cx) {
            any = true;
            match wish {
                Wish::Notify(call, message) => self.conversation.notify(&call, message),
                Wish::Announce(change) => self.conversation.changed(&change),
                Wish::Do(wish) => wish.fulfil(self),
            }
        }
        any
    }

    /// Puts a handler's question to the client.
    pub(crate) fn ask(&mut self, question: Question) {
        self.expired = Some(Self::expire);
        let deadline = self.started.elapsed() + question.patience;
        match self.conversation.ask(&question.call, question.method, &question.params, deadline) {
            Some(id) => {
                self.asked.insert(id, question.answer);
            }
            None => {
                let error = Error::internal("the client cannot be asked: it has closed its input");
                // Nobody waits any more: the handler was stopped.
                let _ = question.answer.send(Err(error));
            }
        }
    }

    /// Fails the questions that waited too long; whether there were any.
    fn expire(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(deadline) = self.conversation.deadline() else {
            self.timer = None;
            return false;
        };
        let started = self.started;
        let timer = match &mut self.timer {
            Some((at, timer)) if *at == deadline => timer,
            slot => &mut slot.insert((deadline, Box::pin(sleep_until(started + deadline)))).1,
        };
        if timer.as_mut().poll(cx).is_pending() {
            return false;
        }
        self.conversation.expire(self.started.elapsed());
        true
    }

    fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        mut output: Pin<&mut (impl AsyncWrite + ?Sized)>,
    ) -> io::Result<Poll<()>> {
        while let Some(rest) = self.out.get(self.written..).filter(|rest| !rest.is_empty()) {
            match output.as_mut().poll_write(cx, rest) {
                Poll::Ready(Ok(0)) => return Err(io::ErrorKind::WriteZero.into()),
                Poll::Ready(Ok(n)) => self.written += n,
                Poll::Ready(Err(e)) => return Err(e),
                Poll::Pending => return Ok(Poll::Pending),
            }
            self.flushed = false;
        }
        self.out.clear();
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
                    self.act();
                }
                if self.ended {
                    if let Some(frame) = self.lines.finish() {
                        self.receive(frame);
                    }
                    self.conversation.close();
                }
                Ok(Poll::Ready(()))
            }
        };
        self.chunk = chunk;
        outcome
    }

    fn receive(&mut self, frame: Frame) {
        match frame {
            Frame::Message(message) => self.conversation.receive(message),
            Frame::TooLong => self.conversation.receive_too_long(),
        }
    }
}
