//! JSON text on one line.

use alloc::vec::Vec;

/// Appends `message`, JSON text, without line breaks. In JSON that came from a handler or a schema they can be white
/// space between values; inside of a string they cannot be.
pub fn on_one_line(message: &str, out: &mut Vec<u8>) {
    let start = out.len();
    out.extend_from_slice(message.as_bytes());
    // Blocks of a fixed size, so that the compiler looks at many bytes at once.
    let breaks = |bytes: &[u8]| bytes.iter().fold(false, |found, b| found | (*b == b'\n') | (*b == b'\r'));
    let (blocks, rest) = message.as_bytes().as_chunks::<64>();
    if blocks.iter().any(|block| breaks(block)) || breaks(rest) {
        let written = out.iter_mut().skip(start);
        written.filter(|b| matches!(b, b'\n' | b'\r')).for_each(|b| *b = b' ');
    }
}
