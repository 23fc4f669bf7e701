//! One request whose handler has to wait: its notifications and its answer.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use pulseengine_mcp_protocol::{Error, ErrorCode, RequestId, Revision};
use pulseengine_mcp_runtime::{BoxFuture, Instant, Sleep, sleep_until};

use super::Place;
use super::response::{Response, Source};
use crate::frame::event;
use crate::http::HttpLimits;
use crate::peer::Wish;
use crate::{Peer, Reply};

/// A handler at work.
struct Exchange {
    peer: Arc<Peer>,
    /// Gone when it has answered.
    handler: Option<BoxFuture<Reply>>,
    id: RequestId,
    revision: Revision,
    patience: Patience,
    _place: Place,
}

/// How long a handler may be silent, and how long it may take.
struct Patience {
    silence: Duration,
    end: Instant,
    /// Made when the handler waits for the first time.
    timer: Option<Pin<Box<Sleep>>>,
}

/// Serves a request until its first sign: the response is the answer, or the stream that begins with what came first.
pub(super) fn run(
    place: Place,
    peer: Arc<Peer>,
    handler: BoxFuture<Reply>,
    id: RequestId,
    revision: Revision,
    limits: &HttpLimits,
) -> Pin<Box<Beginning>> {
    let patience =
        Patience { silence: limits.handler_time, end: Instant::now() + limits.request_time, timer: None };
    let exchange = Exchange { peer, handler: Some(handler), id, revision, patience, _place: place };
    Box::pin(Beginning { exchange: Some(exchange) })
}

/// An exchange before its first sign.
pub(super) struct Beginning {
    /// Gone when the response is there.
    exchange: Option<Exchange>,
}

impl Future for Beginning {
    type Output = Response;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Response> {
        let Some(exchange) = &mut self.exchange else { return Poll::Pending };
        let mut first = Vec::new();
        let reply = match exchange.poll(cx, &mut first) {
            Poll::Ready(reply) => Some(reply),
            Poll::Pending if first.is_empty() => return Poll::Pending,
            Poll::Pending => None,
        };
        let late = exchange.handler.is_some();
        let revision = exchange.revision;
        let rest = self.exchange.take();
        Poll::Ready(match reply {
            Some(reply) if first.is_empty() => {
                let mut response = Response::reply(reply, revision);
                if late {
                    response.status = 504;
                }
                response
            }
            Some(reply) => {
                event(&reply.message, None, &mut first);
                told(first)
            }
            None => Response::stream(Events { first, rest }),
        })
    }
}

impl Exchange {
    /// Lets the handler go on; what it says meanwhile is added to `out`.
    fn poll(&mut self, cx: &mut Context<'_>, out: &mut Vec<u8>) -> Poll<Reply> {
        let said = out.len();
        let answered = match &mut self.handler {
            Some(handler) => handler.as_mut().poll(cx),
            None => return Poll::Pending,
        };
        while let Poll::Ready(wish) = self.peer.poll_wish(cx) {
            match wish {
                Wish::Notify(_, message) => event(&message, None, out),
                // Of this revision: nothing is asked in mid-call, changes are told on streams of their own, and an
                // answer cannot be fetched later.
                Wish::Do(_) | Wish::Announce(_) | Wish::Suspend(..) | Wish::End => {}
            }
        }
        if let Poll::Ready(mut reply) = answered {
            self.handler = None;
            if reply.id.is_none() {
                reply.message = Reply::panic_message(&self.id);
            }
            return Poll::Ready(reply);
        }
        match self.patience.poll(cx, out.len() > said) {
            Poll::Ready(()) => Poll::Ready(self.give_up()),
            Poll::Pending => Poll::Pending,
        }
    }

    fn give_up(&self) -> Reply {
        let error = Error::new(ErrorCode::INTERNAL, "Internal error: the handler took too long");
        Reply::error(&self.id, self.revision, &error)
    }
}

impl Patience {
    fn poll(&mut self, cx: &mut Context<'_>, spoke: bool) -> Poll<()> {
        if spoke {
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

/// The stream of events that are there already.
pub(super) fn told(events: Vec<u8>) -> Response {
    Response::stream(Events { first: events, rest: None })
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
            && let Poll::Ready(reply) = exchange.poll(cx, &mut out)
        {
            event(&reply.message, None, &mut out);
            self.rest = None;
        }
        match (out.is_empty(), &self.rest) {
            (false, _) => Poll::Ready(Some(out)),
            (true, None) => Poll::Ready(None),
            (true, Some(_)) => Poll::Pending,
        }
    }
}
