//! URI templates of resources, matched backwards: from a URI to the variables (RFC 6570: `{name}`, and `{+name}`,
//! which also takes slashes and other reserved characters).

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use crate::uri::{escaped, with_normal_escapes, without_case};

/// The values of the template's variables in `uri`, percent-decoded, in the order of the template; `None` when the
/// URI does not match. A variable is never empty. A template without variables is a URI: it matches itself.
///
/// Beyond the letters it is compared what they mean (RFC 3986, section 6.2.2): the case of the scheme and the host does not matter,
/// nor how a character is escaped.
///
/// ```
/// use pulseengine_mcp_protocol::match_uri;
/// let found = match_uri("note://{id}", "note://caf%C3%A9").unwrap();
/// assert_eq!(found, ["café"]);
/// assert_eq!(match_uri("note://{id}", "note://a/b"), None);
/// assert_eq!(match_uri("doc://Café/{name}", "DOC://caf%c3%a9/a").unwrap(), ["a"]);
/// assert_eq!(match_uri("file:///{+path}", "file:///a/b.txt").unwrap(), ["a/b.txt"]);
/// ```
pub fn match_uri<'u>(template: &str, uri: &'u str) -> Option<Vec<Cow<'u, str>>> {
    let template = with_normal_escapes(template);
    match with_normal_escapes(uri) {
        Cow::Borrowed(uri) => count_steps(&template, uri, &mut 0),
        Cow::Owned(uri) => {
            let values = count_steps(&template, &uri, &mut 0)?;
            Some(values.into_iter().map(|value| Cow::Owned(value.into_owned())).collect())
        }
    }
}

/// The URI as the template spells it: its literal text, and the variables as they stand in `uri`; `None` when the URI does not
/// match. What compares URIs as text, such as a rule of a layer, sees one spelling of each.
///
/// ```
/// use pulseengine_mcp_protocol::declared_uri;
/// assert_eq!(declared_uri("doc://café/{name}", "DOC://c%61f%c3%a9/a").unwrap(), "doc://café/a");
/// ```
pub fn declared_uri(template: &str, uri: &str) -> Option<String> {
    let uri = with_normal_escapes(uri);
    let mut spans = find_variables(&with_normal_escapes(template), &uri, &mut 0)?.into_iter();
    let mut declared = String::with_capacity(uri.len());
    for (at, part) in template.split('{').enumerate() {
        let literal = match part.split_once('}').filter(|_| at > 0) {
            Some((_, literal)) => {
                declared.push_str(uri.get(spans.next()?)?);
                literal
            }
            None => part,
        };
        declared.push_str(literal);
    }
    Some(declared)
}

/// A URI with normal escapes, and where its case does not matter.
struct Compared<'u> {
    uri: &'u str,
    without_case: [Range<usize>; 2],
}

impl Compared<'_> {
    /// Whether a literal of a template stands there.
    fn has(&self, at: usize, literal: &str) -> bool {
        let Some(found) = self.uri.as_bytes().get(at..at + literal.len()) else { return false };
        found == literal.as_bytes()
            || (at..).zip(found).zip(literal.bytes()).all(|((at, found), byte)| {
                *found == byte
                    || (found.eq_ignore_ascii_case(&byte)
                        && self.without_case.iter().any(|part| part.contains(&at)))
            })
    }

    /// Whether a literal stands there, and nothing after it.
    fn ends_with(&self, at: usize, literal: &str) -> bool {
        at + literal.len() == self.uri.len() && self.has(at, literal)
    }
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
    let spans = find_variables(template, uri, steps)?;
    spans.into_iter().map(|span| decode(uri.get(span)?)).collect()
}

/// Where the variables of the template are in a URI; both have normal escapes.
fn find_variables(template: &str, uri: &str, steps: &mut usize) -> Option<Vec<Range<usize>>> {
    let compared = Compared { uri, without_case: without_case(uri) };
    let Some((first, mut rest)) = template.split_once('{') else {
        return compared.ends_with(0, template).then(Vec::new);
    };
    if !compared.has(0, first) {
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
                None => compared.ends_with(end, variable.literal),
                Some(next) => {
                    let follows = next.get(end + variable.literal.len()).is_some_and(|end| *end > 0);
                    let open = variable.greedy && !rest.is_empty() && !stops(rest, variable.reserved);
                    follows && !open && compared.has(end, variable.literal)
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
        values.push(start..end);
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
        let (digits, after) = rest.strip_prefix(b"%")?.split_at_checked(2)?;
        *bytes.get_mut(count - 1)? = escaped(digits)?;
        match core::str::from_utf8(bytes.get(..count)?) {
            Ok(character) => return (character != "\0").then_some(start + 3 * count),
            Err(error) if error.error_len().is_some() => return None,
            Err(_) => rest = after,
        }
    }
    None
}

/// Percent-decodes a value whose escapes are known to be well-formed.
fn decode(value: &str) -> Option<Cow<'_, str>> {
    if !value.contains('%') {
        return Some(Cow::Borrowed(value));
    }
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = if *first == b'%' { after.split_at_checked(2) } else { None };
        match digits.and_then(|(digits, after)| Some((escaped(digits)?, after))) {
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
            ("doc://café/{name}", "doc://caf%C3%A9/a", Some(&["a"])),
            ("doc://caf%c3%a9/{name}", "doc://café/%C3%A9", Some(&["é"])),
            ("doc://cafe/{name}", "doc://caf%65/%7Ea", Some(&["~a"])),
            ("doc:/a%2Fb/{name}", "doc:/a%2fb/c", Some(&["c"])),
            ("doc:/a%2Fb/{name}", "doc:/a/b/c", None),
            ("doc://Host/{name}/É", "DOC://hOST/Name/%c3%89", Some(&["Name"])),
            ("doc://host/{name}/É", "doc://host/Name/é", None),
            ("doc://{name}", "DOC://ABC", Some(&["ABC"])),
            ("doc://{name}.Example.org/{x}", "doc://A.example.ORG/X", Some(&["A", "X"])),
            ("doc://Me@host/{x}", "doc://me@host/x", None),
            ("doc:/Path", "DOC:/Path", Some(&[])),
            ("doc:/Path", "doc:/path", None),
            ("doc:/é", "doc:/%C3%A9", Some(&[])),
            ("doc:/{x}", "doc:/%zz", None),
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
            "A://{a}-É{b}",
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
