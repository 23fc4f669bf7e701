//! Finding line ends, eight bytes at a time.

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// Where the first LF or CR is.
pub fn line_end(bytes: &[u8]) -> Option<usize> {
    let (words, rest) = bytes.as_chunks::<8>();
    let is_end = |b: &u8| matches!(b, b'\n' | b'\r');
    for (at, word) in words.iter().enumerate() {
        if holds_line_end(u64::from_le_bytes(*word)) {
            return Some(at * 8 + word.iter().position(is_end)?);
        }
    }
    Some(words.len() * 8 + rest.iter().position(is_end)?)
}

/// Whether one of the eight bytes is LF or CR.
const fn holds_line_end(word: u64) -> bool {
    (zero_bytes(word ^ (LOW * b'\n' as u64)) | zero_bytes(word ^ (LOW * b'\r' as u64))) != 0
}

/// Not zero exactly when a byte of `word` is zero: only such a byte borrows from a high bit that was not set. (Bytes
/// above the first zero can be marked as well.)
const fn zero_bytes(word: u64) -> u64 {
    word.wrapping_sub(LOW) & !word & HIGH
}

#[cfg(test)]
mod tests {
    use std::vec;
    use std::vec::Vec;

    use super::line_end;

    fn naive(bytes: &[u8]) -> Option<usize> {
        bytes.iter().position(|b| matches!(b, b'\n' | b'\r'))
    }

    #[test]
    fn every_place_and_every_neighbour() {
        for length in 0..40 {
            for fill in 0..=255u8 {
                let plain = vec![fill; length];
                assert_eq!(line_end(&plain), naive(&plain));
                for at in 0..length {
                    for end in *b"\n\r" {
                        let mut bytes: Vec<u8> = plain.clone();
                        bytes[at] = end;
                        assert_eq!(line_end(&bytes), naive(&bytes), "{bytes:?}");
                    }
                }
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn as_byte_by_byte(bytes in proptest::collection::vec(0u8..32, 0..64)) {
            proptest::prop_assert_eq!(line_end(&bytes), naive(&bytes));
        }
    }
}
