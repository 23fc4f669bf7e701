//! URI templates of resources, matched backwards: from a URI to the variables (RFC 6570: `{name}`, and `{+name}`,
//! which also takes slashes and other reserved characters).

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

/// The values of the template's variables in `uri`, percent-decoded, in the order of the template; `None` when the
/// URI does not match. A variable is never empty.
///
/// ```
/// use pulseengine_mcp_protocol::match_uri;
/// let found = match_uri("note://{id}", "note://caf%C3%A9").unwrap();
/// assert_eq!(found, ["café"]);
/// assert_eq!(match_uri("note://{id}", "note://a/b"), None);
/// assert_eq!(match_uri("file:///{+path}", "file:///a/b.txt").unwrap(), ["a/b.txt"]);
/// ```
pub fn match_uri<'u>(template: &str, uri: &'u str) -> Option<Vec<Cow<'u, str>>> {
    let left = LEAST_COST.saturating_add(uri.len().saturating_mul(COST_OF_BYTE));
    let mut matching = Matching { values: Vec::new(), left };
    matching.matches(template, uri).then_some(matching.values)
}

/// How many bytes are looked at for each byte of the URI, and in any case. A template such as `{a}-{b}-{c}!` can be matched in
/// many ways, and a URI of dashes would cost a power of its length: it does not match.
const COST_OF_BYTE: usize = 256;
const LEAST_COST: usize = 1 << 20;

struct Matching<'u> {
    values: Vec<Cow<'u, str>>,
    /// How many bytes may still be looked at.
    left: usize,
}

impl<'u> Matching<'u> {
    fn matches(&mut self, template: &str, uri: &'u str) -> bool {
        let Some((literal, rest)) = template.split_once('{') else { return template == uri };
        let Some(uri) = uri.strip_prefix(literal) else { return false };
        let Some((variable, rest)) = rest.split_once('}') else { return false };
        if !self.spend(uri.len()) {
            return false;
        }
        let reserved = variable.starts_with('+');
        let admitted = uri.find(|c| !reserved && "/?#".contains(c)).unwrap_or(uri.len());
        // The literal that follows says where the variable ends; the shortest value that lets the rest match wins.
        let next = rest.split('{').next().unwrap_or_default();
        let mut from = 0;
        loop {
            from += 1;
            while from < uri.len() && !uri.is_char_boundary(from) {
                from += 1;
            }
            if from > admitted {
                return false;
            }
            let end = if next.len() == rest.len() {
                // The last variable ends where the rest of the template must begin.
                uri.len().checked_sub(next.len()).filter(|end| *end >= from)
            } else if next.is_empty() {
                Some(admitted)
            } else {
                uri.get(from..).and_then(|tail| tail.find(next)).map(|at| from + at)
            };
            let Some(end) = end.filter(|end| *end <= admitted) else { return false };
            if !self.spend(end) {
                return false;
            }
            let known = self.values.len();
            if let (Some(value), Some(tail)) = (uri.get(..end).and_then(decode), uri.get(end..)) {
                self.values.push(value);
                if self.matches(rest, tail) {
                    return true;
                }
                self.values.truncate(known);
            }
            from = end;
        }
    }

    fn spend(&mut self, bytes: usize) -> bool {
        let left = self.left.checked_sub(bytes);
        self.left = left.unwrap_or(0);
        left.is_some()
    }
}

/// Percent-decodes; `None` when an escape is malformed, is a NUL, or the result is not UTF-8.
fn decode(value: &str) -> Option<Cow<'_, str>> {
    if !value.contains('%') {
        return Some(Cow::Borrowed(value));
    }
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.bytes();
    while let Some(b) = rest.next() {
        if b != b'%' {
            bytes.push(b);
            continue;
        }
        let high = char::from(rest.next()?).to_digit(16)?;
        let low = char::from(rest.next()?).to_digit(16)?;
        match (high * 16 + low) as u8 {
            0 => return None,
            decoded => bytes.push(decoded),
        }
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::match_uri;
    use std::vec::Vec;

    #[test]
    fn templates_and_uris() {
        let table: &[(&str, &str, Option<&[&str]>)] = &[
            ("note://{id}", "note://1", Some(&["1"])),
            ("note://{id}", "note://", None),
            ("note://{id}", "note://a?b", None),
            ("test://template/{id}/data", "test://template/123/data", Some(&["123"])),
            ("test://template/{id}/data", "test://template/1/2/data", None),
            ("a://{x}-{y}", "a://1-2-3", Some(&["1", "2-3"])),
            ("a://{x}/b/{y}", "a://1/b/2", Some(&["1", "2"])),
            ("a://{x}aa", "a://aaaa", Some(&["aa"])),
            ("file:///{+path}", "file:///a/b/c", Some(&["a/b/c"])),
            ("file:///{+path}/x", "file:///a/x/b/x", Some(&["a/x/b"])),
            ("note://{id}", "note://%2e%2e%2f", Some(&["../"])),
            ("note://{id}", "note://%zz", None),
            ("note://{id}", "note://%00", None),
            ("note://{id}", "note://%ff", None),
            ("note://{id}", "note://ü", Some(&["ü"])),
            ("note://{id}x", "note://üx", Some(&["ü"])),
            ("fixed://a", "fixed://a", Some(&[])),
            ("fixed://a", "fixed://b", None),
        ];
        for (template, uri, expected) in table {
            let found = match_uri(template, uri);
            let found: Option<Vec<&str>> = found.as_ref().map(|v| v.iter().map(|s| &**s).collect());
            assert_eq!(found.as_deref(), *expected, "{template} {uri}");
        }
    }

    #[test]
    fn a_uri_with_very_many_ways_to_match_does_not_match() {
        let dashes = "-".repeat(1 << 16);
        for template in ["{a}-{b}!", "{a}-{b}-{c}-{d}!", "{+a}-{+b}-{+c}-{+d}!x"] {
            assert_eq!(match_uri(template, &dashes), None, "{template}");
        }
        let deep = "/d".repeat(200);
        assert_eq!(match_uri("{+folder}/{name}", &deep).map(|values| values.len()), Some(2));
        for (template, expected) in [("{a}-", 1), ("{a}-{b}", 2), ("{a}-{b}-{c}-{d}", 4)] {
            assert_eq!(match_uri(template, &dashes).map(|values| values.len()), Some(expected), "{template}");
        }
    }
}
