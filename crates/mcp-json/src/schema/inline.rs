//! An object inside of another.

use crate::json::Writer;

/// Writes the members of the object in `text` into the object that is being written.
pub fn inline(w: &mut Writer, text: &str) {
    let inner =
        text.trim_ascii().strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or_default();
    w.members(inner.trim_ascii());
}
