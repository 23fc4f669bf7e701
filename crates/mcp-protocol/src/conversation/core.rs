//! What both roles share: requests in flight in both directions, batches, cancellation, the end.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::time::Duration;

use super::batch::{BatchId, Batches, check_size};
use crate::envelope::{self, InvalidMessage, Message, Notification, Request, Response, Unit};
use crate::params::Key;
use crate::{Call, Error, Limits, Method, Reply, RequestContext, RequestId, Revision, VecMap};

/// What the driver has to do next. `E` are the events of the role. The enum is exhaustive, so that the compiler finds a
/// driver that misses an effect.
#[allow(clippy::large_enum_variant, reason = "most are calls; a box would be an allocation for each")]
#[derive(Debug)]
pub enum Effect<E> {
    /// Send this message; the transport frames it. It belongs to what came in with that origin; to nothing in
    /// particular with [`ANYWHERE`].
    Send(String, Origin),
    /// Nothing more will be sent for what came in with that origin, which is never [`ANYWHERE`].
    Done(Origin),
    /// Serve this request, then [`Conversation::reply`].
    Call(Call),
    /// Stop serving the request with that id; nothing more is to be sent for it.
    Stop(RequestId),
    /// A request that was sent is answered: with the text of the result, or an error.
    Answered(OutgoingId, Result<String, Error>),
    /// Something that only this role has.
    Event(E),
    /// The input is closed and everything is answered. Comes once.
    Drained,
}

/// The number of the unit of a transport that a message came in with, such as one HTTP request. Messages that are sent for
/// it bear the same number.
pub type Origin = u64;

/// The origin of everything on a transport where all messages go the same way, such as stdio.
pub const ANYWHERE: Origin = 0;

/// Names a request that was sent; also its id on the wire.
pub type OutgoingId = u64;

/// A request that was sent and is not answered yet.
#[derive(Debug)]
pub(super) struct Outgoing {
    /// The request of the other side that it belongs to.
    pub call: Option<RequestId>,
    pub origin: Origin,
    /// `None`: it may take as long as it likes.
    pub deadline: Option<Duration>,
}

/// The code for requests that are sent. Set by the first one, so that a server that sends none does not carry it.
pub(super) struct OutgoingCode<R: Role> {
    pub answered: fn(&mut Conversation<R>, &Response),
    pub forget: fn(&mut Conversation<R>, &RequestId),
    pub fail: fn(&mut Conversation<R>, &'static str),
}

/// A request in flight that the other side sent.
pub(super) struct Serving<R: Role> {
    batch: Option<BatchId>,
    pub origin: Origin,
    method: Method,
    /// What the conversation serves itself, once the program has admitted it.
    deferred: Option<Deferred<R>>,
}

/// Serves a request that the conversation serves itself, now that the program has admitted or refused it with that reply; the
/// answer, unless it stays open. A trait object, so that a server that defers nothing does not carry the code.
pub type Deferred<R> = Box<dyn FnOnce(&mut Conversation<R>, Reply, Origin) -> Option<Reply> + Send + Sync>;

/// One side of a conversation: what it does with what the other side sends.
pub trait Role: Sized + 'static {
    /// What this role reports besides the effects that both have.
    type Event: core::fmt::Debug;

    /// The messages of requests that get no answer.
    const OTHER_SIDE: OtherSide;

    /// The revision that has been settled for the conversation, if one has.
    fn revision(&self) -> Option<Revision>;

    /// Whether a request with that id is being served, although it is not in flight.
    fn holds(&self, id: &RequestId) -> bool;

    /// How many requests of that kind there are.
    fn held(&self) -> usize;

    /// Stops a request of that kind; whether there was one.
    fn release(conversation: &mut Conversation<Self>, id: &RequestId) -> bool;

    /// Decides in which revision a request is served, and whether it can be.
    ///
    /// # Errors
    ///
    /// What to answer instead.
    fn admit(&self, request: Request, in_batch: bool) -> Result<Call, InvalidMessage>;

    /// Serves what concerns the conversation itself; `None` when the request is for the program.
    fn serve(conversation: &mut Conversation<Self>, call: &Call, origin: Origin) -> Option<Served<Self>>;

    /// A request is answered.
    fn replied(conversation: &mut Conversation<Self>, method: Method, reply: &Reply);

    /// Takes in a notification, other than a cancellation.
    fn notified(conversation: &mut Conversation<Self>, notification: &Notification);

    /// Whether a message that is no valid JSON-RPC message, and has that id, is answered.
    fn answers_invalid(id: Option<&RequestId>) -> bool;

    /// Takes in an answer to no request of the program: the role sent the request, or there was none.
    fn answered(conversation: &mut Conversation<Self>, id: OutgoingId, response: &Response);

    /// Removes a request that has not been sent yet; whether there was one.
    fn unqueue(&mut self, id: OutgoingId) -> bool;

    /// The error that the other side answered a request with, from the error object.
    fn error_of_response(object: &str) -> Error;

    /// The input has ended.
    fn closed(conversation: &mut Conversation<Self>);
}

/// The messages of requests that get no answer.
#[derive(Clone, Copy, Debug)]
pub struct OtherSide {
    /// The connection was closed.
    pub closed: &'static str,
    /// The deadline has passed.
    pub late: &'static str,
}

/// How a request was served by the conversation itself.
pub enum Served<R: Role> {
    /// It is answered with this.
    Answer(Reply),
    /// It stays open, held by the role.
    Held,
    /// The program has to admit it first.
    Deferred(Deferred<R>),
}

/// One side of a conversation over a connection that both sides write to, such as stdio.
pub struct Conversation<R: Role> {
    pub(super) limits: Limits,
    pub(super) role: R,
    pub(super) serving: VecMap<RequestId, Serving<R>>,
    pub(super) outgoing: VecMap<OutgoingId, Outgoing>,
    pub(super) next_outgoing: OutgoingId,
    pub(super) outgoing_code: Option<&'static OutgoingCode<R>>,
    batches: Batches<Origin>,
    context: Option<Arc<dyn RequestContext>>,
    pub(super) effects: VecDeque<Effect<R::Event>>,
    pub(super) closed: bool,
    drained: bool,
}

impl<R: Role> Conversation<R> {
    pub(super) const fn of(role: R, limits: Limits) -> Self {
        Self {
            limits,
            role,
            serving: VecMap::new(),
            outgoing: VecMap::new(),
            next_outgoing: 1,
            outgoing_code: None,
            batches: Batches::new(),
            context: None,
            effects: VecDeque::new(),
            closed: false,
            drained: false,
        }
    }

    /// What is to be done next.
    pub fn poll(&mut self) -> Option<Effect<R::Event>> {
        self.effects.pop_front()
    }

    /// How many requests of the other side are being served.
    pub fn in_flight(&self) -> usize {
        self.serving.len()
    }

    /// Where a request in flight came from.
    pub fn origin(&self, id: &RequestId) -> Option<Origin> {
        self.serving.get(id).map(|serving| serving.origin)
    }

    /// Takes in one message, as it was framed by the transport.
    pub fn receive(&mut self, message: Vec<u8>) {
        self.receive_unit(envelope::parse(message, &self.limits), ANYWHERE);
    }

    /// What the transport knows of the requests that are received from now on.
    pub fn set_context(&mut self, context: Option<Arc<dyn RequestContext>>) {
        self.context = context;
    }

    /// Takes in one unit and remembers where it came from.
    pub fn receive_unit(&mut self, unit: Unit, origin: Origin) {
        match unit {
            Unit::One(message) => self.receive_message(message, None, origin),
            Unit::Batch(members) if self.role.revision().is_some_and(Revision::has_batches) => {
                if let Err(invalid) = check_size(members.len()) {
                    return self.refuse(invalid, None, origin);
                }
                let batch = self.batches.begin(members.len(), origin);
                members.into_iter().for_each(|member| self.receive_message(member, Some(batch), origin));
            }
            Unit::Batch(_) => self.refuse(envelope::not_an_object(), None, origin),
        }
    }

    /// Reports a message that was longer than the limit and has been dropped by the transport; its id, where one was found.
    pub fn receive_too_long(&mut self, id: Option<RequestId>) {
        self.refuse(envelope::too_long(id), None, ANYWHERE);
    }

    /// Sends the answer to a request. Ignored when the request has been cancelled.
    pub fn reply(&mut self, id: &RequestId, reply: Reply) {
        let Some(serving) = self.serving.remove(id) else { return };
        R::replied(self, serving.method, &reply);
        let reply = match serving.deferred {
            Some(deferred) => deferred(self, reply, serving.origin),
            None => Some(reply),
        };
        if let Some(reply) = reply {
            self.answer(serving.batch, reply.into_message(id), serving.origin);
        }
        self.finish();
    }

    /// Sends a notification that belongs to a request. Ignored when the request is no longer served.
    pub fn notify(&mut self, id: &RequestId, message: String) {
        if let Some(serving) = self.serving.get(id) {
            self.effects.push_back(Effect::Send(message, serving.origin));
        }
    }

    /// The input has ended: what is being served may finish, requests that were sent fail.
    pub fn close(&mut self) {
        self.closed = true;
        R::closed(self);
        if let Some(code) = self.outgoing_code {
            (code.fail)(self, R::OTHER_SIDE.closed);
        }
        self.finish();
    }

    fn finish(&mut self) {
        if self.closed && self.serving.is_empty() && !self.drained {
            self.drained = true;
            self.effects.push_back(Effect::Drained);
        }
    }

    fn receive_message(
        &mut self,
        message: Result<Message, InvalidMessage>,
        batch: Option<BatchId>,
        origin: Origin,
    ) {
        match message {
            Err(invalid) => return self.refuse(invalid, batch, origin),
            Ok(Message::Request(request)) => return self.receive_request(request, batch, origin),
            Ok(Message::Notification(notification)) => match notification.method.method() {
                Some(Method::Cancelled) => self.cancel(&notification),
                _ => R::notified(self, &notification),
            },
            Ok(Message::Response(response)) => {
                if let Some(code) = self.outgoing_code {
                    (code.answered)(self, &response);
                }
            }
            Ok(Message::Stray) => {}
        }
        self.settle(batch, None, origin);
    }

    fn receive_request(&mut self, request: Request, batch: Option<BatchId>, origin: Origin) {
        let refused = if self.serving.contains(&request.id) || self.role.holds(&request.id) {
            Error::invalid_request("Invalid request: a request with this id is in flight")
        } else if self.serving.len() + self.role.held() >= self.limits.in_flight {
            Error::internal("Too many requests in flight: wait for answers, then try again")
        } else {
            return match self.role.admit(request, batch.is_some()) {
                Ok(call) => self.enter(call, batch, origin),
                Err(invalid) => self.refuse(invalid, batch, origin),
            };
        };
        self.refuse(InvalidMessage { id: Some(request.id), error: refused }, batch, origin);
    }

    fn enter(&mut self, mut call: Call, batch: Option<BatchId>, origin: Origin) {
        if self.context.is_some() {
            call.context = self.context.clone();
        }
        let deferred = match R::serve(self, &call, origin) {
            Some(Served::Answer(reply)) => return self.answer(batch, reply.into_message(&call.id), origin),
            Some(Served::Held) => return,
            Some(Served::Deferred(deferred)) => Some(deferred),
            None => None,
        };
        let serving = Serving { batch, origin, method: call.method, deferred };
        self.serving.insert(call.id.clone(), serving);
        self.effects.push_back(Effect::Call(call));
    }

    fn refuse(&mut self, invalid: InvalidMessage, batch: Option<BatchId>, origin: Origin) {
        if !R::answers_invalid(invalid.id.as_ref()) {
            return self.settle(batch, None, origin);
        }
        let message = invalid.error.response(invalid.id.as_ref(), self.role.revision());
        self.answer(batch, message, origin);
    }

    fn answer(&mut self, batch: Option<BatchId>, message: String, origin: Origin) {
        self.settle(batch, Some(message), origin);
    }

    /// A message is done, with its answer if it has one.
    fn settle(&mut self, batch: Option<BatchId>, answer: Option<String>, origin: Origin) {
        let (origin, message) = match batch {
            None => (origin, answer),
            Some(batch) => match self.batches.member_done(batch, answer) {
                Some(done) => done,
                None => return,
            },
        };
        if let Some(message) = message {
            self.effects.push_back(Effect::Send(message, origin));
        }
        self.done(origin);
    }

    pub(super) fn done(&mut self, origin: Origin) {
        if origin != ANYWHERE {
            self.effects.push_back(Effect::Done(origin));
        }
    }

    fn cancel(&mut self, notification: &Notification) {
        if notification.is_malformed() {
            return;
        }
        let Some(id) = RequestId::parse(notification.text(Key::CancelledId), &self.limits) else { return };
        if R::release(self, &id) {
            return;
        }
        if let Some(serving) = self.serving.remove(&id) {
            self.effects.push_back(Effect::Stop(id.clone()));
            if let Some(code) = self.outgoing_code {
                (code.forget)(self, &id);
            }
            self.settle(serving.batch, None, serving.origin);
            self.finish();
        }
    }
}
