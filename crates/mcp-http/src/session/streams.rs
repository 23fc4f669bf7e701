//! The streams of a session and their events, so that a client that lost its connection can resume where it broke
//! off (specification 2025-11-25, transports, "Resumability and Redelivery").

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;

use pulseengine_mcp_protocol::VecMap;
use pulseengine_mcp_protocol::conversation::{ANYWHERE, Origin};

use pulseengine_mcp_protocol::http::HttpLimits;

use crate::ledger::{Account, Held};

/// How many finished streams are kept for clients that come back.
const FINISHED: usize = 32;

pub(super) struct Streams {
    streams: VecMap<Origin, Stream>,
    next: Origin,
    next_reader: u64,
    events: usize,
    bytes: usize,
    ended: bool,
    /// The place of the session, and the bytes of its events; gone when it has ended.
    held: Option<Held>,
}

/// One stream. That of origin [`ANYWHERE`] is the one that is opened by GET.
#[derive(Default)]
pub(super) struct Stream {
    events: VecDeque<Event>,
    /// The number of the last event that was sent.
    pub last: u64,
    /// Nothing will be sent any more.
    pub done: bool,
    /// The connection is to end, and the client to come back after that time.
    pub suspended: Option<Duration>,
    /// The number of the reader that takes its events; 0 without one.
    pub reader: u64,
    waker: Option<Waker>,
    /// Readers that came before and are still there. The last of them takes over when the reader has gone.
    waiting: Vec<(u64, Option<Waker>)>,
    /// The client knows numbers of events, so it can come back.
    pub known: bool,
}

struct Event {
    number: u64,
    message: String,
    /// The number of the reader that has taken it; 0: it waits for one.
    taken_by: u64,
}

/// Bytes that an event takes besides its message.
const EVENT: usize = 64;

impl Event {
    const fn bytes(&self) -> usize {
        self.message.len() + EVENT
    }
}

impl Streams {
    /// Streams are numbered from `before` on: numbers that a client may know from another process must not come again.
    pub(super) fn new(limits: &HttpLimits, before: Origin, held: Held) -> Self {
        let mut streams = VecMap::default();
        streams.insert(ANYWHERE, Stream { known: true, ..Stream::default() });
        let (events, bytes) = (limits.queued, limits.queued_bytes);
        Self { streams, next: before, next_reader: 0, events, bytes, ended: false, held: Some(held) }
    }

    /// Opens a stream for a request.
    pub(super) fn open(&mut self) -> Origin {
        self.next += 1;
        self.streams.insert(self.next, Stream::default());
        self.next
    }

    /// The account that the session's place is taken from.
    pub(super) fn account(&self) -> Option<&Arc<Account>> {
        self.held.as_ref().map(Held::account)
    }

    /// Lets a new reader read a stream, after that event if there is one; `None` when there is no such event. It takes the place
    /// of the reader that has taken this event, whose connection is broken. On the stream that belongs to no request, other
    /// readers stay and get nothing as long as this one is there: each message goes out once.
    pub(super) fn attach(&mut self, origin: Origin, after: Option<u64>) -> Option<u64> {
        let stream = self.streams.value_mut(&origin)?;
        if after.is_some_and(|after| after > stream.last) {
            return None;
        }
        self.next_reader += 1;
        let before = std::mem::replace(&mut stream.reader, self.next_reader);
        let waker = stream.waker.take();
        if before != 0 && origin == ANYWHERE {
            stream.waiting.push((before, waker));
        } else if let Some(waker) = waker {
            waker.wake();
        }
        if let Some(after) = after {
            stream.resume(after);
        }
        Some(self.next_reader)
    }

    /// Whether a stream has ended and the client has its last event.
    pub(super) fn is_over_after(&mut self, origin: Origin, after: u64) -> bool {
        self.streams.value_mut(&origin).is_some_and(|stream| stream.done && stream.last == after)
    }

    /// Whether that reader waits for the place of the one that takes the events.
    pub(super) fn waits(&mut self, origin: Origin, reader: u64, waker: &Waker) -> bool {
        let Some(stream) = self.streams.value_mut(&origin).filter(|stream| !stream.done) else {
            return false;
        };
        let waiting = stream.waiting.iter_mut().find(|(number, _)| *number == reader);
        waiting.map(|(_, slot)| *slot = Some(waker.clone())).is_some()
    }

    /// The stream, as long as `reader` takes its events and the session lives.
    pub(super) fn read(&mut self, origin: Origin, reader: u64) -> Option<&mut Stream> {
        let ended = self.ended;
        self.streams.value_mut(&origin).filter(|stream| stream.reader == reader && !ended)
    }

    /// A reader is gone; whether the stream has another one. A stream that its client cannot come back to is forgotten.
    pub(super) fn detach(&mut self, origin: Origin, reader: u64) -> bool {
        let Some(stream) = self.streams.value_mut(&origin) else { return true };
        stream.waiting.retain(|(waiting, _)| *waiting != reader);
        if stream.reader != reader {
            return true;
        }
        let (next, waker) = stream.waiting.pop().unwrap_or_default();
        stream.reader = next;
        stream.waker = waker;
        stream.wake();
        if next != 0 {
            return true;
        }
        if stream.done && !stream.known {
            self.forget(origin);
        }
        // What a reader waited for was counted without asking.
        while self.held.as_ref().is_some_and(|held| held.account().has_too_much().is_some())
            && let Some(freed) = self.drop_oldest()
        {
            self.release(freed);
        }
        false
    }

    /// The stream is over and was answered otherwise.
    pub(super) fn forget(&mut self, origin: Origin) {
        if let Some(stream) = self.streams.remove(&origin) {
            self.release(stream.events.iter().map(Event::bytes).sum());
        }
    }

    /// Sends a message on a stream. While the client is absent, a message that is kept already is not kept a second time: changes
    /// are announced to all sessions.
    pub(super) fn send(&mut self, origin: Origin, message: String) {
        let Some(stream) = self.streams.value_mut(&origin) else { return };
        if stream.reader == 0
            && origin == ANYWHERE
            && stream.events.iter().any(|event| event.taken_by == 0 && event.message == message)
        {
            return;
        }
        stream.last += 1;
        let event = Event { number: stream.last, message, taken_by: 0 };
        let bytes = event.bytes();
        stream.events.push_back(event);
        stream.wake();
        let (most, mut freed) = (self.events, 0);
        while stream.events.len() > most
            && let Some(oldest) = stream.drop_oldest()
        {
            freed += oldest.bytes();
        }
        self.release(freed);
        self.hold(bytes);
    }

    /// Holds bytes, in place of the oldest ones that a client may come back for.
    fn hold(&mut self, bytes: usize) {
        while let Some(held) = &mut self.held {
            let has_room = held.bytes() + bytes <= self.bytes;
            if has_room && held.hold(bytes).is_ok() {
                return;
            }
            match self.drop_oldest() {
                Some(freed) => self.release(freed),
                // A reader is behind: handlers wait for it, and what has been sent is not lost.
                None => return self.hold_anyway(bytes),
            }
        }
    }

    fn hold_anyway(&mut self, bytes: usize) {
        if let Some(held) = &mut self.held {
            held.hold_anyway(bytes);
        }
    }

    fn release(&mut self, bytes: usize) {
        if let Some(held) = &mut self.held {
            held.release(bytes);
        }
    }

    /// That message was taken out of a stream.
    pub(super) fn released(&mut self, message: &str) {
        self.release(message.len() + EVENT);
    }

    /// Removes the oldest event that no reader waits for, first from streams that have ended. Returns its size in bytes.
    fn drop_oldest(&mut self) -> Option<usize> {
        let finished = self.streams.iter().filter(|(_, stream)| stream.done && stream.reader == 0);
        if let Some(oldest) = finished.map(|(origin, _)| *origin).min() {
            let stream = self.streams.remove(&oldest)?;
            return Some(stream.events.iter().map(Event::bytes).sum());
        }
        let origins: Vec<Origin> = self.streams.iter().map(|(origin, _)| *origin).collect();
        origins
            .iter()
            .find_map(|origin| self.streams.value_mut(origin)?.drop_oldest())
            .map(|event| event.bytes())
    }

    pub(super) fn done(&mut self, origin: Origin) {
        let Some(stream) = self.streams.value_mut(&origin) else { return };
        stream.done = true;
        stream.wake_all();
        if stream.reader == 0 && !stream.known {
            self.forget(origin);
        }
        let finished = self.streams.iter().filter(|(_, stream)| stream.done && stream.reader == 0);
        let finished: Vec<Origin> = finished.map(|(origin, _)| *origin).collect();
        if finished.len() > FINISHED
            && let Some(oldest) = finished.into_iter().min()
        {
            self.forget(oldest);
        }
    }

    pub(super) fn suspend(&mut self, origin: Origin, retry: Duration) {
        if let Some(stream) = self.streams.value_mut(&origin) {
            stream.suspended = Some(retry);
            stream.wake();
        }
    }

    /// Whether a client is behind with reading.
    pub(super) fn is_full(&self) -> bool {
        self.streams.iter().any(|(_, stream)| {
            let waiting = stream.events.iter().filter(|event| event.taken_by == 0);
            let (count, bytes) = waiting.fold((0, 0), |(n, bytes), event| (n + 1, bytes + event.bytes()));
            stream.reader != 0 && (count > self.events || bytes > self.bytes)
        })
    }

    /// Whether a client is connected.
    pub(super) fn is_read(&self) -> bool {
        self.streams.iter().any(|(_, stream)| stream.reader != 0)
    }

    pub(super) fn end(&mut self) {
        self.ended = true;
        for (_, mut stream) in std::mem::take(&mut self.streams) {
            stream.wake_all();
        }
        self.held = None;
    }
}

impl Stream {
    /// The messages that wait for the reader, and their numbers; it has them from now on.
    pub(super) fn take(&mut self) -> impl Iterator<Item = (u64, &str)> {
        let reader = self.reader;
        let waiting = self.events.iter_mut().filter(|event| event.taken_by == 0);
        waiting.map(move |event| {
            event.taken_by = reader;
            (event.number, event.message.as_str())
        })
    }

    /// The number of the last event before those that wait.
    pub(super) fn taken(&self) -> u64 {
        let waiting = self.events.iter().find(|event| event.taken_by == 0);
        waiting.map_or(self.last, |event| event.number - 1)
    }

    /// A client is back that has the events up to that number: what was lost with its connection waits again.
    fn resume(&mut self, after: u64) {
        let lost = self.events.iter().find(|event| event.number == after).map_or(0, |event| event.taken_by);
        if let Some(at) = self.waiting.iter().position(|(reader, _)| *reader == lost)
            && let (_, Some(waker)) = self.waiting.swap_remove(at)
        {
            waker.wake();
        }
        let reader = self.reader;
        let waiting = &self.waiting;
        for event in &mut self.events {
            if event.number <= after {
                event.taken_by = if event.taken_by == 0 { reader } else { event.taken_by };
            } else if !waiting.iter().any(|(other, _)| *other == event.taken_by) {
                event.taken_by = 0;
            }
        }
    }

    /// The only message, when nothing else was or will be sent.
    pub(super) fn only(&mut self) -> Option<String> {
        let only = self.done && self.last == 1 && self.suspended.is_none() && !self.known;
        if only { self.events.pop_front().map(|event| event.message) } else { None }
    }

    pub(super) fn wait(&mut self, waker: &Waker) {
        self.waker = Some(waker.clone());
    }

    fn wake(&mut self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    /// Wakes the readers that wait, too.
    fn wake_all(&mut self) {
        self.wake();
        self.waiting.iter_mut().filter_map(|(_, waker)| waker.take()).for_each(Waker::wake);
    }

    /// Forgets the oldest event, if it was taken or there is no reader; the last one stays.
    fn drop_oldest(&mut self) -> Option<Event> {
        let droppable = self.events.len() > 1
            && self.events.front().is_some_and(|oldest| oldest.taken_by != 0 || self.reader == 0);
        self.events.pop_front_if(|_| droppable)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use pulseengine_mcp_protocol::conversation::ANYWHERE;
    use pulseengine_mcp_protocol::http::HttpLimits;

    use super::{EVENT, Streams};
    use crate::ledger::{Ledger, Resource};

    fn streams(limits: &HttpLimits) -> (Arc<Ledger>, Streams) {
        let ledger = Ledger::new(limits, 4 << 20);
        let held = ledger.common_account().take(Resource::Sessions).unwrap();
        let streams = Streams::new(limits, ANYWHERE, held);
        (ledger, streams)
    }

    #[test]
    fn all_streams_share_one_budget_and_the_oldest_finished_ones_go_first() {
        let limits = HttpLimits { queued_bytes: 10 * (1000 + EVENT), ..HttpLimits::DEFAULT };
        let (ledger, mut streams) = streams(&limits);
        let mut origins = Vec::new();
        for _ in 0..30 {
            let origin = streams.open();
            let reader = streams.attach(origin, None).unwrap();
            streams.read(origin, reader).unwrap().known = true;
            streams.send(origin, "x".repeat(1000));
            streams.done(origin);
            streams.detach(origin, reader);
            origins.push(origin);
            assert!(ledger.used(Resource::Bytes) <= limits.queued_bytes);
        }
        assert_eq!(ledger.used(Resource::Bytes), limits.queued_bytes);
        let kept: Vec<bool> =
            origins.iter().map(|origin| streams.attach(*origin, Some(0)).is_some()).collect();
        assert_eq!(kept.iter().rposition(|kept| !kept), Some(19));
        streams.end();
        assert_eq!([ledger.used(Resource::Bytes), ledger.used(Resource::Sessions)], [0, 0]);
    }

    #[test]
    fn what_a_reader_waits_for_is_kept_beyond_the_budget() {
        let limits = HttpLimits { queued_bytes: 100, ..HttpLimits::DEFAULT };
        let (ledger, mut streams) = streams(&limits);
        let origin = streams.open();
        let reader = streams.attach(origin, None).unwrap();
        (0..5).for_each(|n| streams.send(origin, n.to_string()));
        assert_eq!(streams.read(origin, reader).unwrap().events.len(), 5);
        assert!(streams.is_full());
        streams.forget(origin);
        assert_eq!(ledger.used(Resource::Bytes), 0);
    }

    #[test]
    fn a_change_is_kept_once_for_a_client_that_does_not_read() {
        let (_, mut streams) = streams(&HttpLimits::DEFAULT);
        for message in ["a", "b", "a", "a", "b"] {
            streams.send(ANYWHERE, message.into());
        }
        let reader = streams.attach(ANYWHERE, None).unwrap();
        let stream = streams.read(ANYWHERE, reader).unwrap();
        assert_eq!(stream.take().map(|(_, message)| message).collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn numbers_that_were_not_given_name_no_event() {
        let (_, mut streams) = streams(&HttpLimits::DEFAULT);
        streams.send(ANYWHERE, "a".into());
        assert!(streams.attach(ANYWHERE, Some(1)).is_some());
        assert!(streams.attach(ANYWHERE, Some(2)).is_none());
        assert!(streams.attach(ANYWHERE, Some(u64::MAX)).is_none());
    }
}
