//! The sessions of an endpoint: begun, found, ended.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use pulseengine_mcp_protocol::conversation::ANYWHERE;
use pulseengine_mcp_protocol::params::member;
use pulseengine_mcp_protocol::{Conversation, Revision, params};
use pulseengine_mcp_runtime::Instant;

use super::reader::{Reader, parse_id};
use super::{Session, lock, record};
use crate::endpoint::gate::stream_of;
use crate::endpoint::{Body, Endpoint, Place, Responding, Response, Use};
use crate::http::{Inquiry, Kind, Name, Once, Refused, not_allowed};

/// What serves the requests that belong to sessions. An endpoint without sessions does not carry the code.
pub(crate) trait Keeper: Send + Sync {
    /// Serves a POST of `initialize` without a session: one begins.
    fn begin<'a>(&'a self, endpoint: &'a Endpoint, text: String) -> Responding<'a>;

    /// Serves a request that has to belong to a session: a message, or what GET and DELETE mean.
    fn serve<'a>(&'a self, endpoint: &'a Endpoint, inquiry: &'a Inquiry<'a>, text: String) -> Responding<'a>;
}

/// The sessions that live in the memory of this instance.
#[derive(Default)]
pub(crate) struct Sessions {
    known: Mutex<Known>,
}

/// With the endpoint its sessions end: nobody could find them any more.
impl Drop for Sessions {
    fn drop(&mut self) {
        lock(&self.known).sessions.values().for_each(|session| session.end());
    }
}

#[derive(Default)]
struct Known {
    sessions: BTreeMap<String, Arc<Session>>,
    swept: Option<Instant>,
}

impl Keeper for Sessions {
    fn begin<'a>(&'a self, endpoint: &'a Endpoint, text: String) -> Responding<'a> {
        Box::pin(async move {
            let Some(place) = Place::take(endpoint, Use::Request) else { return Response::busy() };
            let Some(id) = fresh_id() else { return no_entropy() };
            let conversation = conversation(endpoint);
            // Ends when the client leaves before it has its answer.
            let begun = Begun(Some(Session::new(endpoint, id, conversation, false)));
            let Some(session) = &begun.0 else { return Response::accepted() };
            let mut response = post(endpoint, session, text, place).await;
            if let Body::Text(message) = &response.body
                && let Some(revision) = settled(message)
            {
                // Set once: a session is initialized once.
                let _ = session.revision.set(revision);
                response.headers.push(("mcp-session-id", session.id.clone().into()));
                self.keep(endpoint, begun);
            }
            response
        })
    }

    fn serve<'a>(&'a self, endpoint: &'a Endpoint, inquiry: &'a Inquiry<'a>, text: String) -> Responding<'a> {
        Box::pin(async move {
            match inquiry.kind {
                Kind::SseStream => return self.open_sse(endpoint),
                Kind::SseMessage => return self.take_sse(endpoint, inquiry, text),
                _ => {}
            }
            let id = match inquiry.given.field(Name::SessionId) {
                Once::Absent if inquiry.kind == Kind::Get => return Response::refused(not_allowed("POST")),
                Once::Absent => {
                    let message = "Invalid request: Mcp-Session-Id is missing; begin with initialize";
                    return Response::refused(Refused::new(400, message));
                }
                id => id.text().unwrap_or_default(),
            };
            let found = lock(&self.known).sessions.get(id).filter(|session| !session.one_stream).cloned();
            let found = match found {
                None => self.restored(endpoint, id).await,
                found => found,
            };
            // Somebody else's is as good as none.
            let Some(session) = found.filter(|session| session.belongs_to(endpoint)) else {
                let message = "Not found: there is no such session; begin a new one with initialize";
                return Response::refused(Refused::new(404, message));
            };
            match inquiry.kind {
                Kind::Post => serve_post(endpoint, &session, text).await,
                Kind::Get => get(endpoint, &session, inquiry),
                _ => {
                    lock(&self.known).sessions.remove(id);
                    if let Some(store) = &endpoint.shared.store {
                        record::remove(&**store, id).await;
                    }
                    session.end();
                    Response::no_content()
                }
            }
        })
    }
}

async fn serve_post(endpoint: &Endpoint, session: &Arc<Session>, text: String) -> Response {
    let batches = session.revision.get().is_some_and(|revision| revision.has_batches());
    if text.trim_ascii_start().starts_with('[') && !batches {
        return Response::refused(Refused::new(400, "Invalid request: this revision has no batches"));
    }
    match Place::take(endpoint, Use::Request) {
        Some(place) => post(endpoint, session, text, place).await,
        None => Response::busy(),
    }
}

async fn post(endpoint: &Endpoint, session: &Arc<Session>, text: String, place: Place) -> Response {
    // The reader is there before anything can be sent: what nobody reads is forgotten.
    let origin = lock(&session.streams).open();
    match Reader::of(session, origin, None, endpoint.limits().keep_alive, place) {
        Some(reader) => {
            session.hand_in(origin, text);
            let response = reader.counted(endpoint.principal.clone()).respond().await;
            save(endpoint, session).await;
            response
        }
        // The session has just ended.
        None => Response::refused(Refused::new(404, "Not found: the session has ended")),
    }
}

/// Keeps what has changed of a session, where it is kept at all.
async fn save(endpoint: &Endpoint, session: &Session) {
    let Some(store) = &endpoint.shared.store else { return };
    let ttl = endpoint.limits().session_time;
    let unsaved = lock(&session.unsaved).take(ttl);
    if let Some(text) = unsaved
        && !record::write(&**store, &session.id, &text, ttl).await
    {
        lock(&session.unsaved).changed = true;
    }
}

fn get(endpoint: &Endpoint, session: &Arc<Session>, inquiry: &Inquiry<'_>) -> Response {
    let (origin, after) = match inquiry.given.field(Name::LastEventId) {
        Once::Absent => (ANYWHERE, None),
        event => match event.text().and_then(parse_id) {
            Some((origin, number)) => (origin, Some(number)),
            None => return Response::refused(Refused::new(400, UNKNOWN_EVENT)),
        },
    };
    let Some(place) = Place::take(endpoint, Use::Stream) else { return Response::busy() };
    let one = match stream_of(endpoint) {
        Ok(one) => one,
        Err(refusal) => return refusal,
    };
    match Reader::of(session, origin, after, endpoint.limits().keep_alive, place) {
        Some(reader) => reader.until(endpoint.known_until()).counted(one).stream(),
        None => Response::refused(Refused::new(400, UNKNOWN_EVENT)),
    }
}

fn conversation(endpoint: &Endpoint) -> Conversation {
    let shared = &endpoint.shared;
    Conversation::new(endpoint.handler.offer(shared.instance), shared.limits)
}

const UNKNOWN_EVENT: &str = "Invalid request: Last-Event-ID names no event of a stream that can be resumed";

/// The revision that the answer to `initialize` settles; `None` when it is an error.
fn settled(message: &str) -> Option<Revision> {
    let version = member(member(message, "result")?, "protocolVersion")?;
    Revision::parse(&params::string(version)?)
}

/// The transport of 2024-11-05: one stream for everything, and messages that are answered on it.
impl Sessions {
    fn open_sse(&self, endpoint: &Endpoint) -> Response {
        let shared = &endpoint.shared;
        let (Some(messages), true) = (shared.policy.messages_path(), shared.instance.concurrent) else {
            return Response::refused(not_allowed("POST"));
        };
        let Some(place) = Place::take(endpoint, Use::Stream) else { return Response::busy() };
        let one = match stream_of(endpoint) {
            Ok(one) => one,
            Err(refusal) => return refusal,
        };
        let Some(id) = fresh_id() else { return no_entropy() };
        let address = [messages, "?sessionId=", &id].concat();
        let conversation = conversation(endpoint);
        let begun = Begun(Some(Session::new(endpoint, id, conversation, true)));
        let Some(session) = begun.0.clone() else { return Response::accepted() };
        self.keep(endpoint, begun);
        match Reader::of(&session, ANYWHERE, None, endpoint.limits().keep_alive, place) {
            Some(reader) => reader.until(endpoint.known_until()).counted(one).stream_with_address(address),
            None => Response::accepted(),
        }
    }

    fn take_sse(&self, endpoint: &Endpoint, inquiry: &Inquiry<'_>, text: String) -> Response {
        let id =
            inquiry.query.and_then(|query| query.split('&').find_map(|pair| pair.strip_prefix("sessionId=")));
        let Some(id) = id else {
            return Response::refused(Refused::new(400, "Invalid request: the query has no sessionId"));
        };
        let found = lock(&self.known).sessions.get(id).filter(|session| session.one_stream).cloned();
        let theirs = |session: &Arc<Session>| !session.is_over() && session.belongs_to(endpoint);
        let Some(session) = found.filter(theirs) else {
            return Response::refused(Refused::new(
                404,
                "Not found: there is no such session; open a new stream",
            ));
        };
        session.hand_in(ANYWHERE, text);
        Response::accepted()
    }
}

fn no_entropy() -> Response {
    Response::refused(Refused::new(500, "Internal error: there is no entropy for a session id"))
}

impl Sessions {
    /// A session that another process began, from the store.
    async fn restored(&self, endpoint: &Endpoint, id: &str) -> Option<Arc<Session>> {
        let store = endpoint.shared.store.as_ref().filter(|_| id.len() == ID)?;
        let conversation = record::read(endpoint, &**store, id).await?;
        let session = Session::new(endpoint, id.to_owned(), conversation, false);
        let mut known = lock(&self.known);
        // Two requests may have looked for it at once.
        if let Some(first) = known.sessions.get(id) {
            session.end();
            return Some(Arc::clone(first));
        }
        known.sweep(endpoint);
        known.sessions.insert(id.to_owned(), Arc::clone(&session));
        Some(session)
    }

    fn keep(&self, endpoint: &Endpoint, mut begun: Begun) {
        let Some(session) = begun.0.take() else { return };
        let mut known = lock(&self.known);
        known.sweep(endpoint);
        known.sessions.insert(session.id.clone(), session);
    }
}

impl Known {
    /// Ends the sessions that nobody uses, at most once a second, and the least used one when there are too many.
    fn sweep(&mut self, endpoint: &Endpoint) {
        let limits = endpoint.limits();
        if self.swept.is_none_or(|at| at.elapsed().as_secs() >= 1) {
            self.swept = Some(Instant::now());
            self.sessions.retain(|_, session| {
                let kept = session.unused_for() < limits.session_time;
                if !kept {
                    session.end();
                }
                kept
            });
        }
        if self.sessions.len() < limits.sessions {
            return;
        }
        let least = self.sessions.iter().max_by_key(|(_, session)| session.unused_for());
        if let Some(id) = least.map(|(id, _)| id.clone())
            && let Some(session) = self.sessions.remove(&id)
        {
            session.end();
        }
    }
}

/// A session that has begun but is not known yet: it ends with whoever began it.
struct Begun(Option<Arc<Session>>);

impl Drop for Begun {
    fn drop(&mut self) {
        if let Some(session) = self.0.take() {
            session.end();
        }
    }
}

/// Digits of a session's id.
const ID: usize = 32;

/// 128 random bits as hexadecimal digits.
fn fresh_id() -> Option<String> {
    let mut bytes = [0; 16];
    pulseengine_mcp_runtime::entropy(&mut bytes).ok()?;
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap_or('0');
    Some(bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect())
}
