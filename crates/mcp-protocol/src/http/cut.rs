//! Cutting a text at a character.

/// What is before and after the first `mark`, which is ASCII. `str::split_once` looks for any character of Unicode, and is
/// three times the code.
pub fn cut(text: &str, mark: u8) -> Option<(&str, &str)> {
    let at = text.bytes().position(|byte| byte == mark)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn as_split_once() {
        for text in ["", "?", "a", "a?", "?b", "a?b?c", "ü?ß", "ü"] {
            assert_eq!(cut(text, b'?'), text.split_once('?'), "{text}");
        }
    }
}
