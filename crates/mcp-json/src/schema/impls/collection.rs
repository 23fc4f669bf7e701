//! Options, boxes, sequences, sets and maps.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use crate::json::{JsonKind, Reader, Writer};
use crate::schema::{FromJson, Keyword, Mismatch, Schema, Shape, ToJson, Types, read::expect, unique};

impl<T: Schema> Schema for Option<T> {
    const SHAPE: Shape = Shape::over(&T::SHAPE, &[Keyword::Nullable]);
    const OPTIONAL: bool = true;
}

impl<T: FromJson> FromJson for Option<T> {
    fn from_json(r: &mut Reader<'_>) -> Result<Self, Mismatch> {
        if r.peek()? == JsonKind::Null {
            r.null()?;
            return Ok(None);
        }
        T::from_json(r).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: ToJson> ToJson for Option<T> {
    fn to_json(&self, w: &mut Writer) {
        match self {
            Some(value) => value.to_json(w),
            None => w.null(),
        }
    }
}

impl<T: Schema> Schema for Box<T> {
    const SHAPE: Shape = T::SHAPE;
    const OPTIONAL: bool = T::OPTIONAL;
}

impl<T: FromJson> FromJson for Box<T> {
    fn from_json(r: &mut Reader<'_>) -> Result<Self, Mismatch> {
        T::from_json(r).map(Self::new)
    }

    fn absent() -> Option<Self> {
        T::absent().map(Self::new)
    }
}

impl<T: ToJson> ToJson for Box<T> {
    fn to_json(&self, w: &mut Writer) {
        (**self).to_json(w);
    }
}

/// Hands the items of an array to `push`, one after the other.
fn each(
    r: &mut Reader<'_>,
    push: &mut dyn FnMut(&mut Reader<'_>) -> Result<(), Mismatch>,
) -> Result<(), Mismatch> {
    expect(r, JsonKind::Array)?;
    let mut items = r.array()?;
    let mut index = 0;
    while items.next(r)? {
        push(r).map_err(|m| m.at_index(index))?;
        index += 1;
    }
    Ok(())
}

/// Hands the members of an object to `push`, one after the other.
pub(super) fn each_member(
    r: &mut Reader<'_>,
    push: &mut dyn FnMut(String, &mut Reader<'_>) -> Result<bool, Mismatch>,
) -> Result<(), Mismatch> {
    expect(r, JsonKind::Object)?;
    let mut members = r.object()?;
    while let Some(key) = members.next(r)? {
        if !push(key.clone().into_owned(), r).map_err(|m| m.at_key(&key))? {
            return Err(Mismatch::duplicate(&key));
        }
    }
    Ok(())
}

pub(super) fn write_all<'a, T: ToJson + 'a>(w: &mut Writer, items: impl Iterator<Item = &'a T>) {
    w.begin_array();
    for item in items {
        item.to_json(w);
    }
    w.end_array();
}

pub(super) fn write_map<'a, T: ToJson + 'a>(
    w: &mut Writer,
    members: impl Iterator<Item = (&'a String, &'a T)>,
) {
    w.begin_object();
    for (key, value) in members {
        value.to_json(w.key(key));
    }
    w.end_object();
}

impl<T: Schema> Schema for Vec<T> {
    const SHAPE: Shape = Shape::of(&[Keyword::Type(Types::ARRAY), Keyword::Items(&T::SHAPE)]);
}

impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(r: &mut Reader<'_>) -> Result<Self, Mismatch> {
        let mut all = Self::new();
        each(r, &mut |r| {
            all.push(T::from_json(r)?);
            Ok(())
        })?;
        Ok(all)
    }
}

impl<T: ToJson> ToJson for Vec<T> {
    fn to_json(&self, w: &mut Writer) {
        write_all(w, self.iter());
    }
}

impl<T: ToJson> ToJson for [T] {
    fn to_json(&self, w: &mut Writer) {
        write_all(w, self.iter());
    }
}

impl<T: Schema, const N: usize> Schema for [T; N] {
    const SHAPE: Shape = if N == 0 {
        Shape::of(&[Keyword::Type(Types::ARRAY), Keyword::MaxItems(0)])
    } else {
        Shape::of(
            const {
                &[
                    Keyword::Type(Types::ARRAY),
                    Keyword::Items(&T::SHAPE),
                    Keyword::MinItems(N as u32),
                    Keyword::MaxItems(N as u32),
                ]
            },
        )
    };
}

impl<T: FromJson, const N: usize> FromJson for [T; N] {
    fn from_json(r: &mut Reader<'_>) -> Result<Self, Mismatch> {
        Self::try_from(Vec::from_json(r)?).map_err(|all| {
            Mismatch::new(if all.len() < N { "has too few items" } else { "has too many items" })
        })
    }
}

impl<T: ToJson, const N: usize> ToJson for [T; N] {
    fn to_json(&self, w: &mut Writer) {
        write_all(w, self.iter());
    }
}

impl<T: Schema> Schema for BTreeSet<T> {
    const SHAPE: Shape =
        Shape::of(&[Keyword::Type(Types::ARRAY), Keyword::Unique(unique), Keyword::Items(&T::SHAPE)]);
}

impl<T: FromJson + Ord> FromJson for BTreeSet<T> {
    fn from_json(r: &mut Reader<'_>) -> Result<Self, Mismatch> {
        let mut all = Self::new();
        each(r, &mut |r| {
            all.insert(T::from_json(r)?);
            Ok(())
        })?;
        Ok(all)
    }
}

impl<T: ToJson> ToJson for BTreeSet<T> {
    fn to_json(&self, w: &mut Writer) {
        write_all(w, self.iter());
    }
}

impl<T: Schema> Schema for BTreeMap<String, T> {
    const SHAPE: Shape = Shape::of(&[Keyword::Type(Types::OBJECT), Keyword::Values(&T::SHAPE)]);
}

impl<T: FromJson> FromJson for BTreeMap<String, T> {
    fn from_json(r: &mut Reader<'_>) -> Result<Self, Mismatch> {
        let mut all = Self::new();
        each_member(r, &mut |key, r| Ok(all.insert(key, T::from_json(r)?).is_none()))?;
        Ok(all)
    }
}

impl<T: ToJson> ToJson for BTreeMap<String, T> {
    fn to_json(&self, w: &mut Writer) {
        write_map(w, self.iter());
    }
}
