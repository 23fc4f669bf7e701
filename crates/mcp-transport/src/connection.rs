//! One conversation, between a transport and the handlers that serve it.
//!
//! Everything happens inside the future that polls it: handlers run concurrently in a [`TaskSet`], no task is spawned.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use pulseengine_mcp_protocol::conversation::{
    Conversation, Effect, Origin, OutgoingId, ServerEvent, ServerSide,
};
use pulseengine_mcp_protocol::{Call, Error, Reply, RequestId, VecMap};
use pulseengine_mcp_runtime::sync::oneshot;
use pulseengine_mcp_runtime::{Instant, MaybeFuture, Sleep, TaskKey, TaskSet, sleep_until};

use crate::peer::{Ask, Command, Question};
use crate::{Handler, Peer};

/// Where messages go out.
pub trait Outlet {
    /// Sends one message for what came in with that origin.
    fn send(&mut self, message: String, origin: Origin);

    /// Nothing more will be sent for that origin.
    fn done(&mut self, origin: Origin);

    /// Ends the connection of that origin for now: what is still sent for it is kept until the client is back.
    fn suspend(&mut self, _origin: Origin, _retry: Duration) {}

    /// Whether so much waits to be written that no handler may run.
    fn is_full(&mut self) -> bool {
        false
    }
}

/// One conversation, with the handlers that serve it and their peer.
pub struct Driver {
    /// The state machine.
    pub conversation: Conversation<ServerSide>,
    handler: Arc<dyn Handler>,
    /// The way from the handlers back to the connection.
    pub peer: Arc<Peer>,
    tasks: TaskSet<Reply>,
    keys: VecMap<RequestId, TaskKey>,
    asked: VecMap<OutgoingId, oneshot::Sender<Result<String, Error>>>,
    started: Instant,
    timer: Option<(Duration, Pin<Box<Sleep>>)>,
    /// Fails the questions that waited too long; set by the first question.
    expired: Option<fn(&mut Self, &mut Context<'_>) -> bool>,
    /// The input has ended and everything is answered.
    pub drained: bool,
}

impl Driver {
    /// Joins a conversation, its handler and the peer that the handler is given.
    pub fn new(conversation: Conversation<ServerSide>, handler: Arc<dyn Handler>, peer: Arc<Peer>) -> Self {
        Self {
            conversation,
            handler,
            peer,
            tasks: TaskSet::new(),
            keys: VecMap::new(),
            asked: VecMap::new(),
            started: Instant::now(),
            timer: None,
            expired: None,
            drained: false,
        }
    }

    /// Lets everything happen that can happen without the transport; whether it stopped because too much waits to be
    /// written.
    pub fn run(&mut self, cx: &mut Context<'_>, out: &mut impl Outlet) -> bool {
        loop {
            self.act(out);
            if out.is_full() {
                return true;
            }
            if let Poll::Ready(Some((task, reply))) = self.tasks.poll_next_keyed(cx) {
                // What the handler said before it answered goes out before the answer.
                self.grant(cx, out);
                self.finish(task, reply);
                continue;
            }
            let granted = self.grant(cx, out);
            let expired = self.expired.is_some_and(|expired| expired(self, cx));
            if !expired && !granted {
                return false;
            }
        }
    }

    /// Sends the answer of a handler that ran in the set.
    fn finish(&mut self, task: TaskKey, reply: Reply) {
        let id = self.keys.iter().find(|(_, key)| **key == task).map(|(id, _)| id.clone());
        if let Some(id) = id {
            self.keys.remove(&id);
            self.conversation.reply(&id, reply);
        }
    }

    /// Does what the conversation decided.
    pub fn act(&mut self, out: &mut impl Outlet) {
        while let Some(effect) = self.conversation.poll() {
            match effect {
                Effect::Send(message, origin) => out.send(message, origin),
                Effect::Done(origin) => out.done(origin),
                Effect::Call(call) => self.call(call),
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
                Effect::Event(ServerEvent::Notice(method)) => self.handler.notice(method),
                Effect::Event(ServerEvent::Listening(tasks)) => {
                    self.handler.listening(&self.peer, None, tasks);
                }
                Effect::Drained => self.drained = true,
            }
        }
    }

    fn call(&mut self, call: Call) {
        let id = call.id.clone();
        match self.handler.serve(call, &self.peer) {
            MaybeFuture::Ready(reply) => self.conversation.reply(&id, reply),
            MaybeFuture::Pending(future) => {
                self.keys.insert(id, self.tasks.push(future));
            }
        }
    }

    /// Fulfils what handlers command for; whether there was anything.
    fn grant(&mut self, cx: &mut Context<'_>, out: &mut impl Outlet) -> bool {
        let mut any = false;
        while let Poll::Ready(command) = self.peer.poll_command(cx) {
            any = true;
            match command {
                Command::Notify(call, message) => self.conversation.notify(&call, message),
                Command::Announce(change) => self.conversation.changed(&change),
                Command::Run(action) => action.run(self),
                Command::Suspend(call, retry) => {
                    // What was said before goes out before the connection ends.
                    self.act(out);
                    if let Some(origin) = self.conversation.origin(&call) {
                        out.suspend(origin, retry);
                    }
                }
                Command::End => self.conversation.close(),
            }
        }
        any
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
}

impl Ask for Driver {
    /// Puts a handler's question to the client.
    fn ask(&mut self, question: Question) {
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
}
