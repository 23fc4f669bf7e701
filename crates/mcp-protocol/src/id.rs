//! Request ids on the wire.

use crate::decimal::decimal;
use crate::json::{JsonKind, Reader, Writer};
use crate::{Limits, RequestId};

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
                let negative = text.strip_prefix('-');
                let size = decimal(negative.unwrap_or(text))?.cast_signed();
                (text != "-0").then_some(Self::Number(if negative.is_some() { -size } else { size }))
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
