//! Small crates, and the circles in them.

use super::*;

/// The circles of a crate: `file: text` blocks, separated by lines `--- file`.
fn circles(text: &str) -> Vec<(String, Circle)> {
    let files = text.split("--- ").skip(1).map(|block| {
        let (file, text) = block.split_once('\n').unwrap();
        (format!("crates/a/src/{file}"), text.to_owned())
    });
    find(&files.collect::<Vec<_>>())
}

/// Each circle as its files.
fn files(text: &str) -> Vec<String> {
    circles(text).iter().map(|(_, circle)| circle.files.join(" ")).collect()
}

/// The arrows of the only circle.
fn arrows(text: &str) -> Vec<String> {
    let found = circles(text);
    assert_eq!(found.len(), 1, "{found:?}");
    let shown =
        found[0].1.arrows.iter().map(|(from, to, names)| format!("{from} > {to}: {}", names.join(" ")));
    shown.collect()
}

#[test]
fn circles_of_two_and_three_and_none_are_told_apart() {
    let two = "--- lib.rs\nmod a;\nmod b;\n--- a.rs\nuse crate::b::B;\npub struct A(B);\n--- b.rs\nuse super::a::A;\npub struct B(Option<A>);\n";
    assert_eq!(arrows(two), ["a.rs > b.rs: B", "b.rs > a.rs: A"]);
    let three = "--- lib.rs\nmod a; mod b; mod c;\n--- a.rs\nfn a() { crate::b::b() }\n--- b.rs\npub fn b() { super::c::c() }\n--- c.rs\npub fn c() -> u8 { crate::a::A }\n";
    assert_eq!(arrows(three), ["a.rs > b.rs: b", "b.rs > c.rs: c", "c.rs > a.rs: A"].map(str::to_owned));
    let none = "--- lib.rs\nmod a; mod b;\nuse a::A;\n--- a.rs\nuse crate::b::B;\n--- b.rs\npub struct B;\n";
    assert_eq!(files(none), [""; 0]);
    let apart = format!(
        "{two}--- c.rs\nuse crate::d::D;\npub struct C(D);\n--- d.rs\nuse crate::c::C;\npub struct D(C);\n"
    );
    assert_eq!(files(&apart.replace("mod b;", "mod b; mod c; mod d;")), ["a.rs b.rs", "c.rs d.rs"]);
}

#[test]
fn re_exports_lead_to_the_definition() {
    let text = "--- lib.rs\nmod a;\npub use a::{A, B};\n\
        --- a/mod.rs\nmod x;\nmod y;\npub use x::A;\npub(crate) use self::y::Inner as B;\n\
        --- a/x.rs\nuse crate::B;\npub struct A(B);\n\
        --- a/y.rs\npub struct Inner { a: Option<Box<crate::A>> }\n";
    assert_eq!(arrows(text), ["a/x.rs > a/y.rs: Inner", "a/y.rs > a/x.rs: A"]);
    let own = "--- lib.rs\nmod a;\npub use a::A;\npub struct Error;\n--- a.rs\npub struct A(crate::Error);\n";
    assert_eq!(files(own), [""; 0]);
    // What it uses itself is an arrow, though it is passed on too.
    assert_eq!(
        arrows(&own.replace("struct Error;", "struct Error(A);")),
        ["a.rs > lib.rs: Error", "lib.rs > a.rs: A"]
    );
}

#[test]
fn nested_imports_globs_and_visibility_are_read() {
    let text = "--- lib.rs\nmod a;\nmod top;\n\
        --- top.rs\nuse crate::a::{b::{C, D as E}, self as x, deep::*};\nfn f() { x::b::call(); Deep::new(); }\npub struct Top;\n\
        --- a/mod.rs\npub mod b;\npub mod deep;\n\
        --- a/b.rs\npub(super) use crate::top::Top;\npub struct C; pub struct D;\npub fn call() {}\n\
        --- a/deep.rs\npub struct Deep(super::b::Top);\n";
    assert_eq!(arrows(text), ["a/deep.rs > top.rs: Top", "top.rs > a/deep.rs: Deep"]);
    let used = text.replace("pub struct C;", "pub struct C(Top);");
    assert!(arrows(&used).contains(&"top.rs > a/b.rs: C D call".to_owned()), "{:?}", arrows(&used));
    let again = "--- lib.rs\nmod a; mod b;\n--- a.rs\npub use crate::b::*;\npub struct A;\n--- b.rs\npub use crate::a::*;\npub struct B(A);\n";
    assert_eq!(files(again), [""; 0]);
    assert_eq!(files(&again.replace("struct A;", "struct A(B);")), ["a.rs b.rs"]);
}

#[test]
fn methods_in_another_file_are_arrows() {
    let text = "--- lib.rs\nmod a;\n\
        --- a.rs\n#[path = \"parts/run_of_a.rs\"]\nmod run;\npub struct A;\nimpl A { fn go(&self) { self.run(1) } }\n\
        --- parts/run_of_a.rs\nuse super::A;\nimpl A { pub(super) fn run(&self, _: u8) {} }\n";
    assert_eq!(arrows(text), ["a.rs > parts/run_of_a.rs: A::run", "parts/run_of_a.rs > a.rs: A"]);
    assert_eq!(files(&text.replace("self.run(1)", "run::free()")), ["a.rs parts/run_of_a.rs"]);
    assert_eq!(files(&text.replace("self.run(1)", "Self::run(self, 1)")), ["a.rs parts/run_of_a.rs"]);
    assert_eq!(files(&text.replace("self.run(1)", "A::run(self, 1)")), ["a.rs parts/run_of_a.rs"]);
    assert_eq!(files(&text.replace("self.run(1)", "self.run")), [""; 0]);
}

#[test]
fn platforms_macros_and_tests_are_seen() {
    let text = "--- lib.rs\nmod sys;\n#[macro_use]\nmod mac;\non! { mod late; pub use late::Late; }\n\
        --- mac.rs\nmacro_rules! on { ($($i:item)*) => { $($i)* }; }\n\
        --- sys.rs\n#[cfg(x)]\n#[path = \"x.rs\"]\nmod back;\n#[cfg(y)]\n#[path = \"y.rs\"]\nmod back;\npub use back::run;\npub fn one() { run() }\n\
        --- x.rs\npub fn run() {}\n--- y.rs\npub fn run() { crate::sys::one() }\n\
        --- late.rs\npub struct Late;\n\
        #[cfg(test)]\nmod tests { use crate::x; }\n";
    assert_eq!(arrows(text), ["sys.rs > y.rs: run", "y.rs > sys.rs: one"]);
    let late = text.replace("pub fn run() {}", "pub fn run(_: crate::Late) {}");
    assert_eq!(
        files(&late.replace("struct Late;", "fn l() { crate::sys::one() }\npub struct Late;")),
        ["late.rs sys.rs x.rs y.rs"]
    );
    let silent = "--- lib.rs\nmod a; mod b;\n--- a.rs\n//! [`crate::b::B`]\n/* crate::b::B */\nconst S: &str = \"crate::b::B\";\n\
        #[cfg(test)]\nuse crate::b::{B, C};\n#[cfg(test)]\nmod tests;\npub struct A;\n\
        --- a/tests.rs\nuse crate::b::B;\n--- b.rs\nuse crate::a::A;\npub struct B(A);\n";
    assert_eq!(files(silent), [""; 0]);
    let serde =
        silent.replace("pub struct A;", "pub struct A(#[serde(serialize_with = \"crate::b::write\")] u8);");
    assert_eq!(files(&serde), ["a.rs b.rs"]);
}

#[test]
fn modules_inside_a_file_belong_to_it() {
    let text = "--- lib.rs\nmod a { pub use inner::I; pub mod inner { pub struct I; fn f() { super::super::b::b() } } pub mod deep; }\nmod b;\n\
        --- a/deep.rs\npub struct Deep;\n--- b.rs\npub fn b(_: crate::a::I, _: crate::a::deep::Deep) {}\n";
    assert_eq!(arrows(text), ["b.rs > lib.rs: I", "lib.rs > b.rs: b"]);
}

#[test]
fn local_names_are_not_mistaken_for_others() {
    let text = "--- lib.rs\nmod a; mod b;\n--- a.rs\npub use crate::b::run;\nstruct S { run: u8 }\nfn f(s: S) { s.run(); g(|run: u8| quote!(#run)) }\npub fn g(_: impl Fn(u8)) -> impl Sized {}\n\
        --- b.rs\npub fn run() { crate::a::g() }\n";
    assert_eq!(files(text), [""; 0]);
    assert_eq!(files(&text.replace("s.run();", "run();")), ["a.rs b.rs"]);
}

#[test]
fn the_list_is_held_to_what_is_there() {
    let found = circles(
        "--- lib.rs\nmod a; mod b;\n--- a.rs\nuse crate::b::B;\npub struct A(B);\n--- b.rs\nuse crate::a::A;\npub struct B(A);\n",
    );
    assert_eq!(check(&found, "a\ta.rs b.rs\t2\tr\n"), [""; 0]);
    for (list, wanted) in [
        ("", "crates/a/src: a circle of 2 files: a.rs b.rs\n  a.rs -> b.rs: B\n  b.rs -> a.rs: A\n  move"),
        ("a\t./\t3\tr\n", "xtask/circles.tsv:1: the circle has 2 files only: lower the number"),
        ("a\t./\t1\tr\n", "xtask/circles.tsv:1 accepts 1 files"),
        ("a\t./\t2\tr\na\tx/\t2\tr\n", "xtask/circles.tsv:2: there is no such circle in a: remove the line"),
        ("a\n", "xtask/circles.tsv:1: four fields"),
    ] {
        let said = check(&found, list);
        assert!(said.len() == 1 && said[0].contains(wanted), "{list}: {said:?}");
    }
    assert!(show(&found).contains("b.rs -> a.rs: A"));
}

/// What is not understood leads to no arrow, so that a circle would be missed.
#[test]
fn the_crates_of_this_repository_are_understood() {
    let mut paths = Vec::new();
    crate::tidy::collect(crate::tidy::root(), std::path::Path::new("crates"), &mut paths).unwrap();
    let mut crates: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for path in paths.iter().filter(|path| path.ends_with(".rs")) {
        if let Some((package, file)) = path.split_once("/src/") {
            let text = crate::tidy::read(path).unwrap();
            crates.entry(package.to_owned()).or_default().insert(file.to_owned(), text);
        }
    }
    for (package, files) in &crates {
        let read = Crate::read(files);
        for file in files.keys().filter(|file| !file.ends_with("tests.rs") && !file.contains("tests/")) {
            let known = read.modules.iter().any(|module| module.file == *file);
            assert!(known, "{package}/src/{file}: no module of the crate is found to be this file");
        }
        for (number, module) in read.modules.iter().enumerate() {
            let paths = module.text.imports.iter().map(|it| &it.path).chain(&module.text.references);
            for path in paths.filter(|path| matches!(path[0].as_str(), "crate" | "super" | "self")) {
                let found = !read.resolve(number, path).is_empty();
                assert!(found, "{package}/src/{}: {} is not found", module.file, path.join("::"));
            }
        }
    }
}
