//! A Rust file as the rules see it: code, comments and strings apart, and which lines are tests.

/// One file, in three views of the same length, in which the other parts are spaces.
pub struct Source {
    /// From the root of the repository, with `/`.
    pub path: String,
    /// The file as it is.
    pub text: String,
    /// Without comments and without the contents of strings.
    pub code: String,
    /// Only comments.
    pub comments: String,
    /// Only the contents of strings.
    pub strings: String,
    tests: Vec<std::ops::Range<usize>>,
}

impl Source {
    /// Takes `text` apart.
    pub fn new(path: &str, text: &str) -> Self {
        let kinds = classify(text.as_bytes());
        let view = |wanted: Kind| -> String {
            let bytes = text.bytes().zip(&kinds);
            let kept = bytes.map(|(byte, kind)| if *kind == wanted || byte == b'\n' { byte } else { b' ' });
            String::from_utf8_lossy(&kept.collect::<Vec<u8>>()).into_owned()
        };
        let (code, comments, strings) = (view(Kind::Code), view(Kind::Comment), view(Kind::Text));
        let tests = test_regions(&code);
        Self { path: path.to_owned(), text: text.to_owned(), code, comments, strings, tests }
    }

    /// The line of a byte offset, from 1.
    pub fn line(&self, offset: usize) -> usize {
        self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
    }

    /// Whether the offset is inside an item under `#[cfg(test)]`.
    pub fn in_tests(&self, offset: usize) -> bool {
        self.tests.iter().any(|region| region.contains(&offset))
    }

    /// Whether the whole file is a test or a tool for tests.
    pub fn is_test_file(&self) -> bool {
        let parts: Vec<&str> = self.path.split('/').collect();
        parts.first() == Some(&"tests")
            || parts.iter().any(|part| matches!(*part, "tests" | "tests.rs" | "benches" | "fuzz"))
    }

    /// Whether it is part of a library or a server, that is neither test nor tool.
    pub fn in_crates(&self) -> bool {
        self.path.starts_with("crates/") && !self.is_test_file() && !self.path.ends_with("/build.rs")
    }

    /// Offsets at which `word` stands alone in `view`.
    pub fn words<'a>(&self, view: &'a str, word: &'a str) -> impl Iterator<Item = usize> + use<'a> {
        let name = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        view.match_indices(word).map(|(offset, _)| offset).filter(move |offset| {
            let bytes = view.as_bytes();
            let before = offset.checked_sub(1).and_then(|index| bytes.get(index));
            !name(before) && !name(bytes.get(offset + word.len()))
        })
    }
}

/// The end (exclusive) of the block whose `{` is at or after `start`, or of the item if a `;` comes first.
pub fn block_end(code: &str, start: usize) -> usize {
    let mut depth = 0usize;
    for (offset, byte) in code.bytes().enumerate().skip(start) {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return offset + 1;
                }
            }
            b';' if depth == 0 => return offset + 1,
            _ => {}
        }
    }
    code.len()
}

fn test_regions(code: &str) -> Vec<std::ops::Range<usize>> {
    let marks = code.match_indices("#[cfg(test)]");
    marks.map(|(start, mark)| start..block_end(code, start + mark.len())).collect()
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Code,
    Comment,
    Text,
}

fn classify(bytes: &[u8]) -> Vec<Kind> {
    let mut kinds = Vec::with_capacity(bytes.len());
    while let Some(&byte) = bytes.get(kinds.len()) {
        let here = kinds.len();
        let rest = bytes.get(here..).unwrap_or_default();
        let after_name =
            here > 0 && bytes.get(here - 1).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
        let (kind, length, quotes) = match byte {
            b'/' if rest.starts_with(b"//") => (Kind::Comment, line_length(rest), 0),
            b'/' if rest.starts_with(b"/*") => (Kind::Comment, block_comment_length(rest), 0),
            b'"' => (Kind::Text, string_length(rest), 1),
            b'r' | b'b' | b'c' if !after_name && prefix_length(rest) > 0 => {
                let prefix = prefix_length(rest);
                kinds.extend(std::iter::repeat_n(Kind::Code, prefix - 1));
                (Kind::Text, raw_length(rest, prefix), 1)
            }
            b'\'' => match char_length(rest) {
                0 => (Kind::Code, 1, 0),
                length => (Kind::Text, length, 1),
            },
            _ => (Kind::Code, 1, 0),
        };
        // The quotes stay code, so that an empty string is still seen as one.
        let inner = length.saturating_sub(2 * quotes);
        kinds.extend(std::iter::repeat_n(Kind::Code, quotes.min(length)));
        kinds.extend(std::iter::repeat_n(kind, inner));
        kinds.extend(std::iter::repeat_n(Kind::Code, length.saturating_sub(inner + quotes)));
    }
    kinds.truncate(bytes.len());
    kinds
}

fn line_length(rest: &[u8]) -> usize {
    rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len())
}

fn block_comment_length(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0usize, 0);
    while let Some(tail) = rest.get(at..).filter(|tail| !tail.is_empty()) {
        if tail.starts_with(b"/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if tail.starts_with(b"*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

/// The length of a string with escapes that starts with its quote.
fn string_length(rest: &[u8]) -> usize {
    let mut escaped = false;
    for (index, byte) in rest.iter().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return index + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The length of `r##"`, `br"`, `cr#"`, including the quote; 0 if this is none.
fn prefix_length(rest: &[u8]) -> usize {
    let letters = if rest.starts_with(b"br") || rest.starts_with(b"cr") { 2 } else { 1 };
    if rest.get(letters - 1) != Some(&b'r') {
        return 0;
    }
    let tail = rest.get(letters..).unwrap_or_default();
    let hashes = tail.iter().take_while(|byte| **byte == b'#').count();
    if tail.get(hashes) == Some(&b'"') { letters + hashes + 1 } else { 0 }
}

/// The length from the quote of a raw string to the end of its closing quote; the closing `#` are code.
fn raw_length(rest: &[u8], prefix: usize) -> usize {
    let hashes = rest.iter().take(prefix).filter(|byte| **byte == b'#').count();
    let mut close = vec![b'"'];
    close.resize(hashes + 1, b'#');
    let content = rest.get(prefix..).unwrap_or_default();
    let end = content.windows(close.len()).position(|window| window == close);
    end.map_or(content.len() + 1, |end| end + 2)
}

/// The length of a character literal; 0 if this is a lifetime.
fn char_length(rest: &[u8]) -> usize {
    if rest.get(1) == Some(&b'\\') {
        let end = rest.iter().skip(3).position(|byte| *byte == b'\'');
        return end.map_or(0, |end| end + 4);
    }
    let text = rest.get(..rest.len().min(8)).unwrap_or_default();
    let second = String::from_utf8_lossy(text).chars().nth(1).map_or(0, char::len_utf8);
    if second > 0 && rest.get(1 + second) == Some(&b'\'') { second + 2 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_comments_and_strings_are_told_apart() {
        for (text, code, comments, strings) in [
            ("a // b", "a", "// b", ""),
            ("a /* b /* c */ d */ e", "a                   e", "/* b /* c */ d */", ""),
            (r#"f("x\"y") g"#, r#"f("    ") g"#, "", r#"x\"y"#),
            (r##"r#"a"b"# c"##, r##"r#"   "# c"##, "", r#"a"b"#),
            ("b\"x\" 'y' '\\'' z", "b\" \" ' ' '  ' z", "", "x   y   \\'"),
            ("fn f<'a>(x: &'a str)", "fn f<'a>(x: &'a str)", "", ""),
            ("'\"' // q", "' '", "// q", "\""),
            ("br\"// no\" for r in b", "br\"     \" for r in b", "", "// no"),
        ] {
            let source = Source::new("x.rs", text);
            assert_eq!(source.code.trim_end(), code, "{text}");
            assert_eq!(source.comments.trim(), comments, "{text}");
            assert_eq!(source.strings.trim(), strings, "{text}");
        }
    }

    #[test]
    fn tests_are_recognised() {
        let source =
            Source::new("crates/a/src/x.rs", "fn a() {}\n#[cfg(test)]\nmod t { fn b() {} }\nfn c() {}\n");
        let places: Vec<bool> = ["fn a", "fn b", "fn c"]
            .iter()
            .map(|it| source.in_tests(source.text.find(it).unwrap()))
            .collect();
        assert_eq!(places, [false, true, false]);
        assert!(source.in_crates());
        for path in [
            "tests/x/src/lib.rs",
            "crates/a/tests/x.rs",
            "crates/a/src/tests.rs",
            "crates/a/src/x/tests/y.rs",
        ] {
            assert!(Source::new(path, "").is_test_file(), "{path}");
        }
    }

    #[test]
    fn words_stand_alone() {
        let source = Source::new("x.rs", "tokio mytokio tokio_util tokio::x");
        let found: Vec<usize> = source.words(&source.code, "tokio").collect();
        assert_eq!(found, [0, 25]);
    }
}
