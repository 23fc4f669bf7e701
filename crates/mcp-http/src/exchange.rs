//! One request whose handler has to wait: its notifications and its answer.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use pulseengine_mcp_protocol::frame::event;
use pulseengine_mcp_protocol::http::HttpLimits;
use pulseengine_mcp_protocol::{Call, Error, Reply, RequestId, Revision};
use pulseengine_mcp_runtime::{BoxFuture, Instant, MaybeFuture, Sleep, sleep_until};
use pulseengine_mcp_transport::{Command, Instance, Peer};

use crate::Response;
use crate::caller::Caller;
use crate::permit::Permit;
use crate::response::{Source, status_of_reply};

/// A handler at work.
struct Exchange {
    peer: Arc<Peer>,
    /// Gone when it has answered.
    work: Option<HandlerFutures>,
    id: RequestId,
    revision: Revision,
    deadlines: Deadlines,
    _permit: Permit,
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
    silence: Duration,
    end: Instant,
    /// Made when the handler waits for the first time.
    timer: Option<Pin<Box<Sleep>>>,
}

/// Serves a request. `instance` is the instance that the server sees.
pub(crate) fn serve(caller: Caller<'_>, call: Call, instance: Instance) -> MaybeFuture<'static, Response> {
    let permit = match caller.request_permit() {
        Ok(permit) => permit,
        Err(busy) => return MaybeFuture::Ready(busy),
    };
    let peer = Arc::new(Peer::new(instance));
    let (id, revision) = (call.id.clone(), call.revision);
    match caller.handler().serve(call, &peer) {
        MaybeFuture::Ready(reply) => MaybeFuture::Ready(Response::reply(reply, &id, revision)),
        MaybeFuture::Pending(handler) => {
            wait(permit, peer, HandlerFutures::Handler(handler), (id, revision), caller.limits())
        }
    }
}

pub(crate) fn too_late(id: &RequestId) -> String {
    Error::internal("Internal error: the handler took too long").response(Some(id), None)
}

/// Waits for the first sign of a handler: the response is the answer, or the stream that begins with what came first.
pub(crate) fn wait(
    permit: Permit,
    peer: Arc<Peer>,
    work: HandlerFutures,
    (id, revision): (RequestId, Revision),
    limits: &HttpLimits,
) -> MaybeFuture<'static, Response> {
    let end = Instant::now() + limits.request_time;
    let deadlines = Deadlines { silence: limits.handler_time, end, timer: None };
    let exchange = Exchange { peer, work: Some(work), id, revision, deadlines, _permit: permit };
    MaybeFuture::pending(FirstOutput { exchange: Some(exchange) })
}

/// An exchange before its first sign.
struct FirstOutput {
    /// Gone when the response is there.
    exchange: Option<Exchange>,
}

impl Future for FirstOutput {
    type Output = Response;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Response> {
        let Some(exchange) = &mut self.exchange else { return Poll::Pending };
        let mut first = Vec::new();
        let answer = match exchange.poll(cx, &mut first) {
            Poll::Ready(answer) => Some(answer),
            Poll::Pending if first.is_empty() => return Poll::Pending,
            Poll::Pending => None,
        };
        let rest = self.exchange.take();
        Poll::Ready(match answer {
            Some((status, message)) if first.is_empty() => Response::json(status, message),
            Some((_, message)) => {
                event(&message, None, &mut first);
                Response::of_events(first)
            }
            None => Response::stream(Events { first, rest }),
        })
    }
}

impl Exchange {
    /// Lets the handler go on; what it sends meanwhile is added to `out`.
    fn poll(&mut self, cx: &mut Context<'_>, out: &mut Vec<u8>) -> Poll<Answer> {
        let before = out.len();
        let answered = match &mut self.work {
            Some(HandlerFutures::Handler(handler)) => handler.as_mut().poll(cx).map(Ok),
            Some(HandlerFutures::Batch(batch)) => batch.as_mut().poll(cx).map(Err),
            None => return Poll::Pending,
        };
        while let Poll::Ready(command) = self.peer.poll_command(cx) {
            match command {
                Command::Notify(_, message) => event(&message, None, out),
                // Of this revision: the client is not asked in mid-call, changes are announced on streams of their own,
                // and an answer cannot be fetched later.
                Command::Run(_) | Command::Announce(_) | Command::Suspend(..) | Command::End => {}
            }
        }
        if let Poll::Ready(answer) = answered {
            self.work = None;
            return Poll::Ready(match answer {
                Ok(reply) => (status_of_reply(&reply, self.revision), reply.into_message(&self.id)),
                Err(answers) => (200, answers),
            });
        }
        self.deadlines.poll(cx, out.len() > before).map(|()| (504, too_late(&self.id)))
    }
}

impl Deadlines {
    fn poll(&mut self, cx: &mut Context<'_>, sent: bool) -> Poll<()> {
        if sent {
            self.timer = None;
        }
        let next = (Instant::now() + self.silence).min(self.end);
        self.timer.get_or_insert_with(|| Box::pin(sleep_until(next))).as_mut().poll(cx)
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.peer.close();
    }
}

/// The stream of an exchange.
struct Events {
    first: Vec<u8>,
    rest: Option<Exchange>,
}

impl Source for Events {
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Vec<u8>>> {
        let mut out = std::mem::take(&mut self.first);
        if let Some(exchange) = &mut self.rest
            && let Poll::Ready((_, message)) = exchange.poll(cx, &mut out)
        {
            event(&message, None, &mut out);
            self.rest = None;
        }
        match (out.is_empty(), &self.rest) {
            (false, _) => Poll::Ready(Some(out)),
            (true, None) => Poll::Ready(None),
            (true, Some(_)) => Poll::Pending,
        }
    }
}
