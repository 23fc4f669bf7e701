//! The functions that generated code calls to read objects. Only those that build a value are generic.

use alloc::borrow::Cow;
use alloc::string::String;

use super::{FromJson, Keyword, Member, Mismatch, Shape};
use crate::json::{JsonKind, Reader, Writer};

/// Fills `slots`, one for each of `members`, with the text of the members of the object in `text`.
///
/// # Errors
/// The text is not an object, a member stands twice, or (when `closed`) a member is unknown.
pub fn split<'a>(
    text: &'a str,
    members: &[Member],
    closed: bool,
    slots: &mut [Option<&'a str>],
) -> Result<(), Mismatch> {
    let mut r = Reader::new(text);
    expect(&mut r, JsonKind::Object)?;
    let mut object = r.object()?;
    while let Some(key) = object.next(&mut r)? {
        let value = r.raw()?;
        match members.iter().zip(slots.iter_mut()).find(|(member, _)| member.is(&key)) {
            Some((_, Some(_))) => return Err(Mismatch::duplicate(&key)),
            Some((_, slot)) => *slot = Some(value),
            None if closed => return Err(Mismatch::unknown(&key)),
            None => {}
        }
    }
    Ok(())
}

/// Reads a whole text as a `T`, which is the member `name` of something.
///
/// # Errors
/// The value does not fit; the pointer starts with `name`.
fn read<T: FromJson>(text: &str, name: &str) -> Result<T, Mismatch> {
    T::from_json(&mut Reader::new(text)).map_err(|m| m.at_key(name))
}

/// Reads a whole text as a `T`; one that does not fit is absent when that is `allowed`.
///
/// # Errors
/// The value does not fit.
pub fn whole_or_absent<T: FromJson>(text: &str, allowed: bool) -> Result<T, Mismatch> {
    let value = T::from_json(&mut Reader::new(text));
    match (value, allowed) {
        (Err(mismatch), true) => T::absent().ok_or(mismatch),
        (value, _) => value,
    }
}

/// Reads a slot; an empty one is what [`FromJson::absent`] says.
///
/// # Errors
/// The slot is empty and must not be, or its value does not fit.
pub fn take<T: FromJson>(slot: Option<&str>, name: &str) -> Result<T, Mismatch> {
    match slot {
        Some(text) => read(text, name),
        None => T::absent().ok_or_else(|| Mismatch::missing(name)),
    }
}

/// Reads a slot; an empty one is what `default` makes.
///
/// # Errors
/// The value does not fit.
pub fn take_or<T: FromJson>(
    slot: Option<&str>,
    name: &str,
    default: impl FnOnce() -> T,
) -> Result<T, Mismatch> {
    slot.map_or_else(|| Ok(default()), |text| read(text, name))
}

/// Reads the item at `index` of a tuple.
///
/// # Errors
/// There is no such item, or its value does not fit.
pub fn item<T: FromJson>(
    r: &mut Reader<'_>,
    items: &mut crate::json::ArrayReader,
    index: usize,
) -> Result<T, Mismatch> {
    if !items.next(r)? {
        return Err(Mismatch::new("has too few items"));
    }
    T::from_json(r).map_err(|m| m.at_index(index))
}

/// Succeeds when no item of a tuple is left.
///
/// # Errors
/// Another item follows.
pub fn no_item(r: &mut Reader<'_>, items: &mut crate::json::ArrayReader) -> Result<(), Mismatch> {
    if items.next(r)? { Err(Mismatch::new("has too many items")) } else { Ok(()) }
}

/// Fails when the next value is of another kind.
///
/// # Errors
/// `must be a string` and the like.
pub fn expect(r: &mut Reader<'_>, kind: JsonKind) -> Result<(), Mismatch> {
    if r.peek()? == kind { Ok(()) } else { Err(Mismatch::new(wanted(kind))) }
}

pub(super) const fn wanted(kind: JsonKind) -> &'static str {
    match kind {
        JsonKind::Null => "must be null",
        JsonKind::Boolean => "must be a boolean",
        JsonKind::Number => "must be a number",
        JsonKind::String => "must be a string",
        JsonKind::Array => "must be an array",
        JsonKind::Object => "must be an object",
    }
}

/// The object in `text` without the members of `known` (names and aliases).
///
/// # Errors
/// The text is not an object.
pub fn leftover(text: &str, known: &[Member]) -> Result<String, Mismatch> {
    keep(text, &|key| !known.iter().any(|member| member.is(key)))
}

/// The members of the object `rest` that belong to a flattened field of type `shape`. They are removed from `rest`.
///
/// # Errors
/// The text is not an object.
pub fn flattened(rest: &mut String, shape: &Shape) -> Result<String, Mismatch> {
    if open(shape) {
        return Ok(rest.clone());
    }
    let part = keep(rest, &|key| knows(shape, key))?;
    *rest = keep(rest, &|key| !knows(shape, key))?;
    Ok(part)
}

fn keep(text: &str, wanted: &dyn Fn(&str) -> bool) -> Result<String, Mismatch> {
    let mut r = Reader::new(text);
    expect(&mut r, JsonKind::Object)?;
    let mut w = Writer::with_capacity(text.len());
    w.begin_object();
    let mut members = r.object()?;
    while let Some(key) = members.next(&mut r)? {
        let value = r.raw()?;
        if wanted(&key) {
            w.key(&key).raw(value);
        }
    }
    w.end_object();
    Ok(w.into_text())
}

fn open(shape: &Shape) -> bool {
    shape.keywords.iter().any(|keyword| match keyword {
        Keyword::Values(_) => true,
        Keyword::Ref(named) => open((named.shape)()),
        Keyword::Flatten(inner, _) => open(inner),
        _ => false,
    }) || shape.base.is_some_and(open)
}

fn knows(shape: &Shape, key: &str) -> bool {
    shape.keywords.iter().any(|keyword| match keyword {
        Keyword::Members(members) => members.iter().any(|member| member.is(key)),
        Keyword::Tag(name, _) => *name == key,
        Keyword::Ref(named) => knows((named.shape)(), key),
        Keyword::Flatten(inner, _) => knows(inner, key),
        _ => false,
    }) || shape.base.is_some_and(|base| knows(base, key))
}

/// The string in the member `name` of the object in `text`.
///
/// # Errors
/// The text is not an object, or has no such string.
pub fn tag<'a>(text: &'a str, name: &str) -> Result<Cow<'a, str>, Mismatch> {
    let mut r = Reader::new(text);
    expect(&mut r, JsonKind::Object)?;
    let mut members = r.object()?;
    while let Some(key) = members.next(&mut r)? {
        if key == name {
            expect(&mut r, JsonKind::String).map_err(|m| m.at_key(name))?;
            return Ok(r.string()?);
        }
        r.skip()?;
    }
    Err(Mismatch::missing(name))
}

/// The name and content of an externally tagged alternative: a string, or an object of one member.
///
/// # Errors
/// The value is neither.
pub fn external<'a>(r: &mut Reader<'a>) -> Result<(Cow<'a, str>, Option<&'a str>), Mismatch> {
    const NEITHER: &str = "must be a string or an object with one member";
    match r.peek()? {
        JsonKind::String => Ok((r.string()?, None)),
        JsonKind::Object => {
            let mut members = r.object()?;
            let name = members.next(r)?.ok_or_else(|| Mismatch::new(NEITHER))?;
            let content = r.raw()?;
            match members.next(r)? {
                None => Ok((name, Some(content))),
                Some(_) => Err(Mismatch::new(NEITHER)),
            }
        }
        _ => Err(Mismatch::new(NEITHER)),
    }
}

/// The tag and the content of an adjacently tagged alternative.
///
/// # Errors
/// The text is not an object, has no tag that is a string, or (when `closed`) has another member.
pub fn adjacent<'a>(
    text: &'a str,
    name: &'static str,
    content: &'static str,
    closed: bool,
) -> Result<(Cow<'a, str>, Option<&'a str>), Mismatch> {
    let member = |name| Member { name, aliases: &[], required: true, shape: Shape::ANY };
    let mut slots = [None; 2];
    split(text, &[member(name), member(content)], closed, &mut slots)?;
    let [_, content] = slots;
    Ok((tag(text, name)?, content))
}

/// The mismatch of a value that is none of the alternatives.
pub fn no_variant() -> Mismatch {
    Mismatch::new("is not one of the alternatives")
}

impl Member {
    /// Whether `key` is the name or an alias.
    pub(crate) fn is(&self, key: &str) -> bool {
        self.name == key || self.aliases.contains(&key)
    }
}
