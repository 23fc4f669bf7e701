//! The layers of a shape, laid over each other.

use alloc::vec::Vec;

use super::shape::MultipleOf;
use super::{Bound, Choice, Foreign, Keyword, Member, Named, Pattern, Shape, Types};
use crate::json::Writer;

#[derive(Clone, Copy)]
pub(super) enum Default {
    Text(&'static str),
    Of(fn(&mut Writer)),
}

#[derive(Clone, Copy)]
pub(super) enum Examples {
    Texts(&'static [&'static str]),
    Of(&'static [fn(&mut Writer)]),
}

/// All that is stated about a value.
pub(super) struct Flat {
    pub(super) types: Types,
    pub(super) format: Option<&'static str>,
    pub(super) minimum: Option<Bound>,
    pub(super) maximum: Option<Bound>,
    pub(super) above: Option<Bound>,
    pub(super) below: Option<Bound>,
    pub(super) multiple: Option<MultipleOf>,
    pub(super) min_length: Option<u32>,
    pub(super) max_length: Option<u32>,
    pub(super) min_items: Option<u32>,
    pub(super) max_items: Option<u32>,
    pub(super) pattern: Option<&'static Pattern>,
    pub(super) fraction: Option<fn(&str) -> Option<f64>>,
    pub(super) items: Option<&'static Shape>,
    pub(super) tuple: &'static [Shape],
    pub(super) unique: Option<fn(&str) -> bool>,
    pub(super) values: Option<&'static Shape>,
    pub(super) closed: bool,
    /// With each, whether it belongs to a group of members that may be missing as a whole, so that none is required.
    pub(super) members: Vec<(&'static Member, bool)>,
    pub(super) tag: Option<(&'static str, &'static str)>,
    pub(super) names: Option<&'static [&'static str]>,
    pub(super) constant: Option<&'static str>,
    pub(super) choice: Option<&'static Choice>,
    pub(super) reference: Option<&'static Named>,
    /// `anyOf` of this shape and `null`.
    pub(super) or_null: Option<&'static Shape>,
    /// `null` stands among the names.
    pub(super) null: bool,
    pub(super) never: bool,
    pub(super) title: Option<&'static str>,
    pub(super) description: Option<&'static str>,
    pub(super) default: Option<Default>,
    pub(super) examples: Option<Examples>,
    pub(super) deprecated: bool,
    pub(super) write_only: bool,
    pub(super) header: Option<&'static str>,
    pub(super) verbatim: Option<&'static str>,
    pub(super) foreign: Option<&'static Foreign>,
}

impl Flat {
    /// Whether nothing is said of the text of a string.
    pub(super) fn any_text(&self) -> bool {
        let length = self.min_length.is_some() || self.max_length.is_some();
        !length && self.names.is_none() && self.constant.is_none() && self.pattern.is_none()
    }

    const EMPTY: Self = Self {
        types: Types::NONE,
        format: None,
        minimum: None,
        maximum: None,
        above: None,
        below: None,
        multiple: None,
        min_length: None,
        max_length: None,
        min_items: None,
        max_items: None,
        pattern: None,
        fraction: None,
        items: None,
        tuple: &[],
        unique: None,
        values: None,
        closed: false,
        members: Vec::new(),
        tag: None,
        names: None,
        constant: None,
        choice: None,
        reference: None,
        or_null: None,
        null: false,
        never: false,
        title: None,
        description: None,
        default: None,
        examples: None,
        deprecated: false,
        write_only: false,
        header: None,
        verbatim: None,
        foreign: None,
    };

    /// Whether anything is said about the value besides `$ref`, the alternatives and annotations.
    pub(super) fn states(&self) -> bool {
        !self.types.is_empty()
            || self.names.is_some()
            || self.constant.is_some()
            || self.tag.is_some()
            || !self.members.is_empty()
            || self.closed
            || self.values.is_some()
            || self.items.is_some()
    }
}

/// Lays the layers of `shape` over each other.
pub(super) fn resolve<const FULL: bool>(shape: &'static Shape) -> Flat {
    layers::<FULL>(shape, true)
}

/// The same; `null`: whether what may be `null` says so.
pub(super) fn layers<const FULL: bool>(shape: &'static Shape, null: bool) -> Flat {
    let mut flat = shape.base.map_or(Flat::EMPTY, |base| layers::<FULL>(base, null));
    for keyword in shape.keywords {
        let silent = !null && matches!(keyword, Keyword::Nullable);
        if !plain(&mut flat, keyword) && FULL && !silent {
            apply(&mut flat, keyword, shape);
        }
    }
    flat
}

/// What [`super::engine`] takes for simple; whether it was that.
fn plain(flat: &mut Flat, keyword: &'static Keyword) -> bool {
    match *keyword {
        Keyword::Type(types) => flat.types = types,
        Keyword::Format(format) => flat.format = Some(format),
        // A bound on what is no number, or behind a name, states nothing, as with schemars.
        Keyword::Minimum(_) | Keyword::Maximum(_) if !flat.types.has(Types::INTEGER.with(Types::NUMBER)) => {}
        Keyword::Minimum(bound) => flat.minimum = Some(bound),
        Keyword::Maximum(bound) => flat.maximum = Some(bound),
        Keyword::MinLength(n) => length(flat, Some(n), None),
        Keyword::MaxLength(n) => length(flat, None, Some(n)),
        Keyword::Fraction(parse) => flat.fraction = Some(parse),
        Keyword::Items(items) => flat.items = Some(items),
        Keyword::Closed => flat.closed = true,
        Keyword::Members(members) => flat.members.extend(members.iter().map(|member| (member, false))),
        Keyword::OneOf(names) => flat.names = Some(names),
        Keyword::Description(text) => flat.description = Some(text),
        _ => return false,
    }
    true
}

fn apply(flat: &mut Flat, keyword: &'static Keyword, shape: &'static Shape) {
    match *keyword {
        Keyword::Above(bound) => flat.above = Some(bound),
        Keyword::Below(bound) => flat.below = Some(bound),
        Keyword::MultipleOf(ref multiple) => flat.multiple = Some(*multiple),
        Keyword::MinItems(n) => flat.min_items = Some(n),
        Keyword::MaxItems(n) => flat.max_items = Some(n),
        Keyword::Pattern(_) if !flat.types.has(Types::STRING) => {}
        Keyword::Pattern(pattern) => flat.pattern = Some(pattern),
        Keyword::Tuple(items) => flat.tuple = items,
        Keyword::Unique(unique) => flat.unique = Some(unique),
        Keyword::Values(values) => flat.values = Some(values),
        Keyword::Flatten(inner, optional) => flatten(flat, inner, optional),
        Keyword::Tag(name, value) => tag(flat, name, value),
        Keyword::Const(name) => flat.constant = Some(name),
        Keyword::Choice(choice) => flat.choice = Some(choice),
        Keyword::Ref(named) => flat.reference = Some(named),
        Keyword::Nullable => nullable(flat, shape),
        Keyword::Never => flat.never = true,
        Keyword::Title(title) => flat.title = Some(title),
        Keyword::Default(text) => flat.default = Some(Default::Text(text)),
        Keyword::DefaultOf(write) => flat.default = Some(Default::Of(write)),
        Keyword::Examples(texts) => flat.examples = Some(Examples::Texts(texts)),
        Keyword::ExamplesOf(all) => flat.examples = Some(Examples::Of(all)),
        Keyword::Deprecated => flat.deprecated = true,
        Keyword::WriteOnly => flat.write_only = true,
        Keyword::Header(name) => flat.header = Some(name),
        Keyword::Foreign(foreign) => flat.foreign = Some(foreign),
        Keyword::Verbatim(text) => flat.verbatim = Some(text),
        _ => {}
    }
}

/// A length bounds what the type says: characters of a string, items of an array.
fn length(flat: &mut Flat, min: Option<u32>, max: Option<u32>) {
    if flat.types.has(Types::STRING) {
        flat.min_length = min.or(flat.min_length);
        flat.max_length = max.or(flat.max_length);
    }
    if flat.types.has(Types::ARRAY) {
        flat.min_items = min.or(flat.min_items);
        flat.max_items = max.or(flat.max_items);
    }
}

/// `null` joins the types; what has no types of its own becomes one of two alternatives.
fn nullable(flat: &mut Flat, shape: &'static Shape) {
    if flat.or_null.is_some() {
        return;
    }
    if flat.reference.is_some() || flat.choice.is_some() || flat.foreign.is_some() || flat.verbatim.is_some()
    {
        *flat = Flat { or_null: shape.base, ..Flat::EMPTY };
    } else if flat.never {
        *flat = Flat { types: Types::NULL, ..Flat::EMPTY };
    } else {
        flat.null = true;
        if !flat.types.is_empty() {
            flat.types = flat.types.with(Types::NULL);
        }
    }
}

/// The members of `inner` join those of the object, unknown ones are its business.
fn flatten(flat: &mut Flat, inner: &'static Shape, optional: bool) {
    let inner = body(inner);
    flat.members.extend(inner.members.iter().map(|(member, missing)| (*member, *missing || optional)));
    flat.values = flat.values.or(inner.values);
    flat.title = flat.title.or(inner.title);
    flat.description = flat.description.or(inner.description);
    flat.examples = flat.examples.or(inner.examples);
    flat.deprecated |= inner.deprecated;
}

/// What is behind a name or an option.
fn body(shape: &'static Shape) -> Flat {
    let flat = resolve::<true>(shape);
    match (flat.reference, flat.or_null) {
        (Some(named), _) => body((named.shape)()),
        (None, Some(inner)) => body(inner),
        (None, None) => flat,
    }
}

/// An object gets a member that tells it apart. A closed object must state the member itself.
fn tag(flat: &mut Flat, name: &'static str, value: &'static str) {
    if let Some(named) = flat.reference {
        let inner = resolve::<true>((named.shape)());
        if inner.closed || inner.types == Types::NULL {
            *flat = inner;
        }
    }
    flat.types = Types::OBJECT;
    flat.tag = Some((name, value));
}
