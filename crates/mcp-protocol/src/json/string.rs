//! The escapes of JSON strings.

use alloc::string::String;

/// Decodes the text between the quotes of a string; `None` when an escape is malformed or a surrogate stands alone.
pub(super) fn unescape(body: &str) -> Option<String> {
    let mut out = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = rest.find('\\') {
        out.push_str(rest.get(..at)?);
        let (c, used) = escape(rest.as_bytes().get(at + 1..)?)?;
        out.push(c);
        rest = rest.get(at + 1 + used..)?;
    }
    out.push_str(rest);
    Some(out)
}

/// The character that the bytes after a backslash stand for, and how many of them do.
pub(super) fn escape(after: &[u8]) -> Option<(char, usize)> {
    let simple = match after.first()? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return unicode(after),
        _ => return None,
    };
    Some((simple, 1))
}

fn unicode(after: &[u8]) -> Option<(char, usize)> {
    let first = hex(after.get(1..5)?)?;
    if !(0xD800..0xE000).contains(&first) {
        return Some((char::from_u32(first)?, 5));
    }
    if first >= 0xDC00 || after.get(5..7)? != b"\\u" {
        return None;
    }
    let second = hex(after.get(7..11)?)?;
    if !(0xDC00..0xE000).contains(&second) {
        return None;
    }
    Some((char::from_u32(0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00))?, 11))
}

fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |n, d| Some(n * 16 + char::from(*d).to_digit(16)?))
}
