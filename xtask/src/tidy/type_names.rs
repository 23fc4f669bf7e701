//! A rule about the names of types: in one crate, a name is defined twice at most. A reader who meets a third `Kind` no
//! longer knows which one is meant.

use std::collections::BTreeMap;

use super::source::Source;
use super::tokens::{Token, tokens};

/// The number of rules here.
pub const RULES: usize = 1;

/// How often a crate may define one name.
const MOST: usize = 2;

/// Findings in the sources of all crates, given with their paths from the root. Tests are left out.
pub fn check(files: &[(String, String)]) -> Vec<String> {
    let mut places: BTreeMap<(&str, String), Vec<&str>> = BTreeMap::new();
    for (path, text) in files {
        let place = path.strip_prefix("crates/").and_then(|path| path.split_once("/src/"));
        let Some((package, file)) = place.filter(|(package, _)| !package.contains('/')) else { continue };
        let source = Source::new(path, text);
        if source.is_test_file() {
            continue;
        }
        for name in defined(&tokens(&source)) {
            places.entry((package, name.to_owned())).or_default().push(file);
        }
    }
    let crowded = places.iter().filter(|(_, files)| files.len() > MOST);
    crowded
        .map(|((package, name), files)| {
            let (times, files) = (files.len(), files.join(", "));
            format!("crates/{package}: the type name `{name}` is defined {times} times, in {files}: say which kind each is")
        })
        .collect()
}

/// The names of the types that are defined, those inside of functions and macros too. Associated types are left out:
/// their trait names them.
fn defined<'a>(tokens: &[Token<'a>]) -> Vec<&'a str> {
    let mut names = Vec::new();
    // For each open brace, whether it is that of an `impl` or a `trait`; and whether the next one will be.
    let (mut open, mut associated) = (Vec::new(), false);
    for (at, token) in tokens.iter().enumerate() {
        let next = match tokens.get(at + 1) {
            Some(Token::Name(name)) => Some(*name),
            _ => None,
        };
        match token {
            Token::Mark(b'{') => open.push(std::mem::take(&mut associated)),
            Token::Mark(b'}') => drop(open.pop()),
            Token::Mark(b';') => associated = false,
            Token::Name("impl") if begins_item(at.checked_sub(1).and_then(|before| tokens.get(before))) => {
                associated = true;
            }
            Token::Name("type") if open.last() == Some(&true) => {}
            Token::Name("struct" | "enum" | "type") => names.extend(next),
            Token::Name("union") if matches!(tokens.get(at + 2), Some(Token::Mark(b'{' | b'<'))) => {
                names.extend(next);
            }
            Token::Name("trait") => {
                names.extend(next);
                associated = next.is_some();
            }
            _ => {}
        }
    }
    names
}

/// Whether an `impl` after this token is a block, and not a type such as `impl Iterator`.
fn begins_item(before: Option<&Token<'_>>) -> bool {
    matches!(
        before,
        None | Some(Token::Mark(b'{' | b'}' | b'(' | b'*' | b';' | b']') | Token::Name("unsafe"))
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let source = Source::new("crates/a/src/x.rs", text);
        defined(&tokens(&source)).into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn definitions_are_found_wherever_they_are() {
        for (text, expected) in [
            (
                "pub struct A; enum B {} trait C {} type D = u8; union E { a: u8 } struct F<T>(T);",
                "A B C D E F",
            ),
            ("fn f() { struct A; enum B {} }", "A B"),
            ("macro_rules! m { ($name:ident) => { struct A; enum $name {} struct $name; }; }", "A"),
            ("impl X for Y { type A = u8; fn f() { struct B; type C = u8; } }", "B C"),
            ("trait A: Iterator { type B; const C: u8; } type D = u8;", "A D"),
            ("unsafe impl<T> X for Y<T> where T: Z { type A = T; }", ""),
            ("macro_rules! m { ($a:ty) => {$( impl X for $a { type A = u8; } )*}; }", ""),
            ("fn f(x: impl X) -> impl Y { type A = u8; }", "A"),
            ("// struct A;\nconst B: &str = \"struct C;\"; let union = r#type;", ""),
            ("#[cfg(test)]\nmod tests { struct A; }\nstruct B;", "B"),
        ] {
            assert_eq!(names(text).join(" "), expected, "{text}");
        }
    }

    #[test]
    fn a_third_definition_in_one_crate_is_found() {
        let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
        let two = [
            file("crates/a/src/x.rs", "struct Kind;"),
            file("crates/a/src/y.rs", "fn f() { enum Kind {} }"),
            file("crates/a/src/z/tests.rs", "struct Kind;"),
            file("crates/a/tests/x.rs", "struct Kind;"),
            file("crates/b/src/x.rs", "struct Kind;"),
            file("xtask/src/x.rs", "struct Kind;"),
        ];
        assert_eq!(check(&two), [""; 0]);
        let mut three = two.to_vec();
        three.push(file("crates/a/src/z.rs", "type Kind = u8;"));
        let found = check(&three);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0].starts_with("crates/a: the type name `Kind` is defined 3 times, in x.rs, y.rs, z.rs")
        );
    }
}
