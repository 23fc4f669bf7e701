//! The checks of a request that come before its body is read.

use crate::Revision;
use crate::decimal::decimal;

use super::policy::Site;
use super::{Head, HeaderName, Headers, HttpRejection, Policy, SingleValue, media};

/// What a request asks for, by its path and method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestKind {
    /// Send a message to the server.
    Post,
    /// Open a stream from the server, or resume one (up to 2025-11-25).
    Get,
    /// End a session (up to 2025-11-25).
    Delete,
    /// Open the stream of a session over HTTP with SSE (2024-11-05).
    SseStream,
    /// Send a message in such a session.
    SseMessage,
}

/// The value of `MCP-Protocol-Version`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeclaredVersion<'a> {
    /// The field is absent.
    Nothing,
    /// A revision that this crate knows.
    Known(Revision),
    /// Any other text.
    Other(&'a str),
}

/// A request whose head passed all checks.
#[derive(Clone, Debug)]
pub struct CheckedHead<'a> {
    /// What it asks for.
    pub kind: RequestKind,
    /// The revision it names.
    pub declared_version: DeclaredVersion<'a>,
    /// Its fields.
    pub headers: Headers<'a>,
    /// The query of its target.
    pub query: Option<&'a str>,
}

impl CheckedHead<'_> {
    /// The revision in which a message is served that is not of 2026-07-28 and belongs to no session.
    pub const fn revision(&self) -> Revision {
        match self.declared_version {
            DeclaredVersion::Known(revision) => revision,
            _ => Revision::WITHOUT_HEADER,
        }
    }

    /// The length of the body that the head declares.
    pub fn content_length(&self) -> Option<usize> {
        self.headers.field(HeaderName::ContentLength).text().and_then(length)
    }

    /// Whether there is a body to read.
    pub fn wants_body(&self) -> bool {
        matches!(self.kind, RequestKind::Post | RequestKind::SseMessage)
    }
}

/// Checks the head of a request. `body`: the most bytes its body may have.
///
/// # Errors
///
/// The rejection: 431, 400, 403, 404, 405, 406, 413 or 415.
pub fn check_head<'a>(
    head: &Head<'a>,
    policy: &Policy,
    body: usize,
) -> Result<CheckedHead<'a>, HttpRejection> {
    let headers = Headers::read(head.fields, policy.limits())?;
    policy.check_host(head, &headers)?;
    policy.check_origin(&headers)?;
    let kind = match (policy.site(head.path)?, head.method) {
        (Site::Endpoint, "POST") => RequestKind::Post,
        (Site::Endpoint, "GET") => RequestKind::Get,
        (Site::Endpoint, "DELETE") => RequestKind::Delete,
        (Site::Endpoint, _) => return Err(not_allowed("POST, GET, DELETE")),
        (Site::SseStream, "GET") => RequestKind::SseStream,
        (Site::SseStream, _) => return Err(not_allowed("GET")),
        (Site::SseMessages, "POST") => RequestKind::SseMessage,
        (Site::SseMessages, _) => return Err(not_allowed("POST")),
    };
    match kind {
        RequestKind::Post => {
            check_body_fields(&headers, body)?;
            check_accept(&headers)?;
        }
        RequestKind::SseMessage => check_body_fields(&headers, body)?,
        RequestKind::Get | RequestKind::SseStream if !headers.accepts.events => {
            return Err(HttpRejection::new(406, "Not acceptable: Accept must admit text/event-stream"));
        }
        _ => {}
    }
    let declared_version = declared_version(&headers)?;
    Ok(CheckedHead { kind, declared_version, headers, query: head.query })
}

/// 405, with the methods that are allowed.
pub fn not_allowed(allow: &'static str) -> HttpRejection {
    HttpRejection::new(405, "Method not allowed: MCP messages are sent by POST").with("allow", allow)
}

/// Checks only the size of the head, the host and the origin: the rules for every path of a server.
///
/// # Errors
///
/// The rejection: 431, 400 or 403.
pub fn check_site(head: &Head<'_>, policy: &Policy) -> Result<(), HttpRejection> {
    let headers = Headers::read(head.fields, policy.limits())?;
    policy.check_host(head, &headers)?;
    policy.check_origin(&headers)
}

fn check_body_fields(headers: &Headers<'_>, body: usize) -> Result<(), HttpRejection> {
    if !headers.field(HeaderName::ContentType).text().is_some_and(media::is_json) {
        return Err(HttpRejection::new(415, "Unsupported media type: Content-Type must be application/json"));
    }
    if headers.encoded {
        return Err(HttpRejection::new(415, "Unsupported media type: the body must not be compressed"));
    }
    // The host has accepted it as a number: one that is none here exceeds `usize`, which on WASI has 32 bits.
    let too_long = |text: &str| length(text).is_none_or(|length| length > body);
    if headers.field(HeaderName::ContentLength).text().is_some_and(too_long) {
        return Err(too_large());
    }
    Ok(())
}

fn length(text: &str) -> Option<usize> {
    usize::try_from(decimal(text)?).ok()
}

fn check_accept(headers: &Headers<'_>) -> Result<(), HttpRejection> {
    if headers.accepts.json && headers.accepts.events {
        return Ok(());
    }
    Err(HttpRejection::new(406, "Not acceptable: Accept must admit application/json and text/event-stream"))
}

/// 413: the body is longer than the limit.
pub fn too_large() -> HttpRejection {
    HttpRejection::new(413, "Invalid request: the message is longer than the limit")
}

fn declared_version<'a>(headers: &Headers<'a>) -> Result<DeclaredVersion<'a>, HttpRejection> {
    match headers.field(HeaderName::ProtocolVersion) {
        SingleValue::Absent => Ok(DeclaredVersion::Nothing),
        version => match version.text() {
            Some(text) => {
                Ok(Revision::parse(text).map_or(DeclaredVersion::Other(text), DeclaredVersion::Known))
            }
            None => {
                Err(super::rejection::mismatch("MCP-Protocol-Version is there twice or is no plain text")
                    .into())
            }
        },
    }
}
