//! Cutting a text at a character.

/// What is before and after the first `mark`, which is ASCII. `str::split_once` looks for any character of Unicode, and is
/// three times the code.
pub fn cut(text: &str, mark: u8) -> Option<(&str, &str)> {
    let at = text.bytes().position(|byte| byte == mark)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// Takes the next part off `rest`, up to `mark`; nothing is left after the last one. As `slice::split`, in less code.
pub(crate) fn part<'a>(rest: &mut Option<&'a [u8]>, mark: u8) -> Option<&'a [u8]> {
    let text = (*rest)?;
    let end = text.iter().position(|byte| *byte == mark).unwrap_or(text.len());
    *rest = text.get(end + 1..);
    text.get(..end)
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::{cut, part};

    #[test]
    fn as_split_once() {
        for text in ["", "?", "a", "a?", "?b", "a?b?c", "ü?ß", "ü"] {
            assert_eq!(cut(text, b'?'), text.split_once('?'), "{text}");
            let mut rest = Some(text.as_bytes());
            let parts: Vec<_> = std::iter::from_fn(|| part(&mut rest, b'?')).collect();
            assert_eq!(parts, text.as_bytes().split(|byte| *byte == b'?').collect::<Vec<_>>(), "{text}");
        }
    }
}
