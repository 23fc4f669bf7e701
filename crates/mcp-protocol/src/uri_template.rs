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
    count_steps(template, uri, &mut 0)
}

/// A variable of a template, and the literal text after it.
struct Variable<'t> {
    reserved: bool,
    /// Another variable follows at once: this one takes all that it admits.
    greedy: bool,
    literal: &'t str,
}

/// [`match_uri`], and how many bytes of the URI were looked at: at most a fixed number for each byte of it, whatever the
/// template. For each variable, from the last one, one pass finds where it ends if it begins at a given byte.
fn count_steps<'u>(template: &str, uri: &'u str, steps: &mut usize) -> Option<Vec<Cow<'u, str>>> {
    let Some((first, mut rest)) = template.split_once('{') else { return (template == uri).then(Vec::new) };
    if !uri.starts_with(first) {
        return None;
    }
    let mut variables = Vec::new();
    let mut more = true;
    while more {
        let (name, after) = rest.split_once('}')?;
        let (literal, further) = after.split_once('{').unwrap_or((after, ""));
        more = literal.len() < after.len();
        let greedy = more && literal.is_empty();
        variables.push(Variable { reserved: name.starts_with('+'), greedy, literal });
        rest = further;
    }
    // The shortest value that lets the rest match wins; 0 means that the rest cannot match.
    let mut ends: Vec<Vec<usize>> = Vec::new();
    for variable in variables.iter().rev() {
        let mut found = alloc::vec![0; uri.len() + 1];
        for start in (0..uri.len()).rev() {
            *steps += 1 + variable.literal.len();
            let Some(end) = unit_end(uri, start, variable.reserved) else { continue };
            let rest = uri.get(end..).unwrap_or_default();
            let here = match ends.last() {
                None => rest == variable.literal,
                Some(next) => {
                    let follows = next.get(end + variable.literal.len()).is_some_and(|end| *end > 0);
                    let open = variable.greedy && !rest.is_empty() && !stops(rest, variable.reserved);
                    follows && !open && rest.starts_with(variable.literal)
                }
            };
            let end = if here { end } else { found.get(end).copied().unwrap_or(0) };
            if let Some(known) = found.get_mut(start) {
                *known = end;
            }
        }
        ends.push(found);
    }
    let mut start = first.len();
    let mut values = Vec::new();
    for (variable, ends) in variables.iter().zip(ends.iter().rev()) {
        let end = ends.get(start).copied().filter(|end| *end > 0)?;
        values.push(decode(uri.get(start..end)?)?);
        start = end + variable.literal.len();
    }
    Some(values)
}

/// Whether a variable ends before `rest` because it does not admit its first character.
fn stops(rest: &str, reserved: bool) -> bool {
    !reserved && rest.starts_with(['/', '?', '#'])
}

/// Where the character of a value ends that begins at that byte; `None` when there is none that a variable admits. The
/// escapes of one character belong together.
fn unit_end(uri: &str, start: usize, reserved: bool) -> Option<usize> {
    let rest = uri.get(start..)?;
    if stops(rest, reserved) {
        return None;
    }
    let first = rest.chars().next()?;
    if first != '%' {
        return Some(start + first.len_utf8());
    }
    let (mut bytes, mut rest) = ([0; 4], rest.as_bytes());
    for count in 1..=bytes.len() {
        let (escape, after) = rest.split_at_checked(3)?;
        *bytes.get_mut(count - 1)? = escaped(escape)?;
        match core::str::from_utf8(bytes.get(..count)?) {
            Ok(character) => return (character != "\0").then_some(start + 3 * count),
            Err(error) if error.error_len().is_some() => return None,
            Err(_) => rest = after,
        }
    }
    None
}

/// The byte that an escape stands for.
fn escaped(escape: &[u8]) -> Option<u8> {
    let &[b'%', high, low] = escape else { return None };
    let digit = |byte| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

/// Percent-decodes a value whose escapes are known to be well-formed.
fn decode(value: &str) -> Option<Cow<'_, str>> {
    if !value.contains('%') {
        return Some(Cow::Borrowed(value));
    }
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        match rest.split_at_checked(3).and_then(|(escape, after)| Some((escaped(escape)?, after))) {
            Some((byte, after)) => {
                bytes.push(byte);
                rest = after;
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::{count_steps, match_uri};
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
            ("{a}2{b}", "x%20y2z", Some(&["x y", "z"])),
            ("{a}{b}", "ab", None),
            ("{a}{+b}", "ab/c", Some(&["ab", "/c"])),
            ("{+a}/{b}", "x/y/z", Some(&["x/y", "z"])),
            ("{a", "a", None),
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
    fn the_steps_grow_with_the_uri_for_every_template() {
        let templates = [
            "{a}-{b}!",
            "{a}-{b}-{c}-{d}!",
            "{+a}-{+b}-{+c}-{+d}!x",
            "{+a}--{+b}--{+c}",
            "{a}{b}{+c}",
            "{+a}%2D{b}/{c}",
            "{+a}/{b}",
        ];
        for unit in ["-", "--a", "/", "a/", "%2D", "%C3%A9-", "%", "é", "a"] {
            for template in templates {
                let [once, twice, four] = [1, 2, 4].map(|times| {
                    let mut steps = 0;
                    let uri = unit.repeat(times * 2_000);
                    let found = count_steps(template, &uri, &mut steps);
                    assert!(found.is_none_or(|values| values.len() == template.matches('{').count()));
                    steps
                });
                assert!(twice <= 2 * once && four <= 4 * once, "{template} {unit}: {once} {twice} {four}");
                assert!(four <= 8_000 * unit.len() * template.len(), "{template} {unit}: {four}");
            }
        }
    }

    #[test]
    fn every_way_to_match_is_found_in_a_long_uri() {
        let dashes = "-".repeat(1 << 13);
        for (template, expected) in [("{a}-", 1), ("{a}-{b}", 2), ("{a}-{b}-{c}-{d}", 4)] {
            assert_eq!(match_uri(template, &dashes).map(|values| values.len()), Some(expected), "{template}");
        }
        let deep = "/d".repeat(4_000);
        let values = match_uri("{+folder}/{name}", &deep).unwrap();
        assert_eq!((values[0].len(), &*values[1]), (2 * 3_999, "d"));
        assert_eq!(match_uri("{+a}-{+b}-{+c}-{+d}!x", &dashes), None);
    }
}
