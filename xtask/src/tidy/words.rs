//! Rules about words that must not be in the code.

use super::Finding;
use super::source::Source;

/// Macros for what is not there, and a name for it.
const STUBS: &[&str] = &["todo!", "unimplemented!", "NotSupported"];

/// Marks of work that was left; taken apart so that this line is not found itself.
const LEFT: [&str; 4] = [concat!("FIX", "ME"), concat!("HA", "CK"), concat!("TO", "DO"), concat!("X", "XX")];

const PRINTING: &[&str] = &["print!", "println!", "eprint!", "eprintln!", "dbg!"];

const REVISIONS: &[&str] = &["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"];

/// Handlers of methods the protocol calls so: `prompts/get`, `tasks/get`.
const VERBS: &[&str] = &["fn get_prompt(", "fn get_task("];

/// A function that gives something is named after it.
pub fn no_get_prefix(source: &Source) -> Vec<Finding> {
    let found = source.code.match_indices("fn get_").filter(|(offset, _)| {
        let rest = source.code.get(*offset..).unwrap_or_default();
        !VERBS.iter().any(|verb| rest.starts_with(verb)) && !source.in_tests(*offset)
    });
    found
        .map(|(offset, _)| Finding::new(source.line(offset), "`get_`: name it after what it gives"))
        .collect()
}

/// Nothing is left to be done later.
pub fn no_stubs(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    for word in STUBS {
        for (offset, _) in source.code.match_indices(word) {
            findings.push(Finding::new(
                source.line(offset),
                format!("`{word}` is a stub: do it, or leave it out"),
            ));
        }
    }
    for word in LEFT {
        for offset in source.words(&source.comments, word) {
            findings.push(Finding::new(source.line(offset), format!("`{word}`: do it, or open an issue")));
        }
    }
    findings
}

/// Every example in the documentation is compiled.
pub fn no_ignored_examples(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (offset, fence) in source.comments.match_indices("```") {
        let tail = source.comments.get(offset + fence.len()..).unwrap_or_default();
        let info = tail.lines().next().unwrap_or_default();
        if info.split([',', ' ']).any(|word| word.trim() == "ignore") {
            findings.push(Finding::new(
                source.line(offset),
                "an ignored example: let it compile (`no_run` if it must not run)",
            ));
        }
    }
    findings
}

/// Only programs for people print.
pub fn no_printing(source: &Source) -> Vec<Finding> {
    if !source.in_crates() || source.path.starts_with("crates/mcp-cli/") {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for word in PRINTING {
        for offset in source.words(&source.code, word.trim_end_matches('!')) {
            let call = source.code.get(offset..).is_some_and(|rest| rest.starts_with(word));
            if call && !source.in_tests(offset) {
                findings
                    .push(Finding::new(source.line(offset), format!("`{word}`: a library does not print")));
            }
        }
    }
    findings
}

/// The revisions of the protocol are written down in one file.
pub fn revisions_in_one_file(source: &Source) -> Vec<Finding> {
    if !source.in_crates() || source.path.ends_with("/revision.rs") {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for revision in REVISIONS {
        for offset in source.words(&source.strings, revision).filter(|offset| !source.in_tests(*offset)) {
            let message = format!("the revision {revision} in a string: ask the type in revision.rs");
            findings.push(Finding::new(source.line(offset), message));
        }
    }
    findings
}

/// What differs between revisions is a question to the type, with a name that says what differs.
pub fn revisions_are_asked(source: &Source) -> Vec<Finding> {
    let exempt = ["/revision.rs", "/method.rs"].iter().any(|end| source.path.ends_with(end));
    if !source.in_crates() || exempt {
        return Vec::new();
    }
    let named = source.code.match_indices("Revision::V").map(|(offset, _)| offset);
    let compared = source.words(&source.code, "revision").filter(|offset| is_compared(&source.code, *offset));
    let found = named.chain(compared).filter(|offset| !source.in_tests(*offset));
    let message = "a comparison of revisions: ask a question of revision.rs that says what differs";
    found.map(|offset| Finding::new(source.line(offset), message)).collect()
}

/// Whether the `revision` at `offset` is an operand; rustfmt puts spaces around operators, and none around generics.
fn is_compared(code: &str, offset: usize) -> bool {
    const OPERATORS: [&str; 6] = ["<", ">", "<=", ">=", "==", "!="];
    let (before, rest) = code.split_at_checked(offset).unwrap_or_default();
    let path = |c: char| c.is_alphanumeric() || "_.():&*".contains(c);
    let before = before.trim_end_matches(path);
    let after = rest.trim_start_matches(path);
    let spaced = |text: &str| text.starts_with(char::is_whitespace) || text.ends_with(char::is_whitespace);
    let word_after = after.split_whitespace().next().filter(|_| spaced(after));
    let word_before = before.split_whitespace().next_back().filter(|_| spaced(before));
    [word_before, word_after].into_iter().flatten().any(|word| OPERATORS.contains(&word))
}

/// A library has errors of its own.
pub fn no_anyhow(source: &Source) -> Vec<Finding> {
    if !source.in_crates() || source.path.starts_with("crates/mcp-cli/") {
        return Vec::new();
    }
    let found = source.words(&source.code, "anyhow");
    found
        .map(|offset| Finding::new(source.line(offset), "`anyhow` in a library: one error type per crate"))
        .collect()
}

/// A time that a limit or a token gives can be too far away for a clock: adding it panics. Below `sys/`, where the clocks are,
/// the sum is the clock's own.
pub fn no_overflow_of_time(source: &Source) -> Vec<Finding> {
    if !source.in_crates() || source.path.starts_with("crates/mcp-runtime/src/sys/") {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for word in ["Instant::now() +", ".elapsed() +"] {
        for (offset, _) in source.code.match_indices(word).filter(|(offset, _)| !source.in_tests(*offset)) {
            let message = format!(
                "`{word}` panics where the sum is too far away: use `deadline` of the runtime, or `saturating_add`"
            );
            findings.push(Finding::new(source.line(offset), message));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::tests::lines;
    use super::*;

    const PATH: &str = "crates/a/src/x.rs";

    #[test]
    fn get_is_found() {
        assert_eq!(lines(no_get_prefix, PATH, "fn get_prompt() {}\nfn get_b() {}\n// fn get_c\n"), [2]);
    }

    #[test]
    fn stubs_are_found() {
        let text = format!("fn a() {{ todo!() }}\n// {}: later\nlet s = \"todo!\";\n", LEFT[0]);
        assert_eq!(lines(no_stubs, PATH, &text), [1, 2]);
    }

    #[test]
    fn ignored_examples_are_found() {
        let text = "/// ```ignore\n/// ```\n/// ```rust,ignore\n/// ```\n/// ```no_run\n/// ```\n/// We ignore it.\n";
        assert_eq!(lines(no_ignored_examples, PATH, text), [1, 3]);
    }

    #[test]
    fn printing_is_found() {
        let text = "fn a() { println!(\"x\"); }\n#[cfg(test)]\nmod t { fn b() { dbg!(1); } }\nfn c() { sprintln!(); }\n";
        assert_eq!(lines(no_printing, PATH, text), [1]);
        assert_eq!(lines(no_printing, "crates/mcp-cli/src/main.rs", text), [0; 0]);
        assert_eq!(lines(no_printing, "xtask/src/main.rs", text), [0; 0]);
    }

    #[test]
    fn revisions_are_found() {
        let text = "if version == \"2025-06-18\" {}\n// 2025-06-18\n";
        assert_eq!(lines(revisions_in_one_file, PATH, text), [1]);
        assert_eq!(lines(revisions_in_one_file, "crates/mcp-protocol/src/revision.rs", text), [0; 0]);
    }

    #[test]
    fn comparisons_of_revisions_are_found() {
        let text = "if revision >= Revision::LATEST {}\nlet a = Revision::V2025_06_18;\nif a == call.revision {}\n\
                    fn revision<'r>(revision: Revision) -> u8 {}\nif self.cx.revision() < other {}\n\
                    if revision.has_titles() && 1 < 2 {}\n// revision == x\n";
        let mut found = lines(revisions_are_asked, PATH, text);
        found.sort_unstable();
        assert_eq!(found, [1, 2, 3, 5]);
        assert_eq!(lines(revisions_are_asked, "crates/mcp-protocol/src/revision.rs", text), [0; 0]);
        assert_eq!(lines(revisions_are_asked, "crates/a/tests/x.rs", text), [0; 0]);
    }

    #[test]
    fn sums_of_times_are_found() {
        let text = "fn a() { Instant::now() + limit; }\nfn b() { began.elapsed() + limit }\n// Instant::now() + x\n\
                    fn c() { deadline(Instant::now(), limit) }\n#[cfg(test)]\nmod t { fn d() { Instant::now() + TICK; } }\n";
        assert_eq!(lines(no_overflow_of_time, PATH, text), [1, 2]);
        assert_eq!(lines(no_overflow_of_time, "crates/mcp-runtime/src/sys/wasi/time.rs", text), [0; 0]);
        assert_eq!(lines(no_overflow_of_time, "xtask/src/main.rs", text), [0; 0]);
    }

    #[test]
    fn anyhow_is_found() {
        assert_eq!(lines(no_anyhow, PATH, "use anyhow::Result;\n"), [1]);
    }
}
