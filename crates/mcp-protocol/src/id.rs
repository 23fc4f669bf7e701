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
                // Some languages write every number as a fraction.
                let whole = text.strip_suffix(".0").unwrap_or(text);
                let negative = whole.strip_prefix('-');
                let size = i64::try_from(decimal(negative.unwrap_or(whole))?).ok()?;
                Some(Self::Number(if negative.is_some() { -size } else { size }))
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
