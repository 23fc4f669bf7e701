//! The state of a connection and its start, in atomics, so that one sweep over all connections enforces every
//! bound on time and no request pays for a timer.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering::Relaxed, Ordering::SeqCst};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::task::{Context, Waker};
use std::time::Duration;

use pulseengine_mcp_runtime::Instant;

use pulseengine_mcp_protocol::http::HttpLimits;

use super::client::Client;

/// How exact the bounds on time are.
pub(super) const TICK: Duration = Duration::from_millis(250);

/// How long input is still read after the last response, so that the client receives that response.
const LINGER: Duration = Duration::from_secs(2);

/// A client whose head takes longer than this loses its connection to others when there are too many.
const SLOW: Duration = Duration::from_secs(1);

/// A clock that is looked at once per tick.
#[derive(Debug)]
pub(super) struct Clock {
    started: Instant,
    ticks: AtomicU32,
}

impl Clock {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self { started: Instant::now(), ticks: AtomicU32::new(0) })
    }

    /// Looks at the clock.
    pub(super) fn update(&self) {
        let ticks = self.started.elapsed().as_millis() / TICK.as_millis();
        self.ticks.store(u32::try_from(ticks).unwrap_or(u32::MAX), Relaxed);
    }

    fn now(&self) -> u32 {
        self.ticks.load(Relaxed)
    }
}

/// The state of a connection without a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// It has not sent its first request yet.
    New = 0,
    /// It waits for the next request.
    Idle = 1,
    /// A head has begun to arrive.
    Head = 2,
    /// It has been ended; further input is dropped.
    Lingering = 3,
}

/// The decision on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Keep,
    /// End it when it serves nothing.
    Finish,
    /// Close it now.
    Close,
}

/// A connection, as seen by its own task and by the sweep.
#[derive(Debug)]
pub(super) struct Connection {
    /// The other end.
    end: Arc<Client>,
    /// What the other end, a proxy, has named as the client of the connection.
    named: OnceLock<Arc<Client>>,
    clock: Arc<Clock>,
    /// The phase in two bits, above them the tick at which it began.
    state: AtomicU64,
    /// How many requests are being served.
    serving: AtomicU32,
    /// The tick since which the client has not taken the output, plus one; 0: it takes it.
    blocked: AtomicU32,
    /// A request was answered before all of it had arrived.
    unread: AtomicBool,
    /// The tick at which the body of a request began to be waited for, plus one; 0: none is waited for. Of HTTP/1, where one
    /// request is received at a time.
    body_awaited: AtomicU32,
    /// The responses of HTTP/2 that are being sent.
    responses: Mutex<Vec<Weak<Serving>>>,
    /// Bytes received and sent.
    bytes: [AtomicU64; 2],
    verdict: AtomicU8,
    waker: Mutex<Option<Waker>>,
}

impl Connection {
    pub(super) fn new(clock: &Arc<Clock>, client: Client) -> Arc<Self> {
        let connection = Self {
            end: Arc::new(client),
            named: OnceLock::new(),
            clock: Arc::clone(clock),
            state: AtomicU64::new(0),
            serving: AtomicU32::new(0),
            blocked: AtomicU32::new(0),
            unread: AtomicBool::new(false),
            body_awaited: AtomicU32::new(0),
            responses: Mutex::default(),
            bytes: [AtomicU64::new(0), AtomicU64::new(0)],
            verdict: AtomicU8::new(0),
            waker: Mutex::default(),
        };
        connection.enter(Phase::New, clock.now());
        Arc::new(connection)
    }

    /// The client, or the proxy that forwards requests on this connection.
    pub(super) fn client(&self) -> &Arc<Client> {
        self.named.get().unwrap_or(&self.end)
    }

    /// The proxy at the other end has named the client.
    pub(super) fn name_client(&self, client: Client) {
        // There is one header.
        let _ = self.named.set(Arc::new(client));
    }

    fn enter(&self, phase: Phase, tick: u32) {
        self.state.store(u64::from(tick) << 2 | phase as u64, Relaxed);
    }

    fn state(&self) -> (Phase, u32) {
        let state = self.state.load(Relaxed);
        let phase = match state & 3 {
            0 => Phase::New,
            1 => Phase::Idle,
            2 => Phase::Head,
            _ => Phase::Lingering,
        };
        (phase, u32::try_from(state >> 2).unwrap_or(u32::MAX))
    }

    /// Counts bytes that were received. Only the connection's own task does.
    pub(super) fn count_received(&self, bytes: usize) {
        add(&self.bytes[0], bytes);
    }

    /// Counts bytes that were sent. Only the connection's own task does.
    pub(super) fn count_sent(&self, bytes: usize) {
        add(&self.bytes[1], bytes);
    }

    /// Bytes received and sent.
    pub(super) fn bytes(&self) -> [u64; 2] {
        self.bytes.each_ref().map(|bytes| bytes.load(Relaxed))
    }

    /// Bytes have arrived.
    pub(super) fn received(&self) {
        if self.serving.load(Relaxed) > 0 {
            return;
        }
        match self.state() {
            // The first head's time began with the connection.
            (Phase::New, since) => self.enter(Phase::Head, since),
            (Phase::Idle, _) => self.enter(Phase::Head, self.clock.now()),
            _ => {}
        }
    }

    /// The client did or did not take what was sent.
    pub(super) fn sent(&self, taken: bool) {
        let blocked = self.blocked.load(Relaxed) != 0;
        if blocked == taken {
            self.blocked.store(if taken { 0 } else { self.clock.now() + 1 }, Relaxed);
        }
    }

    /// Nothing is sent any more.
    pub(super) fn linger(&self) {
        if self.state().0 != Phase::Lingering {
            self.enter(Phase::Lingering, self.clock.now());
        }
    }

    /// The rest of a request will not be read.
    pub(super) fn leave_unread(&self) {
        self.unread.store(true, Relaxed);
    }

    pub(super) fn has_unread(&self) -> bool {
        self.unread.load(Relaxed)
    }

    /// A request is served until the returned value is dropped.
    pub(super) fn serve(self: &Arc<Self>) -> Serving {
        self.serving.fetch_add(1, Relaxed);
        Serving { connection: Arc::clone(self), waiting_since: AtomicU32::new(0) }
    }

    /// The response to a request is about to be sent, on one of several streams.
    pub(super) fn responds(&self, serving: &Arc<Serving>) {
        let mut responses = self.responses.lock().unwrap_or_else(PoisonError::into_inner);
        responses.push(Arc::downgrade(serving));
    }

    /// The body of a request is or is not waited for.
    pub(super) fn await_body(&self, awaited: bool) {
        if (self.body_awaited.load(Relaxed) != 0) != awaited {
            self.body_awaited.store(if awaited { self.clock.now() + 1 } else { 0 }, Relaxed);
        }
    }

    /// For how many ticks the body of a request has been waited for.
    fn body_awaited(&self) -> Option<u32> {
        let since = self.body_awaited.load(Relaxed).checked_sub(1)?;
        Some(self.clock.now().saturating_sub(since))
    }

    /// Has the connection's task look at the time when a body does not come: until then it has no timer, as most bodies are
    /// there when they are asked for.
    pub(super) fn remind(&self) {
        if self.body_awaited().is_some_and(|ticks| ticks > 0) {
            self.wake_task();
        }
    }

    /// Whether a response of HTTP/2 has not been taken for that time.
    fn has_stuck_response(&self, limit: Duration) -> bool {
        let mut responses = self.responses.lock().unwrap_or_else(PoisonError::into_inner);
        responses.retain(|response| response.strong_count() > 0);
        let now = self.clock.now();
        responses.iter().filter_map(Weak::upgrade).any(|response| {
            let since = response.waiting_since.load(Relaxed);
            since > 0 && TICK * now.saturating_sub(since - 1) >= limit
        })
    }

    fn wake_task(&self) {
        let waker = self.waker.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(waker) = &*waker {
            waker.wake_by_ref();
        }
    }

    /// Decides on the connection by the time.
    pub(super) fn judge(&self, limits: &HttpLimits) -> Verdict {
        let now = self.clock.now();
        let over = |since: u32, limit: Duration| TICK * now.saturating_sub(since) >= limit;
        let blocked = self.blocked.load(Relaxed);
        if blocked > 0 && over(blocked - 1, limits.body_time) || self.has_stuck_response(limits.body_time) {
            return Verdict::Close;
        }
        if self.serving.load(Relaxed) > 0 {
            return Verdict::Keep;
        }
        match self.state() {
            (Phase::New | Phase::Head, since) if over(since, limits.head_time) => Verdict::Close,
            (Phase::Lingering, since) if over(since, LINGER) => Verdict::Close,
            // It was finished before and has not ended.
            (Phase::Idle, since) if over(since, limits.idle_time.saturating_add(SLOW)) => Verdict::Close,
            (Phase::Idle, since) if over(since, limits.idle_time) => Verdict::Finish,
            _ => Verdict::Keep,
        }
    }

    /// For how many ticks the connection could have been closed without loss: it is idle, or the client does not go on with
    /// what it has begun to send.
    pub(super) fn idle(&self) -> Option<u32> {
        if self.verdict() != Verdict::Keep {
            return None;
        }
        if self.serving.load(Relaxed) > 0 {
            return self.body_awaited().filter(|ticks| TICK * *ticks > SLOW);
        }
        let (phase, since) = self.state();
        let ticks = self.clock.now().saturating_sub(since);
        match phase {
            Phase::New | Phase::Idle => Some(ticks),
            Phase::Head => (TICK * ticks > SLOW).then_some(ticks),
            Phase::Lingering => None,
        }
    }

    /// Has the connection end when it serves nothing; at once if the client has sent nothing yet.
    pub(super) fn finish(&self) {
        let unused = matches!(self.state(), (Phase::New, _));
        self.order(if unused { Verdict::Close } else { Verdict::Finish });
    }

    /// Gives the connection's task the decision. A decision is never made milder.
    pub(super) fn order(&self, verdict: Verdict) {
        if self.verdict.fetch_max(verdict as u8, SeqCst) >= verdict as u8 {
            return;
        }
        self.wake_task();
    }

    /// The decision on the connection.
    pub(super) fn verdict(&self) -> Verdict {
        match self.verdict.load(SeqCst) {
            0 => Verdict::Keep,
            1 => Verdict::Finish,
            _ => Verdict::Close,
        }
    }

    /// The task that is woken by an order: the connection's.
    pub(super) fn wake(&self, cx: &Context<'_>) {
        *self.waker.lock().unwrap_or_else(PoisonError::into_inner) = Some(cx.waker().clone());
    }
}

/// Adds without a lock: there is one writer.
fn add(count: &AtomicU64, bytes: usize) {
    count.store(count.load(Relaxed) + bytes as u64, Relaxed);
}

/// A request that is being served.
#[derive(Debug)]
pub(super) struct Serving {
    connection: Arc<Connection>,
    /// The tick since which the client has not taken anything of the response, plus one; 0: there is nothing to take.
    waiting_since: AtomicU32,
}

impl Serving {
    /// Whether the client has something to take.
    pub(super) fn waits_for_client(&self, waits: bool) {
        self.waiting_since.store(if waits { self.connection.clock.now() + 1 } else { 0 }, Relaxed);
    }

    /// The client has taken something.
    pub(super) fn was_taken(&self) {
        if self.waiting_since.load(Relaxed) != 0 {
            self.waits_for_client(true);
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let connection = &self.connection;
        // In this order: a sweep in between sees one that serves.
        connection.enter(Phase::Idle, connection.clock.now());
        connection.serving.fetch_sub(1, Relaxed);
    }
}
