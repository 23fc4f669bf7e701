//! The streams of a session and their events, so that a client that lost its connection can resume where it broke
//! off (specification 2025-11-25, transports, "Resumability and Redelivery").

use std::collections::VecDeque;
use std::task::Waker;
use std::time::Duration;

use pulseengine_mcp_protocol::VecMap;
use pulseengine_mcp_protocol::conversation::{ANYWHERE, Origin};

use pulseengine_mcp_protocol::http::HttpLimits;

/// How many finished streams are kept for clients that come back.
const FINISHED: usize = 32;

pub(super) struct Streams {
    streams: VecMap<Origin, Stream>,
    next: Origin,
    next_reader: u64,
    events: usize,
    bytes: usize,
    ended: bool,
}

/// One stream. That of origin [`ANYWHERE`] is the one that is opened by GET.
#[derive(Default)]
pub(super) struct Stream {
    events: VecDeque<Event>,
    /// The number of the last event that was sent.
    pub last: u64,
    /// The number of the last one that a reader has taken.
    pub taken: u64,
    /// Nothing will be sent any more.
    pub done: bool,
    /// The connection is to end, and the client to come back after that time.
    pub suspended: Option<Duration>,
    /// The number of its reader; 0 without one.
    pub reader: u64,
    waker: Option<Waker>,
    /// The client knows numbers of events, so it can come back.
    pub known: bool,
}

struct Event {
    number: u64,
    message: String,
}

impl Streams {
    /// Streams are numbered from `before` on: numbers that a client may know from another process must not come again.
    pub(super) fn new(limits: &HttpLimits, before: Origin) -> Self {
        let mut streams = VecMap::new();
        streams.insert(ANYWHERE, Stream { known: true, ..Stream::default() });
        let (events, bytes) = (limits.queued, limits.queued_bytes);
        Self { streams, next: before, next_reader: 0, events, bytes, ended: false }
    }

    /// Opens a stream for a request.
    pub(super) fn open(&mut self) -> Origin {
        self.next += 1;
        self.streams.insert(self.next, Stream::default());
        self.next
    }

    /// Lets a new reader read a stream, in place of the one it has.
    pub(super) fn attach(&mut self, origin: Origin) -> Option<u64> {
        let stream = self.streams.value_mut(&origin)?;
        self.next_reader += 1;
        stream.reader = self.next_reader;
        stream.wake();
        Some(self.next_reader)
    }

    /// The stream, as long as `reader` reads it and the session lives.
    pub(super) fn read(&mut self, origin: Origin, reader: u64) -> Option<&mut Stream> {
        let ended = self.ended;
        self.streams.value_mut(&origin).filter(|stream| stream.reader == reader && !ended)
    }

    /// A reader is gone. A stream that its client cannot come back to is forgotten.
    pub(super) fn detach(&mut self, origin: Origin, reader: u64) {
        let Some(stream) = self.streams.value_mut(&origin).filter(|stream| stream.reader == reader) else {
            return;
        };
        stream.reader = 0;
        stream.waker = None;
        if stream.done && !stream.known {
            self.streams.remove(&origin);
        }
    }

    /// The stream is over and was answered otherwise.
    pub(super) fn forget(&mut self, origin: Origin) {
        self.streams.remove(&origin);
    }

    pub(super) fn send(&mut self, origin: Origin, message: String) {
        let (events, bytes) = (self.events, self.bytes);
        let Some(stream) = self.streams.value_mut(&origin) else { return };
        stream.last += 1;
        stream.events.push_back(Event { number: stream.last, message });
        stream.trim(events, bytes);
        stream.wake();
    }

    pub(super) fn done(&mut self, origin: Origin) {
        let Some(stream) = self.streams.value_mut(&origin) else { return };
        stream.done = true;
        stream.wake();
        if stream.reader == 0 && !stream.known {
            self.streams.remove(&origin);
        }
        let finished = self.streams.iter().filter(|(_, stream)| stream.done && stream.reader == 0);
        let finished: Vec<Origin> = finished.map(|(origin, _)| *origin).collect();
        if finished.len() > FINISHED
            && let Some(oldest) = finished.into_iter().min()
        {
            self.streams.remove(&oldest);
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
            let waiting = stream.events.iter().filter(|event| event.number > stream.taken);
            let (count, bytes) =
                waiting.fold((0, 0), |(n, bytes), event| (n + 1, bytes + event.message.len()));
            stream.reader != 0 && (count > self.events || bytes > self.bytes)
        })
    }

    /// Whether a client is connected.
    pub(super) fn is_read(&self) -> bool {
        self.streams.iter().any(|(_, stream)| stream.reader != 0)
    }

    pub(super) fn end(&mut self) {
        self.ended = true;
        for (_, mut stream) in self.streams.take() {
            stream.wake();
        }
    }
}

impl Stream {
    /// The messages after that number, and theirs.
    pub(super) fn after(&self, number: u64) -> impl Iterator<Item = (u64, &str)> {
        let events = self.events.iter().filter(move |event| event.number > number);
        events.map(|event| (event.number, event.message.as_str()))
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

    /// Forgets the oldest events: those that were taken, and others only when there is no reader.
    fn trim(&mut self, most: usize, bytes: usize) {
        let mut held: usize = self.events.iter().map(|event| event.message.len()).sum();
        while self.events.len() > most || held > bytes {
            let droppable = self.events.len() > 1
                && self.events.front().is_some_and(|oldest| oldest.number <= self.taken || self.reader == 0);
            match self.events.pop_front_if(|_| droppable) {
                Some(oldest) => held -= oldest.message.len(),
                None => return,
            }
        }
    }
}
