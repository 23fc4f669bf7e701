//! The envelope: what kind of JSON-RPC message some bytes are. A message is read once, whatever its revision: the same
//! pass checks the grammar and the limits, finds the envelope and splits the params.
//!
//! Hand-written over the bytes, because a derived parser takes a request with two ids for a notification, an array
//! for a struct, and keeps the last of two equal keys.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::json::{JsonKind, Reader, SyntaxError, Writer};
use crate::method::MethodRow;
use crate::params::{Params, Span};
use crate::skim::id_of;
use crate::{Error, ErrorCode, Limits, Method, RequestId};

/// One message. It owns its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// Needs an answer.
    Request(Request),
    /// Gets no answer.
    Notification(Notification),
    /// The answer to a request that the receiver sent.
    Response(Response),
    /// A message to ignore: a response whose id is missing or malformed, or a notification whose params are not an object.
    /// JSON-RPC answers no notification, not even with an error.
    Stray,
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The id to answer with.
    pub id: RequestId,
    /// The method.
    pub method: MethodName,
    pub(crate) text: String,
    pub(crate) params: Params,
}

/// A notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// The method.
    pub method: MethodName,
    text: String,
    params: Params,
}

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The id of that request.
    pub id: RequestId,
    text: String,
    outcome: Result<Span, Span>,
}

/// The name of a method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MethodName {
    /// A method of some revision.
    Known(Method),
    /// Any other name.
    Unknown(String),
}

/// The content of one unit of a transport: a line of stdio, or the body of an HTTP request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unit {
    /// One message, or the reason why it is invalid.
    One(Result<Message, InvalidMessage>),
    /// A JSON-RPC batch: its members.
    Batch(Vec<Result<Message, InvalidMessage>>),
}

/// The reason why a message is not served, and the id for the answer if the message has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidMessage {
    /// The request's id, when it could be read.
    pub id: Option<RequestId>,
    /// The error to answer with.
    pub error: Error,
}

impl InvalidMessage {
    pub(crate) const fn new(id: Option<RequestId>, error: Error) -> Self {
        Self { id, error }
    }
}

impl fmt::Display for InvalidMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl core::error::Error for InvalidMessage {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(&self.error)
    }
}

impl MethodName {
    fn of(name: &str) -> Self {
        match Method::find(name) {
            Some(row) => Self::Known(row.method),
            None => Self::Unknown(name.into()),
        }
    }

    /// The name as it was sent.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Known(method) => method.name(),
            Self::Unknown(name) => name,
        }
    }

    /// The method, if it is one of some revision.
    pub(crate) const fn method(&self) -> Option<Method> {
        match self {
            Self::Known(method) => Some(*method),
            Self::Unknown(_) => None,
        }
    }

    pub(crate) fn row(&self) -> Option<&'static MethodRow> {
        self.method().and_then(Method::row)
    }
}

impl Request {
    /// The params as JSON text, an object; empty when absent.
    pub fn params(&self) -> &str {
        self.params.text(&self.text)
    }
}

impl Notification {
    /// The params as JSON text, an object; empty when absent.
    pub fn params(&self) -> &str {
        self.params.text(&self.text)
    }

    /// The JSON text of a member of the params or of their `_meta`; empty when absent.
    pub(crate) fn text(&self, key: crate::params::Key) -> &str {
        self.params.member(&self.text, key)
    }

    /// Whether its params are malformed: a member that the protocol knows appears twice, or `_meta` is no object.
    pub(crate) fn is_malformed(&self) -> bool {
        self.params.fault().is_some()
    }
}

impl Response {
    /// The whole message.
    pub fn message(&self) -> &str {
        &self.text
    }

    /// The result or the error object, as JSON text.
    ///
    /// # Errors
    ///
    /// The error object.
    pub fn outcome(&self) -> Result<&str, &str> {
        match self.outcome {
            Ok(result) => Ok(result.in_text(&self.text)),
            Err(error) => Err(error.in_text(&self.text)),
        }
    }
}

/// Reads one unit.
pub fn parse(bytes: Vec<u8>, limits: &Limits) -> Unit {
    match String::from_utf8(bytes) {
        Ok(text) => parse_text(text, limits),
        Err(error) => Unit::One(Err(not_utf8(error.as_bytes(), limits))),
    }
}

/// As [`parse`], for UTF-8 text. A byte order mark before the message is passed over (RFC 8259, section 8.1).
pub(crate) fn parse_text(text: String, limits: &Limits) -> Unit {
    let text = match text.strip_prefix('\u{feff}') {
        Some(message) => message.into(),
        None => text,
    };
    let mut r = Reader::with_limits(&text, limits);
    let parts = match r.peek() {
        Ok(JsonKind::Array) => return batch(&text, limits),
        Ok(_) => one(&mut r).and_then(|parts| r.end().map(|()| parts)),
        Err(syntax) => Err(syntax),
    };
    Unit::One(match parts {
        Ok(parts) => parts.into_message(text, limits),
        Err(syntax) => Err(unreadable(&text, syntax, limits)),
    })
}

/// The refusal of text that is not JSON within the limits.
fn unreadable(text: &str, syntax: SyntaxError, limits: &Limits) -> InvalidMessage {
    InvalidMessage::new(id_of(text.as_bytes(), limits), parse_error(syntax))
}

/// The refusal of bytes that are not UTF-8.
fn not_utf8(message: &[u8], limits: &Limits) -> InvalidMessage {
    InvalidMessage::new(
        id_of(message, limits),
        Error::new(ErrorCode::PARSE, "Parse error: the message is not UTF-8"),
    )
}

/// The refusal of a message longer than the limit; its id, where one was found.
pub(crate) fn too_long(id: Option<RequestId>) -> InvalidMessage {
    let error = Error::invalid_request("Invalid request: the message is longer than the limit");
    InvalidMessage::new(id, error)
}

/// The refusal of a batch where there are no batches.
pub(crate) fn not_an_object() -> InvalidMessage {
    InvalidMessage::new(None, Error::invalid_request("Invalid request: a message is a JSON object"))
}

fn batch(text: &str, limits: &Limits) -> Unit {
    let mut r = Reader::with_limits(text, limits);
    let mut members = Vec::new();
    let read = (|| {
        let mut items = r.array()?;
        while items.next(&mut r)? {
            let start = r.start()?;
            let mut parts = one(&mut r)?;
            parts.rebase(start);
            members.push(parts.into_message(r.since(start).into(), limits));
        }
        r.end()
    })();
    match read {
        Err(syntax) => Unit::One(Err(unreadable(text, syntax, limits))),
        Ok(()) => Unit::Batch(members),
    }
}

fn parse_error(syntax: SyntaxError) -> Error {
    let mut w = Writer::default();
    w.unsigned(syntax.at as u64);
    let mut message = String::from("Parse error: ");
    message.push_str(syntax.kind.describe());
    message.push_str(" at byte ");
    message.push_str(w.text());
    Error::new(ErrorCode::PARSE, message)
}

/// The members of a message, as spans of its text.
#[derive(Default)]
struct EnvelopeParts {
    is_object: bool,
    /// `jsonrpc` is there, and is `"2.0"`.
    version: Option<bool>,
    id: Option<Span>,
    method: Option<Span>,
    params: Option<Params>,
    result: Option<Span>,
    error: Option<Span>,
    /// The message has two ids, so it can be answered under neither.
    two_ids: bool,
    /// The first violation of JSON-RPC; the syntax of the rest is still checked.
    fault: Option<&'static str>,
}

/// Reads the next value as a message.
fn one(r: &mut Reader<'_>) -> Result<EnvelopeParts, SyntaxError> {
    let mut parts = EnvelopeParts::default();
    if r.peek()? != JsonKind::Object {
        r.skip()?;
        return Ok(parts);
    }
    parts.is_object = true;
    let mut members = r.object()?;
    while let Some(key) = members.next(r)? {
        let (slot, twice) = match &*key {
            "jsonrpc" => {
                if parts.version.is_some() {
                    parts.fault = Some("Invalid request: jsonrpc appears twice");
                }
                let is_string = r.peek()? == JsonKind::String;
                let start = r.start()?;
                r.skip()?;
                parts.version = Some(is_string && is_two_zero(r.since(start)));
                continue;
            }
            "params" => {
                if parts.params.replace(Params::read(r)?).is_some() {
                    parts.fault = Some("Invalid request: params appears twice");
                }
                continue;
            }
            "id" => (&mut parts.id, "Invalid request: id appears twice"),
            "method" => (&mut parts.method, "Invalid request: method appears twice"),
            "result" => (&mut parts.result, "Invalid request: result appears twice"),
            "error" => (&mut parts.error, "Invalid request: error appears twice"),
            _ => {
                r.skip()?;
                continue;
            }
        };
        let start = r.start()?;
        r.skip()?;
        if slot.replace(Span::new(start, r.position())).is_some() {
            parts.fault = Some(twice);
            parts.two_ids |= &*key == "id";
        }
    }
    Ok(parts)
}

/// Whether a string, as JSON text, is `2.0`.
fn is_two_zero(text: &str) -> bool {
    text == r#""2.0""# || Reader::new(text).string().is_ok_and(|version| version == "2.0")
}

impl EnvelopeParts {
    /// Makes the spans those of a text that begins at `start`.
    fn rebase(&mut self, start: usize) {
        let spans = [&mut self.id, &mut self.method, &mut self.result, &mut self.error];
        spans.into_iter().flatten().for_each(|span| span.rebase(start));
        if let Some(params) = &mut self.params {
            params.rebase(start);
        }
    }

    fn into_message(self, text: String, limits: &Limits) -> Result<Message, InvalidMessage> {
        if !self.is_object {
            return Err(not_an_object());
        }
        let id = self.id.and_then(|span| RequestId::parse(span.in_text(&text), limits));
        let absent = |member: Option<Span>| member.is_none_or(|span| span.in_text(&text) == "null");
        if absent(self.method) && (self.result.is_some() || self.error.is_some()) {
            return Ok(self.into_response(text, id));
        }
        let refuse = |id: Option<RequestId>, why| Err(InvalidMessage::new(id, Error::invalid_request(why)));
        if let Some(fault) = self.fault {
            return refuse(id.filter(|_| !self.two_ids), fault);
        }
        if self.id.is_some() && id.is_none() {
            return refuse(None, "Invalid request: id is neither a short string nor an integer");
        }
        if self.version != Some(true) {
            return refuse(id, "Invalid request: jsonrpc is not \"2.0\"");
        }
        if !absent(self.result) || !absent(self.error) {
            return refuse(id, "Invalid request: both a method and a result");
        }
        let name = self.method.and_then(|span| Reader::new(span.in_text(&text)).string().ok());
        let Some(method) = name.map(|name| MethodName::of(&name)) else {
            return refuse(id, "Invalid request: method is missing or not a string");
        };
        let params = self.params.unwrap_or_default();
        match id {
            Some(id) if !params.is_object() => {
                let error = Error::invalid_params("Invalid params: params is not an object");
                Err(InvalidMessage::new(Some(id), error))
            }
            None if !params.is_object() => Ok(Message::Stray),
            Some(id) => Ok(Message::Request(Request { id, method, text, params })),
            None => Ok(Message::Notification(Notification { method, text, params })),
        }
    }

    fn into_response(self, text: String, id: Option<RequestId>) -> Message {
        let given = |span: &Span| span.in_text(&text) != "null";
        let outcome = match (self.result, self.error.filter(given)) {
            (Some(result), None) => Ok(result),
            (result, Some(error)) if !result.is_some_and(|result| given(&result)) => Err(error),
            _ => return Message::Stray,
        };
        match id {
            Some(id) if self.fault.is_none() && self.version == Some(true) => {
                Message::Response(Response { id, text, outcome })
            }
            _ => Message::Stray,
        }
    }
}
