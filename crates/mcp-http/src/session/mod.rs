//! Sessions: what revisions up to 2025-11-25 keep between HTTP requests (specification 2025-11-25, transports).
//!
//! A session is one conversation whose messages come in by POST and go out on the streams of the requests they belong
//! to, or on the one that the client opens by GET. It goes on while no request of the client is open: where the instance
//! serves several requests at once, a task of its own drives it, elsewhere whichever request is there.

mod inbox;
mod manager;
mod reader;
mod record;
mod streams;

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use pulseengine_mcp_protocol::conversation::{ANYWHERE, Origin};
use pulseengine_mcp_protocol::envelope::Unit;
use pulseengine_mcp_protocol::{Conversation, Principal, Revision, ServerSide};
use pulseengine_mcp_runtime::Instant;

use self::inbox::Inbox;
pub(crate) use self::manager::{SessionManager, Sessions};
use self::streams::Streams;
use crate::caller::Caller;
use crate::ledger::{Account, Held};
use pulseengine_mcp_transport::{Driver, Event, Observer, Outlet, Peer, SessionEnd};

/// One session.
pub(crate) struct Session {
    id: String,
    /// Sees its beginning, and its end until that was reported.
    observer: Reporting,
    /// The caller who began it: requests of other callers do not belong to it.
    owner: Option<Principal>,
    peer: Arc<Peer>,
    inbox: Mutex<Inbox>,
    streams: Mutex<Streams>,
    /// Held by what drives the session; nothing else waits for it.
    driver: Mutex<Driver>,
    /// A task of its own drives it.
    driven: bool,
    /// Everything goes out on one stream, as over HTTP with SSE (2024-11-05).
    one_stream: bool,
    used: Mutex<Instant>,
    /// What `initialize` settled.
    revision: OnceLock<Revision>,
    /// The state that is to be written to the store.
    unsaved: Mutex<Unsaved>,
}

/// Where the end of a session is to be reported.
#[derive(Default)]
struct Reporting(Mutex<Option<Arc<dyn Observer>>>);

impl Reporting {
    fn take(&self) -> Option<Arc<dyn Observer>> {
        lock(&self.0).take()
    }
}

#[derive(Default)]
struct Unsaved {
    /// Where sessions outlive the process.
    wanted: bool,
    last: Option<String>,
    changed: bool,
    written: Option<Instant>,
}

impl Session {
    fn new(
        caller: Caller<'_>,
        id: String,
        conversation: Conversation<ServerSide>,
        one_stream: bool,
        held: Held,
    ) -> Arc<Self> {
        let resumed = conversation.session().map(|session| session.revision);
        let before = resumed.map_or(ANYWHERE, |_| pulseengine_mcp_runtime::unix_time().as_millis() as Origin);
        let wanted = caller.shared.store.is_some() && !one_stream;
        let shared = &caller.shared;
        let peer = Arc::new(Peer::new(shared.instance));
        let handler = Arc::clone(caller.handler());
        handler.connected(&peer);
        caller.keep_open(&peer);
        peer.hears(false);
        let driven = shared.instance.concurrent;
        let driver = Driver::new(conversation, handler, Arc::clone(&peer));
        let session = Arc::new(Self {
            id,
            observer: Reporting::default(),
            owner: caller.principal().map(|principal| Principal::new(principal.id())),
            peer,
            inbox: Mutex::default(),
            streams: Mutex::new(Streams::new(caller.limits(), before, held)),
            driver: Mutex::new(driver),
            driven,
            one_stream,
            used: Mutex::new(Instant::now()),
            revision: resumed.map_or_else(OnceLock::new, OnceLock::from),
            unsaved: Mutex::new(Unsaved { wanted, ..Unsaved::default() }),
        });
        if driven {
            let driving = Arc::clone(&session);
            pulseengine_mcp_runtime::spawn(std::future::poll_fn(move |cx| driving.serve_connection(cx)));
        }
        session
    }

    /// Takes the received messages and polls the handlers; ready when the session has ended.
    fn serve_connection(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut driver = lock(&self.driver);
        let mut out = SessionOutlet { session: self, effects: Vec::new() };
        loop {
            // All answers go out on one stream. While its client does not read, nothing more is taken in, and the requests
            // that wait keep their places.
            if self.one_stream && lock(&self.streams).is_full() && !lock(&self.inbox).wait(cx) {
                return Poll::Pending;
            }
            let Some(messages) = lock(&self.inbox).take(cx) else {
                self.peer.close();
                lock(&self.streams).end();
                return Poll::Ready(());
            };
            let nothing_new = messages.is_empty();
            for (origin, unit, context) in messages {
                driver.conversation.set_context(Some(context));
                driver.conversation.receive_unit(unit, origin);
                driver.conversation.set_context(None);
                driver.act(&mut out);
            }
            driver.run(cx, &mut out);
            // Before the answer is seen: then it is written before the client has it.
            lock(&self.unsaved).note(&driver.conversation, self.owner.as_ref());
            let mut streams = out.flush();
            // The stream that is open for its own sake ends at once; with one stream for everything, after the last answer.
            if driver.ending && (driver.drained || !self.one_stream) {
                streams.done(ANYWHERE);
            }
            drop(streams);
            if nothing_new {
                return Poll::Pending;
            }
            self.peer.announce_again();
        }
    }

    /// It is in the table: its beginning is reported now, and its end will be.
    fn opened(&self, caller: Caller<'_>) {
        if let Some(observer) = caller.shared.observer() {
            observer.observe(&Event::SessionOpened { id: &self.id });
            *lock(&self.observer.0) = Some(Arc::clone(observer));
        }
    }

    /// Hands in a message; the answers to it go out on the stream of that number.
    fn hand_in(&self, origin: Origin, unit: Unit, caller: Caller<'_>) {
        *lock(&self.used) = Instant::now();
        lock(&self.inbox).push((origin, unit, caller.context()));
    }

    /// The session is over: its handlers stop and its streams end.
    fn end(&self, reason: SessionEnd) {
        if let Some(observer) = self.observer.take() {
            observer.observe(&Event::SessionClosed { id: &self.id, reason });
        }
        lock(&self.inbox).end();
        lock(&self.streams).end();
        self.peer.close();
    }

    /// The revision that `initialize` has settled, once it is answered; `None` when it failed.
    fn settled(&self) -> Option<Revision> {
        let settled = lock(&self.driver).conversation.session().map(|session| session.revision)?;
        Some(*self.revision.get_or_init(|| settled))
    }

    fn belongs_to(&self, caller: Caller<'_>) -> bool {
        self.owner.as_ref() == caller.principal()
    }

    /// The account that its place is taken from.
    fn account(&self) -> Option<Arc<Account>> {
        lock(&self.streams).account().cloned()
    }

    fn is_over(&self) -> bool {
        self.peer.is_closed()
    }

    fn unused_for(&self) -> Duration {
        match lock(&self.streams).is_read() {
            true => Duration::ZERO,
            false => lock(&self.used).elapsed(),
        }
    }
}

impl Unsaved {
    fn note(&mut self, conversation: &Conversation<ServerSide>, owner: Option<&Principal>) {
        if self.wanted {
            let now = record::text(conversation, owner);
            self.changed |= now != self.last;
            self.last = now;
        }
    }

    /// The state to write now: after a change, and before the stored state expires.
    fn take(&mut self, ttl: Duration) -> Option<String> {
        let stale = self.written.is_some_and(|at| at.elapsed() > ttl / 4);
        if !std::mem::take(&mut self.changed) && !stale {
            return None;
        }
        self.written = Some(Instant::now());
        self.last.clone()
    }
}

/// The output of a session. What is sent together becomes visible together: a reader that sees an answer also sees whether
/// it is the last message.
struct SessionOutlet<'s> {
    session: &'s Session,
    effects: Vec<(Origin, SessionEffect)>,
}

enum SessionEffect {
    Message(String),
    Done,
    Suspend(Duration),
}

impl SessionOutlet<'_> {
    fn flush(&mut self) -> MutexGuard<'_, Streams> {
        let mut streams = lock(&self.session.streams);
        for (origin, effect) in self.effects.drain(..) {
            match effect {
                SessionEffect::Message(message) if self.session.one_stream => streams.send(ANYWHERE, message),
                _ if self.session.one_stream => {}
                SessionEffect::Message(message) => streams.send(origin, message),
                SessionEffect::Done => streams.done(origin),
                SessionEffect::Suspend(retry) => streams.suspend(origin, retry),
            }
        }
        streams
    }
}

impl Outlet for SessionOutlet<'_> {
    fn send(&mut self, message: String, origin: Origin) {
        self.effects.push((origin, SessionEffect::Message(message)));
    }

    fn done(&mut self, origin: Origin) {
        self.effects.push((origin, SessionEffect::Done));
    }

    fn suspend(&mut self, origin: Origin, retry: Duration) {
        self.effects.push((origin, SessionEffect::Suspend(retry)));
    }

    fn is_full(&mut self) -> bool {
        self.flush().is_full()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
