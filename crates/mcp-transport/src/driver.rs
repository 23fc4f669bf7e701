//! One conversation, between a transport and the handlers that serve it.
//!
//! Everything happens inside the future that polls it: handlers run concurrently in a [`TaskSet`], no task is spawned.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use pulseengine_mcp_protocol::conversation::{AskId, Conversation, Effect, Origin};
use pulseengine_mcp_protocol::{Call, Error, RequestId, Table};
use pulseengine_mcp_runtime::sync::oneshot;
use pulseengine_mcp_runtime::{Instant, Sleep, TaskKey, TaskSet, sleep_until};

use crate::peer::{Question, Wish};
use crate::{Answer, Handler, Peer, Reply};

/// Where messages go out.
pub(crate) trait Outlet {
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

pub(crate) struct Driver {
    pub(crate) conversation: Conversation,
    handler: Arc<dyn Handler>,
    pub(crate) peer: Arc<Peer>,
    tasks: TaskSet<Reply>,
    keys: Table<RequestId, TaskKey>,
    asked: Table<AskId, oneshot::Sender<Result<String, Error>>>,
    started: Instant,
    timer: Option<(Duration, Pin<Box<Sleep>>)>,
    /// Fails the questions that waited too long; set by the first question.
    expired: Option<fn(&mut Self, &mut Context<'_>) -> bool>,
    /// The input has ended and everything is answered.
    pub(crate) drained: bool,
}

impl Driver {
    pub(crate) fn new(conversation: Conversation, handler: Arc<dyn Handler>, peer: Arc<Peer>) -> Self {
        Self {
            conversation,
            handler,
            peer,
            tasks: TaskSet::new(),
            keys: Table::new(),
            asked: Table::new(),
            started: Instant::now(),
            timer: None,
            expired: None,
            drained: false,
        }
    }

    /// Lets everything happen that can happen without the transport; whether it stopped because too much waits to be
    /// written.
    pub(crate) fn run(&mut self, cx: &mut Context<'_>, out: &mut impl Outlet) -> bool {
        loop {
            self.act(out);
            if out.is_full() {
                return true;
            }
            if let Poll::Ready(Some(reply)) = self.tasks.poll_next(cx) {
                // What the handler said before it answered goes out before the answer.
                self.grant(cx, out);
                self.finish(reply);
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
    pub(crate) fn act(&mut self, out: &mut impl Outlet) {
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
                Effect::Notice(method) => self.handler.notice(method),
                Effect::Listening(tasks) => self.handler.listening(&self.peer, None, tasks),
                Effect::Drained => self.drained = true,
            }
        }
    }

    fn call(&mut self, call: Call) {
        let id = call.id.clone();
        match self.handler.serve(call, &self.peer) {
            Answer::Ready(reply) => self.conversation.reply(&id, reply.message),
            Answer::Later(future) => {
                self.keys.insert(id, self.tasks.push(future));
            }
        }
    }

    /// Fulfils what handlers wish for; whether there was anything.
    fn grant(&mut self, cx: &mut Context<'_>, out: &mut impl Outlet) -> bool {
        let mut any = false;
        while let Poll::Ready(wish) = self.peer.poll_wish(cx) {
            any = true;
            match wish {
                Wish::Notify(call, message) => self.conversation.notify(&call, message),
                Wish::Announce(change) => self.conversation.changed(&change),
                Wish::Do(wish) => wish.fulfil(self),
                Wish::Suspend(call, retry) => {
                    // What was said before goes out before the connection ends.
                    self.act(out);
                    if let Some(origin) = self.conversation.origin(&call) {
                        out.suspend(origin, retry);
                    }
                }
                Wish::End => self.conversation.close(),
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
}
