//! Whole numbers as decimal digits. The standard library's parsers check every step for overflow, which takes several times the
//! code.

/// As many digits as always fit.
const MOST: usize = 19;

/// Reads decimal digits; `None` when there is none or another character, or when there are more than 19.
pub(crate) fn decimal(digits: &str) -> Option<u64> {
    if digits.len() > MOST {
        return None;
    }
    let mut number = 0;
    for byte in digits.bytes() {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number * 10 + u64::from(digit);
    }
    (!digits.is_empty()).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::decimal;

    #[test]
    fn digits_are_read_while_they_fit() {
        for (text, number) in [
            ("0", Some(0)),
            ("007", Some(7)),
            ("1234567890", Some(1_234_567_890)),
            ("9007199254740991", Some(9_007_199_254_740_991)),
            ("9007199254740992", Some(9_007_199_254_740_992)),
            ("9999999999999999999", Some(9_999_999_999_999_999_999)),
            ("00000000000000000001", None),
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
