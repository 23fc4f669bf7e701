//! Writes a shape as the schema of a form, the part of JSON Schema that `elicitation/create` admits: an object whose
//! members are strings, numbers, booleans or choices (client/elicitation, "Requested Schema").

use super::resolve::{Flat, body, resolve};
use super::text::{annotations, count, optional, properties, write_flat};
use super::{Keyword, Shape, Types};
use crate::json::Writer;

/// The formats of strings that clients know.
const FORMATS: [&str; 4] = ["email", "uri", "date", "date-time"];

/// Writes the schema of a form with the members of `shape`. Types with a name stand in place; a member that may be
/// null may as well be left out, so `null` is not mentioned; choices are an `enum`.
pub fn write_form(shape: &'static Shape, w: &mut Writer) {
    w.begin_object();
    w.key("type").string("object");
    properties(&body(shape), w, &mut member);
    w.end_object();
}

fn member(shape: &'static Shape, w: &mut Writer) {
    let said = resolve::<true>(shape);
    let mut flat = body(shape);
    flat.title = said.title.or(flat.title);
    flat.description = said.description.or(flat.description);
    flat.default = said.default.or(flat.default);
    flat.types = flat.types.without(Types::NULL);
    flat.null = false;
    flat.format = flat.format.filter(|format| FORMATS.contains(format));
    match (flat.items, flat.choice) {
        (Some(items), _) => {
            begin(&flat, "array", w);
            count(w, "minItems", flat.min_items);
            count(w, "maxItems", flat.max_items);
            member(items, w.key("items"));
        }
        (None, Some(choice)) => {
            begin(&flat, "string", w);
            w.key("enum").begin_array();
            choice.of.iter().flat_map(names).for_each(|name| w.string(name));
            w.end_array();
        }
        (None, None) => return write_flat(&flat, w),
    }
    annotations(&flat, w);
    w.end_object();
}

fn begin(flat: &Flat, kind: &str, w: &mut Writer) {
    w.begin_object();
    optional(w, "title", flat.title);
    optional(w, "description", flat.description);
    w.key("type").string(kind);
}

/// The strings that an alternative stands for.
fn names(shape: &'static Shape) -> impl Iterator<Item = &'static str> {
    let names = shape.keywords.iter().map(|keyword| match keyword {
        Keyword::Const(name) => core::slice::from_ref(name),
        Keyword::OneOf(names) => names,
        _ => &[],
    });
    names.flatten().copied()
}
