//! Request ids.

use alloc::string::String;

use crate::Limits;
use crate::json::{Kind, Reader, Writer};

/// The largest integer that every JSON implementation keeps exactly.
const MAX_SAFE: i64 = (1 << 53) - 1;

/// The id of a request: a string or an integer, never null (specification: basic, "Requests").
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(untagged)]
pub enum RequestId {
    /// An integer between -(2^53-1) and 2^53-1.
    Number(i64),
    /// A string, by default of at most 256 bytes.
    String(String),
}

impl RequestId {
    /// Reads an id from JSON text; `None` when it is neither a string nor an integer, or out of bounds.
    pub fn parse(text: &str, limits: &Limits) -> Option<Self> {
        let mut r = Reader::new(text);
        match r.peek().ok()? {
            Kind::String => {
                let id = r.string().ok()?;
                (id.len() <= limits.id).then(|| Self::String(id.into_owned()))
            }
            Kind::Number => {
                let id = text.parse::<i64>().ok()?;
                (id.abs() <= MAX_SAFE && text != "-0").then_some(Self::Number(id))
            }
            _ => None,
        }
    }

    /// Writes the id as JSON.
    pub fn write(&self, w: &mut Writer) {
        match self {
            Self::Number(n) => w.integer(*n),
            Self::String(s) => w.string(s),
        }
    }
}

impl From<i64> for RequestId {
    fn from(id: i64) -> Self {
        Self::Number(id)
    }
}

impl From<&str> for RequestId {
    fn from(id: &str) -> Self {
        Self::String(id.into())
    }
}
