//! The sessions of an endpoint: begun, found, ended.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pulseengine_mcp_protocol::conversation::ANYWHERE;
use pulseengine_mcp_protocol::envelope::{InvalidMessage, Message, Request, Unit};
use pulseengine_mcp_protocol::http::{
    CheckedHead, HeaderName, HttpRejection, RequestKind, SingleValue, not_allowed,
};
use pulseengine_mcp_protocol::{Conversation, ServerSide};
use pulseengine_mcp_runtime::{Instant, random_id};
use pulseengine_mcp_transport::SessionEnd;

use super::reader::{Reader, parse_id};
use super::{Session, lock, record};
use crate::Response;
use crate::caller::Caller;
use crate::ledger::{Account, Full, Held, Resource};

/// A response that has to be waited for.
pub(crate) type Responding<'a> = Pin<Box<dyn Future<Output = Response> + Send + 'a>>;

/// What serves the requests that belong to sessions. An endpoint without sessions does not carry the code.
pub(crate) trait SessionManager: Send + Sync {
    /// Serves a POST of `initialize`: a session begins, unless the request belongs to one.
    fn begin<'a>(
        &'a self,
        caller: Caller<'a>,
        checked: &'a CheckedHead<'a>,
        request: Request,
    ) -> Responding<'a>;

    /// Serves a request that has to belong to a session: a POST, a GET or a DELETE.
    fn serve<'a>(
        &'a self,
        caller: Caller<'a>,
        checked: &'a CheckedHead<'a>,
        unit: Option<Unit>,
    ) -> Responding<'a>;
}

/// The sessions that live in the memory of this instance.
#[derive(Default)]
pub(crate) struct Sessions {
    table: Mutex<SessionTable>,
}

/// The sessions end with their endpoint: no request could reach them.
impl Drop for Sessions {
    fn drop(&mut self) {
        lock(&self.table).sessions.values().for_each(|session| session.end(SessionEnd::ShutDown));
    }
}

#[derive(Default)]
struct SessionTable {
    sessions: BTreeMap<String, Arc<Session>>,
    swept: Option<Instant>,
}

impl SessionManager for Sessions {
    fn begin<'a>(
        &'a self,
        caller: Caller<'a>,
        checked: &'a CheckedHead<'a>,
        request: Request,
    ) -> Responding<'a> {
        Box::pin(async move {
            let unit = Unit::One(Ok(Message::Request(request)));
            let named = checked.headers.field(HeaderName::SessionId);
            if named != SingleValue::Absent {
                match self.find(caller, named).await {
                    Some(session) => return post(caller, &session, unit).await,
                    None if checked.strict => return no_session(),
                    // After a restart, clients begin again with the id that they have.
                    None => {}
                }
            }
            let held = match self.place(caller) {
                Ok(held) => held,
                Err(full) => return full.into(),
            };
            let Ok(id) = random_id() else { return no_entropy() };
            let conversation = conversation(caller);
            // Ends when the client leaves before it has its answer.
            let new = NewSession(Some(Session::new(caller, id, conversation, false, held)));
            let Some(session) = &new.0 else { return Response::accepted() };
            let mut response = post(caller, session, unit).await;
            // Without a revision, `initialize` was answered with an error.
            if session.settled().is_some() {
                response.headers.push(("mcp-session-id", session.id.clone().into()));
                self.keep(caller, new);
            }
            response
        })
    }

    fn serve<'a>(
        &'a self,
        caller: Caller<'a>,
        checked: &'a CheckedHead<'a>,
        unit: Option<Unit>,
    ) -> Responding<'a> {
        Box::pin(async move {
            match checked.kind {
                RequestKind::SseStream => return self.open_sse(caller),
                RequestKind::SseMessage => return self.take_sse(caller, checked, unit),
                _ => {}
            }
            let id = match checked.headers.field(HeaderName::SessionId) {
                SingleValue::Absent if checked.kind == RequestKind::Get => {
                    let right = "Method not allowed: a stream belongs to a session, which Mcp-Session-Id names; MCP messages are sent by POST";
                    return Response::rejected(not_allowed("POST", right));
                }
                SingleValue::Absent => {
                    let message = "Invalid request: Mcp-Session-Id is missing; begin with initialize";
                    return Response::rejected(HttpRejection::new(400, message));
                }
                id => id,
            };
            let Some(session) = self.find(caller, id).await else { return no_session() };
            match (checked.kind, unit) {
                (RequestKind::Post, Some(unit)) => serve_post(caller, &session, unit).await,
                (RequestKind::Get, _) => get(caller, &session, checked),
                _ => {
                    lock(&self.table).sessions.remove(&session.id);
                    if let Some(store) = &caller.shared.store {
                        record::remove(&**store, &session.id).await;
                    }
                    session.end(SessionEnd::Client);
                    Response::no_content()
                }
            }
        })
    }
}

async fn serve_post(caller: Caller<'_>, session: &Arc<Session>, unit: Unit) -> Response {
    let batches = session.revision.get().is_some_and(|revision| revision.has_batches());
    if matches!(unit, Unit::Batch(_)) && !batches {
        return Response::rejected(HttpRejection::new(400, "Invalid request: this revision has no batches"));
    }
    post(caller, session, unit).await
}

async fn post(caller: Caller<'_>, session: &Arc<Session>, unit: Unit) -> Response {
    if let Unit::Batch(members) = &unit {
        // Before a stream is opened: nothing would end it.
        if let Err(full) = take_places(caller, members) {
            return full.into();
        }
        caller.request.is_batch();
    }
    // The reader is there before anything can be sent: without one, messages are dropped.
    let origin = lock(&session.streams).open();
    match Reader::of(session, origin, None, caller.limits().keep_alive) {
        Some(reader) => {
            session.hand_in(origin, unit, caller);
            let response = reader.respond(caller.accepts.events.then_some(caller.limits().quiet_time)).await;
            save(caller, session).await;
            response
        }
        // The session has just ended.
        None => Response::rejected(HttpRejection::new(404, "Not found: the session has ended")),
    }
}

/// All requests of a batch are served at once.
fn take_places(caller: Caller<'_>, members: &[Result<Message, InvalidMessage>]) -> Result<(), Full> {
    let requests = members.iter().filter(|member| matches!(member, Ok(Message::Request(_))));
    caller.request.take_places(requests.count())
}

/// Writes the changes of a session to the store, if there is one.
async fn save(caller: Caller<'_>, session: &Session) {
    let Some(store) = &caller.shared.store else { return };
    let ttl = caller.limits().session_time;
    // The answer may be out before the turn that made it has ended, and only then the change is noted.
    drop(lock(&session.driver));
    let unsaved = lock(&session.unsaved).take(ttl);
    if let Some(text) = unsaved
        && !record::write(&**store, &session.id, &text, ttl).await
    {
        lock(&session.unsaved).changed = true;
    }
}

fn get(caller: Caller<'_>, session: &Arc<Session>, checked: &CheckedHead<'_>) -> Response {
    let (origin, after) = match checked.headers.field(HeaderName::LastEventId) {
        SingleValue::Absent => (ANYWHERE, None),
        event => match event.text().and_then(parse_id) {
            Some((origin, number)) => (origin, Some(number)),
            None => return Response::rejected(HttpRejection::new(400, UNKNOWN_EVENT)),
        },
    };
    if after.is_some_and(|after| lock(&session.streams).is_over_after(origin, after)) {
        // By 204 a client learns that there is no reason to come back.
        return match checked.strict {
            true => Response::rejected(not_allowed(
                "POST",
                "Method not allowed: the stream has ended; MCP messages are sent by POST",
            )),
            false => Response::no_content(),
        };
    }
    let held = match caller.begin_stream() {
        Ok(held) => held,
        Err(refusal) => return refusal,
    };
    match Reader::of(session, origin, after, caller.limits().keep_alive) {
        Some(reader) => reader.until(caller.expires()).holding(held).stream(),
        None => Response::rejected(HttpRejection::new(400, UNKNOWN_EVENT)),
    }
}

fn conversation(caller: Caller<'_>) -> Conversation<ServerSide> {
    let shared = &caller.shared;
    Conversation::new(caller.handler().offer(shared.instance), shared.limits)
}

const UNKNOWN_EVENT: &str = "Invalid request: Last-Event-ID names no event of a stream that can be resumed";

/// The transport of 2024-11-05: one stream for everything, and messages that are answered on it.
impl Sessions {
    fn open_sse(&self, caller: Caller<'_>) -> Response {
        let shared = &caller.shared;
        let (Some(messages), true) = (shared.policy.messages_path(), shared.instance.concurrent) else {
            let right = "Method not allowed: this instance of the server cannot keep a stream open here; use Streamable HTTP, at its own path";
            return Response::rejected(not_allowed("POST", right));
        };
        let held = match caller.begin_stream() {
            Ok(held) => held,
            Err(refusal) => return refusal,
        };
        let place = match self.place(caller) {
            Ok(place) => place,
            Err(full) => return full.into(),
        };
        let Ok(id) = random_id() else { return no_entropy() };
        let address = [messages, "?sessionId=", &id].concat();
        let conversation = conversation(caller);
        let new = NewSession(Some(Session::new(caller, id, conversation, true, place)));
        let Some(session) = new.0.clone() else { return Response::accepted() };
        self.keep(caller, new);
        match Reader::of(&session, ANYWHERE, None, caller.limits().keep_alive) {
            Some(reader) => reader.until(caller.expires()).holding(held).stream_with_address(address),
            None => Response::accepted(),
        }
    }

    fn take_sse(&self, caller: Caller<'_>, checked: &CheckedHead<'_>, unit: Option<Unit>) -> Response {
        let id =
            checked.query.and_then(|query| query.split('&').find_map(|pair| pair.strip_prefix("sessionId=")));
        let Some(id) = id else {
            return Response::rejected(HttpRejection::new(
                400,
                "Invalid request: the query has no sessionId",
            ));
        };
        let found = lock(&self.table).sessions.get(id).filter(|session| session.one_stream).cloned();
        let theirs = |session: &Arc<Session>| !session.is_over() && session.belongs_to(caller);
        let Some(session) = found.filter(theirs) else {
            return Response::rejected(HttpRejection::new(
                404,
                "Not found: there is no such session; open a new stream",
            ));
        };
        if let Some(unit) = unit {
            if let Unit::Batch(members) = &unit
                && let Err(full) = take_places(caller, members)
            {
                return full.into();
            }
            session.hand_in(ANYWHERE, unit, caller);
        }
        Response::accepted()
    }
}

fn no_session() -> Response {
    let message = "Not found: there is no such session; begin a new one with initialize";
    Response::rejected(HttpRejection::new(404, message))
}

fn no_entropy() -> Response {
    Response::rejected(HttpRejection::new(500, "Internal error: there is no entropy for a session id"))
}

impl Sessions {
    /// The session of that id. The session of another caller is not found.
    async fn find(&self, caller: Caller<'_>, id: SingleValue<'_>) -> Option<Arc<Session>> {
        let id = id.text().unwrap_or_default();
        let found = {
            let mut table = lock(&self.table);
            table.sweep(caller.limits().session_time);
            table.sessions.get(id).filter(|session| !session.one_stream).cloned()
        };
        let found = match found {
            None => self.restored(caller, id).await,
            found => found,
        };
        found.filter(|session| session.belongs_to(caller))
    }

    /// A session that another process began, from the store.
    async fn restored(&self, caller: Caller<'_>, id: &str) -> Option<Arc<Session>> {
        let store = caller.shared.store.as_ref().filter(|_| id.len() == ID)?;
        let conversation = record::read(caller, &**store, id).await?;
        let place = self.place(caller).ok()?;
        let session = Session::new(caller, id.to_owned(), conversation, false, place);
        let mut table = lock(&self.table);
        // Two requests may have looked for it at once.
        if let Some(first) = table.sessions.get(id) {
            session.end(SessionEnd::ShutDown);
            return Some(Arc::clone(first));
        }
        table.sessions.insert(id.to_owned(), Arc::clone(&session));
        session.opened(caller);
        Some(session)
    }

    fn keep(&self, caller: Caller<'_>, mut new: NewSession) {
        let Some(session) = new.0.take() else { return };
        let mut table = lock(&self.table);
        session.opened(caller);
        table.sessions.insert(session.id.clone(), session);
    }
}

impl Sessions {
    /// A place for one more session of the caller. When none is left, sessions that are not in use end: those of the caller
    /// when it has its share, otherwise those of the caller that has the most.
    fn place(&self, caller: Caller<'_>) -> Result<Held, Full> {
        let mut table = lock(&self.table);
        table.sweep(caller.limits().session_time);
        let account = caller.account();
        account.take(Resource::Sessions).or_else(|full| {
            table.evict(full.of_caller.then_some(account));
            account.take(Resource::Sessions)
        })
    }
}

impl SessionTable {
    /// Ends sessions that have not been used for that time, at most once a second.
    fn sweep(&mut self, session_time: Duration) {
        if self.swept.is_none_or(|at| at.elapsed().as_secs() >= 1) {
            self.swept = Some(Instant::now());
            self.sessions.retain(|_, session| {
                let kept = session.unused_for() < session_time;
                if !kept {
                    session.end(SessionEnd::Expired);
                }
                kept
            });
        }
    }

    /// Ends the least recently used sessions of a caller, or of the one that has the most: a few at once, as finding them
    /// looks at all of them.
    fn evict(&mut self, of: Option<&Arc<Account>>) {
        let mut idle: Vec<_> = self
            .sessions
            .iter()
            .map(|(id, session)| (session.account(), session.unused_for(), id))
            .filter(|(_, unused, _)| !unused.is_zero())
            .collect();
        let greediest = idle
            .iter()
            .filter_map(|(account, ..)| account.as_ref())
            .max_by_key(|it| it.used(Resource::Sessions));
        let Some(of) = of.or(greediest).cloned() else { return };
        idle.retain(|(account, ..)| account.as_ref().is_some_and(|account| Arc::ptr_eq(account, &of)));
        idle.sort_by_key(|(_, unused, _)| std::cmp::Reverse(*unused));
        let most = (idle.len() / 64).max(1);
        let evicted: Vec<String> = idle.into_iter().take(most).map(|(.., id)| id.clone()).collect();
        for session in evicted.iter().filter_map(|id| self.sessions.remove(id)) {
            session.end(SessionEnd::Evicted);
        }
    }
}

/// A session that is not in the table yet. It ends when this is dropped.
struct NewSession(Option<Arc<Session>>);

impl Drop for NewSession {
    fn drop(&mut self) {
        if let Some(session) = self.0.take() {
            session.end(SessionEnd::Client);
        }
    }
}

/// Digits of a session's id.
const ID: usize = 32;
