//! A client of HTTP/2 that writes its frames itself: one that is polite to no server.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::http1::{PATIENCE, connect, within};
use crate::message::Post;

/// Types of frames (RFC 9113, 6).
pub const DATA: u8 = 0;
/// The head of a request or a response.
pub const HEADERS: u8 = 1;
/// The end of a stream by one side.
pub const RST_STREAM: u8 = 3;
/// Settings.
pub const SETTINGS: u8 = 4;
/// A question whether the other side is there.
pub const PING: u8 = 6;
/// The end of the connection.
pub const GOAWAY: u8 = 7;
/// More of a head.
pub const CONTINUATION: u8 = 9;

/// The flag of an acknowledgement.
pub const ACK: u8 = 1;
/// The flag of the last frame of a stream.
pub const END_STREAM: u8 = 1;
/// The flag of the last frame of a head.
pub const END_HEADERS: u8 = 4;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// No table of fields that were sent before: each head can be read by itself.
const TABLE_SIZE: u16 = 1;
const INITIAL_WINDOW: u16 = 4;

/// A connection.
pub struct Raw {
    stream: TcpStream,
    read: Vec<u8>,
    next: u32,
    /// What became of each stream.
    pub streams: BTreeMap<u32, Fate>,
    /// The connection has ended, or is to.
    pub ended: bool,
}

/// What became of a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fate {
    /// The status of its response.
    pub status: Option<u16>,
    /// Bytes of the response's body.
    pub bytes: usize,
    /// It is over.
    pub ended: bool,
}

/// One frame.
pub fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap_or(u32::MAX).to_be_bytes();
    let mut frame: Vec<u8> = length.iter().skip(1).copied().collect();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// A field, in the form that names everything and is not kept (RFC 7541, 6.2.2).
pub fn field(name: &str, value: &str) -> Vec<u8> {
    let mut field = vec![0];
    for text in [name, value] {
        match u8::try_from(text.len()) {
            Ok(length) if length < 127 => field.push(length),
            _ => {
                field.push(127);
                let mut rest = text.len().saturating_sub(127);
                while rest >= 128 {
                    field.push(u8::try_from(rest % 128).unwrap_or_default() | 128);
                    rest /= 128;
                }
                field.push(u8::try_from(rest).unwrap_or_default());
            }
        }
        field.extend(text.as_bytes());
    }
    field
}

/// The fields of a POST, without the length of its body.
pub fn fields(post: &Post) -> Vec<u8> {
    let mut block = Vec::new();
    for (name, value) in [
        (":method", "POST"),
        (":scheme", "http"),
        (":path", "/mcp"),
        (":authority", "localhost"),
        ("content-type", "application/json"),
        ("accept", "application/json, text/event-stream"),
    ] {
        block.extend(field(name, value));
    }
    post.fields.iter().for_each(|(name, value)| block.extend(field(name, value)));
    block
}

impl Raw {
    /// Connects and says what this side wants: how much of a response may be sent unasked.
    pub async fn connect(from: IpAddr, to: SocketAddr, window: u32) -> io::Result<Self> {
        let stream = connect(from, to).await?;
        let mut raw = Self { stream, read: Vec::new(), next: 1, streams: BTreeMap::new(), ended: false };
        let mut settings = Vec::new();
        for (name, value) in [(TABLE_SIZE, 0), (INITIAL_WINDOW, window)] {
            settings.extend(name.to_be_bytes());
            settings.extend(value.to_be_bytes());
        }
        let mut bytes = PREFACE.to_vec();
        bytes.extend(frame(SETTINGS, 0, 0, &settings));
        raw.write(&bytes).await?;
        Ok(raw)
    }

    /// Sends bytes.
    pub async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        within(PATIENCE, self.stream.write_all(bytes)).await
    }

    /// The number of a new stream.
    pub fn open(&mut self) -> u32 {
        let stream = self.next;
        self.next += 2;
        self.streams.insert(stream, Fate::default());
        stream
    }

    /// Sends the head of a POST, whose body follows; its stream.
    pub async fn begin(&mut self, post: &Post) -> io::Result<u32> {
        let stream = self.open();
        self.write(&frame(HEADERS, END_HEADERS, stream, &fields(post))).await?;
        Ok(stream)
    }

    /// Sends a POST. Its body has to be smaller than the window.
    pub async fn post(&mut self, post: &Post) -> io::Result<u32> {
        let stream = self.begin(post).await?;
        let parts = post.body.as_bytes().chunks(16 << 10);
        let last = parts.len().saturating_sub(1);
        for (number, part) in parts.enumerate() {
            let flags = if number == last { END_STREAM } else { 0 };
            self.write(&frame(DATA, flags, stream, part)).await?;
        }
        Ok(stream)
    }

    /// Reads frames for that time or until the connection ends; answers what has to be answered, but gives no window.
    pub async fn watch(&mut self, time: Duration) -> io::Result<()> {
        self.watch_until(time, |_| false).await
    }

    /// The same, until something is so.
    pub async fn watch_until(&mut self, time: Duration, is_so: impl Fn(&Self) -> bool) -> io::Result<()> {
        let end = tokio::time::Instant::now() + time;
        let mut chunk = vec![0; 64 << 10];
        while !self.ended && !is_so(self) {
            let Ok(read) = tokio::time::timeout_at(end, self.stream.read(&mut chunk)).await else { break };
            match read {
                Ok(0) | Err(_) => self.ended = true,
                Ok(length) => self.read.extend(chunk.iter().take(length)),
            }
            self.take_frames().await?;
        }
        if self.ended {
            self.streams.values_mut().for_each(|fate| fate.ended = true);
        }
        Ok(())
    }

    async fn take_frames(&mut self) -> io::Result<()> {
        while let Some((kind, flags, stream, payload)) = self.next_frame() {
            let answer = match (kind, flags & ACK) {
                (SETTINGS | PING, 0) => Some(frame(kind, ACK, 0, if kind == PING { &payload } else { &[] })),
                _ => None,
            };
            if let Some(answer) = answer
                && self.write(&answer).await.is_err()
            {
                self.ended = true;
            }
            if kind == GOAWAY {
                self.ended = true;
            }
            let Some(fate) = self.streams.get_mut(&stream) else { continue };
            match kind {
                HEADERS => fate.status = fate.status.or_else(|| status(&payload)),
                DATA => fate.bytes += payload.len(),
                RST_STREAM => fate.ended = true,
                _ => {}
            }
            if matches!(kind, HEADERS | DATA) && flags & END_STREAM != 0 {
                fate.ended = true;
            }
        }
        Ok(())
    }

    fn next_frame(&mut self) -> Option<(u8, u8, u32, Vec<u8>)> {
        let head: [u8; 9] = self.read.get(..9)?.try_into().ok()?;
        let [a, b, c, kind, flags, w, x, y, z] = head;
        let length = usize::try_from(u32::from_be_bytes([0, a, b, c])).ok()?;
        let payload = self.read.get(9..9 + length)?.to_vec();
        self.read.drain(..9 + length);
        Some((kind, flags, u32::from_be_bytes([w & 0x7f, x, y, z]), payload))
    }

    /// How many streams are over.
    pub fn over(&self) -> usize {
        self.streams.values().filter(|fate| fate.ended).count()
    }
}

/// The status at the beginning of a head without a table.
fn status(block: &[u8]) -> Option<u16> {
    // Changes of the table's size come first.
    let block = block.iter().position(|byte| byte >> 5 != 1).and_then(|start| block.get(start..))?;
    const INDEXED: [(u8, u16); 7] =
        [(0x88, 200), (0x89, 204), (0x8a, 206), (0x8b, 304), (0x8c, 400), (0x8d, 404), (0x8e, 500)];
    let (first, rest) = block.split_first()?;
    if let Some((_, status)) = INDEXED.iter().find(|(byte, _)| byte == first) {
        return Some(*status);
    }
    let (length, rest) = rest.split_first()?;
    let text = rest.get(..usize::from(length & 0x7f))?;
    let digits = if length & 0x80 == 0 { text.to_vec() } else { huffman_digits(text) };
    std::str::from_utf8(digits.get(..3)?).ok()?.parse().ok()
}

/// Digits in the code of RFC 7541, appendix B: 0 to 2 are five bits, the others six.
fn huffman_digits(bytes: &[u8]) -> Vec<u8> {
    let mut bits = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1));
    let mut digits = Vec::new();
    loop {
        let mut code = 0;
        for length in 1..=6 {
            let Some(bit) = bits.next() else { return digits };
            code = code << 1 | bit;
            let digit = match (length, code) {
                (5, 0..=2) => code,
                (6, 0x19..=0x1f) => code - 0x19 + 3,
                _ => continue,
            };
            digits.push(b'0' + digit);
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_read() {
        assert_eq!(status(&[0x20, 0x88]), Some(200));
        assert_eq!(status(&[0x48, 3, b'4', b'0', b'8']), Some(408));
        // 408 in Huffman's code: 011010 00000 011110, filled up with ones.
        assert_eq!(status(&[0x08, 0x83, 0b0110_1000, 0b0000_1111, 0b0111_1111]), Some(408));
    }

    #[test]
    fn long_fields_have_long_lengths() {
        let long = field("a", &"b".repeat(300));
        assert_eq!(&long[..6], [0, 1, b'a', 127, 173, 1]);
        assert_eq!(long.len(), 306);
    }
}
