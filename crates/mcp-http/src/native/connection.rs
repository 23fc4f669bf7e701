//! The state of a connection and its start, in atomics, so that one sweep over all connections enforces every
//! bound on time and no request pays for a timer.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering::Relaxed, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};
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
    client: Arc<Client>,
    clock: Arc<Clock>,
    /// The phase in two bits, above them the tick at which it began.
    state: AtomicU64,
    /// How many requests are being served.
    serving: AtomicU32,
    /// The tick since which the client has not taken the output, plus one; 0: it takes it.
    blocked: AtomicU32,
    /// A request was answered before all of it had arrived.
    unread: AtomicBool,
    /// Bytes received and sent.
    bytes: [AtomicU64; 2],
    verdict: AtomicU8,
    waker: Mutex<Option<Waker>>,
}

impl Connection {
    pub(super) fn new(clock: &Arc<Clock>, client: Client) -> Arc<Self> {
        let connection = Self {
            client: Arc::new(client),
            clock: Arc::clone(clock),
            state: AtomicU64::new(0),
            serving: AtomicU32::new(0),
            blocked: AtomicU32::new(0),
            unread: AtomicBool::new(false),
            bytes: [AtomicU64::new(0), AtomicU64::new(0)],
            verdict: AtomicU8::new(0),
            waker: Mutex::default(),
        };
        connection.enter(Phase::New, clock.now());
        Arc::new(connection)
    }

    pub(super) fn client(&self) -> &Arc<Client> {
        &self.client
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
        Serving(Arc::clone(self))
    }

    /// Decides on the connection by the time.
    pub(super) fn judge(&self, limits: &HttpLimits) -> Verdict {
        let now = self.clock.now();
        let over = |since: u32, limit: Duration| TICK * now.saturating_sub(since) >= limit;
        let blocked = self.blocked.load(Relaxed);
        if blocked > 0 && over(blocked - 1, limits.body_time) {
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

    /// For how many ticks the connection could have been closed without loss.
    pub(super) fn idle(&self) -> Option<u32> {
        if self.serving.load(Relaxed) > 0 || self.verdict() != Verdict::Keep {
            return None;
        }
        let (phase, since) = self.state();
        let ticks = self.clock.now().saturating_sub(since);
        match phase {
            Phase::New | Phase::Idle => Some(ticks),
            Phase::Head => (TICK * ticks > SLOW).then_some(ticks),
            Phase::Lingering => None,
        }
    }

    /// Gives the connection's task the decision. A decision is never made milder.
    pub(super) fn order(&self, verdict: Verdict) {
        if self.verdict.fetch_max(verdict as u8, SeqCst) >= verdict as u8 {
            return;
        }
        let waker = self.waker.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(waker) = &*waker {
            waker.wake_by_ref();
        }
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
pub(super) struct Serving(Arc<Connection>);

impl Drop for Serving {
    fn drop(&mut self) {
        let connection = &self.0;
        // In this order: a sweep in between sees one that serves.
        connection.enter(Phase::Idle, connection.clock.now());
        connection.serving.fetch_sub(1, Relaxed);
    }
}
