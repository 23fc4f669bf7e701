//! Whole numbers as decimal digits. The standard library's parsers check every step for overflow, which takes several times the
//! code.

/// The largest integer that every JSON implementation keeps exactly.
const MAX_SAFE: u64 = (1 << 53) - 1;

/// Reads decimal digits; `None` when there is none or another character, or when the number is larger than 2^53 - 1.
pub(crate) fn decimal(digits: &str) -> Option<u64> {
    let mut number = 0;
    for byte in digits.bytes() {
        let digit = byte.wrapping_sub(b'0');
        // What came before is at most 2^53, so that neither step overflows.
        number = number * 10 + u64::from(digit);
        if digit > 9 || number > MAX_SAFE {
            return None;
        }
    }
    (!digits.is_empty()).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::decimal;

    #[test]
    fn digits_are_read_up_to_the_largest_safe_integer() {
        for (text, number) in [
            ("0", Some(0)),
            ("007", Some(7)),
            ("1234567890", Some(1_234_567_890)),
            ("9007199254740991", Some(9_007_199_254_740_991)),
            ("9007199254740992", None),
            ("18446744073709551617", None),
            ("", None),
            ("-1", None),
            ("+1", None),
            ("1.0", None),
            ("1e3", None),
            (" 1", None),
            ("1 ", None),
            ("/", None),
            (":", None),
            ("١", None),
        ] {
            assert_eq!(decimal(text), number, "{text}");
        }
    }
}
