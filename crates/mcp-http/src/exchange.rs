//! One request whose handler has to wait: its notifications and its answer.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use pulseengine_mcp_protocol::frame::{COMMENT, event};
use pulseengine_mcp_protocol::{Call, Error, Reply, RequestId, Revision};
use pulseengine_mcp_runtime::{BoxFuture, Instant, MaybeFuture, Sleep, deadline, sleep_until};
use pulseengine_mcp_transport::{ABORTED, Command, Instance, Peer};

use crate::Response;
use crate::caller::Caller;
use crate::response::{Source, status_of_reply};

/// A handler at work.
struct Exchange {
    peer: Arc<Peer>,
    /// Gone when it has answered.
    work: Option<HandlerFutures>,
    id: RequestId,
    revision: Revision,
    deadlines: Deadlines,
    /// Events that are not sent yet.
    out: Vec<u8>,
}

/// The handlers of a request.
pub(crate) enum HandlerFutures {
    /// A handler.
    Handler(BoxFuture<Reply>),
    /// The handlers of a batch, which answer in one message.
    Batch(BoxFuture<String>),
}

/// An answer: its status, and the message.
type Answer = (u16, String);

/// How long a handler may be silent, and how long it may take.
struct Deadlines {
    handler_time: Duration,
    /// When it has been silent for too long, or has taken too long.
    silent: Instant,
    end: Instant,
    keep_alive: Duration,
    /// When the client gets a sign of life; `None`: it takes no events.
    comment: Option<Instant>,
    /// Made when the handler waits for the first time.
    timer: Option<Pin<Box<Sleep>>>,
}

/// What the time has brought.
enum Due {
    /// A sign of life for the client.
    Comment,
    /// The end.
    End,
}

/// Serves a request. `instance` is the instance that the server sees.
pub(crate) fn serve(caller: Caller<'_>, call: Call, instance: Instance) -> MaybeFuture<'static, Response> {
    let peer = Arc::new(Peer::new(instance));
    let (id, revision) = (call.id.clone(), call.revision);
    match caller.handler().serve(call, &peer) {
        MaybeFuture::Ready(reply) => MaybeFuture::Ready(Response::reply(reply, &id, revision)),
        MaybeFuture::Pending(handler) => wait(caller, peer, HandlerFutures::Handler(handler), (id, revision)),
    }
}

pub(crate) fn too_late(id: &RequestId) -> String {
    Error::internal("Internal error: the handler took too long").response(Some(id), None)
}

/// Waits for the first sign of a handler: the response is the answer, or the stream that begins with what came first.
pub(crate) fn wait(
    caller: Caller<'_>,
    peer: Arc<Peer>,
    work: HandlerFutures,
    (id, revision): (RequestId, Revision),
) -> MaybeFuture<'static, Response> {
    let limits = caller.limits();
    let now = Instant::now();
    let deadlines = Deadlines {
        handler_time: limits.handler_time,
        silent: deadline(now, limits.handler_time),
        end: deadline(now, limits.request_time),
        keep_alive: limits.keep_alive,
        comment: caller.accepts.events.then(|| deadline(now, limits.quiet_time)),
        timer: None,
    };
    register(caller, &peer);
    let exchange = Exchange { peer, work: Some(work), id, revision, deadlines, out: Vec::new() };
    MaybeFuture::pending(FirstOutput { exchange: Some(Box::new(exchange)) })
}

pulseengine_mcp_runtime::natively! {
    /// Has the exchange aborted at the end of serving.
    fn register(caller: Caller<'_>, peer: &Arc<Peer>) {
        caller.keep_open(peer);
    }

    const fn is_abort(command: &Command) -> bool {
        matches!(command, Command::Abort)
    }
}

pulseengine_mcp_runtime::on_wasi! {
    /// The host of a component waits for its responses, or ends it.
    fn register(_: Caller<'_>, _: &Arc<Peer>) {}

    const fn is_abort(_: &Command) -> bool {
        false
    }
}

/// An exchange before its first sign.
struct FirstOutput {
    /// Gone when the response is there.
    exchange: Option<Box<Exchange>>,
}

impl Future for FirstOutput {
    type Output = Response;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Response> {
        let Some(mut exchange) = self.exchange.take() else { return Poll::Pending };
        match (exchange.poll(cx), exchange.out.is_empty()) {
            (Poll::Ready((status, message)), true) => return Poll::Ready(Response::json(status, message)),
            (Poll::Ready((_, message)), false) => exchange.end(&message),
            (Poll::Pending, false) => {}
            (Poll::Pending, true) => {
                self.exchange = Some(exchange);
                return Poll::Pending;
            }
        }
        Poll::Ready(Response::stream(exchange))
    }
}

impl Exchange {
    /// Lets the handler go on; what it sends meanwhile is added to the events.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Answer> {
        let answered = match &mut self.work {
            Some(HandlerFutures::Handler(handler)) => handler.as_mut().poll(cx).map(Ok),
            Some(HandlerFutures::Batch(batch)) => batch.as_mut().poll(cx).map(Err),
            None => return Poll::Pending,
        };
        while let Poll::Ready(command) = self.peer.poll_command(cx) {
            // An answer that is there is sent.
            if is_abort(&command) && answered.is_pending() {
                self.work = None;
                return Poll::Ready((503, Error::internal(ABORTED).response(Some(&self.id), None)));
            }
            // No other command occurs in this revision: a call does not ask the client, changes have streams of their own, and a
            // client cannot fetch an answer later.
            if let Command::Notify(_, message) = command {
                event(&message, None, &mut self.out);
            }
        }
        if let Poll::Ready(answer) = answered {
            self.work = None;
            return Poll::Ready(match answer {
                Ok(reply) => (status_of_reply(&reply, self.revision), reply.into_message(&self.id)),
                Err(answers) => (200, answers),
            });
        }
        if !self.out.is_empty() {
            self.deadlines.sent();
        }
        loop {
            match ready!(self.deadlines.poll(cx)) {
                Due::End => return Poll::Ready((504, too_late(&self.id))),
                Due::Comment => self.out.extend_from_slice(COMMENT),
            }
        }
    }
}

impl Exchange {
    /// Adds the answer as the last event, and stops the work.
    fn end(&mut self, message: &str) {
        event(message, None, &mut self.out);
        self.work = None;
        self.peer.close();
    }
}

impl Deadlines {
    /// The handler has sent something.
    fn sent(&mut self) {
        let now = Instant::now();
        self.silent = deadline(now, self.handler_time);
        self.comment = self.comment.map(|_| deadline(now, self.keep_alive));
        self.timer = None;
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Due> {
        let last = self.silent.min(self.end);
        let next = self.comment.unwrap_or(last).min(last);
        ready!(self.timer.get_or_insert_with(|| Box::pin(sleep_until(next))).as_mut().poll(cx));
        if next == last {
            return Poll::Ready(Due::End);
        }
        self.comment = Some(deadline(Instant::now(), self.keep_alive));
        self.timer = None;
        Poll::Ready(Due::Comment)
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.peer.close();
    }
}

impl Source for Exchange {
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Vec<u8>>> {
        if let Poll::Ready((_, message)) = self.poll(cx) {
            self.end(&message);
        }
        match (self.out.is_empty(), &self.work) {
            (false, _) => Poll::Ready(Some(std::mem::take(&mut self.out))),
            (true, None) => Poll::Ready(None),
            (true, Some(_)) => Poll::Pending,
        }
    }
}
