//! What can be decided before the body is read.

use pulseengine_mcp_protocol::Revision;

use super::policy::Site;
use super::{Given, Head, Name, Once, Policy, Refused, media};

/// What a request wants, by its method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Hand in a message.
    Post,
    /// Listen to the server, or go on where a stream broke off (up to 2025-11-25).
    Get,
    /// End a session (up to 2025-11-25).
    Delete,
    /// Open the stream of a session over HTTP with SSE (2024-11-05).
    SseStream,
    /// Hand in a message of such a session.
    SseMessage,
}

/// What `MCP-Protocol-Version` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stated<'a> {
    /// Nothing.
    Nothing,
    /// A revision that is known here.
    Known(Revision),
    /// Something else.
    Other(&'a str),
}

/// A request whose head is in order.
#[derive(Clone, Debug)]
pub struct Inquiry<'a> {
    /// What it wants.
    pub kind: Kind,
    /// The revision it names.
    pub stated: Stated<'a>,
    /// Its fields.
    pub given: Given<'a>,
    /// The query of its target.
    pub query: Option<&'a str>,
}

impl Inquiry<'_> {
    /// The revision in which a message is served that is not of 2026-07-28 and belongs to no session.
    pub(crate) const fn revision(&self) -> Revision {
        match self.stated {
            Stated::Known(revision) => revision,
            _ => Revision::WITHOUT_HEADER,
        }
    }

    /// Whether there is a body to read.
    pub fn wants_body(&self) -> bool {
        matches!(self.kind, Kind::Post | Kind::SseMessage)
    }
}

/// Checks the head of a request. `body`: the most bytes its body may have.
///
/// # Errors
///
/// The refusal: 431, 400, 403, 404, 405, 406, 413 or 415.
pub fn inquire<'a>(head: &Head<'a>, policy: &Policy, body: usize) -> Result<Inquiry<'a>, Refused> {
    let given = Given::read(head.fields, policy.limits())?;
    policy.check_host(head, &given)?;
    policy.check_origin(&given)?;
    let kind = match (policy.site(head.path)?, head.method) {
        (Site::Endpoint, "POST") => Kind::Post,
        (Site::Endpoint, "GET") => Kind::Get,
        (Site::Endpoint, "DELETE") => Kind::Delete,
        (Site::Endpoint, _) => return Err(not_allowed("POST, GET, DELETE")),
        (Site::SseStream, "GET") => Kind::SseStream,
        (Site::SseStream, _) => return Err(not_allowed("GET")),
        (Site::SseMessages, "POST") => Kind::SseMessage,
        (Site::SseMessages, _) => return Err(not_allowed("POST")),
    };
    match kind {
        Kind::Post => {
            check_body(&given, body)?;
            check_accept(&given)?;
        }
        Kind::SseMessage => check_body(&given, body)?,
        Kind::Get | Kind::SseStream if !given.accepts.events => {
            return Err(Refused::new(406, "Not acceptable: Accept must admit text/event-stream"));
        }
        _ => {}
    }
    let stated = stated(&given)?;
    Ok(Inquiry { kind, stated, given, query: head.query })
}

/// 405, with the methods that are allowed.
pub(crate) fn not_allowed(allow: &'static str) -> Refused {
    Refused::new(405, "Method not allowed: MCP messages are sent by POST").with("allow", allow)
}

fn check_body(given: &Given<'_>, body: usize) -> Result<(), Refused> {
    if !given.field(Name::ContentType).text().is_some_and(media::is_json) {
        return Err(Refused::new(415, "Unsupported media type: Content-Type must be application/json"));
    }
    if given.encoded {
        return Err(Refused::new(415, "Unsupported media type: the body must not be compressed"));
    }
    // The host has read it as a number: one that is none here is beyond an address, which on WASI has 32 bits.
    let too_long = |length: &str| length.parse::<usize>().map_or(true, |length| length > body);
    if given.field(Name::ContentLength).text().is_some_and(too_long) {
        return Err(too_large());
    }
    Ok(())
}

fn check_accept(given: &Given<'_>) -> Result<(), Refused> {
    if given.accepts.json && given.accepts.events {
        return Ok(());
    }
    Err(Refused::new(406, "Not acceptable: Accept must admit application/json and text/event-stream"))
}

/// 413: the body is longer than the limit.
pub(crate) fn too_large() -> Refused {
    Refused::new(413, "Invalid request: the message is longer than the limit")
}

fn stated<'a>(given: &Given<'a>) -> Result<Stated<'a>, Refused> {
    match given.field(Name::ProtocolVersion) {
        Once::Absent => Ok(Stated::Nothing),
        version => match version.text() {
            Some(text) => Ok(Revision::parse(text).map_or(Stated::Other(text), Stated::Known)),
            None => {
                Err(super::accept::mismatch("MCP-Protocol-Version is there twice or is no plain text").into())
            }
        },
    }
}
