//! Integers.
//!
//! `int32` and `int64` are the formats that OpenAPI has; validators warn of any other, so bounds say the rest. The
//! bounds beyond 64 bits, and those of `usize` and `isize`, which depend on the target, are left to reading.

use alloc::string::ToString;

use crate::json::{JsonKind, Reader, Writer};
use crate::schema::number::{Whole, whole};
use crate::schema::{Bound, FromJson, Keyword, Mismatch, Schema, Shape, ToJson, Types, read::expect};

fn text<'a>(r: &mut Reader<'a>) -> Result<(&'a str, Whole), Mismatch> {
    expect(r, JsonKind::Number)?;
    let text = r.number()?;
    whole(text).map(|whole| (text, whole)).ok_or_else(|| Mismatch::new("must be a whole number"))
}

fn range() -> Mismatch {
    Mismatch::new("is out of range")
}

fn signed(r: &mut Reader<'_>, min: i64, max: i64) -> Result<i64, Mismatch> {
    text(r)?.1.to_i64().filter(|n| *n >= min && *n <= max).ok_or_else(range)
}

fn unsigned(r: &mut Reader<'_>, max: u64) -> Result<u64, Mismatch> {
    text(r)?.1.to_u64().filter(|n| *n <= max).ok_or_else(range)
}

macro_rules! integer {
    ($($type:ty, $via:ty, $read:expr, $write:ident, [$($keyword:expr),*];)+) => {$(
        impl Schema for $type {
            const SHAPE: Shape = Shape::of(&[Keyword::Type(Types::INTEGER), $($keyword),*]);
        }
        impl FromJson for $type {
            fn from_json(r: &mut Reader<'_>) -> Result<Self, Mismatch> {
                let read: fn(&mut Reader<'_>) -> Result<$via, Mismatch> = $read;
                Ok(read(r)? as Self)
            }
        }
        impl ToJson for $type {
            fn to_json(&self, w: &mut Writer) {
                w.$write(*self as $via);
            }
        }
    )+};
}

use Keyword::{Format, Maximum, Minimum};

const ZERO: Keyword = Minimum(Bound::Integer(0));

integer! {
    i8, i64, |r| signed(r, -0x80, 0x7f), integer,
        [Minimum(Bound::Integer(-0x80)), Maximum(Bound::Integer(0x7f))];
    i16, i64, |r| signed(r, -0x8000, 0x7fff), integer,
        [Minimum(Bound::Integer(-0x8000)), Maximum(Bound::Integer(0x7fff))];
    i32, i64, |r| signed(r, i32::MIN as i64, i32::MAX as i64), integer, [Format("int32")];
    i64, i64, |r| signed(r, i64::MIN, i64::MAX), integer, [Format("int64")];
    isize, i64, |r| signed(r, isize::MIN as i64, isize::MAX as i64), integer, [];
    u8, u64, |r| unsigned(r, 0xff), unsigned, [ZERO, Maximum(Bound::Integer(0xff))];
    u16, u64, |r| unsigned(r, 0xffff), unsigned, [ZERO, Maximum(Bound::Integer(0xffff))];
    u32, u64, |r| unsigned(r, u32::MAX as u64), unsigned, [ZERO, Maximum(Bound::Integer(0xffff_ffff))];
    u64, u64, |r| unsigned(r, u64::MAX), unsigned, [ZERO];
    usize, u64, |r| unsigned(r, usize::MAX as u64), unsigned, [ZERO];
}

macro_rules! wide {
    ($($type:ty, [$($keyword:expr),*];)+) => {$(
        impl Schema for $type {
            const SHAPE: Shape = Shape::of(&[Keyword::Type(Types::INTEGER), $($keyword),*]);
        }
        impl FromJson for $type {
            fn from_json(r: &mut Reader<'_>) -> Result<Self, Mismatch> {
                let (text, whole) = text(r)?;
                match (whole.to_i64(), whole.to_u64()) {
                    (Some(n), _) => Self::try_from(n).map_err(|_| range()),
                    (_, Some(n)) => Ok(Self::from(n)),
                    _ => text.parse().map_err(|_| range()),
                }
            }
        }
        impl ToJson for $type {
            fn to_json(&self, w: &mut Writer) {
                w.raw(&self.to_string());
            }
        }
    )+};
}

wide! {
    i128, [];
    u128, [ZERO];
}
