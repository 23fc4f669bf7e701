//! When two URIs are the same (RFC 3986, section 6.2.2): the case of the scheme, the host and the digits of escapes does not
//! matter, nor whether a character is escaped that means the same either way. Beyond ASCII a character is the escape of its
//! UTF-8 (RFC 3987, section 3.1).
//!
//! Dots in paths stay as they are: what they mean is for the handler.

use alloc::borrow::Cow;
use alloc::string::String;
use core::ops::Range;

const DIGITS: &[u8; 16] = b"0123456789ABCDEF";

/// The byte that an escape stands for, by its two digits.
pub(crate) fn escaped(digits: &[u8]) -> Option<u8> {
    let &[high, low] = digits else { return None };
    let digit = |byte| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

/// The URI, or a template, with every escape in its normal form; as it is if one is malformed. Scheme and host keep their case.
pub(crate) fn with_normal_escapes(uri: &str) -> Cow<'_, str> {
    if uri.bytes().all(|byte| byte.is_ascii() && byte != b'%') {
        return Cow::Borrowed(uri);
    }
    let mut normal = String::with_capacity(uri.len() + 16);
    let mut rest = uri.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let was_escaped = *first == b'%';
        let mut byte = *first;
        rest = after;
        if was_escaped {
            let Some((found, after)) =
                after.split_at_checked(2).and_then(|(digits, after)| Some((escaped(digits)?, after)))
            else {
                return Cow::Borrowed(uri);
            };
            (byte, rest) = (found, after);
        }
        if is_unreserved(byte) || (byte.is_ascii() && !was_escaped) {
            normal.push(char::from(byte));
        } else {
            normal.push('%');
            for digit in [byte >> 4, byte & 15] {
                normal.push(char::from(DIGITS.get(usize::from(digit)).copied().unwrap_or_default()));
            }
        }
    }
    Cow::Owned(normal)
}

const fn is_unreserved(byte: u8) -> bool {
    matches!(byte, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~')
}

/// Where the case does not matter in a URI: the scheme, and the host with its port.
pub(crate) fn without_case(uri: &str) -> [Range<usize>; 2] {
    let none = [0..0, 0..0];
    let Some((scheme, rest)) = uri.split_once(':') else { return none };
    let mut letters = scheme.bytes();
    let is_scheme = letters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && letters.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    if !is_scheme {
        return none;
    }
    let Some(rest) = rest.strip_prefix("//") else { return [0..scheme.len(), 0..0] };
    let authority = rest.find(['/', '?', '#']).and_then(|end| rest.get(..end)).unwrap_or(rest);
    let user = authority.rfind('@').map_or(0, |at| at + 1);
    let start = scheme.len() + "://".len();
    [0..scheme.len(), start + user..start + authority.len()]
}

/// Whether two URIs, or two templates, are the same but for their spelling.
///
/// ```
/// use pulseengine_mcp_protocol::same_uri;
/// assert!(same_uri("doc://host/café", "DOC://Host/caf%c3%a9"));
/// assert!(!same_uri("doc://host/a", "doc://host/A"));
/// ```
pub fn same_uri(left: &str, right: &str) -> bool {
    normal(left) == normal(right)
}

/// The normal form of a URI: two are the same if their normal forms are equal.
pub(crate) fn normal(uri: &str) -> Cow<'_, str> {
    let mut normal = with_normal_escapes(uri);
    for part in without_case(&normal) {
        let is_upper =
            normal.get(part.clone()).is_some_and(|part| part.bytes().any(|byte| byte.is_ascii_uppercase()));
        if is_upper && let Some(part) = normal.to_mut().get_mut(part) {
            part.make_ascii_lowercase();
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn equal_uris_have_one_normal_form() {
        for (uri, expected) in [
            ("doc://café/a", "doc://caf%c3%a9/a"),
            ("doc:/café/a", "doc:/caf%C3%A9/a"),
            ("doc:/caf%c3%A9/a", "doc:/caf%C3%A9/a"),
            ("DOC://User@HOST:80/Path?Q#F", "doc://User@host:80/Path?Q#F"),
            ("DOC:Path", "doc:Path"),
            ("%41%7e%2f%2F%20+ ", "A~%2F%2F%20+ "),
            ("a:%zz%41é", "a:%zz%41é"),
            ("a:%%41", "a:%%41"),
            ("a:%4", "a:%4"),
            ("a:%ff%00", "a:%FF%00"),
            ("A b:C", "A b:C"),
            ("/A:b", "/A:b"),
            ("a:/./../b", "a:/./../b"),
            ("", ""),
        ] {
            assert_eq!(normal(uri), expected, "{uri}");
        }
    }

    proptest::proptest! {
        #[test]
        fn the_normal_form_is_its_own(uri in "(A|a|[a-z]{1,3}://|%[0-9a-f]{2}|%|é|/|@|:){0,9}") {
            let once = normal(&uri).into_owned();
            proptest::prop_assert_eq!(&normal(&once), &once);
        }
    }
}
