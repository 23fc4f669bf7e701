//! `tests/field`: the kinds of what clients, proxies and models do, with what shows each on every target, and cases from public
//! trackers, each with its report and its verdict. Both lists are printed; a place that is not there, and a case without a
//! report or a verdict, is a failure.

use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::workspace::root;

const KINDS: &str = "tests/field/kinds.tsv";
const TARGETS: [&str; 4] = ["native stdio", "native http", "wasi stdio", "wasi http"];
const VERDICTS: [&str; 3] = ["mended", "held", "defended"];

/// Checks and prints both lists; what there is, in words.
pub fn check() -> Result<String, Failure> {
    let kinds = kinds(&read(Path::new(KINDS))?, &|place| is_there(place))?;
    let mut tally = [0; VERDICTS.len()];
    for path in files()? {
        let found = verdicts(&read(&path)?).map_err(|what| {
            Failure::new(what, path.display(), "say `# OWNER/REPOSITORY#NUMBER (title): held` above the case")
        })?;
        for (sum, count) in tally.iter_mut().zip(found) {
            *sum += count;
        }
    }
    let [mended, held, defended] = tally;
    let cases = mended + held + defended;
    println!("\n{cases} cases from public trackers: {mended} mended, {held} held, {defended} defended");
    Ok(format!("{kinds} kinds, {cases} further cases"))
}

fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(root().join(path))
        .map_err(|e| Failure::new(format!("it cannot be read: {e}"), path.display(), "restore it"))
}

/// The files with cases.
fn files() -> Result<Vec<PathBuf>, Failure> {
    let mut paths = Vec::new();
    for kind in ["malformed", "http", "scripts"] {
        let folder = Path::new("tests/field").join(kind);
        let entries = root()
            .join(&folder)
            .read_dir()
            .map_err(|e| Failure::new(format!("it cannot be read: {e}"), folder.display(), "restore it"))?;
        paths.extend(entries.flatten().map(|entry| folder.join(entry.file_name())));
    }
    paths.sort();
    Ok(paths)
}

/// Prints the kinds; how many there are. `is_there`: whether a place exists.
fn kinds(table: &str, is_there: &dyn Fn(&str) -> bool) -> Result<usize, Failure> {
    let mut count = 0;
    for (number, line) in (1..).zip(table.lines()).filter(|(_, line)| !line.starts_with('#')) {
        let wrong =
            |what: String| Failure::new(what, format!("{KINDS}:{number}"), "name what shows the kind");
        let fields: Vec<&str> = line.split('\t').collect();
        let [kind, name, places @ .., remark] = fields.as_slice() else {
            return Err(wrong("a kind has seven fields, separated by tabs".into()));
        };
        if places.len() != TARGETS.len() || places.iter().all(|place| *place == "-") {
            return Err(wrong(
                "a kind has a place for one of the four targets at least, and `-` for others".into(),
            ));
        }
        println!("{kind:>3} {name}");
        for (target, place) in TARGETS.iter().zip(places) {
            match *place {
                "-" if remark.is_empty() => return Err(wrong(format!("why is there nothing on {target}?"))),
                "-" => println!("      {target:13} - {remark}"),
                place if is_there(place) => println!("      {target:13} {place}"),
                place => return Err(wrong(format!("there is no {place}"))),
            }
        }
        count += 1;
    }
    Ok(count)
}

/// Whether the file is there and, behind `::`, the test, the row or the line in it.
fn is_there(place: &str) -> bool {
    let (path, name) = place.split_once("::").unwrap_or((place, ""));
    let Ok(text) = std::fs::read_to_string(root().join(path)) else { return false };
    let starts = |wanted: &str| {
        text.lines().any(|line| line.trim_start().trim_start_matches("async ").starts_with(wanted))
    };
    match Path::new(path).extension().and_then(|extension| extension.to_str()) {
        _ if name.is_empty() => true,
        Some("rs") => starts(&format!("fn {name}(")),
        Some("tsv") => starts(&format!("{name}\t")),
        _ => text.contains(name),
    }
}

/// How many cases have each verdict. A row of a table stands below a report with one, in the same paragraph.
fn verdicts(text: &str) -> Result<[usize; VERDICTS.len()], String> {
    let mut tally = [0; VERDICTS.len()];
    for paragraph in text.split("\n\n") {
        let comments: Vec<&str> = paragraph.lines().filter_map(|line| line.strip_prefix("# ")).collect();
        let comments = comments.join(" ");
        let counts = VERDICTS.map(|verdict| comments.matches(&format!(": {verdict}")).count());
        let reported = comments.split([' ', ',']).any(is_report) && counts.iter().any(|count| *count > 0);
        let row = paragraph.lines().find(|line| line.contains('\t') && !line.starts_with('#'));
        if let (Some(row), false) = (row, reported) {
            let name = row.split('\t').next().unwrap_or_default();
            return Err(format!("no report with a verdict stands above `{name}`"));
        }
        tally.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
    }
    Ok(tally)
}

/// Whether it is `OWNER/REPOSITORY#NUMBER`.
fn is_report(word: &str) -> bool {
    let Some((repository, number)) = word.split_once('#') else { return false };
    repository.contains('/') && number.bytes().next().is_some_and(|digit| digit.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_and_every_case_of_this_repository_is_in_order() {
        check().unwrap();
    }

    #[test]
    fn a_kind_names_places_that_are_there() {
        let there = |place: &str| place == "a.rs::b";
        for (table, right) in [
            ("# comment\n1\tkind\ta.rs::b\ta.rs::b\t-\t-\twhy", true),
            ("1\tkind\ta.rs::b\ta.rs::b\ta.rs::b\ta.rs::b\t", true),
            ("1\tkind\ta.rs::b\t-\t-\t-\t", false),
            ("1\tkind\t-\t-\t-\t-\twhy", false),
            ("1\tkind\ta.rs::c\t-\t-\t-\twhy", false),
            ("1\tkind\ta.rs::b\twhy", false),
        ] {
            assert_eq!(kinds(table, &there).is_ok(), right, "{table}");
        }
        assert!(is_there("xtask/src/field.rs::is_there"));
        assert!(!is_there("xtask/src/field.rs::is_nowhere") && !is_there("xtask/src/nothing.rs"));
    }

    #[test]
    fn a_row_needs_a_report_with_a_verdict() {
        for (text, expected) in [
            ("# a/b#1 (x): held\nrow\t1\nrow\t2", Some([0, 1, 0])),
            ("# a/b#1 (x): mended: y\nrow\t1\n\n# a/b#2, c/d#3\n# (x): defended\nrow\t2", Some([1, 0, 1])),
            ("# a/b#1 (x)\nrow\t1", None),
            ("# (x): held\nrow\t1", None),
            ("# a/b#1 (x): held\nrow\t1\n\nrow\t2", None),
            ("server: x\n# a/b#1: held\n> {}\n< {}", Some([0, 1, 0])),
        ] {
            assert_eq!(verdicts(text).ok(), expected, "{text}");
        }
    }
}
