//! Writes a shape as the schema of a form: the few keywords that elicitation has (specification: client/elicitation,
//! "Requested Schema"). There is no `$ref`, no `null` and no nesting: a named type stands where it is used, and a
//! member that may be left out is one that is not required.

use alloc::vec::Vec;

use super::resolve::{Flat, resolve};
use super::text::{annotations, count, numbers, optional, strings, types};
use super::{Shape, Types, inline};
use crate::json::Writer;

/// The formats that a form has; clients refuse a question with another.
const FORMATS: [&str; 4] = ["email", "uri", "date", "date-time"];

/// Writes the schema of the form whose fields are the members of `shape`, which is that of a
/// [`Form`](super::Form).
pub fn write_form(shape: &'static Shape, w: &mut Writer) {
    let flat = plain(shape);
    w.begin_object();
    optional(w, "title", flat.title);
    optional(w, "description", flat.description);
    w.key("type").string("object");
    w.key("properties").begin_object();
    for (member, _) in &flat.members {
        field(&member.shape, w.key(member.name), true);
    }
    w.end_object();
    let required: Vec<_> = flat
        .members
        .iter()
        .filter(|(member, optional)| member.required && !optional)
        .map(|(member, _)| member.name)
        .collect();
    if !required.is_empty() {
        w.key("required").begin_array();
        required.into_iter().for_each(|name| w.string(name));
        w.end_array();
    }
    w.end_object();
}

/// Writes a field; `many` when it may hold several choices.
fn field(shape: &'static Shape, w: &mut Writer, many: bool) {
    let flat = plain(shape);
    w.begin_object();
    if let Some(text) = flat.verbatim {
        inline(w, text);
    }
    optional(w, "title", flat.title);
    optional(w, "description", flat.description);
    if flat.choice.is_some() && many {
        w.key("type").string("string");
    } else if flat.choice.is_none() {
        types(flat.types, w);
    }
    let known = |format: &&str| flat.types.has(Types::STRING) && FORMATS.contains(format);
    optional(w, "format", flat.format.filter(known));
    numbers(&flat, w);
    strings(&flat, w);
    choices(&flat, w, if many { "oneOf" } else { "anyOf" });
    count(w, "minItems", flat.min_items);
    count(w, "maxItems", flat.max_items);
    if let Some(items) = flat.items.filter(|_| many) {
        field(items, w.key("items"), false);
    }
    annotations(&flat, w, false);
    w.end_object();
}

/// Writes the alternatives of an enum some of whose variants have words of their own: each with a title.
fn choices(flat: &Flat, w: &mut Writer, key: &str) {
    let Some(choice) = flat.choice else { return };
    w.key(key).begin_array();
    for shape in choice.of {
        let one = resolve::<true>(shape);
        for name in one.names.unwrap_or_default().iter().copied().chain(one.constant) {
            w.begin_object();
            w.key("const").string(name);
            w.key("title").string(one.title.or(one.description).unwrap_or(name));
            w.end_object();
        }
    }
    w.end_array();
}

/// What is behind a name or an option, with what was said in front of it.
fn plain(shape: &'static Shape) -> Flat {
    let above = resolve::<true>(shape);
    let below = match (above.reference, above.or_null) {
        (Some(named), _) => plain((named.shape)()),
        (None, Some(inner)) => plain(inner),
        (None, None) => return Flat { types: above.types.without(Types::NULL), null: false, ..above },
    };
    Flat {
        title: above.title.or(below.title),
        description: above.description.or(below.description),
        default: above.default.or(below.default),
        ..below
    }
}
