//! JSON that stays JSON.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::string::{String, ToString};

use serde_json::value::{RawValue, Value};
use serde_json::{Map, Number};

use crate::json::{JsonKind, Reader, Writer};
use crate::schema::{FromJson, Keyword, Mismatch, Schema, Shape, ToJson, Types, parse_float, read::expect};

fn malformed() -> Mismatch {
    Mismatch::new("is not acceptable JSON")
}

/// Reads the next value with serde.
///
/// # Errors
/// serde does not accept the value; its message becomes that of the mismatch.
pub fn from_serde<T: serde::de::DeserializeOwned>(r: &mut Reader<'_>) -> Result<T, Mismatch> {
    serde_json::from_str(r.raw()?).map_err(|e| Mismatch::with_text(e.to_string()))
}

/// Writes a value with serde; `null` when serde refuses to.
pub fn to_serde<T: serde::Serialize + ?Sized>(value: &T, w: &mut Writer) {
    w.raw(serde_json::to_string(value).as_deref().unwrap_or("null"));
}

macro_rules! through_serde {
    ($($type:ty, $shape:expr, $kind:expr;)+) => {$(
        impl Schema for $type {
            const SHAPE: Shape = $shape;
        }
        impl FromJson for $type {
            fn from_json(r: &mut Reader<'_>) -> Result<Self, Mismatch> {
                let kind: Option<JsonKind> = $kind;
                if let Some(kind) = kind {
                    expect(r, kind)?;
                }
                serde_json::from_str(r.raw()?).map_err(|_| malformed())
            }
        }
        impl ToJson for $type {
            fn to_json(&self, w: &mut Writer) {
                to_serde(self, w);
            }
        }
    )+};
}

through_serde! {
    Value, Shape::ANY, None;
    Map<String, Value>,
        Shape::of(&[Keyword::Type(Types::OBJECT), Keyword::Values(&Shape::ANY)]), Some(JsonKind::Object);
    Number,
        Shape::of(&[Keyword::Type(Types::NUMBER), Keyword::Fraction(parse_float)]), Some(JsonKind::Number);
}

impl Schema for Box<RawValue> {
    const SHAPE: Shape = Shape::ANY;
}

impl FromJson for Box<RawValue> {
    fn from_json(r: &mut Reader<'_>) -> Result<Self, Mismatch> {
        RawValue::from_string(r.raw()?.to_owned()).map_err(|_| malformed())
    }
}

impl ToJson for Box<RawValue> {
    fn to_json(&self, w: &mut Writer) {
        w.raw(self.get());
    }
}
