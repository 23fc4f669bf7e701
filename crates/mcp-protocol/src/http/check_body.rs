//! The body of a POST, admitted and compared with the head.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::call::{self, Mirrored};
use crate::envelope::{self, Message, Unit};
use crate::param_headers::decode;
use crate::params::{Key, Members};
use crate::{Call, Error, Limits, Method, ParamHeaders};

use super::rejection::mismatch;
use super::{CheckedHead, DeclaredVersion, HeaderName, Headers, HttpRejection, SingleValue};

/// What a POST turned out to be.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "it is taken apart where it is made")]
pub enum Accepted {
    /// A request of 2026-07-28.
    Call(Call),
    /// A notification of 2026-07-28. None of them means anything over HTTP.
    Notification,
    /// `initialize`, which begins a session or stands alone (revisions up to 2025-11-25).
    Initialize(String),
    /// Any other message of those revisions, or a batch.
    Earlier(String),
}

/// Admits the body of a POST.
///
/// # Errors
///
/// The refusal, with the request's id where it could be read.
pub fn check_body(
    checked: &CheckedHead<'_>,
    body: Vec<u8>,
    limits: &Limits,
) -> Result<Accepted, HttpRejection> {
    if body.len() > limits.message {
        return Err(super::check_head::too_large());
    }
    let Ok(text) = String::from_utf8(body) else { return Err(envelope::not_utf8().into()) };
    let stateless = match checked.declared_version {
        DeclaredVersion::Known(revision) => revision.is_stateless(),
        DeclaredVersion::Other(_) => true,
        DeclaredVersion::Nothing => false,
    };
    if stateless {
        return current(checked, text, limits);
    }
    let (of_now, initialize) = glance(&text, limits)?;
    match (of_now, initialize) {
        (true, _) => current(checked, text, limits),
        (false, true) => Ok(Accepted::Initialize(text)),
        (false, false) => Ok(Accepted::Earlier(text)),
    }
}

fn current(checked: &CheckedHead<'_>, text: String, limits: &Limits) -> Result<Accepted, HttpRejection> {
    let admitted = call::admit(text, limits, &mut |mirrored| compare(checked, mirrored))?;
    let Some(mut call) = admitted else { return Ok(Accepted::Notification) };
    call.set_mirror(ParamHeaders::new(checked.headers.params.iter().copied()));
    Ok(Accepted::Call(call))
}

/// Whether a message that the head calls one of an earlier revision is a request of 2026-07-28 after all, and whether
/// it is `initialize`. Also the refusal of what is no message at all.
fn glance(text: &str, limits: &Limits) -> Result<(bool, bool), HttpRejection> {
    match envelope::parse(text, true, limits) {
        Unit::Batch(_) => Ok((false, false)),
        Unit::One(Err(refusal)) => Err(refusal.into()),
        Unit::One(Ok(Message::Request { method, params, .. })) => {
            let stateless = [Key::MetaVersion, Key::MetaCapabilities, Key::MetaClientInfo, Key::MetaLevel];
            let params = params.unwrap_or_default();
            let of_now = !params.is_empty()
                && Members::split(params, params, limits)
                    .is_ok_and(|members| stateless.into_iter().any(|key| members.has(key)));
            Ok((of_now, method == Method::Initialize.name()))
        }
        Unit::One(Ok(_)) => Ok((false, false)),
    }
}

/// Compares what the head repeats of the body.
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
