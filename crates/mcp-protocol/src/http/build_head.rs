//! The head of a request, as a client builds it. The names of the fields, the values that they repeat and their encoding
//! come from the same tables as in [`check_head`](super::check_head) and [`check_body`](super::check_body).

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::json::{Reader, SyntaxError};
use crate::param_headers::{MirrorError, encode, mirror};
use crate::params::{Key, Params, string};
use crate::schema::Annotations;
use crate::{Method, Revision};

use super::header_name::PARAM_PREFIX;
use super::{Fields, HeaderName, media};

/// What a `POST` accepts. JSON is named first, as it costs less on both sides.
const ACCEPT_BOTH: &str = "application/json, text/event-stream";

/// The head of a request that is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestHead<'a> {
    /// The method.
    pub method: &'static str,
    /// The path and the query.
    pub target: &'a str,
    /// The header fields, their names in lower case. Those that belong to the connection or the body as such (`Host`,
    /// `Content-Length`) are left to the HTTP client, those of authentication to the caller.
    pub fields: Vec<(Cow<'static, str>, Cow<'a, str>)>,
}

impl Fields for RequestHead<'_> {
    fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a [u8])) {
        self.fields.iter().for_each(|(name, value)| visit(name, value.as_bytes()));
    }
}

/// Why a head cannot be built.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeadError {
    /// The target is not a path with an optional query, in visible ASCII.
    Target,
    /// The params are not JSON, or exceed a limit.
    Params(SyntaxError),
    /// The value of this field has characters that a header field must not have.
    Value(HeaderName),
    /// An argument of a tool cannot be repeated in its header field.
    Param {
        /// The name of the field after `Mcp-Param-`.
        header: String,
        /// Why it cannot.
        cause: MirrorError,
    },
}

impl fmt::Display for HeadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Target => f.write_str("the target is no path with an optional query, in visible ASCII"),
            Self::Params(cause) => write!(f, "params: {cause}"),
            Self::Value(name) => {
                write!(f, "the value of {} has characters that a header field must not have", name.as_str())
            }
            Self::Param { header, cause } => write!(f, "Mcp-Param-{header} {cause}"),
        }
    }
}

impl core::error::Error for HeadError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Target | Self::Value(_) => None,
            Self::Params(cause) => Some(cause),
            Self::Param { cause, .. } => Some(cause),
        }
    }
}

/// Builds the heads of a client's requests: where its server is, and what the two have negotiated.
///
/// ```
/// use pulseengine_mcp_protocol::Revision;
/// use pulseengine_mcp_protocol::http::{HeadBuilder, OutgoingMessage};
/// let builder = HeadBuilder { target: "/mcp", revision: Some(Revision::V2026_07_28), session: None };
/// let params = r#"{"name":"add","arguments":{"a":1}}"#;
/// let call = OutgoingMessage { method: Some("tools/call"), params, annotations: None };
/// let head = builder.post(&call)?;
/// assert_eq!((head.method, head.target), ("POST", "/mcp"));
/// assert!(head.fields.contains(&("mcp-name".into(), "add".into())));
/// # Ok::<(), pulseengine_mcp_protocol::http::HeadError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct HeadBuilder<'a> {
    /// The path and the query of the endpoint.
    pub target: &'a str,
    /// The revision that is settled; `None` before that.
    pub revision: Option<Revision>,
    /// The id of the session that the server has begun (revisions up to 2025-11-25).
    pub session: Option<&'a str>,
}

/// The parts of a message that the head of its request repeats.
#[derive(Clone, Copy, Debug)]
pub struct OutgoingMessage<'a> {
    /// The method of a request or a notification; `None` for a response.
    pub method: Option<&'a str>,
    /// The params as JSON text; empty when there are none.
    pub params: &'a str,
    /// The annotations in the input schema of the tool that is called.
    pub annotations: Option<&'a Annotations>,
}

impl<'a> OutgoingMessage<'a> {
    /// A response, or a batch: nothing of it is repeated in the head.
    pub const PLAIN: Self = Self { method: None, params: "", annotations: None };
}

impl<'a> HeadBuilder<'a> {
    /// A request that sends a message.
    ///
    /// # Errors
    ///
    /// The target, the session's id or what is to be mirrored of the message cannot be in a head.
    pub fn post(&self, message: &OutgoingMessage<'a>) -> Result<RequestHead<'a>, HeadError> {
        let mut head = self.begin("POST", ACCEPT_BOTH)?;
        push(&mut head, HeaderName::ContentType, media::JSON);
        if self.revision.is_some_and(Revision::is_stateless) {
            mirror_message(&mut head, message)?;
        }
        Ok(head)
    }

    /// A request that opens a stream from the server (up to 2025-11-25), or resumes one after the event with that id.
    ///
    /// # Errors
    ///
    /// The target or an id cannot be in a head.
    pub fn listen(&self, last_event_id: Option<&'a str>) -> Result<RequestHead<'a>, HeadError> {
        let mut head = self.begin("GET", media::EVENTS)?;
        if let Some(id) = last_event_id {
            // Servers choose these ids, and browsers send them in UTF-8 as they are.
            if id.chars().any(char::is_control) {
                return Err(HeadError::Value(HeaderName::LastEventId));
            }
            push(&mut head, HeaderName::LastEventId, id);
        }
        Ok(head)
    }

    /// A request that ends the session (up to 2025-11-25).
    ///
    /// # Errors
    ///
    /// The target or the session's id cannot be in a head.
    pub fn end_session(&self) -> Result<RequestHead<'a>, HeadError> {
        self.begin("DELETE", ACCEPT_BOTH)
    }

    fn begin(&self, method: &'static str, accept: &'static str) -> Result<RequestHead<'a>, HeadError> {
        if !self.target.starts_with('/') || !is_visible(self.target) || self.target.contains('#') {
            return Err(HeadError::Target);
        }
        let mut head = RequestHead { method, target: self.target, fields: Vec::with_capacity(6) };
        push(&mut head, HeaderName::Accept, accept);
        if let Some(revision) = self.revision.filter(|revision| revision.has_version_header()) {
            push(&mut head, HeaderName::ProtocolVersion, revision.as_str());
        }
        if let Some(id) = self.session.filter(|_| !self.revision.is_some_and(Revision::is_stateless)) {
            push_visible(&mut head, HeaderName::SessionId, id)?;
        }
        Ok(head)
    }
}

/// Adds what the head repeats of a message (since 2026-07-28).
fn mirror_message<'a>(head: &mut RequestHead<'a>, message: &OutgoingMessage<'a>) -> Result<(), HeadError> {
    let Some(name) = message.method else { return Ok(()) };
    push_visible(head, HeaderName::McpMethod, name)?;
    let Some(method) = Method::find(name).map(|row| row.method) else { return Ok(()) };
    let Some(named_by) = method.named_by() else { return Ok(()) };
    if message.params.is_empty() {
        return Ok(());
    }
    let params = Params::read(&mut Reader::new(message.params)).map_err(HeadError::Params)?;
    if let Some(subject) = string(params.member(message.params, named_by)) {
        let value = match subject {
            Cow::Borrowed(subject) => encode(subject),
            Cow::Owned(subject) => Cow::Owned(encode(&subject).into_owned()),
        };
        head.fields.push((HeaderName::McpName.as_str().into(), value));
    }
    let annotations = message.annotations.filter(|_| method == Method::CallTool);
    let arguments = params.member(message.params, Key::Arguments);
    annotations.map_or(Ok(()), |annotations| mirror_arguments(head, annotations, arguments))
}

fn mirror_arguments<'a>(
    head: &mut RequestHead<'a>,
    annotations: &'a Annotations,
    arguments: &'a str,
) -> Result<(), HeadError> {
    for (header, json) in annotations.values(arguments) {
        let Some(json) = json else { continue };
        let value = mirror(json).map_err(|cause| HeadError::Param { header: header.into(), cause })?;
        if let Some(value) = value {
            let mut name = String::from(PARAM_PREFIX);
            name.extend(header.chars().map(|c| c.to_ascii_lowercase()));
            head.fields.push((name.into(), value));
        }
    }
    Ok(())
}

fn push<'a>(head: &mut RequestHead<'a>, name: HeaderName, value: &'a str) {
    head.fields.push((name.as_str().into(), value.into()));
}

fn push_visible<'a>(head: &mut RequestHead<'a>, name: HeaderName, value: &'a str) -> Result<(), HeadError> {
    if !is_visible(value) {
        return Err(HeadError::Value(name));
    }
    push(head, name, value);
    Ok(())
}

/// Whether `text` is visible ASCII without spaces, and not empty.
pub(super) fn is_visible(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests;
