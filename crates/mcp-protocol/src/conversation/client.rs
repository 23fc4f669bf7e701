//! The client's side: the handshake, the metadata of stateless requests, progress, notifications.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::time::Duration;

use super::core::{ANYWHERE, Conversation, Effect, Origin, OtherSide, Outgoing, OutgoingId, Role, Served};
use super::meta::with_meta;
use super::outgoing::message;
use crate::envelope::{InvalidMessage, Notification, Request, Response};
use crate::json::Writer;
use crate::method::Sender;
use crate::params::{self, Key};
use crate::{Call, Error, ErrorCode, Limits, Method, Reply, RequestId, Revision, call};

/// What only the client's side reports. The enum is exhaustive, so that the compiler finds a driver that
/// misses an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientEvent {
    /// The server answered `initialize`.
    Initialized {
        /// The revision of the conversation.
        revision: Revision,
        /// The result, JSON text.
        result: String,
    },
    /// The server sent `notifications/progress` for a request in flight.
    Progress {
        /// The request.
        request: OutgoingId,
        /// The params, JSON text.
        params: String,
    },
    /// The server sent another notification.
    Notification {
        /// The method.
        method: String,
        /// The params, JSON text; empty when absent.
        params: String,
        /// The `subscriptions/listen` request that it belongs to.
        subscription: Option<OutgoingId>,
    },
    /// The server sent an answer to no request in flight, for example after a cancellation: the whole message.
    Unclaimed(String),
}

/// The client's revision, capabilities and identity, as it sends them to the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientSettings {
    /// The revision to speak. With a handshake, the server may choose another one that has a handshake.
    pub revision: Revision,
    /// The client's capabilities, a JSON object.
    pub capabilities: String,
    /// The client's name and version, a JSON object.
    pub client_info: String,
}

/// How far the handshake has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Handshake {
    NotBegun,
    Sent(OutgoingId),
    Settled(Revision),
}

/// A message that waits for the handshake.
#[derive(Debug)]
struct Queued {
    /// `None`: a notification.
    id: Option<OutgoingId>,
    message: String,
}

/// The client's side of a conversation.
#[derive(Debug)]
pub struct ClientSide {
    settings: ClientSettings,
    handshake: Handshake,
    queue: Vec<Queued>,
}

impl Conversation<ClientSide> {
    /// A client's conversation that has not begun.
    pub const fn client(settings: ClientSettings, limits: Limits) -> Self {
        let handshake = match settings.revision.is_stateless() {
            true => Handshake::Settled(settings.revision),
            false => Handshake::NotBegun,
        };
        Self::of(ClientSide { settings, handshake, queue: Vec::new() }, limits)
    }

    /// Sends a request. `params` is a JSON object, or empty. With `progress` the server may report progress, as
    /// [`ClientEvent::Progress`].
    ///
    /// The answer comes as [`Effect::Answered`], at the latest when `deadline` has passed; also when the request cannot
    /// be sent. Before the handshake is done the request waits for it.
    pub fn request(
        &mut self,
        method: &str,
        params: &str,
        progress: bool,
        deadline: Option<Duration>,
    ) -> OutgoingId {
        self.outgoing_code = Some(Self::OUTGOING);
        if !self.closed {
            self.begin_handshake();
        }
        let id = self.next_id();
        match self.role.params(id, params, progress, &self.limits) {
            _ if self.closed => self.fail(id, Error::internal("the connection is closed")),
            Err(error) => self.fail(id, error),
            Ok(params) => {
                self.outgoing.insert(id, Outgoing { call: None, origin: ANYWHERE, deadline });
                self.send_or_queue(Some(id), message(Some(id), method, &params));
            }
        }
        id
    }

    /// Sends a notification, after the handshake. `params` is a JSON object, or empty.
    ///
    /// # Errors
    ///
    /// When `params` is something else. Then nothing is sent.
    pub fn notify_server(&mut self, method: &str, params: &str) -> Result<(), Error> {
        let params = with_meta(params, &[], &self.limits)?;
        if !self.closed {
            self.outgoing_code = Some(Self::OUTGOING);
            self.begin_handshake();
            self.send_or_queue(None, message(None, method, &params));
        }
        Ok(())
    }

    /// Whether messages wait for the handshake.
    pub const fn has_queued(&self) -> bool {
        !self.role.queue.is_empty()
    }

    const fn next_id(&mut self) -> OutgoingId {
        let id = self.next_outgoing;
        self.next_outgoing += 1;
        id
    }

    fn begin_handshake(&mut self) {
        if self.role.handshake == Handshake::NotBegun {
            let id = self.next_id();
            self.role.handshake = Handshake::Sent(id);
            let hello = message(Some(id), Method::Initialize.name(), &self.role.initialize_params());
            self.effects.push_back(Effect::Send(hello, ANYWHERE));
        }
    }

    fn send_or_queue(&mut self, id: Option<OutgoingId>, message: String) {
        if matches!(self.role.handshake, Handshake::Settled(_)) {
            self.effects.push_back(Effect::Send(message, ANYWHERE));
        } else {
            self.role.queue.push(Queued { id, message });
        }
    }

    fn fail(&mut self, id: OutgoingId, error: Error) {
        self.effects.push_back(Effect::Answered(id, Err(error)));
    }

    /// The server answered `initialize`.
    fn end_handshake(&mut self, outcome: Result<&str, &str>) {
        let settled = outcome.map_err(ClientSide::error_of_response).and_then(settled_by);
        let queue = core::mem::take(&mut self.role.queue);
        match settled {
            Ok((revision, result)) => {
                self.role.handshake = Handshake::Settled(revision);
                self.effects.push_back(Effect::Event(ClientEvent::Initialized { revision, result }));
                let initialized = message(None, Method::Initialized.name(), "");
                self.effects.push_back(Effect::Send(initialized, ANYWHERE));
                let messages = queue.into_iter().map(|queued| Effect::Send(queued.message, ANYWHERE));
                self.effects.extend(messages);
            }
            Err(error) => {
                self.role.handshake = Handshake::NotBegun;
                for id in queue.into_iter().filter_map(|queued| queued.id) {
                    if self.outgoing.remove(&id).is_some() {
                        self.fail(id, error.clone());
                    }
                }
            }
        }
    }
}

/// The revision that the result of `initialize` settles, and the result.
fn settled_by(result: &str) -> Result<(Revision, String), Error> {
    let stated = params::member(result, "protocolVersion").and_then(params::string);
    let Some(stated) = stated else {
        return Err(Error::internal("the server answered initialize without a protocolVersion"));
    };
    match Revision::parse(&stated).filter(|revision| !revision.is_stateless()) {
        Some(revision) => Ok((revision, result.into())),
        None => {
            let prefix = "the server answered initialize with a revision that is not supported: ";
            Err(Error::internal(crate::error::join(prefix, &stated)))
        }
    }
}

impl ClientSide {
    fn initialize_params(&self) -> String {
        let mut w = Writer::default();
        w.begin_object();
        w.key("protocolVersion").string(self.settings.revision.as_str());
        w.key("capabilities").raw(&self.settings.capabilities);
        w.key("clientInfo").raw(&self.settings.client_info);
        w.end_object();
        w.into_text()
    }

    fn params(&self, id: OutgoingId, params: &str, progress: bool, limits: &Limits) -> Result<String, Error> {
        let mut added = Vec::new();
        if self.settings.revision.is_stateless() {
            let mut version = Writer::default();
            version.string(self.settings.revision.as_str());
            added.push(("io.modelcontextprotocol/protocolVersion", Cow::Owned(version.into_text())));
            let client_info = Cow::Borrowed(&*self.settings.client_info);
            added.push(("io.modelcontextprotocol/clientInfo", client_info));
            let capabilities = Cow::Borrowed(&*self.settings.capabilities);
            added.push(("io.modelcontextprotocol/clientCapabilities", capabilities));
        }
        if progress {
            added.push(("progressToken", Cow::Owned(id.to_string())));
        }
        with_meta(params, &added, limits)
    }
}

impl Role for ClientSide {
    type Event = ClientEvent;

    const OTHER_SIDE: OtherSide = OtherSide {
        closed: "the connection was closed before the server answered",
        late: "the server did not answer in time",
    };

    fn revision(&self) -> Option<Revision> {
        match self.handshake {
            Handshake::Settled(revision) => Some(revision),
            Handshake::NotBegun | Handshake::Sent(_) => None,
        }
    }

    fn holds(&self, _id: &RequestId) -> bool {
        false
    }

    fn held(&self) -> usize {
        0
    }

    /// In 2026-07-28 a server sends no requests: what it cancels is a subscription of this client.
    fn release(conversation: &mut Conversation<Self>, id: &RequestId) -> bool {
        if !conversation.role.settings.revision.is_stateless() {
            return false;
        }
        let RequestId::Number(id) = id else { return true };
        if let Ok(id) = OutgoingId::try_from(*id)
            && conversation.outgoing.remove(&id).is_some()
        {
            conversation.fail(id, Error::internal("the server cancelled the request"));
        }
        true
    }

    fn admit(&self, request: Request, _in_batch: bool) -> Result<Call, InvalidMessage> {
        let settled = self.revision().is_some();
        if !settled && request.method.method() != Some(Method::Ping) {
            let error = Error::invalid_request("Invalid request: initialize has not been answered yet");
            return Err(InvalidMessage { id: Some(request.id), error });
        }
        call::admit_from_server(request, self.revision().unwrap_or(self.settings.revision))
    }

    fn serve(_conversation: &mut Conversation<Self>, call: &Call, _origin: Origin) -> Option<Served<Self>> {
        (call.method == Method::Ping).then(|| Served::Answer(Reply::empty(&call.id)))
    }

    fn replied(_conversation: &mut Conversation<Self>, _method: Method, _reply: &Reply) {}

    fn notified(conversation: &mut Conversation<Self>, notification: &Notification) {
        let of_clients = notification.method.row().is_some_and(|row| row.sender == Sender::Client);
        if notification.is_malformed() || of_clients {
            return;
        }
        let params = notification.params();
        let sent = |id: Option<&str>| {
            let id = id?.parse::<OutgoingId>().ok()?;
            conversation.outgoing.contains(&id).then_some(id)
        };
        let progress = match notification.method.method() {
            Some(Method::Progress) => sent(params::member(params, "progressToken")),
            _ => None,
        };
        let event = match progress {
            Some(request) => ClientEvent::Progress { request, params: params.into() },
            None => {
                let meta = notification.text(Key::Meta);
                ClientEvent::Notification {
                    method: notification.method.as_str().into(),
                    params: params.into(),
                    subscription: sent(params::member(meta, "io.modelcontextprotocol/subscriptionId")),
                }
            }
        };
        conversation.effects.push_back(Effect::Event(event));
    }

    /// The server would ignore an error without an id.
    fn answers_invalid(id: Option<&RequestId>) -> bool {
        id.is_some()
    }

    fn answered(conversation: &mut Conversation<Self>, id: OutgoingId, response: &Response) {
        if conversation.role.handshake == Handshake::Sent(id) {
            conversation.end_handshake(response.outcome());
        } else {
            let message = response.message().into();
            conversation.effects.push_back(Effect::Event(ClientEvent::Unclaimed(message)));
        }
    }

    fn unqueue(&mut self, id: OutgoingId) -> bool {
        let before = self.queue.len();
        self.queue.retain(|queued| queued.id != Some(id));
        self.queue.len() < before
    }

    fn error_of_response(object: &str) -> Error {
        let code = params::member(object, "code").and_then(|code| code.parse().ok());
        let message = params::member(object, "message").and_then(params::string);
        let message = message.map_or_else(|| "the server gave no reason".into(), Cow::into_owned);
        let error = Error::new(code.map_or(ErrorCode::INTERNAL, ErrorCode), message);
        match params::member(object, "data") {
            Some(data) => error.with_data(data.into()),
            None => error,
        }
    }

    /// No answer can be sent any more, so every request being served stops.
    fn closed(conversation: &mut Conversation<Self>) {
        for (id, _) in core::mem::take(&mut conversation.serving) {
            conversation.effects.push_back(Effect::Stop(id));
        }
        conversation.role.queue.clear();
    }
}
