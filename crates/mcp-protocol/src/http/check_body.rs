//! The body of a POST, admitted and compared with the head.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::call::{self, Mirrored};
use crate::envelope::{self, Message, Request, Unit};
use crate::param_headers::decode;
use crate::skim::id_of;
use crate::{Call, Error, Limits, Method, ParamHeaders};

use super::rejection::mismatch;
use super::{CheckedHead, DeclaredVersion, HeaderName, Headers, HttpRejection, SingleValue};

/// The message in the body of a POST.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "it is taken apart where it is made")]
pub enum Accepted {
    /// A request of 2026-07-28.
    Call(Call),
    /// A notification of 2026-07-28. None of them means anything over HTTP.
    Notification,
    /// `initialize`, which begins a session or stands by itself (revisions up to 2025-11-25).
    Initialize(Request),
    /// Any other message of those revisions, or a batch.
    Earlier(Unit),
}

/// Admits the body of a POST.
///
/// # Errors
///
/// The rejection, with the request's id where it could be read.
pub fn check_body(
    checked: &CheckedHead<'_>,
    body: Vec<u8>,
    limits: &Limits,
) -> Result<Accepted, HttpRejection> {
    if body.len() > limits.message {
        let mut rejection = HttpRejection::new(413, super::check_head::TOO_LARGE);
        rejection.id = id_of(&body, limits);
        return Err(rejection);
    }
    let stateless = match checked.declared_version {
        DeclaredVersion::Known(revision) => revision.is_stateless(),
        DeclaredVersion::Other(_) => true,
        DeclaredVersion::Nothing => false,
    };
    match envelope::parse(body, limits) {
        Unit::One(Err(invalid)) => Err(invalid.into()),
        Unit::One(Ok(Message::Request(request))) if stateless || call::is_stateless(&request) => {
            let mut call = call::admit(request, &mut |mirrored| compare(checked, mirrored))?;
            call.param_headers = Some(ParamHeaders::new(checked.headers.params.iter().copied()));
            Ok(Accepted::Call(call))
        }
        Unit::One(Ok(Message::Request(request))) if request.method.method() == Some(Method::Initialize) => {
            Ok(Accepted::Initialize(request))
        }
        Unit::One(Ok(Message::Notification(_))) if stateless => Ok(Accepted::Notification),
        Unit::One(Ok(_)) if stateless => {
            Err(Error::invalid_request("Invalid request: a request is expected").into())
        }
        Unit::Batch(_) if stateless => Err(envelope::not_an_object().into()),
        Unit::Batch(members) if members.is_empty() => {
            Err(Error::invalid_request("Invalid request: the batch is empty").into())
        }
        unit => Ok(Accepted::Earlier(unit)),
    }
}

/// Compares the header fields that repeat values of the body with the body.
fn compare(checked: &CheckedHead<'_>, mirrored: &Mirrored<'_>) -> Result<(), Error> {
    let headers = &checked.headers;
    let version = match checked.declared_version {
        DeclaredVersion::Known(revision) => revision.as_str(),
        DeclaredVersion::Other(text) => text,
        DeclaredVersion::Nothing => return Err(mismatch("Header mismatch: MCP-Protocol-Version is missing")),
    };
    match &mirrored.version {
        Some(said) if said != version => {
            return Err(mismatch("Header mismatch: MCP-Protocol-Version differs from the body's _meta"));
        }
        None if matches!(checked.declared_version, DeclaredVersion::Other(_)) => {
            return Err(Error::unsupported_revision(version));
        }
        _ => {}
    }
    match headers.field(HeaderName::McpMethod) {
        SingleValue::Is(value) if value == mirrored.method.as_bytes() => {}
        SingleValue::Absent => return Err(mismatch("Header mismatch: Mcp-Method is missing")),
        _ => return Err(mismatch("Header mismatch: Mcp-Method differs from the body's method")),
    }
    match &mirrored.name {
        Some(name) => compare_name(headers, name.as_deref()),
        None => Ok(()),
    }
}

fn compare_name(headers: &Headers<'_>, name: Option<&str>) -> Result<(), Error> {
    let value = match headers.field(HeaderName::McpName) {
        SingleValue::Is(value) => value,
        SingleValue::Absent if name.is_none() => return Ok(()),
        SingleValue::Absent => return Err(mismatch("Header mismatch: Mcp-Name is missing")),
        SingleValue::Repeated => return Err(mismatch("Header mismatch: Mcp-Name is there more than once")),
    };
    match name {
        Some(name) if value == name.as_bytes() && !value.starts_with(b"=?") && name.is_ascii() => Ok(()),
        Some(name) if decoded(value)? == name => Ok(()),
        _ => Err(mismatch("Header mismatch: Mcp-Name differs from the body")),
    }
}

fn decoded(value: &[u8]) -> Result<Cow<'_, str>, Error> {
    decode(value).map_err(|malformed| {
        let mut message = String::from("Header mismatch: Mcp-Name ");
        message.push_str(malformed.describe());
        mismatch(message)
    })
}
