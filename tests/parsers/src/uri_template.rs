//! URI templates.

use std::fmt::Write;

use pulseengine_mcp_protocol::{match_uri, same_uri};

use crate::pieces::two_texts;

/// `data` is a template, a NUL, and a URI or the values of the variables. The values that are found make up the URI; and a URI that
/// is made of values matches its template, with these values where the template says where each ends. A short URI matches as the
/// definition has it: each value is the shortest that lets the rest match. Template and URI are compared by their normal form.
pub fn uri_template(data: &[u8]) {
    let Some((template, given)) = two_texts(data) else { return };
    let found = match_uri(template, given);
    if given.len() <= 24 && template.matches('{').count() <= 3 {
        let expected = by_definition(&normal(template), &normal(given), &without_case(&normal(given)));
        let found = found.as_ref().map(|values| values.iter().map(|value| value.to_string()).collect());
        assert_eq!(found, expected, "{template} and {given}");
    }
    let Some(parts) = Parts::of(template) else {
        if !template.contains('{') {
            assert_eq!(found.is_some(), same_uri(template, given));
        }
        return;
    };
    if let Some(values) = found {
        assert_eq!(values.len(), parts.variables.len());
        for value in &values {
            assert!(!value.is_empty() && (!value.contains('\0') || given.contains('\0')));
        }
        if !template.contains('%') {
            let values: Vec<&str> = values.iter().map(|value| &**value).collect();
            let (joined, given) = (parts.join(&values), decoded(given));
            assert!(joined.eq_ignore_ascii_case(&given), "{template} and {values:?}");
        }
    }
    let values: Vec<&str> =
        given.split('\n').filter(|value| !value.is_empty() && !value.contains('\0')).collect();
    let count = parts.variables.len();
    if values.len() >= count && !template.contains('%') {
        expand(template, &parts, &values[..count]);
    }
}

/// The values, found by trying every end of every variable. In the bytes that `folded` says the case does not matter.
fn by_definition(template: &str, uri: &str, folded: &[bool]) -> Option<Vec<String>> {
    let starts = |literal: &str| {
        let bytes = literal.bytes().zip(uri.bytes()).zip(folded);
        literal.len() <= uri.len()
            && bytes
                .clone()
                .all(|((one, other), folded)| one == other || (*folded && one.eq_ignore_ascii_case(&other)))
    };
    let Some((literal, rest)) = template.split_once('{') else {
        return (starts(template) && template.len() == uri.len()).then(Vec::new);
    };
    if !starts(literal) {
        return None;
    }
    let (uri, folded) = (&uri[literal.len()..], &folded[literal.len()..]);
    let (variable, rest) = rest.split_once('}')?;
    let admitted = match variable.starts_with('+') {
        true => uri.len(),
        false => uri.find(['/', '?', '#']).unwrap_or(uri.len()),
    };
    // A variable that another one follows takes all it can.
    let least = if rest.starts_with('{') { admitted } else { 1 };
    (least.max(1)..=admitted).find_map(|end| {
        let (value, tail) = uri.split_at_checked(end)?;
        let mut values = vec![strictly_decoded(value)?];
        values.extend(by_definition(rest, tail, &folded[end..])?);
        Some(values)
    })
}

/// Each character that need not be escaped as itself, each other one that is escaped or not ASCII as an upper-case escape; the text
/// itself if an escape is malformed.
fn normal(text: &str) -> String {
    let mut normal = String::new();
    let mut pieces = text.split('%');
    let plain = |normal: &mut String, piece: &str| {
        for byte in piece.bytes() {
            match byte.is_ascii() {
                true => normal.push(char::from(byte)),
                false => write!(normal, "%{byte:02X}").unwrap(),
            }
        }
    };
    plain(&mut normal, pieces.next().unwrap());
    for piece in pieces {
        let digits = piece.get(..2).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let Some(digits) = digits else { return text.to_owned() };
        let byte = u8::from_str_radix(digits, 16).unwrap();
        match unreserved(char::from(byte)) {
            true => normal.push(char::from(byte)),
            false => write!(normal, "%{byte:02X}").unwrap(),
        }
        plain(&mut normal, &piece[2..]);
    }
    normal
}

/// For each byte of a URI whether its case does not matter: in the scheme and the host.
fn without_case(uri: &str) -> Vec<bool> {
    let mut folded = vec![false; uri.len()];
    let Some((scheme, rest)) = uri.split_once(':') else { return folded };
    let letter = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    if !scheme.starts_with(|c: char| c.is_ascii_alphabetic()) || !scheme.chars().all(letter) {
        return folded;
    }
    folded[..scheme.len()].fill(true);
    if let Some(rest) = rest.strip_prefix("//") {
        let authority = rest.split(['/', '?', '#']).next().unwrap();
        let start = scheme.len() + 3;
        let host = start + authority.rfind('@').map_or(0, |at| at + 1);
        folded[host..start + authority.len()].fill(true);
    }
    folded
}

fn strictly_decoded(value: &str) -> Option<String> {
    let hex = |after: &str| after.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
    let well_formed = value.split('%').skip(1).all(|after| hex(after) && !after.starts_with("00"));
    well_formed.then(|| String::from_utf8(decoded(value)).ok()).flatten()
}

/// A template between its variables.
struct Parts<'t> {
    literals: Vec<&'t str>,
    variables: Vec<&'t str>,
}

impl<'t> Parts<'t> {
    /// `None` when it has no variable or is malformed.
    fn of(template: &'t str) -> Option<Self> {
        let (first, mut rest) = template.split_once('{')?;
        let mut parts = Self { literals: vec![first], variables: Vec::new() };
        loop {
            let (variable, after) = rest.split_once('}')?;
            parts.variables.push(variable);
            let (literal, further) = match after.split_once('{') {
                Some((literal, further)) => (literal, Some(further)),
                None => (after, None),
            };
            parts.literals.push(literal);
            match further {
                Some(further) => rest = further,
                None => return Some(parts),
            }
        }
    }

    fn join(&self, values: &[&str]) -> Vec<u8> {
        let (first, literals) = self.literals.split_first().unwrap();
        let rest = values.iter().zip(literals).flat_map(|(value, literal)| [value, literal]);
        std::iter::once(first).chain(rest).flat_map(|part| part.bytes()).collect()
    }

    /// Whether no value can be longer or shorter than the one it was made of: what follows it cannot stand in it.
    fn is_clear(&self) -> bool {
        let after = &self.literals[1..];
        let (last, inner) = after.split_last().unwrap();
        let apart = |literal: &&str| literal.starts_with(|c: char| !unreserved(c) && c != '%');
        self.variables.len() == 1 || (inner.iter().all(apart) && (last.is_empty() || apart(last)))
    }
}

fn expand(template: &str, parts: &Parts<'_>, values: &[&str]) {
    let encoded: Vec<String> = values.iter().map(|value| encoded(value)).collect();
    let encoded: Vec<&str> = encoded.iter().map(String::as_str).collect();
    let uri = String::from_utf8(parts.join(&encoded)).unwrap();
    let found = match_uri(template, &uri);
    if parts.is_clear() {
        assert_eq!(found.unwrap(), values, "{template} and {uri}");
    }
}

fn unreserved(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~')
}

fn encoded(value: &str) -> String {
    let mut text = String::new();
    for byte in value.bytes() {
        match unreserved(char::from(byte)) {
            true => text.push(char::from(byte)),
            false => write!(text, "%{byte:02X}").unwrap(),
        }
    }
    text
}

/// Percent-decoded, as far as that can be done.
fn decoded(text: &str) -> Vec<u8> {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let [first, after @ ..] = rest {
        let digits = after.get(..2).filter(|_| *first == b'%').and_then(|two| std::str::from_utf8(two).ok());
        let hex = digits.filter(|two| two.bytes().all(|byte| byte.is_ascii_hexdigit()));
        (bytes, rest) = match hex.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(byte) => ([bytes, vec![byte]].concat(), &after[2..]),
            None => ([bytes, vec![*first]].concat(), after),
        };
    }
    bytes
}
