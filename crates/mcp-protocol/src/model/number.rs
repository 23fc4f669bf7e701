//! JSON numbers held as `f64`: whole ones are written without a fraction, as JavaScript peers write them.

use serde::Serializer;

/// Up to here every whole number has an `f64` of its own.
const EXACT: f64 = 9_007_199_254_740_992.0;

pub(super) fn serialize<S: Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if (-EXACT..=EXACT).contains(number) {
        let whole = *number as i64;
        let back = whole as f64;
        if back.total_cmp(number).is_eq() {
            return serializer.serialize_i64(whole);
        }
    }
    serializer.serialize_f64(*number)
}

pub(super) fn serialize_some<S: Serializer>(number: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    match number {
        Some(number) => serialize(number, serializer),
        None => serializer.serialize_none(),
    }
}
