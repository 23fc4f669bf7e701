//! The client's end of a connection: what carries out the commands of its handles.

use std::sync::Arc;
use std::task::{Context, Poll};

use pulseengine_mcp_protocol::conversation::{ANYWHERE, ClientEvent, ClientSide, OutgoingId};
use pulseengine_mcp_protocol::{Call, Error, Reply};
use pulseengine_mcp_runtime::MaybeFuture;
use pulseengine_mcp_runtime::sync::oneshot;

use crate::client::{ClientCommand, ClientHandler, ClientRequest, ClientShared, EventSender};
use crate::connection::{End, Link, Outlet};

/// The client's end of a connection.
pub(crate) struct ClientEnd {
    handler: Arc<dyn ClientHandler>,
    events: EventSender,
    shared: Arc<ClientShared>,
    /// The output is to be closed.
    ending: bool,
}

/// A request that waits for its answer.
pub(crate) struct Waiting {
    key: u64,
    answer: oneshot::Sender<Result<String, Error>>,
    events: Option<EventSender>,
}

impl ClientEnd {
    pub(crate) fn new(
        handler: Arc<dyn ClientHandler>,
        events: EventSender,
        shared: Arc<ClientShared>,
    ) -> Self {
        Self { handler, events, shared, ending: false }
    }
}

impl Drop for ClientEnd {
    fn drop(&mut self) {
        self.shared.end();
    }
}

impl End for ClientEnd {
    type Role = ClientSide;
    type Peer = ClientShared;
    type Waiting = Waiting;
    const PAUSES: bool = false;

    fn serve(&self, call: Call, _peer: &Arc<ClientShared>) -> MaybeFuture<'static, Reply> {
        self.handler.serve(call)
    }

    fn event(link: &mut Link<Self>, event: ClientEvent) {
        let request = match &event {
            ClientEvent::Progress { request, .. } => Some(*request),
            ClientEvent::Notification { subscription, .. } => *subscription,
            ClientEvent::Initialized { .. } | ClientEvent::Unclaimed(_) => None,
        };
        let own = request.and_then(|id| link.asked.get(&id)?.events.as_ref());
        own.unwrap_or(&link.end.events).send(event);
    }

    fn answered(waiting: Waiting, outcome: Result<String, Error>) {
        // The receiver is gone when the request was dropped.
        let _ = waiting.answer.send(outcome);
    }

    fn grant(link: &mut Link<Self>, cx: &mut Context<'_>, out: &mut impl Outlet) -> bool {
        let mut any = false;
        while !out.is_full()
            && let Poll::Ready(command) = link.peer.poll_command(cx)
        {
            any = true;
            match command {
                ClientCommand::Request(key, request, answer) => link.send(key, request, answer),
                ClientCommand::Withdraw(key) => link.withdraw(key),
                ClientCommand::Notify(method, params) => {
                    // Params that are no object cannot be sent, as the handle's documentation says.
                    let _ = link.conversation.notify_server(&method, &params);
                }
                ClientCommand::Line(line) => out.send(line, ANYWHERE),
            }
            link.act(out);
        }
        link.end.ending = link.peer.is_closing() && !link.conversation.has_queued();
        any
    }

    fn ends_output(&self) -> bool {
        self.ending
    }
}

impl Link<ClientEnd> {
    fn send(&mut self, key: u64, request: ClientRequest, answer: oneshot::Sender<Result<String, Error>>) {
        let deadline = request.patience.map(|patience| self.started.elapsed().saturating_add(patience));
        if deadline.is_some() {
            self.expired = Some(Self::expire);
        }
        let id = self.conversation.request(&request.method, &request.params, request.progress, deadline);
        self.asked.insert(id, Waiting { key, answer, events: request.events });
    }

    fn withdraw(&mut self, key: u64) {
        let id: Option<OutgoingId> =
            self.asked.iter().find(|(_, waiting)| waiting.key == key).map(|(id, _)| *id);
        if let Some(id) = id {
            self.asked.remove(&id);
            self.conversation.withdraw(id);
        }
    }
}
