//! Numbers as text, without floats.

use core::cmp::Ordering;

/// A number with no fraction. Beyond 64 bits only its sign is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whole {
    pub negative: bool,
    /// `None` beyond 64 bits.
    pub size: Option<u64>,
}

impl Whole {
    pub(super) fn cmp(self, other: i64) -> Ordering {
        let Some(size) = self.size else {
            return if self.negative { Ordering::Less } else { Ordering::Greater };
        };
        match (self.negative && size != 0, other < 0) {
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => size.cmp(&other.unsigned_abs()),
            (true, true) => other.unsigned_abs().cmp(&size),
        }
    }

    pub(super) fn to_i64(self) -> Option<i64> {
        let size = self.size?;
        if self.negative { 0i64.checked_sub_unsigned(size) } else { i64::try_from(size).ok() }
    }

    pub(super) fn to_u64(self) -> Option<u64> {
        self.size.filter(|size| !self.negative || *size == 0)
    }
}

/// The parts of a JSON number: sign, digits before and after the point, exponent.
pub(super) struct NumberParts<'a> {
    pub(super) negative: bool,
    pub(super) before: &'a str,
    pub(super) after: &'a str,
    pub(super) exponent: i32,
}

pub(super) fn parts(text: &str) -> NumberParts<'_> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (digits, exponent) = cut(text, b"eE");
    let (before, after) = cut(digits, b".");
    NumberParts { negative, before, after, exponent: parse_exponent(exponent) }
}

/// What is before and after the first of `marks`, which are ASCII; without one, all is before it.
fn cut<'a>(text: &'a str, marks: &[u8]) -> (&'a str, &'a str) {
    let at = text.bytes().position(|byte| marks.contains(&byte)).unwrap_or(text.len());
    (text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default())
}

fn parse_exponent(text: &str) -> i32 {
    let size = text
        .bytes()
        .filter(u8::is_ascii_digit)
        .fold(0i32, |n, d| if n > 100_000 { n } else { n * 10 + i32::from(d - b'0') });
    if text.starts_with('-') { -size } else { size }
}

/// As `checked_mul`, for which WebAssembly needs a multiplication of 128 bits.
fn ten_times(n: u64) -> Option<u64> {
    (n <= u64::MAX / 10).then(|| n * 10)
}

/// The whole number that `text`, a JSON number, stands for; `None` when it has a fraction. Exact.
pub fn whole(text: &str) -> Option<Whole> {
    let p = parts(text);
    let point = p.before.len() as i32 + p.exponent;
    let mut size = Some(0u64);
    let digits = p.before.len() + p.after.len();
    let mut zero = true;
    for (at, digit) in p.before.bytes().chain(p.after.bytes()).enumerate() {
        let digit = u64::from(digit - b'0');
        zero &= digit == 0;
        if (at as i32) < point {
            size = size.and_then(ten_times).and_then(|n| n.checked_add(digit));
        } else if digit != 0 {
            return None;
        }
    }
    if zero {
        return Some(Whole { negative: false, size: Some(0) });
    }
    for _ in (digits as i32)..point.max(digits as i32) {
        size = size.and_then(ten_times);
        if size.is_none() {
            break;
        }
    }
    Some(Whole { negative: p.negative, size })
}

#[cfg(test)]
mod tests {
    use super::whole;

    #[test]
    fn whole_numbers_however_written() {
        let table = [
            ("0", Some(0)),
            ("-0", Some(0)),
            ("3.0", Some(3)),
            ("-3.00", Some(-3)),
            ("1e3", Some(1000)),
            ("1.5e1", Some(15)),
            ("150e-1", Some(15)),
            ("1.5", None),
            ("15e-1", None),
            ("0.0e-9999999999", Some(0)),
            ("1e-400", None),
            ("-9223372036854775808", Some(i64::MIN)),
        ];
        for (text, expected) in table {
            assert_eq!(whole(text).map(|w| w.to_i64().unwrap()), expected, "{text}");
        }
        assert_eq!(whole("18446744073709551615").unwrap().to_u64(), Some(u64::MAX));
        assert_eq!(whole("18446744073709551616").unwrap().size, None);
        assert_eq!(whole("1e999999999999").unwrap().size, None);
        assert_eq!(whole("-1").unwrap().to_u64(), None);
    }
}
