//! The envelope: what kind of JSON-RPC message some bytes are.
//!
//! Hand-written over the bytes, because a derived parser takes a request with two ids for a notification, an array
//! for a struct, and keeps the last of two equal keys. Params stay the text they are.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use crate::json::{Kind, Reader, Syntax};
use crate::{Error, ErrorCode, Limits, RequestId};

/// One message, borrowing from its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message<'a> {
    /// Wants an answer.
    Request {
        /// The id to answer with.
        id: RequestId,
        /// The method's name.
        method: Cow<'a, str>,
        /// The params as JSON text, an object; `None` when absent.
        params: Option<&'a str>,
    },
    /// Wants none.
    Notification {
        /// The method's name.
        method: Cow<'a, str>,
        /// The params as JSON text, an object; `None` when absent.
        params: Option<&'a str>,
    },
    /// An answer to a request that the other side was sent.
    Response {
        /// The id of that request.
        id: RequestId,
        /// The result or the error object, as JSON text.
        outcome: Result<&'a str, &'a str>,
    },
    /// An answer to nothing (its id is missing or malformed), or a notification whose params are no object: JSON-RPC
    /// answers no notification, not even with an error. There is nobody to tell.
    Stray,
}

/// What one unit of a transport holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unit<'a> {
    /// One message, or why it is none.
    One(Result<Message<'a>, InvalidMessage>),
    /// A JSON-RPC batch: the texts of its members, at least one.
    Batch(Vec<&'a str>),
}

/// Why a message is not served, and the id to answer with if it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidMessage {
    /// The request's id, when it could be read.
    pub id: Option<RequestId>,
    /// What to answer.
    pub error: Error,
}

impl InvalidMessage {
    pub(crate) const fn new(id: Option<RequestId>, error: Error) -> Self {
        Self { id, error }
    }
}

/// The name of a method, not borrowed from the message: names in the table cost nothing.
pub(crate) fn settle(method: &str) -> Cow<'static, str> {
    match crate::Method::find(method) {
        Some(row) => Cow::Borrowed(row.name),
        None => Cow::Owned(method.into()),
    }
}

/// Reads one unit. `batches`: whether an array of messages is acceptable.
pub fn parse<'a>(text: &'a str, batches: bool, limits: &'a Limits) -> Unit<'a> {
    let mut r = Reader::with_limits(text, limits);
    match r.peek() {
        Ok(Kind::Array) if batches => batch(&mut r),
        _ => Unit::One(message(&mut r, limits)),
    }
}

/// The refusal of bytes that are not UTF-8.
pub fn not_utf8() -> InvalidMessage {
    InvalidMessage::new(None, Error::new(ErrorCode::PARSE, "Parse error: the message is not UTF-8"))
}

/// The refusal of a message longer than the limit.
pub fn too_long() -> InvalidMessage {
    InvalidMessage::new(None, Error::invalid_request("Invalid request: the message is longer than the limit"))
}

fn batch<'a>(r: &mut Reader<'a>) -> Unit<'a> {
    let mut members = Vec::new();
    let read = (|| {
        let mut items = r.array()?;
        while items.next(r)? {
            members.push(r.raw()?);
        }
        r.end()
    })();
    match read {
        Err(syntax) => Unit::One(Err(InvalidMessage::new(None, parse_error(syntax)))),
        Ok(()) if members.is_empty() => Unit::One(Err(InvalidMessage::new(
            None,
            Error::invalid_request("Invalid request: the batch is empty"),
        ))),
        Ok(()) => Unit::Batch(members),
    }
}

fn parse_error(syntax: Syntax) -> Error {
    let mut w = crate::json::Writer::default();
    w.unsigned(syntax.at as u64);
    let mut message = alloc::string::String::from("Parse error: ");
    message.push_str(syntax.kind.describe());
    message.push_str(" at byte ");
    message.push_str(w.text());
    Error::new(ErrorCode::PARSE, message)
}

#[derive(Default)]
struct Parts<'a> {
    version: Option<Cow<'a, str>>,
    id: Option<&'a str>,
    method: Option<&'a str>,
    params: Option<&'a str>,
    result: Option<&'a str>,
    error: Option<&'a str>,
    /// There are two ids: neither can be answered.
    two_ids: bool,
    /// A thing that makes this no JSON-RPC message; the syntax of the rest is still checked.
    fault: Option<&'static str>,
}

fn message<'a>(r: &mut Reader<'a>, limits: &Limits) -> Result<Message<'a>, InvalidMessage> {
    let syntax = |e| InvalidMessage::new(None, parse_error(e));
    if r.peek().map_err(syntax)? != Kind::Object {
        r.skip().and_then(|()| r.end()).map_err(syntax)?;
        return Err(InvalidMessage::new(
            None,
            Error::invalid_request("Invalid request: a message is a JSON object"),
        ));
    }
    let parts = parts(r).map_err(syntax)?;
    let id = parts.id.and_then(|text| RequestId::parse(text, limits));
    if parts.method.is_none() && (parts.result.is_some() || parts.error.is_some()) {
        return Ok(response(&parts, id));
    }
    let refuse = |id: Option<RequestId>, why| Err(InvalidMessage::new(id, Error::invalid_request(why)));
    if let Some(fault) = parts.fault {
        return refuse(id.filter(|_| !parts.two_ids), fault);
    }
    if parts.id.is_some() && id.is_none() {
        return refuse(None, "Invalid request: id is neither a short string nor an integer");
    }
    if parts.version.as_deref() != Some("2.0") {
        return refuse(id, "Invalid request: jsonrpc is not \"2.0\"");
    }
    if parts.result.is_some() || parts.error.is_some() {
        return refuse(id, "Invalid request: both a method and a result");
    }
    let Some(method) = parts.method.and_then(|text| Reader::new(text).string().ok()) else {
        return refuse(id, "Invalid request: method is missing or not a string");
    };
    match (id, parts.params) {
        (Some(id), Some(params)) if !params.starts_with('{') => Err(InvalidMessage::new(
            Some(id),
            Error::invalid_params("Invalid params: params is not an object"),
        )),
        (None, Some(params)) if !params.starts_with('{') => Ok(Message::Stray),
        (Some(id), params) => Ok(Message::Request { id, method, params }),
        (None, params) => Ok(Message::Notification { method, params }),
    }
}

fn response<'a>(parts: &Parts<'a>, id: Option<RequestId>) -> Message<'a> {
    let outcome = match (parts.result, parts.error) {
        (Some(result), None) => Ok(result),
        (None, Some(error)) => Err(error),
        _ => return Message::Stray,
    };
    match id {
        Some(id) if parts.fault.is_none() && parts.version.as_deref() == Some("2.0") => {
            Message::Response { id, outcome }
        }
        _ => Message::Stray,
    }
}

fn parts<'a>(r: &mut Reader<'a>) -> Result<Parts<'a>, Syntax> {
    let mut parts = Parts::default();
    let mut members = r.object()?;
    while let Some(key) = members.next(r)? {
        if &*key == "jsonrpc" {
            if parts.version.is_some() {
                parts.fault = Some("Invalid request: jsonrpc appears twice");
            }
            if r.peek()? == Kind::String {
                parts.version = Some(r.string()?);
            } else {
                r.skip()?;
                parts.version = Some(Cow::Borrowed(""));
            }
            continue;
        }
        let value = r.raw()?;
        let (slot, twice) = match &*key {
            "id" => (&mut parts.id, "Invalid request: id appears twice"),
            "method" => (&mut parts.method, "Invalid request: method appears twice"),
            "params" => (&mut parts.params, "Invalid request: params appears twice"),
            "result" => (&mut parts.result, "Invalid request: result appears twice"),
            "error" => (&mut parts.error, "Invalid request: error appears twice"),
            _ => continue,
        };
        if slot.replace(value).is_some() {
            parts.fault = Some(twice);
            parts.two_ids |= &*key == "id";
        }
    }
    r.end()?;
    Ok(parts)
}
