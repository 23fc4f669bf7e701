//! The escapes of JSON strings.

use alloc::string::String;

use super::run::plain;

/// Decodes the text between the quotes of a string; `None` when an escape is malformed or a surrogate stands alone.
pub(super) fn unescape(body: &str) -> Option<String> {
    let mut out = String::with_capacity(body.len());
    let mut rest = body;
    loop {
        let (clean, escaped) = rest.split_at_checked(plain(rest.as_bytes()))?;
        out.push_str(clean);
        let Some((_, after)) = escaped.as_bytes().split_first() else { return Some(out) };
        let (c, used) = escape(after)?;
        out.push(c);
        rest = escaped.get(1 + used..)?;
    }
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
