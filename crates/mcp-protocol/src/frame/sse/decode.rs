//! Reading events (WHATWG HTML, "Interpreting an event stream").

use alloc::string::String;
use alloc::vec::Vec;
use core::mem;
use core::time::Duration;

use crate::frame::scan::line_end;

/// The byte order mark, which may stand at the start of a stream.
const MARK: [u8; 3] = [0xef, 0xbb, 0xbf];

/// An event with data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SseEvent {
    /// Its type; `None`: the default, `message`.
    pub event: Option<String>,
    /// Its data, the lines joined by LF. Empty data is no message: with an id, the event is the one that a server sends
    /// first so that the client can resume (since 2025-11-25).
    pub data: String,
    /// The id that it sets; an empty one unsets the last. The id that counts after it is [`SseDecoder::last_event_id`].
    pub id: Option<String>,
    /// The time to wait before reconnecting that it sets.
    pub retry: Option<Duration>,
}

/// What a stream holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SseItem {
    /// An event with data.
    Event(SseEvent),
    /// An event is longer than the limit. It is dropped, and the next one can be read.
    TooLong,
    /// The data, type or id of an event was not UTF-8. It has been dropped.
    NotUtf8,
}

/// Reads the events of a byte stream. Lines end with LF, CR or CRLF.
///
/// Holds at most one unfinished event of the limit's length, and the last id. Every line of an event counts against the
/// limit, except comments, which are not kept. An event that is not finished when the stream ends does not count.
///
/// An event without data is not given out, as the standard wants it, but its id and `retry` count: they are read by
/// [`last_event_id`](Self::last_event_id) and [`retry`](Self::retry). Comments, by which servers keep a connection open,
/// are no items either: every chunk shows that the connection lives, whatever [`next`](Self::next) returns, and
/// [`comments`](Self::comments) counts them.
///
/// ```
/// use pulseengine_mcp_protocol::frame::{SseDecoder, SseEvent, SseItem};
/// let mut events = SseDecoder::new(1 << 20);
/// let mut chunk: &[u8] = b": hello\n\nid: 7\nda";
/// assert_eq!(events.next(&mut chunk), None);
/// let mut chunk: &[u8] = b"ta: {}\n\n";
/// let event = SseEvent { data: "{}".into(), id: Some("7".into()), ..SseEvent::default() };
/// assert_eq!(events.next(&mut chunk), Some(SseItem::Event(event)));
/// assert_eq!((events.last_event_id(), events.comments()), (Some("7"), 1));
/// ```
#[derive(Debug)]
pub struct SseDecoder {
    limit: usize,
    /// How much of the byte order mark has been seen.
    mark: usize,
    /// A CR ended the last line: an LF that follows belongs to it.
    after_cr: bool,
    line: Line,
    unfinished: Unfinished,
    last_event_id: String,
    retry: Option<Duration>,
    comments: u64,
}

/// What is known of the current line.
#[derive(Debug, PartialEq, Eq)]
enum Line {
    Empty,
    Comment,
    Field,
}

impl SseDecoder {
    /// A decoder for events of at most `limit` bytes.
    pub const fn new(limit: usize) -> Self {
        Self {
            limit,
            mark: 0,
            after_cr: false,
            line: Line::Empty,
            unfinished: Unfinished::new(),
            last_event_id: String::new(),
            retry: None,
            comments: 0,
        }
    }

    /// The next item in `chunk`, which shrinks by what was used up; `None` when it is empty.
    pub fn next(&mut self, chunk: &mut &[u8]) -> Option<SseItem> {
        if let Some(item) = self.skip_mark(chunk) {
            return Some(item);
        }
        loop {
            if mem::take(&mut self.after_cr) {
                match chunk.split_first() {
                    None => self.after_cr = true,
                    Some((b'\n', rest)) => *chunk = rest,
                    Some(_) => {}
                }
            }
            let Some(end) = line_end(chunk) else {
                return self.keep(mem::take(chunk));
            };
            let (line, rest) = chunk.split_at_checked(end)?;
            let (end, rest) = rest.split_first()?;
            self.after_cr = *end == b'\r';
            *chunk = rest;
            if let Some(item) = self.complete(line) {
                return Some(item);
            }
        }
    }

    /// The id with which to go on after what has been read (`Last-Event-ID`).
    pub fn last_event_id(&self) -> Option<&str> {
        Some(self.last_event_id.as_str()).filter(|id| !id.is_empty())
    }

    /// The time to wait before reconnecting, as the server last said.
    pub const fn retry(&self) -> Option<Duration> {
        self.retry
    }

    /// How many comments have been read.
    pub const fn comments(&self) -> u64 {
        self.comments
    }

    /// Continues with a new stream that resumes the old one: the unfinished event is dropped, the last id and the time to
    /// wait stay.
    pub fn restart(&mut self) {
        let last_event_id = mem::take(&mut self.last_event_id);
        let (retry, comments) = (self.retry, self.comments);
        *self = Self { last_event_id, retry, comments, ..Self::new(self.limit) };
    }

    fn skip_mark(&mut self, chunk: &mut &[u8]) -> Option<SseItem> {
        while let Some(expected) = MARK.get(self.mark) {
            let (byte, rest) = chunk.split_first()?;
            if byte != expected {
                let seen = mem::replace(&mut self.mark, MARK.len());
                return self.keep(MARK.get(..seen)?);
            }
            self.mark += 1;
            *chunk = rest;
        }
        None
    }

    /// Takes in a part of a line.
    fn keep(&mut self, part: &[u8]) -> Option<SseItem> {
        let first = part.first()?;
        if self.line == Line::Empty {
            self.line = if *first == b':' { Line::Comment } else { Line::Field };
        }
        (self.line == Line::Field && !self.unfinished.add(part, self.limit)).then_some(SseItem::TooLong)
    }

    /// Takes in the last part of a line.
    fn complete(&mut self, part: &[u8]) -> Option<SseItem> {
        let too_long = self.keep(part);
        match mem::replace(&mut self.line, Line::Empty) {
            Line::Empty => return self.dispatch(),
            Line::Comment => self.comments = self.comments.saturating_add(1),
            Line::Field => {
                self.unfinished.end_line();
                self.retry = self.unfinished.retry.or(self.retry);
            }
        }
        too_long
    }

    /// Ends an event at an empty line.
    fn dispatch(&mut self) -> Option<SseItem> {
        let Unfinished { buffer: mut data, event, id, retry, not_utf8, dropping, .. } =
            mem::replace(&mut self.unfinished, Unfinished::new());
        // Also that of an event that was dropped: otherwise a client that reconnects receives it again and again.
        if let Some(id) = &id {
            self.last_event_id.clone_from(id);
        }
        if dropping {
            return None;
        }
        if not_utf8 {
            return Some(SseItem::NotUtf8);
        }
        data.pop()?;
        Some(match String::from_utf8(data) {
            Ok(data) => SseItem::Event(SseEvent { event, data, id, retry }),
            Err(_) => SseItem::NotUtf8,
        })
    }
}

/// The event that is being read.
#[derive(Debug)]
struct Unfinished {
    /// The data so far, each line of it with an LF, and then the current line.
    buffer: Vec<u8>,
    /// Where the current line begins in it.
    line: usize,
    /// The bytes of all lines so far, without their ends.
    size: usize,
    event: Option<String>,
    id: Option<String>,
    retry: Option<Duration>,
    not_utf8: bool,
    /// It is too long, which has been reported.
    dropping: bool,
}

impl Unfinished {
    const fn new() -> Self {
        Self {
            buffer: Vec::new(),
            line: 0,
            size: 0,
            event: None,
            id: None,
            retry: None,
            not_utf8: false,
            dropping: false,
        }
    }

    /// Appends a part of the current line; `false` when that makes the event too long.
    fn add(&mut self, part: &[u8], limit: usize) -> bool {
        if self.dropping {
            return true;
        }
        self.size = self.size.saturating_add(part.len());
        if self.size > limit {
            *self = Self { id: self.id.take(), dropping: true, ..Self::new() };
            return false;
        }
        let (held, room) = (self.buffer.len(), self.buffer.capacity());
        if held + part.len() > room {
            // Doubled as a vector does it, but not beyond the limit.
            let room = room.saturating_mul(2).max(held + part.len()).min(limit);
            self.buffer.reserve_exact(room - held);
        }
        self.buffer.extend_from_slice(part);
        true
    }

    /// Reads the current line, which is not empty and no comment.
    fn end_line(&mut self) {
        if self.dropping {
            return;
        }
        let line = self.buffer.get(self.line..).unwrap_or_default();
        let mut sides = line.splitn(2, |byte| *byte == b':');
        let name = sides.next().unwrap_or_default();
        let value = sides.next().unwrap_or_default();
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match name {
            b"data" => {
                let before = line.len() - value.len();
                self.buffer.drain(self.line..self.line + before);
                self.buffer.push(b'\n');
                self.line = self.buffer.len();
            }
            b"event" => match text(value) {
                Some(event) => self.event = Some(event).filter(|event| !event.is_empty()),
                None => self.not_utf8 = true,
            },
            b"id" if !value.contains(&0) => match text(value) {
                Some(id) => self.id = Some(id),
                None => self.not_utf8 = true,
            },
            b"retry" => self.retry = milliseconds(value).or(self.retry),
            _ => {}
        }
        self.buffer.truncate(self.line);
    }
}

fn text(value: &[u8]) -> Option<String> {
    core::str::from_utf8(value).ok().map(String::from)
}

/// A value of digits only; one beyond 64 bits is the greatest.
fn milliseconds(value: &[u8]) -> Option<Duration> {
    if value.is_empty() || !value.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number =
        value.iter().fold(0u64, |n, digit| n.saturating_mul(10).saturating_add(u64::from(digit - b'0')));
    Some(Duration::from_millis(number))
}

#[cfg(test)]
mod tests;
