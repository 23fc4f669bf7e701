//! Writing events.

use alloc::vec::Vec;

use crate::frame::on_one_line;
use crate::json::Writer;

/// Appends an event with `message`, JSON text, as its data, and with an id if it has one. Its type is the one that an event has
/// without naming any: some clients pass over events that do not name theirs.
pub fn event(message: &str, id: Option<&str>, out: &mut Vec<u8>) {
    out.reserve(message.len() + id.map_or(0, str::len) + 32);
    if let Some(id) = id {
        out.extend_from_slice(b"id: ");
        out.extend_from_slice(id.as_bytes());
        out.push(b'\n');
    }
    out.extend_from_slice(b"event: message\ndata: ");
    on_one_line(message, out);
    out.extend_from_slice(b"\n\n");
}

/// Appends an event of a type of its own; `data` is one line.
pub fn named(kind: &str, data: &str, out: &mut Vec<u8>) {
    for part in ["event: ", kind, "\ndata: ", data, "\n\n"] {
        out.extend_from_slice(part.as_bytes());
    }
}

/// Appends an event without data, which gives the client an id to resume from.
pub fn priming(id: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(b"id: ");
    out.extend_from_slice(id.as_bytes());
    out.extend_from_slice(b"\ndata: \n\n");
}

/// Appends how many milliseconds the client is to wait before it connects again.
pub fn retry(milliseconds: u64, out: &mut Vec<u8>) {
    let mut w = Writer::default();
    w.unsigned(milliseconds);
    out.extend_from_slice(b"retry: ");
    out.extend_from_slice(w.text().as_bytes());
    out.extend_from_slice(b"\n\n");
}

/// A comment, which keeps the connection open.
pub const COMMENT: &[u8] = b":\n\n";
