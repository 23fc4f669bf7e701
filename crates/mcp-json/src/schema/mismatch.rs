//! The reason why a value does not match its schema.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;

use crate::json::{SyntaxError, SyntaxErrorKind, Writer};

/// The first thing found that does not fit: where, as a JSON pointer (RFC 6901), and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch(Box<MismatchData>);

/// Boxed, because a `Result` that can be a mismatch is moved often.
#[derive(Clone, Debug, PartialEq, Eq)]
struct MismatchData {
    pointer: String,
    message: Cow<'static, str>,
}

const MISSING: &str = "is required";
const UNKNOWN: &str = "unknown member";

impl Mismatch {
    /// A mismatch of the value itself.
    pub fn new(message: &'static str) -> Self {
        Self(Box::new(MismatchData { pointer: String::new(), message: Cow::Borrowed(message) }))
    }

    /// A mismatch of the value itself, with a message made for it.
    pub(crate) fn with_text(message: String) -> Self {
        Self(Box::new(MismatchData { pointer: String::new(), message: Cow::Owned(message) }))
    }

    /// A mismatch at a place that another validator reports.
    #[cfg(feature = "jsonschema")]
    pub(crate) fn at_pointer(pointer: String, message: String) -> Self {
        Self(Box::new(MismatchData { pointer, message: Cow::Owned(message) }))
    }

    /// `is required`, at the member `name`.
    pub fn missing(name: &str) -> Self {
        Self::new(MISSING).at_key(name)
    }

    /// `unknown member`, at the member `name`.
    pub(crate) fn unknown(name: &str) -> Self {
        Self::new(UNKNOWN).at_key(name)
    }

    /// `unknown member`, of the member itself.
    pub(super) fn unknown_here() -> Self {
        Self::new(UNKNOWN)
    }

    pub(super) fn is_missing(&self) -> bool {
        self.0.message == MISSING
    }

    pub(super) fn is_unknown(&self) -> bool {
        self.0.message == UNKNOWN
    }

    /// The same mismatch at the place of another.
    pub(super) fn at(mut self, other: &Self) -> Self {
        self.0.pointer.clone_from(&other.0.pointer);
        self
    }

    /// `duplicate member`, at the member `name`.
    pub(crate) fn duplicate(name: &str) -> Self {
        Self::new("duplicate member").at_key(name)
    }

    /// A sentence that ends in a whole number.
    pub(super) fn number(text: &'static str, number: i64) -> Self {
        let mut w = Writer::default();
        w.integer(number);
        Self::new(text).and_text(w.text())
    }

    /// The same mismatch with more text.
    pub(super) fn and_text(mut self, text: &str) -> Self {
        self.0.message.to_mut().push_str(text);
        self
    }

    /// The same mismatch, seen from the object that holds the value under `key`.
    #[must_use]
    pub fn at_key(mut self, key: &str) -> Self {
        let mut pointer = String::with_capacity(key.len() + self.0.pointer.len() + 1);
        pointer.push('/');
        for c in key.chars() {
            match c {
                '~' => pointer.push_str("~0"),
                '/' => pointer.push_str("~1"),
                c => pointer.push(c),
            }
        }
        pointer.push_str(&self.0.pointer);
        self.0.pointer = pointer;
        self
    }

    /// The same mismatch, seen from the array that holds the value at `index`.
    #[must_use]
    pub(crate) fn at_index(self, index: usize) -> Self {
        let mut w = Writer::default();
        w.unsigned(index as u64);
        self.at_key(w.text())
    }

    /// Where: a JSON pointer into the value; empty for the value itself.
    pub fn pointer(&self) -> &str {
        &self.0.pointer
    }

    /// Why, in a few words of English.
    pub fn message(&self) -> &str {
        &self.0.message
    }
}

impl From<serde_json::Error> for Mismatch {
    fn from(error: serde_json::Error) -> Self {
        Self::with_text(alloc::string::ToString::to_string(&error))
    }
}

impl From<SyntaxError> for Mismatch {
    fn from(syntax: SyntaxError) -> Self {
        Self::new(match syntax.kind {
            SyntaxErrorKind::Limit => "exceeds a limit (depth, members or values)",
            kind => kind.describe(),
        })
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.pointer.is_empty() {
            f.write_str(&self.0.pointer)?;
            f.write_str(": ")?;
        }
        f.write_str(&self.0.message)
    }
}

impl core::error::Error for Mismatch {}

#[cfg(test)]
mod tests {
    use super::Mismatch;
    use std::string::ToString;

    #[test]
    fn pointers_compose_and_escape() {
        let m = Mismatch::new("no").at_index(3).at_key("a/b~c").at_key("");
        assert_eq!(m.pointer(), "//a~1b~0c/3");
        assert_eq!(m.to_string(), "//a~1b~0c/3: no");
        assert_eq!(Mismatch::number("must be at least ", -4).to_string(), "must be at least -4");
        assert_eq!(Mismatch::missing("x").pointer(), "/x");
    }
}
