//! Booleans, floats, strings and nothing.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;

use crate::json::{JsonKind, Reader, Writer};
use crate::schema::float::write_single;
use crate::schema::{
    FromJson, Keyword, Mismatch, Schema, Shape, ToJson, Types, parse_float, read::expect, write_float,
};

impl Schema for bool {
    const SHAPE: Shape = Shape::of(&[Keyword::Type(Types::BOOLEAN)]);
}

impl FromJson for bool {
    fn from_json(r: &mut Reader<'_>) -> Result<Self, Mismatch> {
        expect(r, JsonKind::Boolean)?;
        Ok(r.boolean()?)
    }
}

impl ToJson for bool {
    fn to_json(&self, w: &mut Writer) {
        w.boolean(*self);
    }
}

impl Schema for () {
    const SHAPE: Shape = Shape::NULL;
}

impl FromJson for () {
    fn from_json(r: &mut Reader<'_>) -> Result<Self, Mismatch> {
        expect(r, JsonKind::Null)?;
        Ok(r.null()?)
    }
}

impl ToJson for () {
    fn to_json(&self, w: &mut Writer) {
        w.null();
    }
}

macro_rules! float {
    ($($type:ty, $format:literal, $write:expr;)+) => {$(
        impl Schema for $type {
            const SHAPE: Shape = Shape::of(&[
                Keyword::Type(Types::NUMBER),
                Keyword::Format($format),
                Keyword::Fraction(parse_float),
            ]);
        }
        impl FromJson for $type {
            fn from_json(r: &mut Reader<'_>) -> Result<Self, Mismatch> {
                expect(r, JsonKind::Number)?;
                let number: Option<Self> = r.number()?.parse().ok();
                number.filter(|x| x.is_finite()).ok_or_else(|| Mismatch::new("is out of range"))
            }
        }
        impl ToJson for $type {
            fn to_json(&self, w: &mut Writer) {
                $write(w, *self);
            }
        }
    )+};
}

float! {
    f32, "float", write_single;
    f64, "double", write_float;
}

const STRING: Shape = Shape::of(&[Keyword::Type(Types::STRING)]);

fn string<'a>(r: &mut Reader<'a>) -> Result<Cow<'a, str>, Mismatch> {
    expect(r, JsonKind::String)?;
    Ok(r.string()?)
}

macro_rules! text {
    ($($type:ty),+) => {$(
        impl Schema for $type {
            const SHAPE: Shape = STRING;
        }
        impl FromJson for $type {
            fn from_json(r: &mut Reader<'_>) -> Result<Self, Mismatch> {
                Ok(string(r)?.into_owned().into())
            }
        }
        impl ToJson for $type {
            fn to_json(&self, w: &mut Writer) {
                w.string(self);
            }
        }
    )+};
}

text!(String, Box<str>, Cow<'static, str>);

impl Schema for &str {
    const SHAPE: Shape = STRING;
}

impl ToJson for str {
    fn to_json(&self, w: &mut Writer) {
        w.string(self);
    }
}

impl<T: ToJson + ?Sized> ToJson for &T {
    fn to_json(&self, w: &mut Writer) {
        (**self).to_json(w);
    }
}

impl Schema for char {
    const SHAPE: Shape =
        Shape::of(&[Keyword::Type(Types::STRING), Keyword::MinLength(1), Keyword::MaxLength(1)]);
}

impl FromJson for char {
    fn from_json(r: &mut Reader<'_>) -> Result<Self, Mismatch> {
        let text = string(r)?;
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) => Ok(c),
            _ => Err(Mismatch::new("must be a single character")),
        }
    }
}

impl ToJson for char {
    fn to_json(&self, w: &mut Writer) {
        w.string(self.encode_utf8(&mut [0; 4]));
    }
}
