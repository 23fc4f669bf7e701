//! Request ids on the wire.

use crate::json::{JsonKind, Reader, Writer};
use crate::{Limits, RequestId};

/// The largest integer that every JSON implementation keeps exactly.
const MAX_SAFE: u64 = (1 << 53) - 1;

impl RequestId {
    /// Reads an id from JSON text; `None` when it is neither a string nor an integer, or out of bounds.
    pub fn parse(text: &str, limits: &Limits) -> Option<Self> {
        let mut r = Reader::new(text);
        match r.peek().ok()? {
            JsonKind::String => {
                let id = r.string().ok()?;
                (id.len() <= limits.id).then(|| Self::String(id.into_owned()))
            }
            JsonKind::Number => {
                let id = text.parse::<i64>().ok()?;
                (id.unsigned_abs() <= MAX_SAFE && text != "-0").then_some(Self::Number(id))
            }
            _ => None,
        }
    }

    /// Writes the id as JSON.
    pub(crate) fn write(&self, w: &mut Writer) {
        match self {
            Self::Number(n) => w.integer(*n),
            Self::String(s) => w.string(s),
        }
    }
}
