//! `subscriptions/listen`: a stream that stays open, on which changes are announced.

use std::sync::Arc;
use std::task::{Context, Poll};

use pulseengine_mcp_protocol::conversation::Origin;
use pulseengine_mcp_protocol::frame::event;
use pulseengine_mcp_protocol::{Call, Conversation, Reply};
use pulseengine_mcp_runtime::{Instant, deadline};
use pulseengine_mcp_transport::{Driver, Outlet, Peer};

use crate::Response;
use crate::caller::Caller;
use crate::keep_alive::KeepAlive;
use crate::ledger::Held;
use crate::response::Source;

/// The origin of the one request that a conversation serves here.
const ONLY: Origin = 1;

/// Opens a subscription stream.
pub(crate) fn open(caller: Caller<'_>, call: &Call) -> Response {
    let held = match caller.begin_stream() {
        Ok(held) => held,
        Err(refusal) => return refusal,
    };
    let shared = &caller.shared;
    let mut conversation = Conversation::new(caller.handler().offer(shared.instance), shared.limits);
    if let Err(error) = conversation.listen(call, ONLY) {
        return Response::reply(Reply::error(error), &call.id, call.revision);
    }
    let peer = Arc::new(Peer::new(shared.instance));
    caller.handler().connected(&peer);
    caller.keep_open(&peer);
    let end = deadline(Instant::now(), caller.limits().stream_time);
    let mut keep_alive = KeepAlive::new(caller.limits().keep_alive);
    keep_alive.end_at(Some(caller.expires().map_or(end, |expires| expires.min(end))));
    Response::stream(Box::new(SubscriptionStream {
        driver: Driver::new(conversation, Arc::clone(caller.handler()), peer),
        out: SubscriptionOutlet::default(),
        keep_alive,
        _held: held,
    }))
}

/// A conversation that lives as long as one request.
struct SubscriptionStream {
    driver: Driver,
    out: SubscriptionOutlet,
    keep_alive: KeepAlive,
    _held: Held,
}

/// The events to send.
#[derive(Default)]
struct SubscriptionOutlet {
    events: Vec<u8>,
    done: bool,
}

impl Outlet for SubscriptionOutlet {
    fn send(&mut self, message: String, _origin: Origin) {
        event(&message, None, &mut self.events);
    }

    fn done(&mut self, _origin: Origin) {
        self.done = true;
    }
}

impl Source for SubscriptionStream {
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Vec<u8>>> {
        if self.keep_alive.has_ended() {
            self.driver.conversation.close();
        }
        if self.out.events.is_empty() && !self.out.done {
            self.driver.run(cx, &mut self.out);
        }
        if self.out.events.is_empty() && !self.out.done {
            self.keep_alive.poll(cx, &mut self.out.events);
        }
        if !self.out.events.is_empty() {
            self.keep_alive.sent();
            return Poll::Ready(Some(std::mem::take(&mut self.out.events)));
        }
        if self.out.done || self.driver.peer.is_closed() { Poll::Ready(None) } else { Poll::Pending }
    }
}

impl Drop for SubscriptionStream {
    fn drop(&mut self) {
        self.driver.peer.close();
    }
}
