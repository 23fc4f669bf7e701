//! Finds the first byte of a string that needs an escape or ends it, eight bytes at a time.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// A word whose high bits mark bytes that are a quote, a backslash or a control character.
///
/// The lowest marked byte is exact; bytes above it may be marked by a borrow.
const fn special(word: u64) -> u64 {
    // With one bit flipped the quote comes right after the control characters, and no other character moves below it.
    let control_or_quote = (word ^ (ONES * 0x02)).wrapping_sub(ONES * 0x21);
    let slash = (word ^ (ONES * b'\\' as u64)).wrapping_sub(ONES);
    (control_or_quote | slash) & !word & HIGH
}

/// The length of the prefix of `bytes` without `"`, `\` and control characters.
pub(super) fn plain(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    let mut at = 0;
    for word in words {
        let marks = special(u64::from_le_bytes(*word));
        if marks != 0 {
            return at + (marks.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    at + rest.iter().position(|b| matches!(b, b'"' | b'\\' | 0..0x20)).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn finds_the_first_special_byte_wherever_it_is() {
        for special in [b'"', b'\\', 0, 0x1f, b'\n'] {
            for at in 0..40 {
                let mut bytes = [0xC3u8; 40];
                bytes[at] = special;
                assert_eq!(plain(&bytes), at, "{special:#x} at {at}");
            }
        }
        for plain_byte in 0x20..=0xffu8 {
            if plain_byte != b'"' && plain_byte != b'\\' {
                assert_eq!(plain(&[plain_byte; 21]), 21, "{plain_byte:#x}");
            }
        }
    }
}
