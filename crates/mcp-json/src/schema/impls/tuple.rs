//! Tuples of up to six.

use crate::json::{JsonKind, Reader, Writer};
use crate::schema::read::{expect, item, no_item};
use crate::schema::{FromJson, Keyword, Mismatch, Schema, Shape, ToJson, Types};

macro_rules! tuples {
    ($($len:literal $($name:ident $at:tt)+;)+) => {$(
        impl<$($name: Schema),+> Schema for ($($name,)+) {
            const SHAPE: Shape = Shape::of(&[
                Keyword::Type(Types::ARRAY),
                Keyword::Tuple(&[$($name::SHAPE),+]),
                Keyword::MinItems($len),
                Keyword::MaxItems($len),
            ]);
        }
        impl<$($name: FromJson),+> FromJson for ($($name,)+) {
            fn from_json(r: &mut Reader<'_>) -> Result<Self, Mismatch> {
                expect(r, JsonKind::Array)?;
                let mut items = r.array()?;
                let all = ($(item::<$name>(r, &mut items, $at)?,)+);
                no_item(r, &mut items)?;
                Ok(all)
            }
        }
        impl<$($name: ToJson),+> ToJson for ($($name,)+) {
            fn to_json(&self, w: &mut Writer) {
                w.begin_array();
                $(self.$at.to_json(w);)+
                w.end_array();
            }
        }
    )+};
}

tuples! {
    1 A 0;
    2 A 0 B 1;
    3 A 0 B 1 C 2;
    4 A 0 B 1 C 2 D 3;
    5 A 0 B 1 C 2 D 3 E 4;
    6 A 0 B 1 C 2 D 3 E 4 F 5;
}
