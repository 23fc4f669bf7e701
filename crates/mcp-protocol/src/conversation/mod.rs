//! One conversation with a client, as a state machine: messages and the time go in, effects come out.
//!
//! It decides what is a request, in which revision it is served, which requests are in flight, what a cancellation
//! stops, where an answer belongs and who hears of a change. It runs nothing and sends nothing itself.

mod ask;
mod batch;
mod listen;
pub(crate) mod own;

use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::time::Duration;

pub use ask::AskId;
use ask::{Ask, Asks};
pub(crate) use batch::too_many_members;
use batch::{Batch, BatchId};
use listen::Filter;
pub use listen::{ANNOUNCING, Announcing, Change};

use crate::call::{self, Known};
use crate::envelope::{self, InvalidMessage, Message, Unit};
use crate::params::{Key, Members, Span};
use crate::{Call, Error, Limits, LoggingLevel, Method, Reply, RequestId, Revision, Session, VecMap};

/// What is to be done.
#[allow(clippy::large_enum_variant, reason = "most are calls; a box would be an allocation for each")]
#[derive(Debug)]
pub enum Effect {
    /// Send this message; the transport frames it. It belongs to what came in with that origin; to nothing in
    /// particular with [`ANYWHERE`].
    Send(String, Origin),
    /// Nothing more will be sent for what came in with that origin, which is never [`ANYWHERE`].
    Done(Origin),
    /// Serve this request, then [`Conversation::reply`].
    Call(Call),
    /// Stop serving the request with that id; nothing more is to be said about it.
    Stop(RequestId),
    /// A question put by [`Conversation::ask`] is answered: with the text of the result, or an error.
    Answered(AskId, Result<String, Error>),
    /// The client sent a notification that the server may care about: it is initialized, its roots changed.
    Notice(Method),
    /// The client listens to these tasks from now on: the server may tell how they stand.
    Listening(Vec<String>),
    /// The input is closed and everything is answered. Comes once.
    Drained,
}

/// Names the unit of a transport that a message came in with, such as one HTTP request: what is sent on its behalf
/// bears the same number.
pub type Origin = u64;

/// The origin of everything on a transport where all messages go the same way, such as stdio.
pub const ANYWHERE: Origin = 0;

/// What the server offers, as far as the conversation has to know.
#[derive(Clone, Copy, Debug, Default)]
pub struct Offer {
    /// It announces changes of its list of tools.
    pub tools_changed: bool,
    /// It announces changes of its list of prompts.
    pub prompts_changed: bool,
    /// It announces changes of its list of resources.
    pub resources_changed: bool,
    /// Single resources can be subscribed to.
    pub resource_updates: bool,
    /// It sends log messages.
    pub logging: bool,
    /// It tells how tasks go on.
    pub tasks: bool,
    /// What announces all this: [`ANNOUNCING`]. A server that announces nothing does not carry the code.
    pub announcing: Option<&'static Announcing>,
}

/// The server's side of one conversation over a connection that both sides write to, such as stdio.
#[derive(Debug)]
pub struct Conversation {
    limits: Limits,
    offer: Offer,
    known: Known,
    live: VecMap<RequestId, Live>,
    asked: VecMap<AskId, Ask>,
    next_ask: AskId,
    /// Set by the first question: a server that asks nothing does not carry the code for answers.
    asks: Option<&'static Asks>,
    batches: VecMap<BatchId, Batch>,
    next_batch: BatchId,
    listening: VecMap<RequestId, Filter>,
    subscribed: Vec<String>,
    effects: VecDeque<Effect>,
    closed: bool,
    drained: bool,
}

/// A request in flight.
#[derive(Debug)]
struct Live {
    batch: Option<BatchId>,
    origin: Origin,
    /// It is `initialize`: if it fails, nothing is settled.
    initializes: bool,
}

impl Conversation {
    /// A conversation that has not begun.
    pub const fn new(offer: Offer, limits: Limits) -> Self {
        Self {
            limits,
            offer,
            known: Known { session: None, level: None },
            live: VecMap::new(),
            asked: VecMap::new(),
            next_ask: 1,
            asks: None,
            batches: VecMap::new(),
            next_batch: 0,
            listening: VecMap::new(),
            subscribed: Vec::new(),
            effects: VecDeque::new(),
            closed: false,
            drained: false,
        }
    }

    /// A conversation that goes on, maybe in another process: `initialize` settled `session` before, the client wants log
    /// messages from `level` on, and to hear of the resources `subscribed`.
    pub fn resume(
        offer: Offer,
        limits: Limits,
        session: Arc<Session>,
        level: Option<LoggingLevel>,
        subscribed: Vec<String>,
    ) -> Self {
        let mut resumed = Self::new(offer, limits);
        resumed.known = Known { session: Some(session), level };
        resumed.subscribed = subscribed;
        resumed
    }

    /// From which level on the client wants log messages, since `initialize`.
    pub const fn level(&self) -> Option<LoggingLevel> {
        self.known.level
    }

    /// The resources that the client subscribed to by `resources/subscribe`.
    pub fn subscribed(&self) -> &[String] {
        &self.subscribed
    }

    /// What is to be done next.
    pub fn poll(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// How many requests are being served.
    pub fn in_flight(&self) -> usize {
        self.live.len()
    }

    /// The revision settled by `initialize`, if there was one.
    pub fn session(&self) -> Option<&Arc<Session>> {
        self.known.session.as_ref()
    }

    /// Takes in one message, as it was framed by the transport.
    pub fn receive(&mut self, message: Vec<u8>) {
        self.receive_from(message, ANYWHERE);
    }

    /// Takes in one message and remembers where it came from.
    pub fn receive_from(&mut self, message: Vec<u8>, origin: Origin) {
        let Ok(text) = String::from_utf8(message) else {
            return self.refuse(envelope::not_utf8(), None, origin);
        };
        let batches = self.known.session.as_ref().is_some_and(|s| s.revision.has_batches());
        let limits = self.limits;
        match envelope::parse(&text, batches, &limits) {
            Unit::Batch(members) => {
                let members: Vec<String> = members.into_iter().map(String::from).collect();
                self.receive_batch(members, origin);
            }
            Unit::One(Err(refusal)) => self.refuse(refusal, None, origin),
            Unit::One(Ok(Message::Request { id, method, params })) => {
                let params = Span::of(&text, params.unwrap_or_default());
                let method = envelope::settle(&method);
                self.receive_request(text, id, &method, params, None, origin);
            }
            Unit::One(Ok(Message::Notification { method, params })) => {
                self.receive_notification(&method, params.unwrap_or_default());
                self.done(origin);
            }
            Unit::One(Ok(Message::Response { id, outcome })) => {
                self.receive_response(&id, outcome);
                self.done(origin);
            }
            Unit::One(Ok(Message::Stray)) => self.done(origin),
        }
    }

    /// Reports a message that was longer than the limit and has been dropped by the transport.
    pub fn receive_too_long(&mut self) {
        self.refuse(envelope::too_long(), None, ANYWHERE);
    }

    /// Sends the answer to a request. Ignored when the request has been cancelled.
    pub fn reply(&mut self, id: &RequestId, reply: Reply) {
        let Some(live) = self.live.remove(id) else { return };
        if live.initializes && reply.result().is_err() {
            self.known = Known::default();
        }
        self.answer(live.batch, reply.into_message(id), live.origin);
        self.finish();
    }

    /// Sends a notification that belongs to a request. Ignored when the request is no longer served.
    pub fn notify(&mut self, id: &RequestId, message: String) {
        if let Some(live) = self.live.get(id) {
            self.effects.push_back(Effect::Send(message, live.origin));
        }
    }

    /// Where a request in flight came from.
    pub fn origin(&self, id: &RequestId) -> Option<Origin> {
        self.live.get(id).map(|live| live.origin)
    }

    /// The input has ended: what is being served may finish, subscriptions end, questions fail.
    pub fn close(&mut self) {
        self.closed = true;
        if let Some(announcing) = self.offer.announcing {
            (announcing.farewell)(self);
        }
        if let Some(asks) = self.asks {
            (asks.fail)(self, "the connection was closed before the client answered");
        }
        self.finish();
    }

    fn finish(&mut self) {
        if self.closed && self.live.is_empty() && !self.drained {
            self.drained = true;
            self.effects.push_back(Effect::Drained);
        }
    }

    fn revision(&self) -> Option<Revision> {
        self.known.session.as_ref().map(|s| s.revision)
    }

    fn answer(&mut self, batch: Option<BatchId>, message: String, origin: Origin) {
        match batch {
            None => {
                self.effects.push_back(Effect::Send(message, origin));
                self.done(origin);
            }
            Some(batch) => self.answer_in_batch(batch, message),
        }
    }

    fn done(&mut self, origin: Origin) {
        if origin != ANYWHERE {
            self.effects.push_back(Effect::Done(origin));
        }
    }

    fn refuse(&mut self, refusal: InvalidMessage, batch: Option<BatchId>, origin: Origin) {
        let message = refusal.error.response(refusal.id.as_ref(), self.revision());
        self.answer(batch, message, origin);
    }

    fn receive_request(
        &mut self,
        text: String,
        id: RequestId,
        method: &str,
        params: Span,
        batch: Option<BatchId>,
        origin: Origin,
    ) {
        if self.live.contains(&id) || self.listening.contains(&id) {
            let error = Error::invalid_request("Invalid request: a request with this id is in flight");
            return self.refuse(InvalidMessage { id: Some(id), error }, batch, origin);
        }
        if self.live.len() + self.listening.len() >= self.limits.in_flight {
            let error = Error::internal("Too many requests in flight: wait for answers, then try again");
            return self.refuse(InvalidMessage { id: Some(id), error }, batch, origin);
        }
        match call::admit_request(text, id, method, params, &self.known, &self.limits) {
            Err(refusal) => self.refuse(refusal, batch, origin),
            Ok(call) => self.enter(call, batch, origin),
        }
    }

    /// Opens the subscription of `subscriptions/listen`, which was admitted before.
    ///
    /// # Errors
    ///
    /// When the server announces nothing, or the request is malformed. Then nothing is sent.
    pub fn listen(&mut self, call: &Call, origin: Origin) -> Result<(), Error> {
        match self.offer.announcing {
            Some(announcing) => (announcing.serve)(self, call, origin),
            None => Err(Error::method_not_found(call.method.name())),
        }
    }

    fn enter(&mut self, call: Call, batch: Option<BatchId>, origin: Origin) {
        match self.serve(&call, origin) {
            Some(Ok(message)) => self.answer(batch, message, origin),
            Some(Err(error)) => self.refuse(InvalidMessage { id: Some(call.id), error }, batch, origin),
            None if self.listening.contains(&call.id) => {}
            None => {
                let initializes = call.method == Method::Initialize;
                self.live.insert(call.id.clone(), Live { batch, origin, initializes });
                self.effects.push_back(Effect::Call(call));
            }
        }
    }

    /// Serves what concerns the conversation itself; `None` when it is for the server.
    fn serve(&mut self, call: &Call, origin: Origin) -> Option<Result<String, Error>> {
        let served = match call.method {
            Method::Ping => Ok(()),
            Method::Initialize => self.initialize(call),
            Method::SetLevel => self.set_level(call),
            Method::Subscribe | Method::Unsubscribe | Method::Listen => self.listen(call, origin),
            _ => return None,
        };
        match (call.method, served) {
            (_, Err(error)) => Some(Err(error)),
            (Method::Initialize | Method::Listen, Ok(())) => None,
            (_, Ok(())) => Some(Ok(own::empty_result(&call.id))),
        }
    }

    fn initialize(&mut self, call: &Call) -> Result<(), Error> {
        self.known.session = Some(Arc::new(own::session_of(call)?));
        self.known.level = Some(LoggingLevel::Info);
        Ok(())
    }

    fn set_level(&mut self, call: &Call) -> Result<(), Error> {
        self.known.level = Some(own::level_of(call, self.offer.logging)?);
        Ok(())
    }

    fn receive_notification(&mut self, method: &str, params: &str) {
        match Method::find(method).map(|row| row.method) {
            Some(Method::Cancelled) => self.cancel(params),
            Some(method @ (Method::Initialized | Method::RootsChanged)) => {
                self.effects.push_back(Effect::Notice(method));
            }
            _ => {}
        }
    }

    fn cancel(&mut self, params: &str) {
        let Ok(members) = Members::split(params, params, &self.limits) else { return };
        let Some(id) = RequestId::parse(members.text(params, Key::CancelledId), &self.limits) else { return };
        if self.listening.remove(&id).is_some() {
            return;
        }
        if let Some(live) = self.live.remove(&id) {
            self.effects.push_back(Effect::Stop(id.clone()));
            if let Some(asks) = self.asks {
                (asks.forget)(self, &id);
            }
            match live.batch {
                Some(batch) => self.close_in_batch(batch),
                None => self.done(live.origin),
            }
            self.finish();
        }
    }
}

impl Conversation {
    /// Announces a change to those who asked for it.
    pub fn changed(&mut self, change: &Change) {
        if let Some(announcing) = self.offer.announcing {
            (announcing.changed)(self, change);
        }
    }

    fn receive_response(&mut self, id: &RequestId, outcome: Result<&str, &str>) {
        if let Some(asks) = self.asks {
            (asks.answered)(self, id, outcome);
        }
    }

    /// When [`Conversation::expire`] has to be called next, on the clock of [`Conversation::ask`].
    pub fn deadline(&self) -> Option<Duration> {
        self.asked.iter().map(|(_, ask)| ask.deadline).min()
    }
}
