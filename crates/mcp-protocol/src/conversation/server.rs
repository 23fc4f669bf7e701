//! The server's side: `initialize`, log levels, subscriptions.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::change::{Change, Filter};
use super::core::{Conversation, Deferred, Effect, Origin, OtherSide, OutgoingId, Role, Served};
use super::name_set::{NameSet, Room};
use super::session;
use crate::call::{self, ConnectionState};
use crate::envelope::{InvalidMessage, Notification, Request, Response};
use crate::{
    Call, Error, Limits, LoggingLevel, Method, Principal, Reply, RequestId, Revision, Session, VecMap, params,
};

/// What only the server's side reports. The enum is exhaustive, so that the compiler finds a driver that
/// misses an event.
#[derive(Debug)]
pub enum ServerEvent {
    /// The client sent `notifications/initialized` or `notifications/roots/list_changed`.
    Notice(Method),
    /// That caller has subscribed to these tasks: the server sends their state.
    Listening(Vec<String>, Option<Principal>),
}

/// The features of the server that the conversation depends on.
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
    /// It announces changes of tasks.
    pub tasks: bool,
    /// [`LAYERING`], where layers see the requests that the conversation serves itself (log levels, subscriptions): each
    /// goes to the handler first, which answers it with an empty result or refuses it.
    pub layering: Option<&'static Layering>,
    /// The letter of the specification holds where the server would otherwise take more: one `initialize` in a conversation, and no
    /// null for an absent member of the params.
    pub strict: bool,
    /// [`ANNOUNCING`](super::ANNOUNCING), if the server announces anything. A server that does not is linked without that code.
    pub announcing: Option<&'static Announcing>,
}

/// What lets layers decide on the requests that the conversation serves itself.
#[derive(Debug)]
pub struct Layering(fn(&Call) -> Deferred<ServerSide>);

/// See [`Offer::layering`].
pub static LAYERING: Layering = Layering(|call| {
    let call = call.clone();
    Box::new(move |conversation, reply, origin| match reply.result() {
        Ok(_) => conversation.serve_itself(&call, origin),
        Err(_) => Some(reply),
    })
});

/// What keeps subscriptions and announces changes.
#[derive(Debug)]
pub struct Announcing {
    pub(super) serve: fn(&mut Conversation<ServerSide>, &Call, Origin) -> Result<(), Error>,
    pub(super) changed: fn(&mut Conversation<ServerSide>, &Change),
    pub(super) farewell: fn(&mut Conversation<ServerSide>),
    pub(super) decline_listening: fn(&Call) -> Result<[String; 2], Error>,
}

impl Announcing {
    /// The two messages that answer `subscriptions/listen` where no change can be announced, because the instance ends with
    /// its request: an acknowledgement of no notifications, and the end of the subscription.
    ///
    /// # Errors
    ///
    /// `-32602` when the request is malformed.
    pub fn decline_listening(&self, call: &Call) -> Result<[String; 2], Error> {
        (self.decline_listening)(call)
    }
}

/// The server's side of a conversation.
#[derive(Debug)]
pub struct ServerSide {
    pub(super) offer: Offer,
    state: ConnectionState,
    /// What was settled before an `initialize` that is not answered yet.
    settled: ConnectionState,
    pub(super) listening: VecMap<RequestId, Filter>,
    pub(super) subscribed: NameSet,
}

impl Conversation<ServerSide> {
    /// A conversation that has not begun.
    pub const fn new(offer: Offer, limits: Limits) -> Self {
        let [state, settled] = [const { ConnectionState { session: None, level: None } }; 2];
        let role = ServerSide { offer, state, settled, listening: VecMap::new(), subscribed: NameSet::new() };
        Self::of(role, limits)
    }

    /// Continues a conversation, perhaps in another process: an earlier `initialize` began `session`, the client wants log
    /// messages from `level` on, and has subscribed to the resources `subscribed`.
    pub fn resume(
        offer: Offer,
        limits: Limits,
        session: Arc<Session>,
        level: Option<LoggingLevel>,
        subscribed: Vec<String>,
    ) -> Self {
        let mut resumed = Self::new(offer, limits);
        resumed.role.state = ConnectionState { session: Some(session), level };
        let mut room = Room::ALL;
        for uri in subscribed {
            resumed.role.subscribed.insert(uri.into(), &mut room);
        }
        resumed
    }

    /// The least severity of log messages that the client wants; `None` before `initialize`.
    pub const fn level(&self) -> Option<LoggingLevel> {
        self.role.state.level
    }

    /// The resources that the client subscribed to by `resources/subscribe`.
    pub fn subscribed(&self) -> &[String] {
        &self.role.subscribed
    }

    /// The session that `initialize` began.
    pub const fn session(&self) -> Option<&Arc<Session>> {
        self.role.state.session.as_ref()
    }

    /// Announces a change to the subscriptions that include it.
    pub fn changed(&mut self, change: &Change) {
        if let Some(announcing) = self.role.offer.announcing {
            (announcing.changed)(self, change);
        }
    }

    /// Opens the subscription of `subscriptions/listen`, which was admitted before.
    ///
    /// # Errors
    ///
    /// When the server announces nothing, or the request is malformed. Then nothing is sent.
    pub fn listen(&mut self, call: &Call, origin: Origin) -> Result<(), Error> {
        match self.role.offer.announcing {
            Some(announcing) => (announcing.serve)(self, call, origin),
            None => Err(Error::method_not_found(call.method.name())),
        }
    }
}

impl Conversation<ServerSide> {
    /// Ends every `subscriptions/listen` in good order.
    fn end_subscriptions(&mut self) {
        if let Some(announcing) = self.role.offer.announcing {
            (announcing.farewell)(self);
        }
    }

    /// Serves a request that is not for the program; its answer, unless it stays open.
    fn serve_itself(&mut self, call: &Call, origin: Origin) -> Option<Reply> {
        let served = match call.method {
            Method::SetLevel => self.role.set_level(call),
            _ => self.listen(call, origin),
        };
        match served {
            Err(error) => Some(Reply::error(error)),
            Ok(()) if call.method == Method::Listen => None,
            Ok(()) => Some(Reply::empty(&call.id)),
        }
    }
}

impl ServerSide {
    /// Begins the conversation, or begins it anew: gateways, and clients that come back, do so on one connection. Requests in
    /// flight keep the session that they came in.
    fn initialize(&mut self, call: &Call) -> Result<(), Error> {
        let session = Some(Arc::new(session::session_of(call)?));
        let state = ConnectionState { session, level: Some(LoggingLevel::Info) };
        self.settled = core::mem::replace(&mut self.state, state);
        Ok(())
    }

    fn set_level(&mut self, call: &Call) -> Result<(), Error> {
        self.state.level = Some(session::level_of(call, self.offer.logging)?);
        Ok(())
    }
}

impl Role for ServerSide {
    type Event = ServerEvent;

    const OTHER_SIDE: OtherSide = OtherSide {
        closed: "the connection was closed before the client answered",
        late: "the client did not answer in time",
    };

    fn revision(&self) -> Option<Revision> {
        self.state.session.as_ref().map(|session| session.revision)
    }

    fn holds(&self, id: &RequestId) -> bool {
        self.listening.contains(id)
    }

    fn held(&self) -> usize {
        self.listening.len()
    }

    fn release(conversation: &mut Conversation<Self>, id: &RequestId) -> bool {
        conversation.role.listening.remove(id).is_some()
    }

    fn admit(&self, request: Request, in_batch: bool) -> Result<Call, InvalidMessage> {
        let letter = self.offer.strict.then_some(&self.state);
        call::admit_known(call::check_order(request, in_batch, letter)?, &self.state)
    }

    fn serve(conversation: &mut Conversation<Self>, call: &Call, origin: Origin) -> Option<Served<Self>> {
        match call.method {
            Method::Ping => return Some(Served::Answer(Reply::empty(&call.id))),
            Method::Initialize => {
                let refused = conversation.role.initialize(call).err();
                return refused.map(|error| Served::Answer(Reply::error(error)));
            }
            Method::SetLevel | Method::Subscribe | Method::Unsubscribe | Method::Listen => {}
            _ => return None,
        }
        Some(match conversation.role.offer.layering {
            Some(layering) => Served::Deferred((layering.0)(call)),
            None => conversation.serve_itself(call, origin).map_or(Served::Held, Served::Answer),
        })
    }

    /// An `initialize` that is answered with an error settles nothing. One that succeeds begins without subscriptions.
    fn replied(conversation: &mut Conversation<Self>, method: Method, reply: &Reply) {
        if method != Method::Initialize {
            return;
        }
        let settled = core::mem::take(&mut conversation.role.settled);
        if reply.result().is_err() {
            conversation.role.state = settled;
        } else if settled.session.is_some() {
            conversation.role.subscribed = NameSet::new();
            conversation.end_subscriptions();
        }
    }

    fn notified(conversation: &mut Conversation<Self>, notification: &Notification) {
        if let Some(method @ (Method::Initialized | Method::RootsChanged)) = notification.method.method() {
            conversation.effects.push_back(Effect::Event(ServerEvent::Notice(method)));
        }
    }

    fn answers_invalid(_id: Option<&RequestId>) -> bool {
        true
    }

    fn answered(_conversation: &mut Conversation<Self>, _id: OutgoingId, _response: &Response) {}

    fn unqueue(&mut self, _id: OutgoingId) -> bool {
        false
    }

    fn error_of_response(object: &str) -> Error {
        let code = params::member(object, "code")
            .and_then(|c| c.parse().ok())
            .map_or(crate::ErrorCode::INTERNAL, crate::ErrorCode);
        let message = params::member(object, "message").and_then(params::string);
        let said = message.as_deref().unwrap_or("no reason given");
        Error::new(code, crate::error::join("the client refused: ", said))
    }

    fn closed(conversation: &mut Conversation<Self>) {
        conversation.end_subscriptions();
    }
}
