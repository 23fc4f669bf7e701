//! The tokens of a Rust file, as far as the rules need them.

use super::source::Source;

/// One token. Lifetimes, numbers and comments are left out, and so is everything under `#[cfg(test)]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token<'a> {
    /// An identifier or a keyword; a raw identifier without its `r#`.
    Name(&'a str),
    /// `::`.
    Colons,
    /// Any other character of punctuation.
    Mark(u8),
    /// The contents of a string, with its escapes.
    Text(&'a str),
}

/// All tokens of a file.
pub fn tokens(source: &Source) -> Vec<Token<'_>> {
    let code = source.code.as_bytes();
    let (mut out, mut at) = (Vec::new(), 0);
    while let Some(&byte) = code.get(at) {
        let rest = code.get(at..).unwrap_or_default();
        let (token, length) = match byte {
            b'r' if rest.get(1) == Some(&b'#') && rest.get(2).is_some_and(|byte| starts_name(*byte)) => {
                let length = 2 + name_length(rest.get(2..).unwrap_or_default());
                (source.code.get(at + 2..at + length).map(Token::Name), length)
            }
            _ if starts_name(byte) => {
                let length = name_length(rest);
                (source.code.get(at..at + length).map(Token::Name), length)
            }
            b'0'..=b'9' => (None, name_length(rest)),
            b'"' => {
                let length = 1 + until_quote(rest, b'"');
                (source.text.get(at + 1..at + length - 1).map(Token::Text), length)
            }
            // The contents of a character literal are blank in `code`, those of a lifetime are not.
            b'\'' if rest.get(1).is_some_and(|byte| starts_name(*byte)) => {
                (None, 1 + name_length(rest.get(1..).unwrap_or_default()))
            }
            b'\'' => (None, 1 + until_quote(rest, b'\'')),
            b':' if rest.get(1) == Some(&b':') => (Some(Token::Colons), 2),
            b'-' | b'=' if rest.get(1) == Some(&b'>') => (None, 2),
            _ if byte.is_ascii_whitespace() => (None, 1),
            _ => (Some(Token::Mark(byte)), 1),
        };
        out.extend(token.filter(|_| !source.in_tests(at)));
        at += length.max(1);
    }
    out
}

fn starts_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

fn name_length(rest: &[u8]) -> usize {
    rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count()
}

/// The distance from the quote at the beginning to the next one.
fn until_quote(rest: &[u8], quote: u8) -> usize {
    rest.iter().skip(1).position(|byte| *byte == quote).map_or(rest.len(), |end| end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_told_apart() {
        let text = "use r#type::X; // y\nfn f<'a>(c: &'a str) -> u8 { 'x'; b\"q\\\"\"; 10u8 }\n#[cfg(test)]\nmod t { z }\n";
        let source = Source::new("x.rs", text);
        let shown: Vec<String> = tokens(&source)
            .iter()
            .map(|token| match token {
                Token::Name(name) => (*name).to_owned(),
                Token::Colons => "::".to_owned(),
                Token::Mark(byte) => char::from(*byte).to_string(),
                Token::Text(text) => format!("<{text}>"),
            })
            .collect();
        assert_eq!(shown.join(" "), "use type :: X ; fn f < > ( c : & str ) u8 { ; b <q\\\"> ; }");
    }
}
