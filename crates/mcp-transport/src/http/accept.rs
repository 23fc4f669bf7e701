//! The body of a POST, admitted and compared with the head.

use std::borrow::Cow;

use pulseengine_mcp_protocol::call::{self, Mirrored};
use pulseengine_mcp_protocol::envelope::{self, Message, Unit};
use pulseengine_mcp_protocol::mirror::decode;
use pulseengine_mcp_protocol::params::{Key, Members};
use pulseengine_mcp_protocol::{Call, Error, ErrorCode, Limits, Method, Mirror};

use super::{Given, Inquiry, Name, Once, Refused, Stated};

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

/// The error for a field that is missing, malformed, or says something else than the body.
pub(crate) fn mismatch(message: impl Into<Cow<'static, str>>) -> Error {
    Error::new(ErrorCode::HEADER_MISMATCH, message)
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        pulseengine_mcp_protocol::envelope::Refusal { id: None, error }.into()
    }
}

/// Admits the body of a POST.
///
/// # Errors
///
/// The refusal, with the request's id where it could be read.
pub fn accept(inquiry: &Inquiry<'_>, body: Vec<u8>, limits: &Limits) -> Result<Accepted, Refused> {
    if body.len() > limits.message {
        return Err(super::inquiry::too_large());
    }
    let Ok(text) = String::from_utf8(body) else { return Err(envelope::not_utf8().into()) };
    let stateless = match inquiry.stated {
        Stated::Known(revision) => revision.is_stateless(),
        Stated::Other(_) => true,
        Stated::Nothing => false,
    };
    if stateless {
        return current(inquiry, text, limits);
    }
    let (of_now, initialize) = glance(&text, limits)?;
    match (of_now, initialize) {
        (true, _) => current(inquiry, text, limits),
        (false, true) => Ok(Accepted::Initialize(text)),
        (false, false) => Ok(Accepted::Earlier(text)),
    }
}

fn current(inquiry: &Inquiry<'_>, text: String, limits: &Limits) -> Result<Accepted, Refused> {
    let admitted = call::admit(text, limits, &mut |mirrored| compare(inquiry, mirrored))?;
    let Some(mut call) = admitted else { return Ok(Accepted::Notification) };
    call.set_mirror(Mirror::new(inquiry.given.params.iter().copied()));
    Ok(Accepted::Call(call))
}

/// Whether a message that the head calls one of an earlier revision is a request of 2026-07-28 after all, and whether
/// it is `initialize`. Also the refusal of what is no message at all.
fn glance(text: &str, limits: &Limits) -> Result<(bool, bool), Refused> {
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
fn compare(inquiry: &Inquiry<'_>, mirrored: &Mirrored<'_>) -> Result<(), Error> {
    let given = &inquiry.given;
    let version = match inquiry.stated {
        Stated::Known(revision) => revision.as_str(),
        Stated::Other(text) => text,
        Stated::Nothing => return Err(mismatch("Header mismatch: MCP-Protocol-Version is missing")),
    };
    match &mirrored.version {
        Some(said) if said != version => {
            return Err(mismatch("Header mismatch: MCP-Protocol-Version differs from the body's _meta"));
        }
        None if matches!(inquiry.stated, Stated::Other(_)) => {
            return Err(Error::unsupported_revision(version));
        }
        _ => {}
    }
    match given.field(Name::McpMethod) {
        Once::Is(value) if value == mirrored.method.as_bytes() => {}
        Once::Absent => return Err(mismatch("Header mismatch: Mcp-Method is missing")),
        _ => return Err(mismatch("Header mismatch: Mcp-Method differs from the body's method")),
    }
    match &mirrored.name {
        Some(name) => compare_name(given, name.as_deref()),
        None => Ok(()),
    }
}

fn compare_name(given: &Given<'_>, name: Option<&str>) -> Result<(), Error> {
    let value = match given.field(Name::McpName) {
        Once::Is(value) => value,
        Once::Absent if name.is_none() => return Ok(()),
        Once::Absent => return Err(mismatch("Header mismatch: Mcp-Name is missing")),
        Once::Repeated => return Err(mismatch("Header mismatch: Mcp-Name is there more than once")),
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
