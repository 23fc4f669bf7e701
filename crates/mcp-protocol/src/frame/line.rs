//! JSON text on one line.

use alloc::string::String;
use alloc::vec::Vec;

use super::scan::line_end;

/// A message of so many bytes is moved instead of copied where it can be.
const LARGE: usize = 4096;

/// Appends `message`, JSON text, without line breaks. In JSON that came from a handler or a schema they can be white
/// space between values; inside of a string they cannot be.
pub(crate) fn on_one_line(message: &str, out: &mut Vec<u8>) {
    let start = out.len();
    out.extend_from_slice(message.as_bytes());
    blank_breaks(out, start);
}

/// Appends `message` as a line.
pub fn push_line(message: String, out: &mut Vec<u8>) {
    let start = out.len();
    if start == 0 && message.len() >= LARGE {
        *out = message.into_bytes();
    } else {
        out.extend_from_slice(message.as_bytes());
    }
    blank_breaks(out, start);
    out.push(b'\n');
}

/// Makes spaces of the line breaks from `start` on.
fn blank_breaks(out: &mut [u8], start: usize) {
    let mut rest = out.get_mut(start..).unwrap_or_default();
    while let Some(at) = line_end(rest) {
        let Some((byte, after)) = core::mem::take(&mut rest).get_mut(at..).and_then(<[u8]>::split_first_mut)
        else {
            return;
        };
        *byte = b' ';
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use std::string::String;
    use std::vec::Vec;

    use super::{LARGE, on_one_line, push_line};

    #[test]
    fn line_breaks_become_spaces_wherever_they_are() {
        for length in [1, 63, 64, 65, 200, LARGE, LARGE + 1] {
            for before in ["", "x\n"] {
                for (at, line_break) in [(0, "\n"), (length / 2, "\r"), (length - 1, "\n")] {
                    let mut message = "a".repeat(length);
                    message.replace_range(at..=at, line_break);
                    let mut out = Vec::from(before);
                    push_line(message.clone(), &mut out);
                    let expected = [before, &message.replace(['\n', '\r'], " "), "\n"].concat();
                    assert_eq!(String::from_utf8(out).unwrap(), expected);
                }
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn breaks_become_spaces(before in "[a\r\n]{0,3}", message in "([a-zé]{0,90}[\r\n]?){0,4}") {
            let mut out: Vec<u8> = before.clone().into_bytes();
            on_one_line(&message, &mut out);
            let expected: String = before + &message.replace(['\r', '\n'], " ");
            proptest::prop_assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }
}
