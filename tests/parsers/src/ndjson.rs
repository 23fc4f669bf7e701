//! Newline-delimited JSON.

use pulseengine_mcp_protocol::RequestId;
use pulseengine_mcp_protocol::frame::{Frame, NdJson, push_line};

use crate::pieces::chunkings;

/// The frames are the lines of the stream, however it is cut into chunks, and what is written as a line is read as one.
pub fn ndjson(data: &[u8]) {
    for limit in [usize::MAX - 1, 16] {
        let expected = lines(data, limit);
        for chunks in chunkings(data) {
            assert_eq!(frames(&chunks, limit), expected, "limit {limit}, {} chunks", chunks.len());
        }
    }
    if let Ok(text) = std::str::from_utf8(data) {
        let mut line = Vec::new();
        push_line(text.to_owned(), &mut line);
        let message = text.replace(['\r', '\n'], " ").into_bytes();
        let blank = message.iter().all(u8::is_ascii_whitespace);
        let expected: Vec<Frame> = (!blank).then_some(Frame::Message(message)).into_iter().collect();
        assert_eq!(frames(&[&line], usize::MAX - 1), expected);
    }
}

fn frames(chunks: &[&[u8]], limit: usize) -> Vec<Frame> {
    let (mut decoder, mut frames) = (NdJson::new(limit), Vec::new());
    for chunk in chunks {
        let mut rest = *chunk;
        while let Some(frame) = decoder.next(&mut rest) {
            frames.push(frame);
        }
        assert!(rest.is_empty());
    }
    frames.extend(decoder.finish());
    assert_eq!(decoder.finish(), None);
    frames
}

/// The id of a line that is too long, as found in a stream that is nothing but this line.
fn id(line: &[u8]) -> Option<RequestId> {
    match NdJson::new(0).next(&mut &[line, b"\n"].concat()[..]) {
        Some(Frame::TooLong(id)) => id,
        frame => panic!("{frame:?}"),
    }
}

/// The frames of a stream that is there as a whole.
fn lines(data: &[u8], limit: usize) -> Vec<Frame> {
    let lines = data.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let frame = |line: &[u8]| match line.len() > limit {
        true => Some(Frame::TooLong(id(line))),
        false if line.iter().all(u8::is_ascii_whitespace) => None,
        false => Some(Frame::Message(line.to_vec())),
    };
    lines.filter_map(frame).collect()
}
