//! The server's end of a connection: handlers, and the commands of their peer.

use std::any::Any;
use std::sync::Arc;
use std::task::{Context, Poll};

use pulseengine_mcp_protocol::conversation::{Conversation, ServerEvent, ServerSide};
use pulseengine_mcp_protocol::{Call, Error, Reply};
use pulseengine_mcp_runtime::MaybeFuture;
use pulseengine_mcp_runtime::sync::oneshot;

use crate::connection::{End, Link, Outlet};
use crate::peer::{Command, DriverAction, Question};
use crate::{Handler, Peer};

/// The server's end of a connection.
pub struct ServerEnd {
    handler: Arc<dyn Handler>,
}

/// A server's conversation, with the handlers that serve it and their peer.
pub type Driver = Link<ServerEnd>;

impl Link<ServerEnd> {
    /// Joins a conversation, its handler and the peer that the handler is given.
    pub fn new(conversation: Conversation<ServerSide>, handler: Arc<dyn Handler>, peer: Arc<Peer>) -> Self {
        Self::of(conversation, ServerEnd { handler }, peer)
    }
}

impl Link<ServerEnd> {
    pub(crate) fn handler(&self) -> &dyn Handler {
        &*self.end.handler
    }
}

impl End for ServerEnd {
    type Role = ServerSide;
    type Peer = Peer;
    type Waiting = oneshot::Sender<Result<String, Error>>;
    const PAUSES: bool = true;

    fn serve(&self, call: Call, peer: &Arc<Peer>) -> MaybeFuture<'static, Reply> {
        self.handler.serve(call, peer)
    }

    fn event(link: &mut Link<Self>, event: ServerEvent) {
        match event {
            ServerEvent::Notice(method) => link.end.handler.notice(method),
            ServerEvent::Listening(tasks, principal) => {
                link.end.handler.listening(&link.peer, principal.as_ref(), tasks);
            }
        }
    }

    fn answered(waiting: Self::Waiting, outcome: Result<String, Error>) {
        // The receiver is gone when the handler was stopped.
        let _ = waiting.send(outcome);
    }

    fn grant(link: &mut Link<Self>, cx: &mut Context<'_>, out: &mut impl Outlet) -> bool {
        let mut any = false;
        while let Poll::Ready(command) = link.peer.poll_command(cx) {
            any = true;
            match command {
                Command::Notify(call, message) => link.conversation.notify(&call, message),
                Command::Announce(change) => link.conversation.changed(&change),
                Command::Run(action) => action.run(link),
                Command::Suspend(call, retry) => {
                    // Earlier messages are sent before the connection ends.
                    link.act(out);
                    if let Some(origin) = link.conversation.origin(&call) {
                        out.suspend(origin, retry);
                    }
                }
                Command::End => {
                    link.ending = true;
                    link.conversation.close();
                }
                Command::Abort => link.abort(),
            }
        }
        any
    }
}

impl DriverAction for Question {
    fn bytes(&self) -> usize {
        self.params.len()
    }

    fn run(self: Box<Self>, driver: &mut dyn Any) {
        if let Some(driver) = driver.downcast_mut::<Link<ServerEnd>>() {
            driver.ask(*self);
        }
    }
}

impl Link<ServerEnd> {
    /// Puts a handler's question to the client.
    fn ask(&mut self, question: Question) {
        self.expired = Some(Self::expire);
        let deadline = self.started.elapsed().saturating_add(question.patience);
        match self.conversation.ask(&question.call, question.method, &question.params, deadline) {
            Some(id) => {
                self.asked.insert(id, question.answer);
            }
            None => {
                let error = Error::internal("the client cannot be asked: it has closed its input");
                // The receiver is gone when the handler was stopped.
                let _ = question.answer.send(Err(error));
            }
        }
    }
}
