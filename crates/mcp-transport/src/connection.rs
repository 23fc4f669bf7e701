//! One conversation, between a transport and one end of the connection: the server's or the client's.
//!
//! Everything happens inside the future that polls it: handlers run concurrently in a [`TaskSet`], no task is spawned.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use pulseengine_mcp_protocol::conversation::{Conversation, Effect, Origin, OutgoingId, Role};
use pulseengine_mcp_protocol::{Call, Error, Reply, RequestId, VecMap};
use pulseengine_mcp_runtime::{Instant, MaybeFuture, Sleep, TaskKey, TaskSet, deadline, sleep_until};

/// The message of the error for a request that was still served when its server ended.
pub const ABORTED: &str = "Internal error: the server has ended before the request was done";

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

/// One end of a connection: what a [`Link`] of the server's side does differently from one of the client's.
pub trait End: Sized + 'static {
    /// The side of the conversation.
    type Role: Role;
    /// The way from the program to the connection.
    type Peer;
    /// What waits for the answer to a request that was sent.
    type Waiting;
    /// Whether nothing is read while too much waits to be written. True at one end at most: two ends that both wait for
    /// room would deadlock.
    const PAUSES: bool;

    /// Serves one request.
    fn serve(&self, call: Call, peer: &Arc<Self::Peer>) -> MaybeFuture<'static, Reply>;

    /// Takes an event of the role.
    fn event(link: &mut Link<Self>, event: <Self::Role as Role>::Event);

    /// Delivers an answer.
    fn answered(waiting: Self::Waiting, outcome: Result<String, Error>);

    /// Carries out the commands that wait in the peer; whether there was any.
    fn grant(link: &mut Link<Self>, cx: &mut Context<'_>, out: &mut impl Outlet) -> bool;

    /// Whether nothing more will be written, so that the output can be closed.
    fn ends_output(&self) -> bool {
        false
    }
}

/// One conversation, with one end of the connection and its peer.
pub struct Link<E: End> {
    /// The state machine.
    pub conversation: Conversation<E::Role>,
    pub(crate) end: E,
    /// The way from the program to the connection.
    pub peer: Arc<E::Peer>,
    tasks: TaskSet<Reply>,
    keys: VecMap<RequestId, TaskKey>,
    pub(crate) asked: VecMap<OutgoingId, E::Waiting>,
    pub(crate) started: Instant,
    timer: Option<(Duration, Pin<Box<Sleep>>)>,
    /// Fails the requests that waited too long; set by the first request with a deadline.
    pub(crate) expired: Option<fn(&mut Self, &mut Context<'_>) -> bool>,
    /// The conversation was ended by [`Peer::end`](crate::Peer::end).
    pub ending: bool,
    /// The input has ended and everything is answered.
    pub drained: bool,
}

impl<E: End> Link<E> {
    pub(crate) fn of(conversation: Conversation<E::Role>, end: E, peer: Arc<E::Peer>) -> Self {
        Self {
            conversation,
            end,
            peer,
            tasks: TaskSet::new(),
            keys: VecMap::default(),
            asked: VecMap::default(),
            started: Instant::now(),
            timer: None,
            expired: None,
            ending: false,
            drained: false,
        }
    }

    /// Lets everything happen that can happen without the transport; whether it stopped because too much waits to be
    /// written.
    pub fn run(&mut self, cx: &mut Context<'_>, out: &mut impl Outlet) -> bool {
        loop {
            self.act(out);
            if E::PAUSES && out.is_full() {
                return true;
            }
            if let Poll::Ready(Some((task, reply))) = self.tasks.poll_next_keyed(cx) {
                // What the handler said before it answered goes out before the answer.
                E::grant(self, cx, out);
                self.finish(task, reply);
                continue;
            }
            let granted = E::grant(self, cx, out);
            let expired = self.expired.is_some_and(|expired| expired(self, cx));
            if !expired && !granted {
                return !E::PAUSES && out.is_full();
            }
        }
    }

    /// Sends the answer of a handler that ran in the set.
    fn finish(&mut self, task: TaskKey, reply: Reply) {
        let id = self.keys.iter().find(|(_, key)| *key == task).map(|(id, _)| id.clone());
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
                        E::answered(waiting, outcome);
                    }
                }
                Effect::Event(event) => E::event(self, event),
                Effect::Drained => self.drained = true,
            }
        }
    }

    fn call(&mut self, call: Call) {
        let id = call.id.clone();
        match self.end.serve(call, &self.peer) {
            MaybeFuture::Ready(reply) => self.conversation.reply(&id, reply),
            MaybeFuture::Pending(future) => {
                self.keys.insert(id, self.tasks.push(future));
            }
        }
    }

    /// Cancels the handlers that still run and answers their requests with an error.
    pub(crate) fn abort(&mut self) {
        for (id, task) in std::mem::take(&mut self.keys) {
            self.tasks.cancel(task);
            self.conversation.reply(&id, Reply::error(Error::internal(ABORTED)));
        }
    }

    /// Fails the requests that waited too long; whether there were any.
    pub(crate) fn expire(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(next) = self.conversation.deadline() else {
            self.timer = None;
            return false;
        };
        let started = self.started;
        let timer = match &mut self.timer {
            Some((at, timer)) if *at == next => timer,
            slot => &mut slot.insert((next, Box::pin(sleep_until(deadline(started, next))))).1,
        };
        if timer.as_mut().poll(cx).is_pending() {
            return false;
        }
        self.conversation.expire(self.started.elapsed());
        true
    }
}
