//! base64url without padding, in its only spelling.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Decodes base64url. Padding, white space, characters of plain base64 and bits that stand for nothing are refused, so that two
/// different texts never stand for the same bytes.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn one_spelling() {
        assert_eq!(decode("").as_deref(), Some(&b""[..]));
        assert_eq!(decode("AQAB").as_deref(), Some(&[1, 0, 1][..]));
        assert_eq!(decode("_-8").as_deref(), Some(&[0xff, 0xef][..]));
        for text in ["/+8", "AQ==", "AQ=", "AR", "AQAB\n", " AQAB", "AQ AB", "A", "AQABA", "AQéB"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
