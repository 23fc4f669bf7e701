//! Floats, apart from the rest so that only shapes with fractions link their parsing and formatting.

use alloc::format;

use super::Bound;
use super::number::whole;
use crate::json::Writer;

/// Reads a number; `None` when it is too large.
pub(crate) fn parse_float(text: &str) -> Option<f64> {
    text.parse().ok().filter(|x: &f64| x.is_finite())
}

/// Writes a number so that it stays recognizable as a float (`1.0`), as serde_json does; `null` when JSON has no
/// such number.
pub fn write_float(w: &mut Writer, value: f64) {
    if value.is_finite() { w.raw(&format!("{value:?}")) } else { w.null() }
}

/// As [`write_float`], with the digits that a single-precision value needs.
pub(super) fn write_single(w: &mut Writer, value: f32) {
    if value.is_finite() { w.raw(&format!("{value:?}")) } else { w.null() }
}

/// Whether a JSON number is a multiple of `of`.
pub fn is_multiple(text: &str, of: Bound) -> bool {
    let of = match of {
        Bound::Integer(of) => {
            if let Some(size) = whole(text).and_then(|n| n.size) {
                return size.checked_rem(of.unsigned_abs()) == Some(0);
            }
            of as f64
        }
        Bound::Float(of, _) => of,
    };
    // As exact as the jsonschema crate: the remainder in binary, and where that is not 0 in decimal.
    parse_float(text).is_some_and(|n| n % of == 0.0 || decimal_multiple(n, of))
}

/// Whether the shortest decimal forms divide: `0.3` is a multiple of `0.1`.
fn decimal_multiple(n: f64, of: f64) -> bool {
    let (Some(n), Some(of)) = (decimal(n), decimal(of)) else { return false };
    let scale = n.1.max(of.1);
    let scaled = |(digits, places): (i128, u32)| digits.checked_mul(10i128.checked_pow(scale - places)?);
    match (scaled(n), scaled(of)) {
        (Some(n), Some(of)) => n.checked_rem(of) == Some(0),
        _ => false,
    }
}

fn decimal(n: f64) -> Option<(i128, u32)> {
    let text = format!("{n}");
    let (before, after) = text.split_once('.').unwrap_or((&text, ""));
    Some((format!("{before}{after}").parse().ok()?, u32::try_from(after.len()).ok()?))
}
