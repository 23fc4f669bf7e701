//! Writes a shape as JSON Schema 2020-12, in the words of schemars 1.2, except where clients, validators or the
//! interfaces of models refuse those: a schema is always an object (`{}` for any value, never `true`), and an object
//! that is no map has `properties`. In a schema of input, `null` is left out and every array has `items`.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::resolve::{Default, Examples, Flat, layers, resolve};
use super::{Bound, Named, Shape, Types, inline};
use crate::json::Writer;

/// Writes the schema of `shape`. A named root is written out in place and referred to as `#`; other named types
/// stand under `$defs`. There is no `$schema` and no `title` that was not given.
pub(super) fn write(shape: &'static Shape, w: &mut Writer) {
    Names::default().root(shape, w);
}

/// The same for what is sent to us. An option is written as what it is an option of, without `null`, which the check
/// accepts nevertheless: the interfaces of models refuse a `type` that is a list. A named type stands where it is used, since
/// many of them, and clients in front of them, do not follow `$ref`; only one that holds itself stands under `$defs`, too.
pub(super) fn write_input(shape: &'static Shape, w: &mut Writer) {
    Names { input: true, ..Names::default() }.root(shape, w);
}

/// The most named types that are written inside of each other. A deeper one is written under `$defs`, so that a schema stays small.
const DEEPEST: usize = 8;

/// The same for a shape of the keywords of [`plain`](super::resolve).
pub(super) fn write_plain(shape: &'static Shape, w: &mut Writer) {
    let flat = resolve::<false>(shape);
    w.begin_object();
    optional(w, "description", flat.description);
    types(flat.types, w);
    optional(w, "format", flat.format);
    bound(w, "minimum", flat.minimum);
    bound(w, "maximum", flat.maximum);
    count(w, "minLength", flat.min_length);
    count(w, "maxLength", flat.max_length);
    if let Some(names) = flat.names {
        w.key("enum").begin_array();
        names.iter().for_each(|name| w.string(name));
        w.end_array();
    }
    if let Some(items) = flat.items {
        write_plain(items, w.key("items"));
    }
    count(w, "minItems", flat.min_items);
    count(w, "maxItems", flat.max_items);
    properties(&flat, w, &mut |shape, w| write_plain(shape, w));
    if flat.closed {
        w.key("additionalProperties").boolean(false);
    }
    w.end_object();
}

/// Writes `properties` and `required`, each member's schema by `write`.
fn properties(flat: &Flat, w: &mut Writer, write: &mut dyn FnMut(&'static Shape, &mut Writer)) {
    // An object without members has the keyword too: the interfaces of models want it.
    let object = flat.types.has(Types::OBJECT) && flat.values.is_none();
    if object || flat.tag.is_some() || !flat.members.is_empty() {
        w.key("properties").begin_object();
        if let Some((name, value)) = flat.tag {
            w.key(name).begin_object();
            w.key("type").string("string");
            w.key("const").string(value);
            w.end_object();
        }
        for (member, _) in &flat.members {
            write(&member.shape, w.key(member.name));
        }
        w.end_object();
    }
    let mut required = Writer::default();
    if let Some((name, _)) = flat.tag {
        required.string(name);
    }
    for (member, optional) in &flat.members {
        if member.required && !optional {
            required.string(member.name);
        }
    }
    if !required.text().is_empty() {
        w.key("required").begin_array();
        w.members(required.text());
        w.end_array();
    }
}

struct Entry {
    id: &'static str,
    name: String,
    named: &'static Named,
}

#[derive(Default)]
struct Names {
    /// Whether the schema is that of what is sent to us.
    input: bool,
    root: Option<&'static str>,
    all: Vec<Entry>,
    /// The named types that are being written, of those that stand where they are used.
    inside: Vec<&'static str>,
}

impl Names {
    fn resolve(&self, shape: &'static Shape) -> Flat {
        layers::<true>(shape, !self.input)
    }

    fn root(&mut self, shape: &'static Shape, w: &mut Writer) {
        let mut flat = self.resolve(shape);
        if let Some(named) = flat.reference
            && shape.base.is_none()
            && shape.keywords.len() == 1
        {
            self.root = Some((named.id)());
            flat = self.resolve((named.shape)());
        }
        self.flat(&flat, w, true);
    }

    fn reference(&mut self, named: &'static Named) -> String {
        let id = (named.id)();
        if self.root == Some(id) {
            return String::from("#");
        }
        if let Some(entry) = self.all.iter().find(|entry| entry.id == id) {
            return format!("#/$defs/{}", entry.name);
        }
        let mut name = named.name.to_string();
        let mut count = 1u64;
        while self.all.iter().any(|entry| entry.name == name) {
            count += 1;
            name = format!("{}{count}", named.name);
        }
        let reference = format!("#/$defs/{name}");
        self.all.push(Entry { id, name, named });
        reference
    }

    fn shape(&mut self, shape: &'static Shape, w: &mut Writer) {
        let flat = self.resolve(shape);
        let Some((id, flat)) = self.in_place(&flat) else { return self.flat(&flat, w, false) };
        self.inside.push(id);
        self.flat(&flat, w, false);
        self.inside.pop();
    }

    /// What stands in place of a reference to a named type, and the type's id: the type, with what is said at this place.
    fn in_place(&self, outer: &Flat) -> Option<(&'static str, Flat)> {
        let named = outer.reference.filter(|_| self.input)?;
        let id = (named.id)();
        let deep = self.inside.len() == DEEPEST || self.inside.contains(&id) || self.root == Some(id);
        let mut flat = Some(self.resolve((named.shape)())).filter(|flat| !deep && flat.foreign.is_none())?;
        flat.title = outer.title.or(flat.title);
        flat.description = outer.description.or(flat.description);
        flat.header = outer.header.or(flat.header);
        flat.verbatim = outer.verbatim.or(flat.verbatim);
        flat.default = outer.default.or(flat.default);
        flat.examples = outer.examples.or(flat.examples);
        flat.deprecated |= outer.deprecated;
        flat.write_only |= outer.write_only;
        Some((id, flat))
    }

    fn flat(&mut self, flat: &Flat, w: &mut Writer, root: bool) {
        if let Some(foreign) = flat.foreign {
            return (foreign.write)(w, self.input);
        }
        let mut object = Writer::default();
        self.keywords(flat, &mut object);
        if flat.never {
            object.key("not").raw("{}");
        }
        if root {
            self.definitions(&mut object);
        }
        w.begin_object();
        w.members(object.text());
        w.end_object();
    }

    /// Writes the named types; each may name more.
    fn definitions(&mut self, w: &mut Writer) {
        if self.all.is_empty() {
            return;
        }
        w.key("$defs").begin_object();
        let mut next = 0;
        while let Some((name, named)) = self.all.get(next).map(|entry| (entry.name.clone(), entry.named)) {
            self.inside.push((named.id)());
            self.shape((named.shape)(), w.key(&name));
            self.inside.pop();
            next += 1;
        }
        w.end_object();
    }

    fn keywords(&mut self, flat: &Flat, w: &mut Writer) {
        if let Some(named) = flat.reference {
            let reference = self.reference(named);
            w.key("$ref").string(&reference);
        }
        if let Some(text) = flat.verbatim {
            inline(w, text);
        }
        optional(w, "title", flat.title);
        optional(w, "description", flat.description);
        types(flat.types, w);
        optional(w, "format", flat.format);
        numbers(flat, w);
        strings(flat, w);
        self.array(flat, w);
        self.object(flat, w);
        self.alternatives(flat, w);
        annotations(flat, w, !self.input);
        optional(w, "x-mcp-header", flat.header);
    }

    fn array(&mut self, flat: &Flat, w: &mut Writer) {
        if flat.unique.is_some() {
            w.key("uniqueItems").boolean(true);
        }
        if let Some(items) = flat.items {
            self.shape(items, w.key("items"));
        } else if self.input && flat.types.has(Types::ARRAY) {
            // VS Code and the interfaces of models refuse an array without it, also where a tuple says all.
            w.key("items").raw("{}");
        }
        if !flat.tuple.is_empty() {
            w.key("prefixItems").begin_array();
            for item in flat.tuple {
                self.shape(item, w);
            }
            w.end_array();
        }
        count(w, "minItems", flat.min_items);
        count(w, "maxItems", flat.max_items);
    }

    fn object(&mut self, flat: &Flat, w: &mut Writer) {
        properties(flat, w, &mut |shape, w| self.shape(shape, w));
        if flat.closed {
            w.key("additionalProperties").boolean(false);
        } else if let Some(values) = flat.values {
            self.shape(values, w.key("additionalProperties"));
        }
    }

    fn alternatives(&mut self, flat: &Flat, w: &mut Writer) {
        if let Some(choice) = flat.choice {
            w.key(if choice.one { "oneOf" } else { "anyOf" }).begin_array();
            for shape in choice.of {
                self.shape(shape, w);
            }
            w.end_array();
        }
        if let Some(inner) = flat.or_null {
            w.key("anyOf").begin_array();
            self.shape(inner, w);
            w.raw(r#"{"type":"null"}"#);
            w.end_array();
        }
    }
}

pub(super) fn optional(w: &mut Writer, key: &str, text: Option<&str>) {
    if let Some(text) = text {
        w.key(key).string(text);
    }
}

pub(super) fn count(w: &mut Writer, key: &str, n: Option<u32>) {
    if let Some(n) = n {
        w.key(key).unsigned(n.into());
    }
}

pub(super) fn types(types: Types, w: &mut Writer) {
    if types.is_empty() {
        return;
    }
    w.key("type");
    if types.are_several() {
        w.begin_array();
    }
    for (one, name) in &Types::NAMES {
        if types.has(*one) {
            w.string(name);
        }
    }
    if types.are_several() {
        w.end_array();
    }
}

fn bound(w: &mut Writer, key: &str, bound: Option<Bound>) {
    match bound {
        Some(Bound::Integer(n)) => w.key(key).integer(n),
        Some(Bound::Float(x, write)) => write(w.key(key), x),
        None => {}
    }
}

pub(super) fn numbers(flat: &Flat, w: &mut Writer) {
    bound(w, "minimum", flat.minimum);
    bound(w, "maximum", flat.maximum);
    bound(w, "exclusiveMinimum", flat.above);
    bound(w, "exclusiveMaximum", flat.below);
    bound(w, "multipleOf", flat.multiple.map(|multiple| multiple.of));
}

pub(super) fn strings(flat: &Flat, w: &mut Writer) {
    count(w, "minLength", flat.min_length);
    count(w, "maxLength", flat.max_length);
    if let Some(pattern) = flat.pattern {
        w.key("pattern").string(pattern.text);
    }
    if flat.names.is_some() || (flat.constant.is_some() && flat.null) {
        w.key("enum").begin_array();
        flat.names.unwrap_or_default().iter().copied().chain(flat.constant).for_each(|name| w.string(name));
        if flat.null {
            w.null();
        }
        w.end_array();
    } else {
        optional(w, "const", flat.constant);
    }
}

/// Writes what says nothing about validity; a default of `null` only where `null` is said at all.
pub(super) fn annotations(flat: &Flat, w: &mut Writer, null: bool) {
    let mut default = Writer::default();
    match flat.default {
        Some(Default::Text(text)) => default.key("default").raw(text),
        Some(Default::Of(write)) => write(&mut default),
        None => {}
    }
    if !default.text().is_empty()
        && (null || flat.types == Types::NULL || default.text() != r#""default":null"#)
    {
        w.members(default.text());
    }
    if let Some(examples) = flat.examples {
        w.key("examples").begin_array();
        match examples {
            Examples::Texts(texts) => texts.iter().for_each(|text| w.raw(text)),
            Examples::Of(all) => all.iter().for_each(|write| write(w)),
        }
        w.end_array();
    }
    if flat.deprecated {
        w.key("deprecated").boolean(true);
    }
    if flat.write_only {
        w.key("writeOnly").boolean(true);
    }
}
