//! The id of a request that cannot be read: found by passing over everything else, however malformed it is.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::json::Reader;
use crate::{Limits, RequestId, params};

/// Bytes of a key or an id that are kept: as many as the longest id has when each of its characters is escaped.
const LONGEST: usize = 6 * Limits::DEFAULT.id + 2;

/// Passes over the bytes of one message, in any number of parts. Brackets are counted, not compared.
#[derive(Debug, Default)]
pub(crate) struct Skim {
    depth: u32,
    place: Place,
    /// The key or the value of the outermost object that is being read.
    token: Vec<u8>,
    reading: Reading,
    id: Option<Vec<u8>>,
    is_request: bool,
    is_response: bool,
    /// The message has no id that it can be answered under for certain.
    given_up: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Before,
    Between,
    String,
    /// After a backslash.
    Escape,
    After,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Reading {
    /// The key is being read.
    #[default]
    Key,
    Id,
    Other,
}

/// The id of a request that is not valid JSON or not UTF-8, if there is one for certain: one member `id`, no second message,
/// no response.
pub(crate) fn id_of(message: &[u8], limits: &Limits) -> Option<RequestId> {
    let mut skim = Box::<Skim>::default();
    skim.read(message);
    skim.finish(limits)
}

impl Skim {
    /// Passes over the next part.
    pub(crate) fn read(&mut self, part: &[u8]) {
        for byte in part {
            if self.given_up {
                return;
            }
            self.step(*byte);
        }
    }

    /// The id, when the message is over.
    pub(crate) fn finish(mut self, limits: &Limits) -> Option<RequestId> {
        // A number that the end of the text cuts off may have had more digits.
        if self.place == Place::Between && self.token.trim_ascii_end().ends_with(b"\"") {
            self.end_member();
        }
        if self.given_up || (self.is_response && !self.is_request) {
            return None;
        }
        let text = core::str::from_utf8(self.id.as_deref()?).ok()?.trim_end();
        let mut r = Reader::new(text);
        r.skip().and_then(|()| r.end()).ok()?;
        RequestId::parse(text, limits)
    }

    fn step(&mut self, byte: u8) {
        match (self.place, byte) {
            (Place::Before, b'{') => {
                self.place = Place::Between;
                self.depth = 1;
                return;
            }
            (Place::Before, b'[' | b'"') | (Place::After, b'{') => return self.given_up = true,
            (Place::Before | Place::After, _) => return,
            (Place::String, b'"') => self.place = Place::Between,
            (Place::String, b'\\') => self.place = Place::Escape,
            (Place::String, _) => {}
            (Place::Escape, _) | (_, b'"') => self.place = Place::String,
            (_, b' ' | b'\t' | b'\r' | b'\n') if self.token.is_empty() => return,
            (_, b'{' | b'[') => {
                self.keep(byte);
                self.depth += 1;
                return;
            }
            (_, b'}' | b']') => {
                self.depth -= 1;
                if self.depth == 0 {
                    self.end_member();
                    self.place = Place::After;
                }
                return;
            }
            (_, b',') if self.depth == 1 => return self.end_member(),
            (_, b':') if self.depth == 1 && self.reading == Reading::Key => return self.end_key(),
            _ => {}
        }
        self.keep(byte);
    }

    fn keep(&mut self, byte: u8) {
        if self.depth == 1 && self.reading != Reading::Other && self.token.len() <= LONGEST {
            self.token.push(byte);
        }
    }

    fn end_key(&mut self) {
        let name = core::str::from_utf8(&self.token).ok().and_then(params::string);
        self.reading = Reading::Other;
        match name.as_deref() {
            Some("id") => self.reading = Reading::Id,
            Some("method") => self.is_request = true,
            Some("result" | "error") => self.is_response = true,
            _ => {}
        }
        self.token.clear();
    }

    fn end_member(&mut self) {
        let token = core::mem::take(&mut self.token);
        if self.reading == Reading::Id && self.id.replace(token).is_some() {
            self.given_up = true;
        }
        self.reading = Reading::Key;
    }
}

#[cfg(test)]
mod tests {
    use std::boxed::Box;
    use std::string::String;

    use super::{Skim, id_of};
    use crate::{Limits, RequestId};

    /// A message, and the id that it has for certain.
    const TABLE: &[(&str, Option<i64>)] = &[
        (r#"{"id":9,"method":"x","params":{"a":"\ud800"}}"#, Some(9)),
        (r#"{"method":"x","params":{"a":"\ud800","id":3},"id":9}"#, Some(9)),
        (r#"{"method":"x","params":{"a":"\"},\"id\":3"},"id" : 9 }"#, Some(9)),
        (r#"{"method":"x","\u0069d":9,}"#, Some(9)),
        (r#"{"id":9,"method":"x","params":{"a":NaN,'b':'c'}}"#, Some(9)),
        (r#"{"id":9,"method":"tools/ca"#, Some(9)),
        (r#"{"method":"x","id":9"#, None),
        (r#"{"method":"x","id":9 "#, None),
        (r#"{"method":"x","id":9,"#, Some(9)),
        (r#"{"method":"x","id":{"a":9},"#, None),
        (r#"{"method":"x","id":[],"#, None),
        (r#"{"method":"x","id":[9],"#, None),
        (r#"{"method":"x","id":9 9,"#, None),
        (r#"{"method":"x","id":09,"#, None),
        (r#"{"method":"x","id":null,"#, None),
        (r#"{"method":"x",'id':9,"#, None),
        (r#"{"method":"x",id:9,"#, None),
        (r#"{"id":9,"method":"x"}}"#, Some(9)),
        (r#"{"id":9,"method":"x"},"#, Some(9)),
        (r#"{"id":9,"method":"x"} {"id":9,"method":"x"}"#, None),
        (r#"x{"id":9,"method":"x"}"#, Some(9)),
        (r#"[{"id":9,"method":"x"},]"#, None),
        (r#""{"id":9,"method":"x"}"#, None),
        (r#"{"id":9,"id":9,"method":"x",}"#, None),
        (r#"{"id":9,"method":"x","params":{"a":01},"\u0069d":9}"#, None),
        (r#"{"id":9,"result":{"a":"\ud800"}}"#, None),
        (r#"{"id":9,"error":}"#, None),
        (r#"{"id":9,"error":null,"method":"x",}"#, Some(9)),
        ("{}", None),
        ("", None),
    ];

    #[test]
    fn ids_are_found_in_what_cannot_be_read() {
        for (message, id) in TABLE {
            assert_eq!(id_of(message.as_bytes(), &Limits::DEFAULT), id.map(RequestId::Number), "{message}");
        }
        let named = |id: &str| {
            id_of(&[br#"{"method":"x","id":""#, id.as_bytes(), b"\"\xff}"].concat(), &Limits::DEFAULT)
        };
        assert_eq!(named("a"), None, "the value goes on after the string");
        let closed = |id: &str| {
            id_of(&[br#"{"method":"\xff","id":""#, id.as_bytes(), b"\""].concat(), &Limits::DEFAULT)
        };
        assert_eq!(closed(&r"\u0061".repeat(256)), Some(RequestId::String("a".repeat(256))));
        assert_eq!(closed(&"a".repeat(257)), None);
        assert_eq!(closed(r"\ud800"), None);
        assert_eq!(closed(&"a".repeat(9_000)), None);
    }

    #[test]
    fn how_the_message_is_cut_does_not_matter() {
        for (message, id) in TABLE {
            for size in 1..message.len() {
                let mut skim = Box::<Skim>::default();
                message.as_bytes().chunks(size).for_each(|part| skim.read(part));
                assert_eq!(skim.finish(&Limits::DEFAULT), id.map(RequestId::Number), "{message} by {size}");
            }
        }
    }

    #[test]
    fn what_is_deep_costs_no_stack() {
        let deep: String = ["[", "]"].map(|bracket| bracket.repeat(1 << 20)).concat();
        let message = [r#"{"method":"x","params":"#, &deep, r#","id":9}"#].concat();
        assert_eq!(id_of(message.as_bytes(), &Limits::DEFAULT), Some(RequestId::Number(9)));
    }
}
