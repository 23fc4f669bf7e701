//! Rules about where the platform may be seen: in few files, and never in the protocol.

use super::Finding;
use super::source::{Source, block_end};

/// The files that may choose by target.
const SWITCHBOARDS: &[&str] = &["crates/mcp-runtime/src/sys/mod.rs", "crates/mcp-http/src/lib.rs"];

/// The crates of one platform or another.
const RUNTIMES: &[&str] = &["tokio", "hyper", "wasip2", "wasip3", "wstd"];

/// Folders, and crates of one platform, that may name them.
const BEHIND_THE_SEAM: &[&str] = &["/sys/", "/native/", "/wasi/", "crates/mcp-host/", "crates/mcp-cli/"];

/// Files that may name them. `sync.rs` and `io.rs` of the runtime pass on what of tokio needs no tokio runtime.
const AT_THE_SEAM: &[&str] =
    &["/sync.rs", "/sys.rs", "/native.rs", "/wasi.rs", "crates/mcp-runtime/src/io.rs"];

/// What decides and does nothing: folders, or files with the same name.
const PURE: &[&str] = &["crates/mcp-json/src/", "crates/mcp-protocol/src/"];

/// What pure code cannot have.
const IMPURE: &[(&str, &str)] = &[
    ("async", "asynchronous code"),
    ("await", "asynchronous code"),
    ("Instant", "a clock: take the time as an argument"),
    ("SystemTime", "a clock: take the time as an argument"),
    ("HashMap", "a map without order: use BTreeMap"),
    ("HashSet", "a set without order: use BTreeSet"),
    ("getrandom", "randomness: take it as an argument"),
    ("rand", "randomness: take it as an argument"),
];

/// Implements traits for maps without order, which users may have; nothing of ours is kept in one.
const FOR_USERS_MAPS: &str = "crates/mcp-json/src/schema/impls/standard.rs";

const IMPURE_MODULES: &[&str] = &["net", "fs", "env", "thread", "process", "time", "io"];

/// Code is chosen by target in two files, and outside functions.
pub fn platform_cfg_in_two_files(source: &Source) -> Vec<Finding> {
    if !source.path.starts_with("crates/") && !source.path.starts_with("examples/") || source.is_test_file() {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for start in ["cfg(", "cfg_attr(", "cfg!("].iter().flat_map(|mark| source.code.match_indices(mark)) {
        let condition = parenthesis(&source.code, start.0 + start.1.len());
        let words = ["target_arch", "target_family", "target_os", "target_env", "unix", "windows", "wasm"];
        if !words.iter().any(|word| source.words(condition, word).next().is_some()) {
            continue;
        }
        let line = source.line(start.0);
        if !SWITCHBOARDS.contains(&source.path.as_str()) {
            let message =
                format!("a condition on the target; only {} may have one", SWITCHBOARDS.join(" and "));
            findings.push(Finding::new(line, message));
        } else if in_function(source, start.0) {
            findings.push(Finding::new(
                line,
                "a condition on the target inside a function: make it a file per target",
            ));
        }
    }
    findings
}

/// The text up to the `)` that closes.
fn parenthesis(code: &str, start: usize) -> &str {
    let mut depth = 1usize;
    for (offset, byte) in code.bytes().enumerate().skip(start) {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return code.get(start..offset).unwrap_or_default();
        }
    }
    code.get(start..).unwrap_or_default()
}

fn in_function(source: &Source, offset: usize) -> bool {
    source.words(&source.code, "fn").any(|start| {
        let body = source.code.get(start..).and_then(|rest| rest.find(['{', ';'])).map(|at| start + at);
        body.is_some_and(|body| (body..block_end(&source.code, start)).contains(&offset))
    })
}

/// The crates of a platform are named only behind the seam.
pub fn runtimes_behind_the_seam(source: &Source) -> Vec<Finding> {
    let checked = source.in_crates() || source.path.starts_with("examples/");
    let allowed = BEHIND_THE_SEAM.iter().any(|folder| source.path.contains(folder))
        || AT_THE_SEAM.iter().any(|file| source.path.ends_with(file));
    if !checked || allowed {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for name in RUNTIMES {
        for offset in source.words(&source.code, name).filter(|offset| !source.in_tests(*offset)) {
            let before = source.code.get(..offset).unwrap_or_default().trim_end();
            let after = source.code.get(offset + name.len()..).unwrap_or_default();
            let used = before.ends_with("use") || before.ends_with("crate") && !before.ends_with("::crate");
            if after.starts_with("::") || used {
                let message =
                    format!("`{name}` is named: only files under sys/, native/, wasi/ and sync.rs may");
                findings.push(Finding::new(source.line(offset), message));
            }
        }
    }
    findings
}

/// Protocol code and decisions have no platform, clock, randomness or order by chance.
pub fn pure_code_is_pure(source: &Source) -> Vec<Finding> {
    if !PURE.iter().any(|folder| source.path.starts_with(folder)) || source.is_test_file() {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let mut find = |word: &str, what: &str| {
        for offset in source.words(&source.code, word).filter(|offset| !source.in_tests(*offset)) {
            findings.push(Finding::new(
                source.line(offset),
                format!("{what} (`{word}`) in code that must be pure"),
            ));
        }
    };
    for (word, what) in IMPURE {
        if !(word.starts_with("Hash") && source.path == FOR_USERS_MAPS) {
            find(word, what);
        }
    }
    for module in IMPURE_MODULES {
        find(&format!("std::{module}"), "a service of the platform");
    }
    let root = PURE.iter().any(|folder| source.path.strip_prefix(folder) == Some("lib.rs"));
    if root && !source.code.contains("#![no_std]") {
        findings.push(Finding::new(1, "the protocol is `#![no_std]`, so that the compiler keeps it pure"));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::tests::lines;
    use super::*;

    #[test]
    fn conditions_on_the_target_are_found() {
        let text = "#[cfg(test)]\n#[cfg(not(target_arch = \"wasm32\"))]\nfn f() {\n    if cfg!(windows) {}\n}\n#[cfg(feature = \"unix\")]\nfn g() {}\n";
        assert_eq!(lines(platform_cfg_in_two_files, "crates/a/src/x.rs", text), [2, 4]);
        assert_eq!(lines(platform_cfg_in_two_files, "examples/a/src/main.rs", text), [2, 4]);
        assert_eq!(lines(platform_cfg_in_two_files, SWITCHBOARDS[0], text), [4]);
        assert_eq!(lines(platform_cfg_in_two_files, "tests/a/src/x.rs", text), [0; 0]);
    }

    #[test]
    fn runtimes_outside_the_seam_are_found() {
        let text = "use tokio::sync;\n// tokio::x\nlet a = ::wstd::time();\nlet tokio = 1;\n#[cfg(test)]\nmod t { use tokio::x; }\n";
        assert_eq!(lines(runtimes_behind_the_seam, "crates/a/src/x.rs", text), [1, 3]);
        for path in [
            "crates/a/src/sys/x.rs",
            "crates/a/src/sync.rs",
            "crates/mcp-host/src/x.rs",
            "crates/a/tests/x.rs",
        ] {
            assert_eq!(lines(runtimes_behind_the_seam, path, text), [0; 0], "{path}");
        }
    }

    #[test]
    fn impure_code_is_found() {
        let text = "#![no_std]\nasync fn f() {}\nuse std::time::Duration;\nlet m = HashMap::new();\nuse core::time::Duration;\n";
        assert_eq!(lines(pure_code_is_pure, "crates/mcp-protocol/src/lib.rs", text), [2, 4, 3]);
        assert_eq!(lines(pure_code_is_pure, "crates/mcp-protocol/src/frame/line.rs", text), [2, 4, 3]);
        assert_eq!(lines(pure_code_is_pure, "crates/mcp-http/src/native/x.rs", text), [0; 0]);
        assert_eq!(lines(pure_code_is_pure, FOR_USERS_MAPS, text), [2, 3]);
        assert_eq!(lines(pure_code_is_pure, "crates/mcp-protocol/src/lib.rs", "//! x\n"), [1]);
        assert_eq!(lines(pure_code_is_pure, "crates/mcp-json/src/lib.rs", "//! x\n"), [1]);
    }
}
