//! Why a value fits none of several alternatives, said so that a model can mend it: the values that are allowed, the types, or
//! what is wrong with the alternative that the value comes nearest to.

use alloc::string::String;
use alloc::vec::Vec;

use super::resolve::{Flat, resolve};
use super::{Choice, Mismatch, Shape, Types};
use crate::json::{JsonKind, Reader, Writer};

/// How many names and alternatives are followed to see what is behind an alternative.
const DEPTH: u32 = 8;

/// An alternative that did not fit, and why.
pub(super) type Failure = (&'static Shape, Mismatch);

/// The mismatch of the value that `r` is at, which fits none of `failures`.
pub(super) fn nearest(failures: Vec<Failure>, r: &Reader<'_>) -> Mismatch {
    let Ok(kind) = r.clone().peek().map(type_of) else { return super::no_variant() };
    let mut near = Vec::new();
    let mut all = Admitted::default();
    for (shape, mismatch) in failures {
        let mut one = Admitted::default();
        one.add(shape, DEPTH);
        all.types = all.types.with(one.types);
        if one.any || one.types.has(kind) {
            all.names.extend(one.names.iter().copied());
            all.free |= one.free;
            near.push((one, mismatch));
        }
    }
    if kind.is(Types::STRING) && !all.names.is_empty() && !all.free {
        let others = all.types.without(Types::STRING);
        if others.is_empty() {
            return one_of(&all.names);
        }
        return one_of(&all.names).and_text(" or ").and_text(&types_text(others));
    }
    if let Some(mismatch) = unknown_variant(&near) {
        return mismatch;
    }
    let mut best: Option<((bool, usize, usize), Mismatch)> = None;
    for (admitted, mismatch) in near {
        let rank = rank(&admitted, &mismatch, r);
        if best.as_ref().is_none_or(|(other, _)| rank > *other) {
            best = Some((rank, mismatch));
        }
    }
    match best {
        Some((_, mismatch)) => mismatch,
        None if all.types.is_empty() => super::no_variant(),
        None => must_be(all.types),
    }
}

/// What an alternative admits, without a look at the value.
#[derive(Default)]
struct Admitted {
    types: Types,
    /// Nothing is known of its type.
    any: bool,
    /// The strings that it names.
    names: Vec<&'static str>,
    /// Strings that are not named fit too.
    free: bool,
    /// The keys of its members.
    keys: Vec<&'static str>,
    /// The single member that an externally tagged variant has.
    variant: Option<&'static str>,
}

impl Admitted {
    fn add(&mut self, shape: &'static Shape, depth: u32) {
        let flat = resolve::<true>(shape);
        if depth == 0 || flat.foreign.is_some() || flat.verbatim.is_some() {
            self.any = true;
            self.free = true;
            return;
        }
        if let Some(named) = flat.reference {
            self.add((named.shape)(), depth - 1);
        }
        if let Some(inner) = flat.or_null {
            self.types = self.types.with(Types::NULL);
            self.add(inner, depth - 1);
        }
        if let Some(choice) = flat.choice {
            choice.of.iter().for_each(|shape| self.add(shape, depth - 1));
        }
        self.own(&flat);
    }

    fn own(&mut self, flat: &Flat) {
        self.types = self.types.with(flat.types);
        let behind = flat.reference.is_some() || flat.or_null.is_some() || flat.choice.is_some();
        self.any |= flat.types.is_empty() && !behind && !flat.never;
        self.names.extend(flat.names.unwrap_or_default());
        self.names.extend(flat.constant);
        self.free |= flat.types.has(Types::STRING) && flat.names.is_none() && flat.constant.is_none();
        self.keys.extend(flat.tag.map(|(name, _)| name));
        self.keys.extend(flat.members.iter().map(|(member, _)| member.name));
        if let ([(member, false)], true) = (flat.members.as_slice(), flat.closed && flat.tag.is_none()) {
            self.variant = member.required.then_some(member.name);
        }
    }
}

/// The list of variants, for an object that names none of them.
fn unknown_variant(near: &[(Admitted, Mismatch)]) -> Option<Mismatch> {
    let (_, first) = near.first()?;
    let mut names = Vec::new();
    for (admitted, mismatch) in near {
        names.push(
            admitted.variant.filter(|_| mismatch.is_unknown() && mismatch.pointer() == first.pointer())?,
        );
    }
    (names.len() > 1).then(|| one_of(&names).at(first))
}

/// The larger, the nearer: a value that is wrong counts more than a member that is missing or unknown, then its depth, then how
/// many members are those of the alternative.
fn rank(admitted: &Admitted, mismatch: &Mismatch, r: &Reader<'_>) -> (bool, usize, usize) {
    let depth = mismatch.pointer().bytes().filter(|byte| *byte == b'/').count();
    let misplaced = depth == 1 && (mismatch.is_missing() || mismatch.is_unknown());
    (!misplaced, depth, shared(admitted, r))
}

fn shared(admitted: &Admitted, r: &Reader<'_>) -> usize {
    let mut r = r.clone();
    let mut count = 0;
    if let Ok(mut object) = r.object() {
        while let Ok(Some(key)) = object.next(&mut r) {
            count += usize::from(admitted.keys.contains(&&*key));
            if r.skip().is_err() {
                break;
            }
        }
    }
    count
}

const fn type_of(kind: JsonKind) -> Types {
    match kind {
        JsonKind::Null => Types::NULL,
        JsonKind::Boolean => Types::BOOLEAN,
        JsonKind::Number => Types::INTEGER.with(Types::NUMBER),
        JsonKind::String => Types::STRING,
        JsonKind::Array => Types::ARRAY,
        JsonKind::Object => Types::OBJECT,
    }
}

/// The alternative that the member `tag` of the object `text` selects.
pub(super) fn tagged(choice: &Choice, tag: &str, text: &str) -> Result<&'static Shape, Mismatch> {
    let value = super::tag(text, tag)?;
    let mut values = Vec::new();
    for shape in choice.of {
        match resolve::<true>(shape).tag {
            Some((_, expected)) if value == expected => return Ok(shape),
            expected => values.extend(expected.map(|(_, value)| value)),
        }
    }
    Err(one_of(&values).at_key(tag))
}

/// `must be a string or null` and the like.
pub(super) fn must_be(types: Types) -> Mismatch {
    Mismatch::new("must be ").and_text(&types_text(types))
}

fn types_text(types: Types) -> String {
    let mut text = String::new();
    for (one, name) in &Types::NAMES {
        if !types.has(*one) {
            continue;
        }
        if !text.is_empty() {
            text.push_str(" or ");
        }
        text.push_str(match *one {
            Types::NULL => "",
            Types::INTEGER => "a whole ",
            Types::ARRAY | Types::OBJECT => "an ",
            _ => "a ",
        });
        text.push_str(if one.is(Types::INTEGER) { "number" } else { name });
    }
    text
}

pub(super) fn one_of(names: &[&str]) -> Mismatch {
    let mut text = String::from(if names.len() == 1 { "must be " } else { "must be one of " });
    for (at, name) in names.iter().enumerate() {
        if at > 0 {
            text.push_str(", ");
        }
        let mut w = Writer::default();
        w.string(name);
        text.push_str(w.text());
    }
    Mismatch::with_text(text)
}
