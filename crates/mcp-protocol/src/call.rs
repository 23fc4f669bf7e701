//! An admitted request: its method and params, the revision to answer in, and the caller.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::sync::Arc;
use core::fmt;

use crate::envelope::{InvalidMessage, Request};
use crate::http::Head;
use crate::method::{MessageKind, MethodRow, Sender};
use crate::params::{self, Key, Params};
use crate::{Error, LoggingLevel, Method, ParamHeaders, Principal, RequestContext, RequestId, Revision};

/// The outcome of `initialize`: the negotiated revision and the client, for the rest of the conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The negotiated revision.
    pub revision: Revision,
    /// The client's capabilities, a JSON object.
    pub capabilities: String,
    /// The client's name and version, a JSON object.
    pub client_info: String,
}

/// An admitted request, which the server has to answer.
#[derive(Clone, Debug)]
pub struct Call {
    /// The id to answer with.
    pub id: RequestId,
    /// The method.
    pub method: Method,
    /// The revision to answer in.
    pub revision: Revision,
    text: String,
    params: Params,
    session: Option<Arc<Session>>,
    /// The least severity of log messages that the client wants for this request; `None`: it wants none.
    pub log_level: Option<LoggingLevel>,
    /// The header fields that repeat arguments, to be compared with the arguments when the tool is known; `None` unless
    /// the request came over HTTP in a revision that has them.
    pub param_headers: Option<ParamHeaders>,
    /// What the transport knows of the request besides the message; `None` over stdio.
    pub context: Option<Arc<dyn RequestContext>>,
}

impl fmt::Debug for dyn RequestContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RequestContext")
    }
}

impl Call {
    /// The params as JSON text; empty when the request has none.
    pub fn params(&self) -> &str {
        self.params.text(&self.text)
    }

    /// The JSON text of a member of the params or of their `_meta`; empty when absent.
    pub fn text(&self, key: Key) -> &str {
        self.params.member(&self.text, key)
    }

    /// A member that is a string; `None` when it is absent or of another type.
    pub fn string(&self, key: Key) -> Option<Cow<'_, str>> {
        params::string(self.text(key))
    }

    /// A member that has to be a string.
    pub fn required(&self, key: Key, missing: &'static str) -> Result<Cow<'_, str>, Error> {
        self.string(key).ok_or_else(|| Error::invalid_params(missing))
    }

    /// The progress token as JSON text, a string or an integer; `None` when progress is not wanted.
    pub fn progress_token(&self) -> Option<&str> {
        let token = self.text(Key::ProgressToken);
        let first = token.bytes().next()?;
        (first == b'"' || token.parse::<i64>().is_ok()).then_some(token)
    }

    /// The client's capabilities: of this request since 2026-07-28, of its `initialize` before. A JSON object.
    pub(crate) fn client_capabilities(&self) -> &str {
        match &self.session {
            Some(session) => &session.capabilities,
            None => self.text(Key::MetaCapabilities),
        }
    }

    /// The client's name and version as a JSON object; empty when the client did not send them.
    pub fn client_info(&self) -> &str {
        match &self.session {
            Some(session) => &session.client_info,
            None => self.text(Key::MetaClientInfo),
        }
    }

    /// Whether the client has declared the capability at `path`, e.g. `["sampling"]`.
    pub fn client_can(&self, path: &[&str]) -> bool {
        params::declares(self.client_capabilities(), path)
    }

    /// Sets [`context`](Self::context). A function of its own, so that its callers do not each carry the drop of the old one.
    pub fn set_context(&mut self, context: Arc<dyn RequestContext>) {
        self.context = Some(context);
    }

    /// The authenticated caller; `None` without authentication, as over stdio.
    pub fn principal(&self) -> Option<&Principal> {
        self.context.as_ref()?.principal()
    }

    /// The head of the HTTP request that carried it; `None` over stdio.
    pub fn http(&self) -> Option<Head<'_>> {
        self.context.as_ref()?.head()
    }
}

/// The state of a connection that decides how a request is served.
#[derive(Clone, Debug, Default)]
pub(crate) struct ConnectionState {
    pub session: Option<Arc<Session>>,
    /// The level set by `logging/setLevel`.
    pub level: Option<LoggingLevel>,
}

/// The values of the body that HTTP repeats in header fields (specification: transports/streamable-http,
/// "Request Metadata").
#[derive(Clone, Debug)]
pub struct Mirrored<'a> {
    /// `Mcp-Method`
    pub method: &'a str,
    /// `MCP-Protocol-Version`: the version in `_meta`, if it is a string.
    pub version: Option<Cow<'a, str>>,
    /// `Mcp-Name`: `None` when the method has none, `Some(None)` when its member is missing or no string.
    pub name: Option<Option<Cow<'a, str>>>,
}

/// Admits a request that was sent by itself, as over HTTP since 2026-07-28.
///
/// # Errors
///
/// The reason why the request is not served; also the error of `compare`.
pub(crate) fn admit(
    request: Request,
    compare: &mut dyn FnMut(&Mirrored<'_>) -> Result<(), Error>,
) -> Result<Call, InvalidMessage> {
    let params = &request.params;
    let compared = match params.fault() {
        Some(fault) => Err(fault.error()),
        None => compare(&Mirrored {
            method: request.method.as_str(),
            version: params::string(params.member(&request.text, Key::MetaVersion)),
            name: request
                .method
                .method()
                .and_then(Method::named_by)
                .map(|key| params::string(params.member(&request.text, key))),
        }),
    };
    match compared {
        Ok(()) => admit_known(request, &ConnectionState::default()),
        Err(error) => Err(InvalidMessage::new(Some(request.id), error)),
    }
}

/// Admits a request that a server sent to its client. Stateless revisions have none.
///
/// # Errors
///
/// The reason why the request is not served.
pub(crate) fn admit_from_server(request: Request, revision: Revision) -> Result<Call, InvalidMessage> {
    let row = request.method.row().filter(|row| {
        let direction = row.kind == MessageKind::Request && row.sender != Sender::Client;
        direction && !revision.is_stateless() && row.is_in(revision)
    });
    let error = match (request.params.fault(), row) {
        (Some(fault), _) => fault.error(),
        (None, None) => Error::method_not_found(request.method.as_str()),
        (None, Some(row)) => {
            return Ok(Call {
                id: request.id,
                method: row.method,
                revision,
                text: request.text,
                params: request.params,
                session: None,
                log_level: None,
                param_headers: None,
                context: None,
            });
        }
    };
    Err(InvalidMessage::new(Some(request.id), error))
}

/// Whether a request has any of the metadata of 2026-07-28. Then it is served in that revision, even on a connection that
/// negotiated another one.
pub(crate) fn is_stateless(request: &Request) -> bool {
    let params = &request.params;
    params.fault().is_none() && STATELESS.into_iter().any(|key| params.has(key))
}

const STATELESS: [Key; 4] = [Key::MetaVersion, Key::MetaCapabilities, Key::MetaClientInfo, Key::MetaLevel];

/// Refuses an `initialize` in a batch and, by the letter of the specification, one on a connection in that state that is initialized
/// already, and null for an absent member.
///
/// # Errors
///
/// The refusal.
pub(crate) fn check_order(
    request: Request,
    in_batch: bool,
    letter: Option<&ConnectionState>,
) -> Result<Request, InvalidMessage> {
    let begins = request.method.method() == Some(Method::Initialize);
    let error = if begins && in_batch {
        Error::invalid_request("Invalid request: initialize cannot be part of a batch")
    } else if begins && letter.is_some_and(|state| state.session.is_some()) {
        Error::invalid_request("Invalid request: this connection is initialized already")
    } else if letter.is_some() && request.params.has_nothing() {
        Error::invalid_params("Invalid params: a member is null that may only be absent")
    } else {
        return Ok(request);
    };
    Err(InvalidMessage::new(Some(request.id), error))
}

/// Decides in which revision a request is to be served, and whether it can be.
pub(crate) fn admit_known(request: Request, state: &ConnectionState) -> Result<Call, InvalidMessage> {
    match decide(&request, state) {
        Ok((method, revision, log_level)) => Ok(Call {
            id: request.id,
            method,
            revision,
            text: request.text,
            params: request.params,
            session: if revision.is_stateless() { None } else { state.session.clone() },
            log_level,
            param_headers: None,
            context: None,
        }),
        Err(error) => Err(InvalidMessage::new(Some(request.id), error)),
    }
}

fn decide(
    request: &Request,
    state: &ConnectionState,
) -> Result<(Method, Revision, Option<LoggingLevel>), Error> {
    if let Some(fault) = request.params.fault() {
        return Err(fault.error());
    }
    let (text, members, name) = (&request.text, &request.params, request.method.as_str());
    let row =
        request.method.row().filter(|row| row.kind == MessageKind::Request && row.sender != Sender::Server);
    let (row, revision) = revision(text, members, row, name, state)?;
    let level = level(text, members, revision.is_stateless(), state.level)?;
    Ok((row.method, revision, level))
}

fn revision<'r>(
    text: &str,
    members: &Params,
    row: Option<&'r MethodRow>,
    method: &str,
    state: &ConnectionState,
) -> Result<(&'r MethodRow, Revision), Error> {
    if STATELESS.into_iter().any(|key| members.has(key)) {
        let revision = stated_revision(text, members)?;
        let row = row.filter(|r| r.is_in(revision)).ok_or_else(|| Error::method_not_found(method))?;
        return Ok((row, revision));
    }
    let row = row.ok_or_else(|| Error::method_not_found(method))?;
    if let Some(session) = state.session.as_ref().filter(|_| row.method != Method::Initialize) {
        return match row.is_in(session.revision) {
            true => Ok((row, session.revision)),
            false => Err(Error::method_not_found(method)),
        };
    }
    match row.method {
        Method::Initialize => {
            let requested = params::string(members.member(text, Key::ProtocolVersion)).ok_or_else(|| {
                Error::invalid_params("Invalid params: initialize needs a protocolVersion, a string")
            })?;
            Ok((row, Revision::negotiate(&requested)))
        }
        Method::Ping => Ok((row, Revision::LATEST_WITH_HANDSHAKE)),
        _ => Err(Error::invalid_params(MISSING_META)),
    }
}

const MISSING_META: &str = "Invalid params: params._meta needs io.modelcontextprotocol/protocolVersion and \
                            io.modelcontextprotocol/clientCapabilities (or begin with initialize)";

fn stated_revision(text: &str, members: &Params) -> Result<Revision, Error> {
    let requested = params::string(members.member(text, Key::MetaVersion))
        .ok_or_else(|| Error::invalid_params(MISSING_META))?;
    let revision = Revision::parse(&requested)
        .filter(|r| r.is_stateless())
        .ok_or_else(|| Error::unsupported_revision(&requested))?;
    if !params::is_object(members.member(text, Key::MetaCapabilities)) {
        return Err(Error::invalid_params(MISSING_META));
    }
    if members.has(Key::MetaClientInfo) && !params::is_object(members.member(text, Key::MetaClientInfo)) {
        return Err(Error::invalid_params(
            "Invalid params: io.modelcontextprotocol/clientInfo is not an object",
        ));
    }
    Ok(revision)
}

fn level(
    text: &str,
    members: &Params,
    stateless: bool,
    set: Option<LoggingLevel>,
) -> Result<Option<LoggingLevel>, Error> {
    if !stateless {
        return Ok(set);
    }
    if !members.has(Key::MetaLevel) {
        return Ok(None);
    }
    params::string(members.member(text, Key::MetaLevel))
        .and_then(|name| LoggingLevel::parse(&name))
        .map(Some)
        .ok_or_else(|| {
            Error::invalid_params("Invalid params: io.modelcontextprotocol/logLevel is no log level")
        })
}
