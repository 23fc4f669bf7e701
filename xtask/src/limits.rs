//! `cargo xtask limits`: the table in the book's chapter of limits, made of a list and of the values in the code.
//!
//! `limits.tsv` says of each limit what it is, whose, how it is set and what happens beyond it, and where its value stands. The
//! value is read there. A constant of the crates that is neither in a row nor exempt is an error, so that
//! no limit is forgotten.

mod anchor;
mod list;
mod value;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use crate::failure::Failure;
use crate::readme;
use crate::workspace::root;
use anchor::RustFile;
use list::{Anchor, List, Row};

const LIST: &str = "xtask/limits.tsv";
const CHAPTER: &str = "docs/src/limits.md";
const BLOCK: &str = "limits";

/// The structs whose public fields are limits, and where they are.
const STRUCTS: [(&str, &str); 4] = [
    ("Limits", "crates/mcp-json/src/limits.rs"),
    ("HttpLimits", "crates/mcp-protocol/src/http/limits.rs"),
    ("TaskOptions", "crates/mcp-server/src/task/options.rs"),
    ("StoreLimits", "crates/mcp-store/src/limits.rs"),
];

/// The Rust files of the crates, by their paths.
type Files = BTreeMap<String, RustFile>;

/// Runs the command.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let update = arguments.iter().any(|argument| argument == "--update");
    if let Some(argument) = arguments.iter().find(|argument| *argument != "--update") {
        let next = "leave it out, or give --update";
        return Err(Failure::new(format!("unknown argument {argument}"), "cargo xtask limits", next));
    }
    let table = table()?;
    if update {
        readme::update_in(CHAPTER, BLOCK, &table)?;
    }
    compare(&table)?;
    println!("{CHAPTER} is what the code says");
    Ok(())
}

fn compare(table: &str) -> Result<(), Failure> {
    if readme::is_in(CHAPTER, BLOCK, table)? {
        return Ok(());
    }
    let next =
        "run `cargo xtask limits --update`, and see in the difference whether the new values are meant";
    Err(Failure::new("the table is not what the code and the list say", CHAPTER, next))
}

/// The table, after the list and the code were compared.
fn table() -> Result<String, Failure> {
    let text = read(Path::new(LIST))?;
    let next = "mend the list; its head says how a row is written";
    let list = list::parse(&text).map_err(|wrong| Failure::new(wrong, LIST, next))?;
    let files = crates()?;
    let findings = check(&list, &files);
    if !findings.is_empty() {
        let what = format!("the list and the code differ:\n{}", findings.join("\n"));
        return Err(Failure::new(what, LIST, next));
    }
    Ok(render(&list, &files))
}

fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(root().join(path)).map_err(|error| {
        Failure::new(format!("it cannot be read: {error}"), path.display(), "check its permissions")
    })
}

/// All files of `crates/*/src` that are not tests.
fn crates() -> Result<Files, Failure> {
    let mut files = Files::new();
    for folder in entries(Path::new("crates"))? {
        collect(&Path::new(&folder).join("src"), &mut files)?;
    }
    Ok(files)
}

fn collect(folder: &Path, files: &mut Files) -> Result<(), Failure> {
    for path in entries(folder)? {
        if root().join(&path).is_dir() {
            if !path.ends_with("/tests") {
                collect(Path::new(&path), files)?;
            }
        } else if path.ends_with(".rs") && !path.ends_with("/tests.rs") {
            let file = RustFile::parse(&read(Path::new(&path))?)
                .map_err(|wrong| Failure::new(wrong, &path, "mend the file"))?;
            files.insert(path, file);
        }
    }
    Ok(())
}

/// The paths of what is in a folder, from the root of the repository.
fn entries(folder: &Path) -> Result<Vec<String>, Failure> {
    let failed = |error| Failure::new(format!("it cannot be read: {error}"), folder.display(), "restore it");
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(root().join(folder)).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        paths.push(folder.join(name).to_string_lossy().replace('\\', "/"));
    }
    Ok(paths)
}

/// Where the list and the code differ.
fn check(list: &List, files: &Files) -> Vec<String> {
    let mut findings = Vec::new();
    let rows = || list.groups.iter().flat_map(|group| &group.rows);
    for row in rows() {
        match shown(row, files) {
            Ok(shown) => findings.extend(undocumented(row, &shown, files)),
            Err(wrong) => findings.push(wrong),
        }
    }
    let mut known: BTreeSet<(&str, &str)> = BTreeSet::new();
    for anchor in rows().flat_map(|row| &row.anchors).chain(&list.exempt) {
        if !known.insert((&anchor.file, &anchor.symbol)) {
            findings.push(format!("{} `{}` is there twice", anchor.file, anchor.symbol));
        }
    }
    findings.extend(list.exempt.iter().filter_map(|anchor| value(anchor, files).err()));
    for (of, path) in STRUCTS {
        let fields = files.get(path).map(|file| file.fields_of(of)).unwrap_or_default();
        if fields.is_empty() {
            findings.push(format!("{path} has no struct `{of}`"));
        }
        let symbols = fields.iter().map(|field| format!("{of}.{field}"));
        let missing = symbols.filter(|symbol| !rows().any(|row| has(row, path, symbol)));
        findings.extend(missing.map(|symbol| format!("{path} `{symbol}` has no row")));
    }
    for (path, file) in files {
        let missing = file.bounds().filter(|name| !known.contains(&(path.as_str(), *name)));
        findings.extend(missing.map(|name| format!("{path} `{name}` has no row, and is not exempt")));
    }
    findings
}

fn has(row: &Row, path: &str, symbol: &str) -> bool {
    row.anchors.iter().any(|anchor| anchor.file == path && anchor.symbol == symbol)
}

fn value(anchor: &Anchor, files: &Files) -> Result<value::Value, String> {
    let file = files.get(&anchor.file).ok_or(format!("there is no file {} in the crates", anchor.file))?;
    file.value(&anchor.symbol).map_err(|wrong| format!("{}: {wrong}", anchor.file))
}

/// The value of a row, as it is printed.
fn shown(row: &Row, files: &Files) -> Result<String, String> {
    let mut values = Vec::new();
    for anchor in &row.anchors {
        let value = value(anchor, files)?;
        let shown = value.show(row.unit);
        values.push(
            shown.ok_or(format!("{} `{}` is not of the unit in the list", anchor.file, anchor.symbol))?,
        );
    }
    values.dedup();
    match values.pop() {
        Some(value) if values.is_empty() => Ok(value),
        _ => Err(format!("the places of `{}` have different values", row.limit)),
    }
}

/// The fields of a row whose documentation does not say the value.
fn undocumented(row: &Row, shown: &str, files: &Files) -> Vec<String> {
    let mut findings = Vec::new();
    for (of, path) in STRUCTS {
        for anchor in row.anchors.iter().filter(|anchor| anchor.file == path) {
            let Some((kind, field)) = anchor.symbol.split_once('.').filter(|(kind, _)| *kind == of) else {
                continue;
            };
            let text = files.get(path).map(|file| file.document(kind, field)).unwrap_or_default();
            // A field that counts bytes says so without its default.
            if !says(&text, shown.trim_end_matches(" bytes")) {
                findings.push(format!("{path} `{}`: its documentation does not say {shown}", anchor.symbol));
            }
        }
    }
    findings
}

/// Whether a text has that value, and not as a part of a longer one.
fn says(text: &str, value: &str) -> bool {
    text.match_indices(value).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let mut after = text.get(at + value.len()..).unwrap_or_default().chars();
        let next = after.next();
        let goes_on = next == Some(',') && after.next().is_some_and(|digit| digit.is_ascii_digit());
        let joined = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
        !joined(before) && before != Some(',') && !joined(next) && !goes_on
    })
}

/// The table as Markdown: one under each heading.
fn render(list: &List, files: &Files) -> String {
    let mut out = String::new();
    for group in &list.groups {
        let head = "| limit | default | whose | set by | on | beyond it |\n|---|---|---|---|---|---|\n";
        let _ = write!(out, "\n## {}\n\n{head}", group.title);
        for row in &group.rows {
            let (value, set_by) = (shown(row, files).unwrap_or_default(), set_by(row));
            let Row { limit, whose, platforms, beyond, .. } = row;
            let _ = writeln!(out, "| {limit} | {value} | {whose} | {set_by} | {platforms} | {beyond} |");
        }
    }
    out.push('\n');
    out
}

/// What sets a limit; `.` is the field that is its first place.
fn set_by(row: &Row) -> String {
    match row.anchors.first() {
        Some(anchor) if row.set_by == "." => format!("`{}`", anchor.symbol.replace('.', "::")),
        _ => row.set_by.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chapter_is_what_the_code_says() {
        let checked = table().and_then(|table| compare(&table));
        assert!(checked.is_ok(), "{}", checked.unwrap_err());
    }

    fn files(text: &str) -> Files {
        let empty = STRUCTS.map(|(of, path)| (path.to_owned(), format!("pub struct {of} {{ pub a: u8 }}")));
        let mut texts = BTreeMap::from(empty);
        texts.insert(STRUCTS[0].1.to_owned(), text.to_owned());
        texts.into_iter().map(|(path, text)| (path, RustFile::parse(&text).unwrap())).collect()
    }

    fn findings(rows: &str, text: &str) -> Vec<String> {
        let list = list::parse(&format!("## A\n{}", rows.replace('@', STRUCTS[0].1))).unwrap();
        let mut found = check(&list, &files(text));
        found.retain(|finding| finding.starts_with(STRUCTS[0].1) || !finding.contains(".a` has no row"));
        found.iter().map(|finding| finding.replace(STRUCTS[0].1, "@")).collect()
    }

    #[test]
    fn differences_are_found() {
        let row = |place: &str, unit: &str| format!("{place}\t{unit}\tl\tserver\t.\tall\tb\n");
        let field = row("@ Limits.most", "count");
        let text =
            "pub struct Limits { /** Default 5. */ pub most: u8 } const L: Limits = Limits { most: 5 };";
        assert!(findings(&field, text).is_empty());
        for (rows, text, expected) in [
            (field.clone(), text.replace("5.", "51."), "@ `Limits.most`: its documentation does not say 5"),
            (row("@ L.most", "count") + &field, text.into(), "@: `L.most` names nothing that has a value"),
            (row("x.rs A", "count") + &field, text.into(), "there is no file x.rs in the crates"),
            (row("@ Limits.most", "time"), text.into(), "@ `Limits.most` is not of the unit in the list"),
            (String::new(), text.into(), "@ `Limits.most` has no row"),
            (field.clone(), format!("{text} const X: usize = 1;"), "@ `X` has no row, and is not exempt"),
            (field.clone() + "-\t@ X\twhy", text.into(), "@: `X` names nothing that has a value"),
            (field.clone() + &field, text.into(), "@ `Limits.most` is there twice"),
            (
                row("@ X & @ Y", "count") + &field,
                format!("{text} const X: usize = 1; const Y: usize = 2;"),
                "the places of `l` have different values",
            ),
        ] {
            assert_eq!(findings(&rows, &text), [expected]);
        }
        assert!(findings("", "").contains(&"@ has no struct `Limits`".to_owned()));
    }

    #[test]
    fn values_are_found_in_texts() {
        for (text, value, expected) in [
            ("Default 4 MiB.", "4 MiB", true),
            ("Default 1,024; more", "1,024", true),
            ("Default 64 MiB", "4 MiB", false),
            ("Default 1,024", "1", false),
            ("Default 1,024", "024", false),
            ("at 5, then", "5", true),
            ("Default 10 min", "10 m", false),
        ] {
            assert_eq!(says(text, value), expected, "{text}");
        }
    }

    #[test]
    fn a_row_is_a_line() {
        let text = "pub struct Limits { pub most: u8 } const L: Limits = Limits { most: 5 };";
        let row = format!("## A\n{} Limits.most\tcount\tl\tserver\t.\tall\tb", STRUCTS[0].1);
        let rendered = render(&list::parse(&row).unwrap(), &files(text));
        assert!(rendered.ends_with("|\n| l | 5 | server | `Limits::most` | all | b |\n\n"), "{rendered}");
    }
}
