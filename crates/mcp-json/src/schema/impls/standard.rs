//! Hash maps and sets, which need std.

extern crate std;

use alloc::collections::BTreeSet;
use alloc::string::String;
use core::hash::{BuildHasher, Hash};
use std::collections::{HashMap, HashSet};

use super::collection::{each_member, write_all, write_map};
use crate::json::{Reader, Writer};
use crate::schema::{
    FormChoice, FormField, FromJson, Keyword, Mismatch, Schema, Shape, ToJson, Types, unique,
};

impl<T: Schema, S> Schema for HashMap<String, T, S> {
    const SHAPE: Shape = Shape::of(&[Keyword::Type(Types::OBJECT), Keyword::Values(&T::SHAPE)]);
}

impl<T: FromJson, S: BuildHasher + Default> FromJson for HashMap<String, T, S> {
    fn from_json(r: &mut Reader<'_>) -> Result<Self, Mismatch> {
        let mut all = Self::default();
        each_member(r, &mut |key, r| Ok(all.insert(key, T::from_json(r)?).is_none()))?;
        Ok(all)
    }
}

impl<T: ToJson, S> ToJson for HashMap<String, T, S> {
    fn to_json(&self, w: &mut Writer) {
        write_map(w, self.iter());
    }
}

impl<T: Schema, S> Schema for HashSet<T, S> {
    const SHAPE: Shape =
        Shape::of(&[Keyword::Type(Types::ARRAY), Keyword::Unique(unique), Keyword::Items(&T::SHAPE)]);
}

impl<T: FormChoice, S> FormField for HashSet<T, S> {}

impl<T: FromJson + Ord + Hash, S: BuildHasher + Default> FromJson for HashSet<T, S> {
    fn from_json(r: &mut Reader<'_>) -> Result<Self, Mismatch> {
        Ok(BTreeSet::from_json(r)?.into_iter().collect())
    }
}

impl<T: ToJson, S> ToJson for HashSet<T, S> {
    fn to_json(&self, w: &mut Writer) {
        write_all(w, self.iter());
    }
}
