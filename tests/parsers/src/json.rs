//! The JSON reader and writer.

use std::fmt;

use pulseengine_mcp::Limits;
use pulseengine_mcp_protocol::json::{JsonKind, Reader, SyntaxError, SyntaxErrorKind, Writer};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// Bounds that short inputs exceed.
const TIGHT: Limits = Limits { depth: 4, nodes: 16, members: 3, number: 8, ..Limits::DEFAULT };

/// What the reader takes is what `serde_json` takes, within the bounds; what it took can be written, and read again as the same;
/// what it refuses has a place inside of the text.
pub fn json(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match whole(text, &Limits::DEFAULT) {
        Ok(()) => accepted(text),
        Err(syntax) => refused(text, syntax),
    }
    let tight = whole(text, &TIGHT);
    if tight.is_ok() {
        assert!(whole(text, &Limits::DEFAULT).is_ok(), "wider bounds refuse more");
    }
    assert_eq!(
        copy(text, &TIGHT).map(drop),
        tight,
        "a value that is read and one that is passed over differ"
    );
}

fn whole(text: &str, limits: &Limits) -> Result<(), SyntaxError> {
    let mut r = Reader::with_limits(text, limits);
    r.skip()?;
    r.end()
}

fn accepted(text: &str) {
    serde_json::from_str::<IgnoredAny>(text).unwrap();
    let size = serde_json::from_str::<Size>(text);
    if let Err(error) = &size {
        assert!(out_of_range(error), "{error}");
    } else {
        assert_eq!(exceeded(text), None, "a bound does not hold");
    }
    let copied = copy(text, &Limits::DEFAULT).unwrap();
    assert_eq!(
        copy(&copied, &Limits::DEFAULT).as_ref(),
        Ok(&copied),
        "what was written reads as something else"
    );
    if size.is_ok() {
        let [read, written] = [text, &copied].map(|text| serde_json::from_str::<Value>(text).unwrap());
        assert_eq!(read, written);
    }
    let mut r = Reader::new(text);
    let raw = r.raw().unwrap();
    assert_eq!(raw, text.trim_matches([' ', '\t', '\r', '\n']));
    assert!(r.position() <= text.len());
}

fn refused(text: &str, syntax: SyntaxError) {
    assert!(text.is_char_boundary(syntax.at), "{syntax:?} is no place in the text");
    assert_eq!(copy(text, &Limits::DEFAULT).map(drop), Err(syntax));
    let ignored = serde_json::from_str::<IgnoredAny>(text);
    let size = deep::<Size>(text);
    if syntax.kind == SyntaxErrorKind::Limit {
        // What exceeds a bound may be wrong further on.
        assert!(ignored.is_err() || size.is_err() || exceeded(text).is_some(), "no bound is exceeded");
    } else {
        assert!(ignored.is_err() || size.is_err(), "{syntax:?} in what serde_json takes");
    }
}

fn out_of_range(error: &serde_json::Error) -> bool {
    error.to_string().starts_with("number out of range")
}

fn deep<'a, T: Deserialize<'a>>(text: &'a str) -> serde_json::Result<T> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    deserializer.disable_recursion_limit();
    let value = T::deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// The bound that a text of JSON exceeds.
fn exceeded(text: &str) -> Option<&'static str> {
    let limits = Limits::DEFAULT;
    let number = |byte: char| byte.is_ascii_digit() || "+-.eE".contains(byte);
    let longest = text.split(|c| !number(c)).map(str::len).max().unwrap_or(0);
    let size = deep::<Size>(text).unwrap();
    [
        ("depth", size.depth > limits.depth),
        ("nodes", size.nodes > limits.nodes),
        ("members", size.members > limits.members),
        // In a string it is no number: then the reader has taken it.
        ("number", longest > limits.number && whole(text, &limits).is_err()),
    ]
    .into_iter()
    .find_map(|(name, is)| is.then_some(name))
}

/// How large a value is, counted by `serde_json`.
#[derive(Default)]
struct Size {
    depth: u32,
    nodes: u32,
    members: u32,
}

impl Size {
    fn add(&mut self, inner: &Self) {
        self.depth = self.depth.max(inner.depth + 1);
        self.nodes += inner.nodes;
        self.members = self.members.max(inner.members);
    }
}

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Counting)
    }
}

struct Counting;

impl Counting {
    const ONE: Size = Size { depth: 0, nodes: 1, members: 0 };
}

impl<'de> Visitor<'de> for Counting {
    type Value = Size;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Size, E> {
        Ok(Self::ONE)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Size, E> {
        Ok(Self::ONE)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Size, E> {
        Ok(Self::ONE)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Size, E> {
        Ok(Self::ONE)
    }

    fn visit_str<E>(self, _: &str) -> Result<Size, E> {
        Ok(Self::ONE)
    }

    fn visit_unit<E>(self) -> Result<Size, E> {
        Ok(Self::ONE)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Size, A::Error> {
        let mut size = Size { depth: 1, ..Self::ONE };
        while let Some(item) = items.next_element::<Size>()? {
            size.add(&item);
        }
        Ok(size)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Size, A::Error> {
        let (mut size, mut count) = (Size { depth: 1, ..Self::ONE }, 0);
        while let Some((Key, value)) = members.next_entry::<Key, Size>()? {
            size.add(&value);
            size.nodes += 1;
            count += 1;
        }
        size.members = size.members.max(count);
        Ok(size)
    }
}

/// A key, whatever its text.
struct Key;

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|_| Self)
    }
}

/// Reads a value part by part and writes it again, in the shortest form.
fn copy(text: &str, limits: &Limits) -> Result<String, SyntaxError> {
    let (mut r, mut w) = (Reader::with_limits(text, limits), Writer::default());
    let read = value(&mut r, &mut w).and_then(|()| r.end());
    // A key that is no string: to pass over it, the reader asks for no kind of value.
    let unexpected = |SyntaxError { at, kind }| match kind {
        SyntaxErrorKind::WrongKind => SyntaxError { at, kind: SyntaxErrorKind::Unexpected },
        _ => SyntaxError { at, kind },
    };
    read.map(|()| w.into_text()).map_err(unexpected)
}

fn value(r: &mut Reader<'_>, w: &mut Writer) -> Result<(), SyntaxError> {
    match r.peek()? {
        JsonKind::Null => {
            r.null()?;
            w.null();
        }
        JsonKind::Boolean => w.boolean(r.boolean()?),
        JsonKind::Number => w.raw(r.number()?),
        JsonKind::String => w.string(&r.string()?),
        JsonKind::Array => {
            let mut items = r.array()?;
            w.begin_array();
            while items.next(r)? {
                value(r, w)?;
            }
            w.end_array();
        }
        JsonKind::Object => {
            let mut members = r.object()?;
            w.begin_object();
            while let Some(key) = members.next(r)? {
                value(r, w.key(&key))?;
            }
            w.end_object();
        }
    }
    Ok(())
}
