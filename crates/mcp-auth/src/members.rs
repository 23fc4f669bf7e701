//! The members of a JSON object, each name once.

use std::borrow::Cow;

use pulseengine_mcp_protocol::Limits;
use pulseengine_mcp_protocol::json::{JsonKind, Reader};

/// Arrays and objects within each other.
const DEPTH: u32 = 16;

/// Values and keys.
const NODES: u32 = 10_000;

/// Members of one object.
const MEMBERS: u32 = 256;

/// Bounds on headers, claims, keys and metadata.
const LIMITS: Limits = Limits { depth: DEPTH, nodes: NODES, members: MEMBERS, ..Limits::DEFAULT };

/// The members of a JSON object. The values are JSON text that has been checked.
pub(crate) struct Members<'a>(Vec<(Cow<'a, str>, &'a str)>);

/// The text is no JSON object, or a member is there twice, or has a value of the wrong type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

impl<'a> Members<'a> {
    /// Reads an object. One that has a member twice is refused: two programs could read it differently.
    pub(crate) fn read(text: &'a str) -> Result<Self, Malformed> {
        let mut r = Reader::with_limits(text, &LIMITS);
        let mut read = || {
            let mut members: Vec<(Cow<'a, str>, &'a str)> = Vec::new();
            let mut object = r.object()?;
            while let Some(name) = object.next(&mut r)? {
                members.push((name, r.raw()?));
            }
            r.end()?;
            Ok::<_, pulseengine_mcp_protocol::json::SyntaxError>(members)
        };
        let members = read().map_err(|_| Malformed)?;
        let mut names: Vec<&str> = members.iter().map(|(name, _)| &**name).collect();
        names.sort_unstable();
        if names.windows(2).any(|pair| matches!(pair, [one, other] if one == other)) {
            return Err(Malformed);
        }
        Ok(Self(members))
    }

    /// The same for bytes.
    pub(crate) fn from_bytes(bytes: &'a [u8]) -> Result<Self, Malformed> {
        Self::read(std::str::from_utf8(bytes).map_err(|_| Malformed)?)
    }

    /// The JSON text of a member.
    pub(crate) fn raw(&self, name: &str) -> Option<&'a str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| *value)
    }

    /// Whether there is a member of that name, whatever its value.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    /// A member that is a string, if it is there.
    pub(crate) fn string(&self, name: &str) -> Result<Option<Cow<'a, str>>, Malformed> {
        self.raw(name).map(string).transpose()
    }

    /// A member that is a whole number of seconds, if it is there. Fractions, exponents and signs are refused, and so is what a
    /// double cannot hold exactly.
    pub(crate) fn seconds(&self, name: &str) -> Result<Option<u64>, Malformed> {
        let Some(raw) = self.raw(name) else { return Ok(None) };
        let is_whole = raw.len() <= 16 && raw.bytes().all(|byte| byte.is_ascii_digit());
        let seconds = raw.parse().ok().filter(|seconds| is_whole && *seconds < 1 << 53);
        seconds.map(Some).ok_or(Malformed)
    }

    /// A member that is `true` or `false`, if it is there.
    pub(crate) fn boolean(&self, name: &str) -> Result<Option<bool>, Malformed> {
        match self.raw(name) {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => Err(Malformed),
        }
    }

    /// A member that is a string or an array of strings, if it is there.
    pub(crate) fn strings(&self, name: &str) -> Result<Option<Vec<Cow<'a, str>>>, Malformed> {
        let Some(raw) = self.raw(name) else { return Ok(None) };
        match Reader::new(raw).peek() {
            Ok(JsonKind::String) => Ok(Some(vec![string(raw)?])),
            Ok(JsonKind::Array) => items(raw)?.into_iter().map(string).collect::<Result<_, _>>().map(Some),
            _ => Err(Malformed),
        }
    }

    /// The JSON texts of the items of a member that is an array, if it is there.
    pub(crate) fn array(&self, name: &str) -> Result<Option<Vec<&'a str>>, Malformed> {
        self.raw(name).map(items).transpose()
    }
}

fn string(raw: &str) -> Result<Cow<'_, str>, Malformed> {
    Reader::new(raw).string().map_err(|_| Malformed)
}

fn items(raw: &str) -> Result<Vec<&str>, Malformed> {
    let mut r = Reader::new(raw);
    let mut read = || {
        let (mut items, mut array) = (Vec::new(), r.array()?);
        while array.next(&mut r)? {
            items.push(r.raw()?);
        }
        Ok::<_, pulseengine_mcp_protocol::json::SyntaxError>(items)
    };
    read().map_err(|_| Malformed)
}

#[cfg(test)]
mod tests {
    use super::{Malformed, Members};

    #[test]
    fn a_member_that_is_there_twice_is_refused() {
        for text in [r#"{"a":1,"a":1}"#, r#"{"a":1,"b":2,"\u0061":3}"#, "[]", r#"{"a":1}x"#, "", r#"{"a":1"#]
        {
            assert!(Members::read(text).is_err(), "{text}");
        }
        assert!(Members::read(r#"{"a":1,"A":2}"#).is_ok());
    }

    #[test]
    fn seconds_are_whole_and_plain() {
        for (text, seconds) in [
            ("0", Ok(Some(0))),
            ("1800000000", Ok(Some(1_800_000_000))),
            ("9007199254740991", Ok(Some(9_007_199_254_740_991))),
            ("9007199254740992", Err(Malformed)),
            ("-1", Err(Malformed)),
            ("-0", Err(Malformed)),
            ("1.0", Err(Malformed)),
            ("1e9", Err(Malformed)),
            ("1e300", Err(Malformed)),
            ("\"1800000000\"", Err(Malformed)),
            ("null", Err(Malformed)),
            ("[1]", Err(Malformed)),
            ("true", Err(Malformed)),
        ] {
            let object = format!("{{\"exp\":{text}}}");
            assert_eq!(Members::read(&object).unwrap().seconds("exp"), seconds, "{text}");
        }
        assert_eq!(Members::read("{}").unwrap().seconds("exp"), Ok(None));
    }

    #[test]
    fn strings_are_one_or_many() {
        let members =
            Members::read(r#"{"one":"a","many":["a","\u0062"],"mixed":["a",1],"none":null}"#).unwrap();
        assert_eq!(members.strings("one").unwrap().unwrap(), ["a"]);
        assert_eq!(members.strings("many").unwrap().unwrap(), ["a", "b"]);
        assert_eq!(members.strings("mixed"), Err(Malformed));
        assert_eq!(members.strings("none"), Err(Malformed));
        assert_eq!(members.strings("absent"), Ok(None));
    }
}
