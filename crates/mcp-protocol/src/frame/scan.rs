//! Finding line ends, eight bytes at a time.

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// Where the first LF or CR is.
pub fn line_end(bytes: &[u8]) -> Option<usize> {
    // Without an early end inside of a block, the compiler makes fewer instructions of it than of single words.
    let (blocks, _) = bytes.as_chunks::<64>();
    let clean = |block: &[u8; 64]| {
        let (words, _) = block.as_chunks::<8>();
        words.iter().fold(0, |found, word| found | line_ends(word)) == 0
    };
    let start = blocks.iter().take_while(|block| clean(block)).count() * 64;
    let (words, _) = bytes.get(start..)?.as_chunks::<8>();
    let start = start + words.iter().take_while(|word| line_ends(word) == 0).count() * 8;
    let at = bytes.get(start..)?.iter().position(|b| matches!(b, b'\n' | b'\r'))?;
    Some(start + at)
}

/// Not zero exactly when one of the bytes is LF or CR.
const fn line_ends(word: &[u8; 8]) -> u64 {
    let word = u64::from_le_bytes(*word);
    zero_bytes(word ^ (LOW * b'\n' as u64)) | zero_bytes(word ^ (LOW * b'\r' as u64))
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
        for length in [0, 1, 7, 8, 9, 63, 64, 65, 72, 130] {
            for fill in (0..=255u8).step_by(3).chain([9, 10, 11, 12, 13, 14, 138, 141]) {
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
        fn as_byte_by_byte(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            proptest::prop_assert_eq!(line_end(&bytes), naive(&bytes));
        }
    }
}
