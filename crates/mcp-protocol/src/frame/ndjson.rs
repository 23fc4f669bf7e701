//! Newline-delimited JSON, the framing of stdio (specification: basic/transports/stdio).

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::skim::{Skim, id_of};
use crate::{Limits, RequestId};

/// One frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// The bytes of one message, without the line's end.
    Message(Vec<u8>),
    /// A line was longer than the limit and has been dropped; the id of the request in it, where one is found.
    TooLong(Option<RequestId>),
}

/// Cuts a byte stream into lines. Holds at most one unfinished line of the limit's length.
///
/// Lines end with LF or CRLF; empty ones are passed over.
///
/// ```
/// use pulseengine_mcp_protocol::frame::{Frame, NdJson};
/// let mut lines = NdJson::new(1 << 20);
/// let mut chunk: &[u8] = b"{\"a\":1}\r\n\n{\"b\"";
/// assert_eq!(lines.next(&mut chunk), Some(Frame::Message(b"{\"a\":1}".to_vec())));
/// assert_eq!(lines.next(&mut chunk), None);
/// let mut chunk: &[u8] = b":2}\n";
/// assert_eq!(lines.next(&mut chunk), Some(Frame::Message(b"{\"b\":2}".to_vec())));
/// ```
#[derive(Debug)]
pub struct NdJson {
    limit: usize,
    partial: Vec<u8>,
    /// The rest of a line that is too long is being passed over.
    dropping: Option<Box<Skim>>,
}

impl NdJson {
    /// A decoder for lines of at most `limit` bytes.
    pub const fn new(limit: usize) -> Self {
        Self { limit, partial: Vec::new(), dropping: None }
    }

    /// The next frame in `chunk`, which shrinks by what was used up; `None` when it is empty.
    pub fn next(&mut self, chunk: &mut &[u8]) -> Option<Frame> {
        loop {
            let Some(end) = line_feed(chunk) else {
                self.keep(chunk);
                *chunk = &[];
                return None;
            };
            let (line, rest) = chunk.split_at_checked(end)?;
            *chunk = rest.get(1..).unwrap_or_default();
            if let Some(frame) = self.complete(line) {
                return Some(frame);
            }
        }
    }

    /// The last line, when the stream ended without a line's end.
    pub fn finish(&mut self) -> Option<Frame> {
        self.complete(&[])
    }

    fn keep(&mut self, part: &[u8]) {
        if self.partial.len() + part.len() > self.limit.saturating_add(1) {
            let partial = core::mem::take(&mut self.partial);
            self.dropping.get_or_insert_default().read(&partial);
        }
        match &mut self.dropping {
            Some(skim) => skim.read(part),
            None => self.partial.extend_from_slice(part),
        }
    }

    fn complete(&mut self, line: &[u8]) -> Option<Frame> {
        if let Some(mut skim) = self.dropping.take() {
            skim.read(line);
            return Some(Frame::TooLong(skim.finish(&Limits::DEFAULT)));
        }
        let mut message = core::mem::take(&mut self.partial);
        message.extend_from_slice(line);
        if message.last() == Some(&b'\r') {
            message.pop();
        }
        if message.len() > self.limit {
            return Some(Frame::TooLong(id_of(&message, &Limits::DEFAULT)));
        }
        if message.iter().all(u8::is_ascii_whitespace) { None } else { Some(Frame::Message(message)) }
    }
}

/// Where the first line feed is. A block is looked at without an early end: the compiler takes many bytes at once.
fn line_feed(bytes: &[u8]) -> Option<usize> {
    let holds = |block: &[u8]| block.iter().fold(0, |found, b| found | u8::from(*b == b'\n')) != 0;
    let start = bytes.chunks(64).take_while(|block| !holds(block)).map(<[u8]>::len).sum();
    let at = bytes.get(start..)?.iter().position(|b| *b == b'\n')?;
    Some(start + at)
}

#[cfg(test)]
mod tests {
    use std::borrow::ToOwned;
    use std::string::String;
    use std::vec::Vec;

    use super::{Frame, NdJson};
    use crate::RequestId;

    fn cut(chunks: &[&str], limit: usize) -> Vec<String> {
        let mut lines = NdJson::new(limit);
        let mut out = Vec::new();
        let mut show = |frame| {
            out.push(match frame {
                Frame::Message(m) => String::from_utf8(m).unwrap(),
                Frame::TooLong(_) => "TOO LONG".to_owned(),
            });
        };
        for chunk in chunks {
            let mut rest = chunk.as_bytes();
            while let Some(frame) = lines.next(&mut rest) {
                show(frame);
            }
        }
        lines.finish().into_iter().for_each(&mut show);
        out
    }

    #[test]
    fn lines_in_lines_out() {
        let table: &[(&[&str], &[&str])] = &[
            (&["a\nb\n"], &["a", "b"]),
            (&["a\r\nb"], &["a", "b"]),
            (&["a", "b", "\nc", "\n"], &["ab", "c"]),
            (&["\n\r\n  \n"], &[]),
            (&["12345678\n1"], &["12345678", "1"]),
            (&["12345678\r\n1"], &["12345678", "1"]),
            (&["123456789\n1\n"], &["TOO LONG", "1"]),
            (&["12345", "67890", "12345", "\n1\n"], &["TOO LONG", "1"]),
            (&["123456789"], &["TOO LONG"]),
            (&[], &[]),
        ];
        for (chunks, expected) in table {
            assert_eq!(cut(chunks, 8), *expected, "{chunks:?}");
        }
    }

    #[test]
    fn the_id_of_a_line_that_is_too_long_is_found() {
        let long = std::format!("{{\"id\":7,\"method\":\"x\",\"a\":\"{}\"}}\n", "x".repeat(90));
        let late = std::format!("{{\"method\":\"x\",\"a\":\"{}\",\"id\":7}}\n", "x".repeat(90));
        for size in 1..120 {
            for line in [&long, &late] {
                let (mut lines, mut found) = (NdJson::new(64), Vec::new());
                for mut chunk in line.as_bytes().chunks(size) {
                    while let Some(frame) = lines.next(&mut chunk) {
                        found.push(frame);
                    }
                }
                assert_eq!(found, [Frame::TooLong(Some(RequestId::Number(7)))], "by {size}");
            }
        }
    }

    #[test]
    fn how_the_stream_is_cut_does_not_matter() {
        let text = "first\nsecond line\r\n\nthird\nfourth without end";
        let whole = cut(&[text], 64);
        for size in 1..text.len() {
            let chunks: Vec<&str> =
                text.as_bytes().chunks(size).map(|c| std::str::from_utf8(c).unwrap()).collect();
            assert_eq!(cut(&chunks, 64), whole, "in chunks of {size}");
        }
    }
}
