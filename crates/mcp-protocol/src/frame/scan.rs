//! Finding line ends, eight bytes at a time.

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// Where the first LF or CR is.
pub(crate) fn line_end(bytes: &[u8]) -> Option<usize> {
    let mut start = 0;
    loop {
        let rest = bytes.get(start..)?;
        let (blocks, _) = rest.as_chunks::<64>();
        let clean = blocks.iter().take_while(|block| !has_control(block)).count() * 64;
        let suspect = rest.get(clean..)?;
        let suspect = suspect.get(..64).unwrap_or(suspect);
        if let Some(at) = suspect.iter().position(|b| matches!(b, b'\n' | b'\r')) {
            return Some(start + clean + at);
        }
        if suspect.len() < 64 {
            return None;
        }
        start += clean + 64;
    }
}

/// Whether a byte is below 0x20. JSON text has few of them, and one comparison finds them all: only such a byte borrows
/// from a high bit that was not set. Without an early end, the compiler makes fewer instructions of it.
fn has_control(block: &[u8; 64]) -> bool {
    let (words, _) = block.as_chunks::<8>();
    let below = |word: &[u8; 8]| {
        let word = u64::from_le_bytes(*word);
        word.wrapping_sub(LOW * 0x20) & !word
    };
    words.iter().fold(0, |found, word| found | below(word)) & HIGH != 0
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
