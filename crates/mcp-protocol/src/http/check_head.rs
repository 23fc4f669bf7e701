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
    /// See whether the server runs. Neither host nor origin is checked.
    Health,
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
    /// Whether there is a body to read.
    pub wants_body: bool,
    /// The length of the body that the head declares.
    pub content_length: Option<usize>,
    /// It is taken by the letter of the specification.
    pub strict: bool,
}

impl CheckedHead<'_> {
    /// The revision in which a message is served that is not of 2026-07-28 and belongs to no session.
    pub const fn revision(&self) -> Revision {
        match self.declared_version {
            DeclaredVersion::Known(revision) => revision,
            _ => Revision::WITHOUT_HEADER,
        }
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
    let headers = Headers::read(head.fields, policy.limits(), policy.is_strict())?;
    let site = policy.site(head.path);
    // Probes of load balancers know only an address.
    if !matches!(site, Ok(Site::Health)) {
        policy.check_host(head, &headers)?;
        policy.check_origin(&headers)?;
    }
    let kind = kind_of(site?, head.method)?;
    let wants_body = matches!(kind, RequestKind::Post | RequestKind::SseMessage);
    let content_length = if wants_body { check_body_fields(&headers, body)? } else { None };
    match kind {
        RequestKind::Post => check_accept(policy, &headers)?,
        RequestKind::Get | RequestKind::SseStream if !headers.accepts.events => return Err(events_only()),
        _ => {}
    }
    let declared_version = declared_version(&headers)?;
    let stateless = matches!(declared_version, DeclaredVersion::Known(revision) if revision.is_stateless());
    if !stateless && headers.field(HeaderName::SessionId) == SingleValue::Repeated {
        return Err(HttpRejection::new(
            400,
            "Bad request: Mcp-Session-Id is there twice, with different values",
        ));
    }
    Ok(CheckedHead {
        kind,
        declared_version,
        headers,
        query: head.query,
        wants_body,
        content_length,
        strict: policy.is_strict(),
    })
}

fn kind_of(site: Site, method: &str) -> Result<RequestKind, HttpRejection> {
    let (allow, message) = match (site, method) {
        (Site::Endpoint, "POST") => return Ok(RequestKind::Post),
        (Site::Endpoint, "GET") => return Ok(RequestKind::Get),
        (Site::Endpoint, "DELETE") => return Ok(RequestKind::Delete),
        (Site::SseStream, "GET") => return Ok(RequestKind::SseStream),
        (Site::SseMessages, "POST") => return Ok(RequestKind::SseMessage),
        (Site::Health, "GET" | "HEAD") => return Ok(RequestKind::Health),
        (Site::Endpoint, _) => ("POST, GET, DELETE", "Method not allowed: MCP messages are sent by POST"),
        (Site::SseStream, _) => (
            "GET",
            "Method not allowed: this path opens a stream, by GET; its first event says where to POST",
        ),
        (Site::SseMessages, _) => {
            ("POST", "Method not allowed: this path takes messages by POST; the stream has another path")
        }
        (Site::Health, _) => {
            ("GET, HEAD", "Method not allowed: this path says by GET whether the server runs")
        }
    };
    Err(not_allowed(allow, message))
}

/// 405, with the methods that are allowed, and a message that says what is right at that path.
pub fn not_allowed(allow: &'static str, message: &'static str) -> HttpRejection {
    HttpRejection::new(405, message).with("allow", allow)
}

/// 406: the response is a stream of events, which the client does not take.
fn events_only() -> HttpRejection {
    HttpRejection::new(406, "Not acceptable: Accept must admit text/event-stream")
}

/// Checks only the size of the head, the host and the origin: the rules for every path of a server.
///
/// # Errors
///
/// The rejection: 431, 400 or 403.
pub fn check_site(head: &Head<'_>, policy: &Policy) -> Result<(), HttpRejection> {
    let headers = Headers::read(head.fields, policy.limits(), policy.is_strict())?;
    policy.check_host(head, &headers)?;
    policy.check_origin(&headers)
}

/// The declared length of the body.
fn check_body_fields(headers: &Headers<'_>, body: usize) -> Result<Option<usize>, HttpRejection> {
    if !headers.field(HeaderName::ContentType).text().is_some_and(media::is_json) {
        return Err(HttpRejection::new(415, "Unsupported media type: Content-Type must be application/json"));
    }
    if headers.encoded {
        return Err(HttpRejection::new(415, "Unsupported media type: the body must not be compressed"));
    }
    let Some(text) = headers.field(HeaderName::ContentLength).text() else { return Ok(None) };
    // The host has accepted it as a number: one that is none here exceeds `usize`, which on WASI has 32 bits.
    match length(text) {
        Some(length) if length <= body => Ok(Some(length)),
        _ => Err(HttpRejection::new(413, TOO_LARGE)),
    }
}

fn length(text: &str) -> Option<usize> {
    usize::try_from(decimal(text)?).ok()
}

/// By the letter a client takes both. Beyond it, it gets what it takes.
fn check_accept(policy: &Policy, headers: &Headers<'_>) -> Result<(), HttpRejection> {
    if !policy.is_strict() || headers.accepts.json && headers.accepts.events {
        return Ok(());
    }
    Err(HttpRejection::new(406, "Not acceptable: Accept must admit application/json and text/event-stream"))
}

/// The message of 413: the body is longer than the limit.
pub const TOO_LARGE: &str = "Invalid request: the message is longer than the limit";

fn declared_version<'a>(headers: &Headers<'a>) -> Result<DeclaredVersion<'a>, HttpRejection> {
    match headers.field(HeaderName::ProtocolVersion) {
        SingleValue::Absent => Ok(DeclaredVersion::Nothing),
        version => match version.text() {
            Some(text) => {
                Ok(Revision::parse(text).map_or(DeclaredVersion::Other(text), DeclaredVersion::Known))
            }
            None => Err(super::rejection::mismatch(
                "MCP-Protocol-Version is there twice, with different values, or is no plain text",
            )
            .into()),
        },
    }
}
