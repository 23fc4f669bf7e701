//! The pull reader.

use alloc::borrow::Cow;
use core::fmt;

use super::{run::plain, text};
use crate::Limits;

/// The greatest value of [`Limits::depth`] that counts: values are read by functions that call themselves.
const DEEPEST: u32 = 64;

/// What kind of value comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonKind {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean,
    /// a number
    Number,
    /// a string
    String,
    /// an array
    Array,
    /// an object
    Object,
}

/// Why text is not acceptable JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SyntaxErrorKind {
    /// The text ends inside a value.
    End,
    /// A character that cannot stand here.
    Unexpected,
    /// A string holds a control character, a wrong escape or a lone surrogate.
    String,
    /// A number that JSON does not know, such as `01` or `1.`.
    Number,
    /// A bound of [`Limits`] is exceeded.
    Limit,
    /// The value is not of the expected kind.
    WrongKind,
    /// Something follows the value.
    Trailing,
}

impl SyntaxErrorKind {
    /// A short description in English.
    pub const fn describe(self) -> &'static str {
        match self {
            Self::End => "the text ends too early",
            Self::Unexpected => "unexpected character",
            Self::String => "malformed string",
            Self::Number => "malformed number",
            Self::Limit => "too deep, too long or too many values",
            Self::WrongKind => "a value of another type was expected",
            Self::Trailing => "something follows the value",
        }
    }
}

/// A position, in bytes from the start, and what is wrong there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Byte offset into the text.
    pub at: usize,
    /// What is wrong.
    pub kind: SyntaxErrorKind,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.kind.describe(), self.at)
    }
}

impl core::error::Error for SyntaxError {}

/// Reads values one after the other from JSON text, checking grammar and bounds on the way.
///
/// ```
/// use pulseengine_mcp_json::json::Reader;
/// let mut r = Reader::new(r#"{"name":"add","arguments":{"a":1}}"#);
/// let mut members = r.object()?;
/// assert_eq!(members.next(&mut r)?.as_deref(), Some("name"));
/// assert_eq!(r.string()?, "add");
/// assert_eq!(members.next(&mut r)?.as_deref(), Some("arguments"));
/// assert_eq!(r.raw()?, r#"{"a":1}"#);
/// assert_eq!(members.next(&mut r)?, None);
/// r.end()?;
/// # Ok::<(), pulseengine_mcp_json::json::SyntaxError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: u32,
    nodes: u32,
    limits: &'a Limits,
}

/// The bounds on text that was read before: the depth, since reading a value of a recursive type takes stack.
const READ_BEFORE: Limits =
    Limits { nodes: u32::MAX, members: u32::MAX, number: usize::MAX, ..Limits::DEFAULT };

/// Progress through the members of an object, made by [`Reader::object`].
#[derive(Debug)]
pub struct ObjectReader {
    count: u32,
}

/// Progress through the items of an array, made by [`Reader::array`].
#[derive(Debug)]
pub struct ArrayReader {
    first: bool,
}

impl ObjectReader {
    /// The next key, with the reader standing before its value; `None` after the closing brace.
    pub fn next<'a>(&mut self, r: &mut Reader<'a>) -> Result<Option<Cow<'a, str>>, SyntaxError> {
        if !r.another(self.count == 0, b'}')? {
            return Ok(None);
        }
        self.count += 1;
        if self.count > r.limits.members {
            return Err(r.fault(SyntaxErrorKind::Limit));
        }
        let key = r.string()?;
        r.expect(b':')?;
        Ok(Some(key))
    }
}

impl ArrayReader {
    /// Whether another item follows, with the reader standing before it.
    pub fn next(&mut self, r: &mut Reader<'_>) -> Result<bool, SyntaxError> {
        let more = r.another(self.first, b']')?;
        self.first = false;
        Ok(more)
    }
}

impl<'a> Reader<'a> {
    /// A reader at the start of `text`, which is a part of a message that was read within its limits before, or is not from
    /// the other side at all. Only the depth is bounded here: smaller bounds than those of [`Limits`] of the message would
    /// refuse what was admitted.
    pub const fn new(text: &'a str) -> Self {
        Self::with_limits(text, &READ_BEFORE)
    }

    /// A reader at the start of `text`.
    pub const fn with_limits(text: &'a str, limits: &'a Limits) -> Self {
        Self { text, at: 0, depth: 0, nodes: 0, limits }
    }

    /// How many bytes have been read.
    pub const fn position(&self) -> usize {
        self.at
    }

    /// The kind of the next value.
    pub fn peek(&mut self) -> Result<JsonKind, SyntaxError> {
        Ok(match self.token()? {
            b'{' => JsonKind::Object,
            b'[' => JsonKind::Array,
            b'"' => JsonKind::String,
            b'n' => JsonKind::Null,
            b't' | b'f' => JsonKind::Boolean,
            b'-' | b'0'..=b'9' => JsonKind::Number,
            _ => return Err(self.fault(SyntaxErrorKind::Unexpected)),
        })
    }

    /// Enters an object.
    pub fn object(&mut self) -> Result<ObjectReader, SyntaxError> {
        self.open(b'{')?;
        Ok(ObjectReader { count: 0 })
    }

    /// Enters an array.
    pub fn array(&mut self) -> Result<ArrayReader, SyntaxError> {
        self.open(b'[')?;
        Ok(ArrayReader { first: true })
    }

    /// A string, borrowed when it holds no escape.
    pub fn string(&mut self) -> Result<Cow<'a, str>, SyntaxError> {
        if self.token()? != b'"' {
            return Err(self.fault(SyntaxErrorKind::WrongKind));
        }
        self.count_node()?;
        let start = self.at + 1;
        let escaped = self.skip_string()?;
        let body = self.text.get(start..self.at - 1).unwrap_or_default();
        if !escaped {
            return Ok(Cow::Borrowed(body));
        }
        text::unescape(body).map(Cow::Owned).ok_or_else(|| self.fault(SyntaxErrorKind::String))
    }

    /// The text of a number.
    pub fn number(&mut self) -> Result<&'a str, SyntaxError> {
        if !matches!(self.token()?, b'-' | b'0'..=b'9') {
            return Err(self.fault(SyntaxErrorKind::WrongKind));
        }
        self.count_node()?;
        let start = self.at;
        self.skip_number()?;
        Ok(self.text.get(start..self.at).unwrap_or_default())
    }

    /// `true` or `false`.
    pub fn boolean(&mut self) -> Result<bool, SyntaxError> {
        match self.token()? {
            b't' => self.word("true").map(|()| true),
            b'f' => self.word("false").map(|()| false),
            _ => Err(self.fault(SyntaxErrorKind::WrongKind)),
        }
    }

    /// `null`.
    pub fn null(&mut self) -> Result<(), SyntaxError> {
        if self.token()? != b'n' {
            return Err(self.fault(SyntaxErrorKind::WrongKind));
        }
        self.word("null")
    }

    /// The text of the next value, whatever it is, checked but not interpreted.
    pub fn raw(&mut self) -> Result<&'a str, SyntaxError> {
        let start = self.start()?;
        self.skip()?;
        Ok(self.since(start))
    }

    /// Where the next value starts.
    pub fn start(&mut self) -> Result<usize, SyntaxError> {
        self.token().map(|_| self.at)
    }

    /// The text from `start` to here.
    pub fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// Passes over the next value, checking it.
    pub fn skip(&mut self) -> Result<(), SyntaxError> {
        match self.peek()? {
            JsonKind::Object => {
                let mut members = self.object()?;
                while self.another(members.count == 0, b'}')? {
                    members.count += 1;
                    if members.count > self.limits.members {
                        return Err(self.fault(SyntaxErrorKind::Limit));
                    }
                    if self.token()? != b'"' {
                        return Err(self.fault(SyntaxErrorKind::Unexpected));
                    }
                    self.count_node()?;
                    self.skip_string()?;
                    self.expect(b':')?;
                    self.skip()?;
                }
                Ok(())
            }
            JsonKind::Array => {
                let mut items = self.array()?;
                while items.next(self)? {
                    self.skip()?;
                }
                Ok(())
            }
            JsonKind::String => {
                self.count_node()?;
                self.skip_string().map(|_| ())
            }
            JsonKind::Number => self.number().map(|_| ()),
            JsonKind::Boolean => self.boolean().map(|_| ()),
            JsonKind::Null => self.null(),
        }
    }

    /// Succeeds when only white space is left.
    pub fn end(&mut self) -> Result<(), SyntaxError> {
        self.space();
        if self.at == self.text.len() { Ok(()) } else { Err(self.fault(SyntaxErrorKind::Trailing)) }
    }

    pub(crate) const fn fault(&self, kind: SyntaxErrorKind) -> SyntaxError {
        SyntaxError { at: self.at, kind }
    }

    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.byte() {
            self.at += 1;
        }
    }

    fn token(&mut self) -> Result<u8, SyntaxError> {
        self.space();
        self.byte().ok_or_else(|| self.fault(SyntaxErrorKind::End))
    }

    fn expect(&mut self, wanted: u8) -> Result<(), SyntaxError> {
        if self.token()? != wanted {
            return Err(self.fault(SyntaxErrorKind::Unexpected));
        }
        self.at += 1;
        Ok(())
    }

    fn count_node(&mut self) -> Result<(), SyntaxError> {
        self.nodes += 1;
        if self.nodes > self.limits.nodes { Err(self.fault(SyntaxErrorKind::Limit)) } else { Ok(()) }
    }

    fn open(&mut self, bracket: u8) -> Result<(), SyntaxError> {
        if self.token()? != bracket {
            return Err(self.fault(SyntaxErrorKind::WrongKind));
        }
        self.count_node()?;
        self.depth += 1;
        if self.depth > self.limits.depth.min(DEEPEST) {
            return Err(self.fault(SyntaxErrorKind::Limit));
        }
        self.at += 1;
        Ok(())
    }

    /// Passes the separator before the next element, or the closing bracket.
    fn another(&mut self, first: bool, close: u8) -> Result<bool, SyntaxError> {
        let found = self.token()?;
        if found == close {
            self.at += 1;
            self.depth -= 1;
            return Ok(false);
        }
        if first {
            return Ok(true);
        }
        if found != b',' {
            return Err(self.fault(SyntaxErrorKind::Unexpected));
        }
        self.at += 1;
        if self.token()? == close { Err(self.fault(SyntaxErrorKind::Unexpected)) } else { Ok(true) }
    }

    /// Passes over a string, from its opening quote; whether it holds an escape.
    fn skip_string(&mut self) -> Result<bool, SyntaxError> {
        self.at += 1;
        let mut escaped = false;
        loop {
            self.at += plain(self.rest());
            match self.byte() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(escaped);
                }
                Some(b'\\') => {
                    escaped = true;
                    let after = self.rest().get(1..).unwrap_or_default();
                    let (_, used) = text::escape(after).ok_or_else(|| self.fault(SyntaxErrorKind::String))?;
                    self.at += 1 + used;
                }
                Some(_) => return Err(self.fault(SyntaxErrorKind::String)),
                None => return Err(self.fault(SyntaxErrorKind::End)),
            }
        }
    }

    fn skip_number(&mut self) -> Result<(), SyntaxError> {
        let start = self.at;
        if self.byte() == Some(b'-') {
            self.at += 1;
        }
        if self.byte() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.byte() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.byte() {
                self.at += 1;
            }
            self.digits()?;
        }
        match self.byte() {
            Some(b'0'..=b'9' | b'.' | b'+' | b'-' | b'a'..=b'z' | b'A'..=b'Z') => {
                Err(self.fault(SyntaxErrorKind::Number))
            }
            _ if self.at - start > self.limits.number => Err(self.fault(SyntaxErrorKind::Limit)),
            _ => Ok(()),
        }
    }

    fn digits(&mut self) -> Result<(), SyntaxError> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.byte() {
            self.at += 1;
        }
        if self.at == start { Err(self.fault(SyntaxErrorKind::Number)) } else { Ok(()) }
    }

    fn word(&mut self, word: &str) -> Result<(), SyntaxError> {
        self.count_node()?;
        if !self.rest().starts_with(word.as_bytes()) {
            return Err(self.fault(SyntaxErrorKind::Unexpected));
        }
        self.at += word.len();
        match self.byte() {
            Some(b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z') => Err(self.fault(SyntaxErrorKind::Unexpected)),
            _ => Ok(()),
        }
    }
}
