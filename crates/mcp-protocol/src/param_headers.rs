//! Values of a request's body that HTTP repeats in header fields: their encoding, and the comparison with the body (specification 2026-07-28: basic/transports/streamable-http, "Request Metadata").

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::json::{JsonKind, Reader, Writer};
use crate::schema::whole;
use crate::{Error, ErrorCode};

const PREFIX: &str = "=?base64?";
const SUFFIX: &str = "?=";
/// The greatest integer that every JSON reader holds exactly; the least is its negative.
const SAFE: u64 = (1 << 53) - 1;
const BEYOND_SAFE: &str = "cannot mirror an integer beyond 2^53-1";

/// Why no header field can repeat a value of the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MirrorError {
    /// The value is an integer beyond 2^53-1, which some JSON readers round.
    UnsafeInteger,
    /// The value is an array or an object.
    NotScalar,
    /// The value is not JSON.
    NotJson,
}

impl fmt::Display for MirrorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnsafeInteger => BEYOND_SAFE,
            Self::NotScalar => "cannot mirror a list or an object",
            Self::NotJson => "cannot mirror what is no JSON",
        })
    }
}

impl core::error::Error for MirrorError {}

/// Why the value of a header field is not well-formed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Malformed {
    /// It holds something other than visible ASCII, spaces and tabs.
    Characters,
    /// What stands between the markers is no base64 with padding.
    Base64,
    /// What was encoded is not UTF-8.
    Utf8,
}

impl Malformed {
    /// What is wrong, in words that follow the name of the field.
    pub(crate) const fn describe(self) -> &'static str {
        match self {
            Self::Characters => "has characters that a header field must not have",
            Self::Base64 => "is malformed base64",
            Self::Utf8 => "is base64 of something that is not UTF-8",
        }
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.describe())
    }
}

impl core::error::Error for Malformed {}

/// A text as the value of a header field: as it is, or in base64 between markers where it could be mistaken or changed
/// on the way.
pub fn encode(text: &str) -> Cow<'_, str> {
    let blank = |b: Option<&u8>| b == Some(&b' ');
    let bytes = text.as_bytes();
    let printable = bytes.iter().all(|b| matches!(b, 0x20..=0x7e));
    let padded = blank(bytes.first()) || blank(bytes.last());
    let marked = text.starts_with(PREFIX) && text.ends_with(SUFFIX);
    if printable && !padded && !marked {
        return Cow::Borrowed(text);
    }
    let mut value = String::from(PREFIX);
    STANDARD.encode_string(text, &mut value);
    value.push_str(SUFFIX);
    Cow::Owned(value)
}

/// The text that the value of a header field stands for. Spaces and tabs around it do not belong to it.
///
/// # Errors
///
/// When the value is not well-formed.
pub fn decode(value: &[u8]) -> Result<Cow<'_, str>, Malformed> {
    let text = core::str::from_utf8(value)
        .ok()
        .filter(|text| text.bytes().all(|b| matches!(b, 0x20..=0x7e | b'\t')))
        .ok_or(Malformed::Characters)?
        .trim_ascii();
    let Some(encoded) = text.strip_prefix(PREFIX).and_then(|rest| rest.strip_suffix(SUFFIX)) else {
        return Ok(Cow::Borrowed(text));
    };
    let decoded = from_base64(encoded.as_bytes()).ok_or(Malformed::Base64)?;
    String::from_utf8(decoded).map(Cow::Owned).map_err(|_| Malformed::Utf8)
}

/// The bytes that `text` stands for in base64 with padding (RFC 4648, 4); `None` when it is not exactly that. By hand, as
/// every component that serves HTTP carries it, and the decoder of the `base64` crate takes all of its forms.
fn from_base64(text: &[u8]) -> Option<Vec<u8>> {
    let (quads, rest) = text.as_chunks::<4>();
    let mut bytes = Vec::with_capacity(quads.len() * 3);
    for (at, quad) in quads.iter().enumerate() {
        let padding = quad.iter().rev().take_while(|byte| **byte == b'=').count();
        if padding > 2 || (padding > 0 && at + 1 < quads.len()) {
            return None;
        }
        let mut bits = 0u32;
        for byte in quad.iter().take(4 - padding) {
            bits = bits << 6 | sextet(*byte)?;
        }
        bits <<= 6 * padding;
        let [_, group @ ..] = bits.to_be_bytes();
        let (kept, dropped) = group.split_at(3 - padding);
        // Bits that stand for nothing have to be zero: each text has one form.
        if dropped.iter().any(|byte| *byte != 0) {
            return None;
        }
        bytes.extend_from_slice(kept);
    }
    rest.is_empty().then_some(bytes)
}

fn sextet(byte: u8) -> Option<u32> {
    let value = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(value.into())
}

/// The value of the field that mirrors `json`, a value of the body; `None` for `null`, which has no field.
///
/// # Errors
///
/// Why no field can mirror it.
pub(crate) fn mirror(json: &str) -> Result<Option<Cow<'_, str>>, MirrorError> {
    let mut r = Reader::new(json);
    let value = match r.peek() {
        Ok(JsonKind::Null) => return Ok(None),
        Ok(JsonKind::String) => r.string().map(|text| Cow::Owned(encode(&text).into_owned())),
        Ok(JsonKind::Boolean) => r.boolean().map(|_| Cow::Borrowed(json)),
        Ok(JsonKind::Number) => match r.number() {
            Ok(number) => return integer(number).map(Some),
            Err(syntax) => Err(syntax),
        },
        Ok(JsonKind::Array | JsonKind::Object) => return Err(MirrorError::NotScalar),
        Err(syntax) => Err(syntax),
    };
    value.map(Some).map_err(|_| MirrorError::NotJson)
}

/// A number in decimal digits. One with a fraction stays as it is: a tool that has such a header takes integers, and says
/// so.
fn integer(number: &str) -> Result<Cow<'_, str>, MirrorError> {
    let Some(whole) = whole(number) else { return Ok(Cow::Borrowed(number)) };
    let size = whole.size.filter(|size| *size <= SAFE).ok_or(MirrorError::UnsafeInteger)?;
    let mut digits = Writer::default();
    digits.unsigned(size);
    Ok(Cow::Owned(match whole.negative {
        true => String::from("-") + digits.text(),
        false => digits.into_text(),
    }))
}

/// The fields `Mcp-Param-…` that a request came with over HTTP.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParamHeaders {
    /// The part of the name after `Mcp-Param-`, and the value.
    fields: Vec<(String, Vec<u8>)>,
}

impl ParamHeaders {
    /// Takes the fields over: of each the part of the name after `Mcp-Param-`, and the value. One that was sent twice is
    /// there twice. Without fields nothing is allocated.
    pub fn new<'a>(fields: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Self {
        Self { fields: fields.into_iter().map(|(name, value)| (name.into(), value.into())).collect() }
    }

    /// Compares the field `Mcp-Param-{name}` with a value of the body, which is JSON text; `None` when it has no such
    /// value. A value that no field can mirror, as a list, is left to the check of the arguments.
    ///
    /// # Errors
    ///
    /// `-32020`, with what is wrong.
    pub fn check(&self, name: &str, value: Option<&str>) -> Result<(), Error> {
        let value = value.filter(|text| *text != "null");
        let mut found = self.fields.iter().filter(|(given, _)| given.eq_ignore_ascii_case(name));
        let verdict = match (found.next(), found.next(), value) {
            (None, _, None) => Ok(()),
            (None, _, Some(_)) => Err("is missing"),
            (Some(_), Some(_), _) => Err("is there more than once"),
            (Some(_), None, None) => Err("is there, but the body has no such value"),
            (Some((_, field)), None, Some(value)) => agree(field, value),
        };
        verdict.map_err(|what| {
            let mut message = String::from("Header mismatch: Mcp-Param-");
            for part in [name, " ", what] {
                message.push_str(part);
            }
            Error::new(ErrorCode::HEADER_MISMATCH, message)
        })
    }
}

/// Compares the value of a field with `json`, the value in the body.
fn agree(field: &[u8], json: &str) -> Result<(), &'static str> {
    let field = decode(field).map_err(Malformed::describe)?;
    let mut r = Reader::new(json);
    let agree = match r.peek() {
        Ok(JsonKind::String) => r.string().is_ok_and(|text| text == field),
        Ok(JsonKind::Boolean) => field == json,
        Ok(JsonKind::Number) => return agree_as_numbers(&field, json),
        // The tool does not take such a value, and says so.
        _ => true,
    };
    if agree { Ok(()) } else { Err("differs from the body") }
}

fn agree_as_numbers(field: &str, json: &str) -> Result<(), &'static str> {
    let Some(body) = whole(json) else { return Ok(()) };
    if body.size.is_none_or(|size| size > SAFE) {
        return Err(BEYOND_SAFE);
    }
    let mut r = Reader::new(field);
    let number = r.number().ok().filter(|number| number.len() == field.len());
    if number.and_then(whole) == Some(body) { Ok(()) } else { Err("differs from the body") }
}

#[cfg(test)]
mod tests;
