//! The head of a response, as a client reads it.

use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use super::build_head::is_visible;
use super::{Fields, HeaderName, RequestKind, SingleValue, media};

/// The head of a response, as any HTTP client sees it.
#[derive(Clone, Copy)]
pub struct ResponseHead<'a> {
    /// The status.
    pub status: u16,
    /// The header fields.
    pub fields: &'a dyn Fields,
}

/// What a client learns from the head of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedResponse<'a> {
    /// What the response is.
    pub kind: ResponseKind<'a>,
    /// The session that it begins, or belongs to.
    pub session_id: Option<&'a str>,
}

/// What a response is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResponseKind<'a> {
    /// The body is a message, or a batch.
    Json,
    /// The body is a stream of events.
    Events,
    /// The server accepted the message; no message follows. Usually 202.
    Accepted,
    /// 401: the client has to authenticate itself.
    Unauthorized {
        /// The values of `WWW-Authenticate` in their order.
        challenges: Vec<&'a str>,
    },
    /// 403: the client may not do this, or not with its present credentials.
    Forbidden {
        /// The values of `WWW-Authenticate` in their order.
        challenges: Vec<&'a str>,
    },
    /// 404 in a session: the session has ended, and the client has to begin another one.
    SessionGone,
    /// 405, and 204 to GET: for GET, there is no stream, or none any more; for DELETE, a client cannot end a session; for POST, the
    /// endpoint is none of Streamable HTTP.
    NotAllowed,
    /// 429 or 503: the server is overloaded, or the client sends too much.
    Unavailable {
        /// When to try again, if the server says so in seconds.
        retry_after: Option<Duration>,
    },
    /// Any other status from 400 on.
    Refused {
        /// The status.
        status: u16,
        /// Whether the body is JSON, and so can be the JSON-RPC error that answers a request.
        json: bool,
    },
    /// A response that the transport does not have.
    Invalid(InvalidResponse),
}

/// Why a response is none of Streamable HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidResponse {
    /// `Mcp-Session-Id` stands twice, or is not visible ASCII.
    SessionId,
    /// The response to GET is not a stream of events with status 200.
    NotEvents,
    /// `Content-Type` is neither JSON nor a stream of events.
    ContentType,
    /// The status is neither a success nor an error.
    Status,
}

impl fmt::Display for InvalidResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SessionId => "Mcp-Session-Id is there twice or is no visible ASCII",
            Self::NotEvents => "the response to GET is no text/event-stream with status 200",
            Self::ContentType => "Content-Type is neither application/json nor text/event-stream",
            Self::Status => "the status is neither a success nor an error",
        })
    }
}

impl core::error::Error for InvalidResponse {}

/// The header fields of a response that MCP uses.
#[derive(Default)]
struct Found<'a> {
    content_type: SingleValue<'a>,
    session_id: SingleValue<'a>,
    retry_after: SingleValue<'a>,
    challenges: Vec<&'a str>,
}

const CONTENT_TYPE: &str = HeaderName::ContentType.as_str();
const SESSION_ID: &str = HeaderName::SessionId.as_str();
const RETRY_AFTER: &str = HeaderName::RetryAfter.as_str();
const WWW_AUTHENTICATE: &str = HeaderName::WwwAuthenticate.as_str();

impl<'a> ResponseHead<'a> {
    /// Reads it as the response to a request of that kind; `in_session`: the request named a session.
    pub fn read(&self, sent: RequestKind, in_session: bool) -> CheckedResponse<'a> {
        let mut found = Found::default();
        self.fields.each(&mut |name, value| found.see(name, value.trim_ascii()));
        let session_id = found.session_id.text().filter(|id| is_visible(id));
        let kind = match self.status {
            200..=299 if session_id.is_none() && found.session_id != SingleValue::Absent => {
                ResponseKind::Invalid(InvalidResponse::SessionId)
            }
            200..=299 => success(self.status, sent, found.content_type),
            401 => ResponseKind::Unauthorized { challenges: found.challenges },
            403 => ResponseKind::Forbidden { challenges: found.challenges },
            404 if in_session => ResponseKind::SessionGone,
            405 => ResponseKind::NotAllowed,
            429 | 503 => ResponseKind::Unavailable { retry_after: seconds(found.retry_after) },
            400.. => ResponseKind::Refused {
                status: self.status,
                json: found.content_type.text().is_some_and(media::is_json),
            },
            _ => ResponseKind::Invalid(InvalidResponse::Status),
        };
        CheckedResponse { kind, session_id }
    }
}

impl<'a> Found<'a> {
    fn see(&mut self, name: &'a str, value: &'a [u8]) {
        match name {
            CONTENT_TYPE => self.content_type.see(value),
            SESSION_ID => self.session_id.see(value),
            RETRY_AFTER => self.retry_after.see(value),
            WWW_AUTHENTICATE => self.challenges.extend(core::str::from_utf8(value).ok()),
            _ => {}
        }
    }
}

fn success<'a>(status: u16, sent: RequestKind, content_type: SingleValue<'a>) -> ResponseKind<'a> {
    let events = content_type.text().is_some_and(media::is_events);
    match sent {
        RequestKind::Delete | RequestKind::SseMessage | RequestKind::Health => ResponseKind::Accepted,
        RequestKind::Get | RequestKind::SseStream if status == 200 && events => ResponseKind::Events,
        // A stream that has ended, and of which the client has all.
        RequestKind::Get if status == 204 => ResponseKind::NotAllowed,
        RequestKind::Get | RequestKind::SseStream => ResponseKind::Invalid(InvalidResponse::NotEvents),
        RequestKind::Post if status != 200 => ResponseKind::Accepted,
        RequestKind::Post if events => ResponseKind::Events,
        RequestKind::Post if content_type.text().is_some_and(media::is_json) => ResponseKind::Json,
        // Some servers answer a notification with 200 and nothing.
        RequestKind::Post if content_type == SingleValue::Absent => ResponseKind::Accepted,
        RequestKind::Post => ResponseKind::Invalid(InvalidResponse::ContentType),
    }
}

/// `Retry-After` in seconds. A date is left out: there is no clock here.
fn seconds(retry_after: SingleValue<'_>) -> Option<Duration> {
    retry_after.text()?.parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec;
    use alloc::vec::Vec;

    use super::*;

    impl Fields for Vec<(&'static str, &'static str)> {
        fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a [u8])) {
            self.iter().for_each(|(name, value)| visit(name, value.as_bytes()));
        }
    }

    const JSON: (&str, &str) = ("content-type", "application/json; charset=utf-8");
    const EVENTS: (&str, &str) = ("content-type", "text/event-stream");
    const HTML: (&str, &str) = ("content-type", "text/html");

    #[test]
    fn statuses_and_types() {
        use RequestKind::{Delete, Get, Post, SseMessage};
        use ResponseKind::{
            Accepted, Events, Forbidden, Invalid, Json, NotAllowed, SessionGone, Unauthorized,
        };
        let refused = |status, json| ResponseKind::Refused { status, json };
        let unavailable = |seconds: Option<u64>| ResponseKind::Unavailable {
            retry_after: seconds.map(Duration::from_secs),
        };
        let gone = |fields, kind| (Post, 404, true, fields, kind);
        let table = [
            (Post, 200, false, vec![JSON], Json),
            (Post, 200, true, vec![EVENTS], Events),
            (Post, 200, false, vec![HTML], Invalid(InvalidResponse::ContentType)),
            (Post, 200, false, vec![JSON, JSON], Invalid(InvalidResponse::ContentType)),
            (Post, 200, false, vec![], Accepted),
            (Post, 202, false, vec![], Accepted),
            (Post, 202, false, vec![HTML], Accepted),
            (Post, 204, false, vec![], Accepted),
            (SseMessage, 200, false, vec![HTML], Accepted),
            (Get, 200, true, vec![EVENTS], Events),
            (Get, 200, true, vec![JSON], Invalid(InvalidResponse::NotEvents)),
            (Get, 204, true, vec![], NotAllowed),
            (Get, 202, true, vec![], Invalid(InvalidResponse::NotEvents)),
            (Get, 405, true, vec![("allow", "POST")], NotAllowed),
            (Delete, 200, true, vec![HTML], Accepted),
            (Delete, 204, true, vec![], Accepted),
            (Delete, 405, true, vec![], NotAllowed),
            gone(vec![], SessionGone),
            gone(vec![JSON], SessionGone),
            (Post, 404, false, vec![JSON], refused(404, true)),
            (Post, 404, false, vec![HTML], refused(404, false)),
            (Post, 400, true, vec![JSON], refused(400, true)),
            (Post, 500, false, vec![], refused(500, false)),
            (
                Post,
                401,
                false,
                vec![("www-authenticate", "Basic"), JSON, ("www-authenticate", "Bearer a=\"b\"")],
                Unauthorized { challenges: vec!["Basic", "Bearer a=\"b\""] },
            ),
            (Get, 401, false, vec![], Unauthorized { challenges: vec![] }),
            (Post, 403, true, vec![("www-authenticate", "Bearer")], Forbidden { challenges: vec!["Bearer"] }),
            (Post, 429, false, vec![("retry-after", " 7 ")], unavailable(Some(7))),
            (Post, 503, false, vec![("retry-after", "Fri, 31 Dec 1999 23:59:59 GMT")], unavailable(None)),
            (Post, 503, false, vec![("retry-after", "1"), ("retry-after", "2")], unavailable(None)),
            (Post, 503, false, vec![], unavailable(None)),
            (Post, 301, false, vec![], Invalid(InvalidResponse::Status)),
            (Post, 100, false, vec![], Invalid(InvalidResponse::Status)),
        ];
        for (sent, status, in_session, fields, kind) in table {
            let head = ResponseHead { status, fields: &fields };
            assert_eq!(head.read(sent, in_session).kind, kind, "{sent:?} {status} {fields:?}");
        }
    }

    #[test]
    fn sessions() {
        let table: [(&[&'static str], Option<Option<&str>>); 6] = [
            (&[], Some(None)),
            (&["a-1!~"], Some(Some("a-1!~"))),
            (&[" a "], Some(Some("a"))),
            (&["a", "a"], None),
            (&["a b"], None),
            (&[""], None),
        ];
        for (ids, expected) in table {
            let fields: Vec<_> = ids.iter().map(|id| ("mcp-session-id", *id)).chain([JSON]).collect();
            let read = ResponseHead { status: 200, fields: &fields }.read(RequestKind::Post, false);
            match expected {
                Some(id) => assert_eq!((read.kind, read.session_id), (ResponseKind::Json, id)),
                None => assert!(matches!(read.kind, ResponseKind::Invalid(_)), "{ids:?}"),
            }
        }
    }

    #[test]
    fn what_the_server_refuses_is_read_as_that() {
        use crate::http::HttpRejection;
        let rejection = HttpRejection::unauthorized("Bearer").with("retry-after", "1");
        struct Sent(Vec<(&'static str, String)>);
        impl Fields for Sent {
            fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a [u8])) {
                self.0.iter().for_each(|(name, value)| visit(name, value.as_bytes()));
            }
        }
        let fields =
            Sent(rejection.headers.iter().map(|(name, value)| (*name, value.clone().into_owned())).collect());
        let head = ResponseHead { status: rejection.status, fields: &fields };
        let expected = ResponseKind::Unauthorized { challenges: vec!["Bearer"] };
        assert_eq!(head.read(RequestKind::Post, false).kind, expected);
    }
}
