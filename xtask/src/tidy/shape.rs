//! Rules about the form of files: their names, their beginning and their length.

use super::Finding;
use super::source::{Source, block_end};

const LONGEST_FILE: usize = 600;
const LONGEST_FUNCTION: usize = 60;

/// Names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] = &["utils", "util", "common", "helpers", "helper", "misc", "types"];

/// A file begins by saying what it is for.
pub fn module_doc_first(source: &Source) -> Vec<Finding> {
    // Small cases for the compiler's messages; their text is the test.
    let case = ["/ui/", "/ui-late/", "/fail/", "/pass/", "/expand/"]
        .iter()
        .any(|folder| source.path.contains(folder));
    if case || source.text.starts_with("//!") {
        return Vec::new();
    }
    vec![Finding::new(1, "the first line is not `//!`: say what the file is for")]
}

/// A file has at most 600 lines.
pub fn file_length(source: &Source) -> Vec<Finding> {
    let length = source.text.lines().count();
    if length <= LONGEST_FILE {
        return Vec::new();
    }
    vec![Finding::new(LONGEST_FILE, format!("{length} lines, {LONGEST_FILE} are allowed: split by concept"))]
}

/// A function has at most 60 lines, tests apart.
pub fn function_length(source: &Source) -> Vec<Finding> {
    if source.is_test_file() && !source.path.contains("/src/") {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for start in source.words(&source.code, "fn").filter(|start| !source.in_tests(*start)) {
        let name: String = source
            .code
            .get(start + 2..)
            .map(|rest| rest.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
            .unwrap_or_default();
        // A type like `fn(u8)` has no name and no body.
        if name.is_empty() {
            continue;
        }
        let (first, last) = (source.line(start), source.line(block_end(&source.code, start)));
        let length = last - first + 1;
        if length > LONGEST_FUNCTION {
            let message = format!("`{name}` has {length} lines, {LONGEST_FUNCTION} are allowed");
            findings.push(Finding::new(first, message));
        }
    }
    findings
}

/// A file is named after what is in it.
pub fn file_names(source: &Source) -> Vec<Finding> {
    let parts = source.path.split('/').map(|part| part.strip_suffix(".rs").unwrap_or(part));
    let empty = parts
        .filter(|part| EMPTY_NAMES.contains(part))
        .map(|part| Finding::new(1, format!("the name `{part}` says nothing: name it after what is inside")));
    empty.collect()
}

/// Every crate forbids unsafe code at its root or inherits the lints of the workspace.
pub fn unsafe_is_forbidden(source: &Source) -> Vec<Finding> {
    let allowed = source
        .code
        .match_indices("allow(unsafe_code")
        .map(|(offset, _)| Finding::new(source.line(offset), "unsafe code is allowed here: no crate may"));
    allowed.collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::lines;
    use super::*;

    #[test]
    fn a_missing_module_doc_is_found() {
        assert_eq!(lines(module_doc_first, "crates/a/src/x.rs", "use x;\n"), [1]);
        assert_eq!(lines(module_doc_first, "crates/a/src/x.rs", "//! X.\nuse x;\n"), [0; 0]);
        assert_eq!(lines(module_doc_first, "crates/a/tests/ui/x.rs", "use x;\n"), [0; 0]);
    }

    #[test]
    fn long_files_are_found() {
        assert_eq!(lines(file_length, "crates/a/src/x.rs", &"\n".repeat(600)), [0; 0]);
        assert_eq!(lines(file_length, "crates/a/src/x.rs", &"\n".repeat(601)), [600]);
    }

    #[test]
    fn long_functions_are_found() {
        let long = format!("struct S;\nfn long() {{\n{}}}\n", "    a();\n".repeat(59));
        let fits = format!("fn fits(f: fn(u8)) {{\n{}}}\n", "    a();\n".repeat(58));
        let test = format!("#[cfg(test)]\nmod t {{\n{long}}}\n");
        assert_eq!(lines(function_length, "crates/a/src/x.rs", &long), [2]);
        assert_eq!(lines(function_length, "crates/a/src/x.rs", &fits), [0; 0]);
        assert_eq!(lines(function_length, "crates/a/src/x.rs", &test), [0; 0]);
        assert_eq!(lines(function_length, "crates/a/tests/x.rs", &long), [0; 0]);
        assert_eq!(lines(function_length, "crates/a/src/x.rs", "trait T { fn f(); }\n"), [0; 0]);
    }

    #[test]
    fn empty_names_are_found() {
        for path in ["crates/a/src/utils.rs", "crates/a/src/common/mod.rs", "crates/a/tests/helpers/x.rs"] {
            assert_eq!(lines(file_names, path, ""), [1], "{path}");
        }
        assert_eq!(lines(file_names, "crates/a/src/commonplace.rs", ""), [0; 0]);
    }

    #[test]
    fn allowed_unsafe_code_is_found() {
        assert_eq!(lines(unsafe_is_forbidden, "crates/a/src/x.rs", "\n#![allow(unsafe_code)]\n"), [2]);
    }
}
