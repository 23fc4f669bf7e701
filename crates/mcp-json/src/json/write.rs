//! The writer.

use alloc::string::String;
use core::fmt::Write;

use super::run::plain;

/// Appends JSON to a text, placing commas itself.
///
/// ```
/// use pulseengine_mcp_json::json::Writer;
/// let mut w = Writer::default();
/// w.begin_object();
/// w.key("name").string("add");
/// w.key("sizes").begin_array();
/// w.unsigned(1);
/// w.float(2.5);
/// w.end_array();
/// w.end_object();
/// assert_eq!(w.into_text(), r#"{"name":"add","sizes":[1,2.5]}"#);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Writer {
    text: String,
    comma: bool,
}

impl Writer {
    /// An empty text with room for `bytes`.
    pub fn with_capacity(bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes), comma: false }
    }

    /// Goes on after `text`; `comma` says whether a value stands before the next one.
    pub const fn resume(text: String, comma: bool) -> Self {
        Self { text, comma }
    }

    /// What has been written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What has been written, given away.
    pub fn into_text(self) -> String {
        self.text
    }

    /// Opens an object.
    pub fn begin_object(&mut self) {
        self.open('{');
    }

    /// Closes an object.
    pub fn end_object(&mut self) {
        self.close('}');
    }

    /// Opens an array.
    pub fn begin_array(&mut self) {
        self.open('[');
    }

    /// Closes an array.
    pub fn end_array(&mut self) {
        self.close(']');
    }

    /// Writes the key of the next member.
    pub fn key(&mut self, key: &str) -> &mut Self {
        self.string(key);
        self.text.push(':');
        self.comma = false;
        self
    }

    /// Writes a string.
    pub fn string(&mut self, value: &str) {
        self.separate();
        self.text.push('"');
        let mut rest = value;
        loop {
            let (clean, after) = rest.split_at_checked(plain(rest.as_bytes())).unwrap_or((rest, ""));
            self.text.push_str(clean);
            let mut chars = after.chars();
            let Some(c) = chars.next() else { break };
            self.escape(c);
            rest = chars.as_str();
        }
        self.text.push('"');
    }

    /// Writes an integer.
    pub fn integer(&mut self, value: i64) {
        if value < 0 {
            self.separate();
            self.text.push('-');
            self.comma = false;
        }
        self.unsigned(value.unsigned_abs());
    }

    /// Writes an integer that is not negative.
    pub fn unsigned(&mut self, mut value: u64) {
        self.separate();
        let mut digits = [0u8; 20];
        let mut used = 0;
        for slot in digits.iter_mut().rev() {
            *slot = b'0' + (value % 10) as u8;
            used += 1;
            value /= 10;
            if value == 0 {
                break;
            }
        }
        for digit in digits.iter().skip(20 - used) {
            self.text.push(char::from(*digit));
        }
    }

    /// Writes a number in its shortest form; one that JSON cannot express (infinite, not a number) as `null`.
    pub fn float(&mut self, value: f64) {
        if !value.is_finite() {
            return self.null();
        }
        self.separate();
        let size = value.abs();
        // Writing to memory does not fail.
        let _ = if size != 0.0 && !(1e-5..1e16).contains(&size) {
            write!(self.text, "{value:e}")
        } else {
            write!(self.text, "{value}")
        };
    }

    /// Writes `true` or `false`.
    pub fn boolean(&mut self, value: bool) {
        self.raw(if value { "true" } else { "false" });
    }

    /// Writes `null`.
    pub fn null(&mut self) {
        self.raw("null");
    }

    /// Writes JSON text as it is. The caller vouches for it.
    pub fn raw(&mut self, json: &str) {
        self.separate();
        self.text.push_str(json);
    }

    /// Writes the members of an object written elsewhere, without its braces. The caller vouches for it.
    pub fn members(&mut self, json: &str) {
        if !json.is_empty() {
            self.raw(json);
        }
    }

    fn separate(&mut self) {
        if self.comma {
            self.text.push(',');
        }
        self.comma = true;
    }

    fn open(&mut self, bracket: char) {
        self.separate();
        self.text.push(bracket);
        self.comma = false;
    }

    fn close(&mut self, bracket: char) {
        self.text.push(bracket);
        self.comma = true;
    }

    fn escape(&mut self, c: char) {
        let short = match c {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            _ => {
                self.text.push_str("\\u00");
                for nibble in [(c as u32) >> 4, c as u32 & 15] {
                    self.text.push(char::from_digit(nibble, 16).unwrap_or('0'));
                }
                return;
            }
        };
        self.text.push_str(short);
    }
}
