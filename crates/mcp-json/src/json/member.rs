//! Parts of a JSON text that was read within its limits before.

use alloc::borrow::Cow;

use super::{JsonKind, Reader};

/// The string that `text` is, if it is one.
pub fn string(text: &str) -> Option<Cow<'_, str>> {
    Reader::new(text).string().ok()
}

/// Whether `text` is an object.
pub fn is_object(text: &str) -> bool {
    matches!(Reader::new(text).peek(), Ok(JsonKind::Object))
}

/// The text of a member of the object `text`.
pub fn member<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut r = Reader::new(text);
    let mut members = r.object().ok()?;
    while let Some(key) = members.next(&mut r).ok()? {
        let value = r.raw().ok()?;
        if key == name {
            return Some(value);
        }
    }
    None
}
