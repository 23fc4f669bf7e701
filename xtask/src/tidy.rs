//! `cargo xtask tidy`: the rules the repository checks on itself.
//!
//! A rule is a function from a file to its findings, with a test that shows it finding something. Rules look
//! at the text of files, so they need no build; what the compiler or clippy can check is left to them.

mod circles;
mod manifests;
mod phrases;
mod pictures;
mod platform;
mod published;
mod shape;
mod source;
mod tokens;
mod type_names;
mod words;

use std::path::Path;

use crate::failure::Failure;
use crate::workspace::root;
use source::Source;

/// Something a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The line it is on, from 1.
    pub line: usize,
    /// What is wrong and what is right.
    pub message: String,
}

impl Finding {
    fn new(line: usize, message: impl Into<String>) -> Self {
        Self { line, message: message.into() }
    }
}

type Rule = fn(&Source) -> Vec<Finding>;

/// Every rule about a Rust file.
const RULES: &[Rule] = &[
    platform::platform_cfg_in_two_files,
    platform::runtimes_behind_the_seam,
    platform::pure_code_is_pure,
    shape::module_doc_first,
    shape::file_length,
    shape::function_length,
    shape::file_names,
    shape::unsafe_is_forbidden,
    words::no_get_prefix,
    words::no_stubs,
    words::no_ignored_examples,
    words::no_printing,
    words::revisions_in_one_file,
    words::revisions_are_asked,
    words::no_anyhow,
    words::no_overflow_of_time,
];

/// A file is refused above 600 lines; above this it is mentioned.
const WISHED_LENGTH: usize = 400;

/// How many rules there are; that of circles is the last.
const fn count_of_rules() -> usize {
    let of_many_files =
        manifests::RULES + phrases::RULES + pictures::RULES + published::RULES + type_names::RULES;
    RULES.len() + of_many_files + 1
}

/// Runs the command.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let circles_only = arguments.iter().any(|argument| argument == "--circles");
    if let Some(argument) = arguments.iter().find(|argument| *argument != "--circles") {
        let next = "leave it out, or give --circles";
        return Err(Failure::new(format!("unknown argument {argument}"), "cargo xtask tidy", next));
    }
    let mut files = Vec::new();
    for folder in ["crates", "examples", "tests", "xtask", "fuzz", "benches"] {
        collect(root(), Path::new(folder), &mut files)?;
    }
    files.push("Cargo.toml".to_owned());
    files.sort();
    let (mut findings, mut manifests, mut sources) = (Vec::new(), Vec::new(), Vec::new());
    for path in &files {
        let text = read(path)?;
        if path.ends_with(".rs") {
            let source = Source::new(path, &text);
            if text.lines().count() > WISHED_LENGTH {
                println!("note: {path} has {} lines; {WISHED_LENGTH} is the wish", text.lines().count());
            }
            let found = RULES.iter().flat_map(|rule| rule(&source));
            findings.extend(found.map(|finding| format!("{path}:{}: {}", finding.line, finding.message)));
            sources.push((path.clone(), text));
        } else {
            manifests.push((path.clone(), text));
        }
    }
    let found = circles::find(&sources);
    if circles_only {
        print!("{}", circles::show(&found));
        return Ok(());
    }
    findings.extend(circles::check(&found, &read(circles::LIST)?));
    findings.extend(type_names::check(&sources));
    findings.extend(manifests::check(&manifests));
    findings.extend(published::check(&manifests));
    findings.extend(pictures::check(&collect_pictures()?));
    findings.extend(phrases::check(&collect_texts()?));
    crate::size::readme_agrees()?;
    if findings.is_empty() {
        println!("tidy: {} files, {} rules", files.len(), count_of_rules());
        return Ok(());
    }
    findings.iter().for_each(|finding| println!("{finding}"));
    let what = format!("{} places break a rule", findings.len());
    Err(Failure::new(
        what,
        "the places above",
        "mend them; the rules and their reasons are in CONTRIBUTING.md",
    ))
}

fn read(path: &str) -> Result<String, Failure> {
    std::fs::read_to_string(root().join(path)).map_err(|e| {
        Failure::new(format!("it cannot be read: {e}"), path, "check its permissions and encoding")
    })
}

/// Rust files and manifests below `folder`, as paths from the root with `/`.
fn collect(root: &Path, folder: &Path, files: &mut Vec<String>) -> Result<(), Failure> {
    collect_named(root, folder, &|name| name.ends_with(".rs") || name == "Cargo.toml", files)
}

/// The documents at the root and below the folders of [`phrases`], with the code there.
fn collect_texts() -> Result<Vec<(String, String)>, Failure> {
    let is_text = |name: &str| [".rs", ".md", ".txt", ".dot"].iter().any(|end| name.ends_with(end));
    let mut paths = Vec::new();
    for folder in phrases::FOLDERS {
        collect_named(root(), Path::new(folder), &is_text, &mut paths)?;
    }
    let entries = root().read_dir().into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    paths.extend(names.filter(|name| name.ends_with(".md")));
    paths.sort();
    paths.into_iter().map(|path| Ok((path.clone(), read(&path)?))).collect()
}

/// Files below `folder` whose name is wanted, as paths from the root with `/`.
fn collect_named(
    root: &Path,
    folder: &Path,
    wanted: &dyn Fn(&str) -> bool,
    files: &mut Vec<String>,
) -> Result<(), Failure> {
    let Ok(entries) = root.join(folder).read_dir() else { return Ok(()) };
    for entry in entries {
        let entry =
            entry.map_err(|e| Failure::new(e.to_string(), folder.display(), "check its permissions"))?;
        let path = folder.join(entry.file_name());
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            if !matches!(name.as_str(), "target" | "node_modules") && !name.starts_with('.') {
                collect_named(root, &path, wanted, files)?;
            }
        } else if wanted(&name) {
            files.push(path.to_string_lossy().replace('\\', "/"));
        }
    }
    Ok(())
}

/// The pictures of the book: path and text of each Graphviz source, and the SVG beside it, if it is there.
fn collect_pictures() -> Result<Vec<(String, String, Option<String>)>, Failure> {
    let folder = Path::new(pictures::FOLDER);
    let Ok(entries) = root().join(folder).read_dir() else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for entry in entries {
        let entry =
            entry.map_err(|e| Failure::new(e.to_string(), folder.display(), "check its permissions"))?;
        let path = entry.path();
        if path.extension().is_some_and(|extension| extension == "dot") {
            let svg = std::fs::read_to_string(path.with_extension("svg")).ok();
            let name = format!("{}/{}", pictures::FOLDER, entry.file_name().to_string_lossy());
            found.push((name.clone(), read(&name)?, svg));
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `rule` finds in a file, as lines.
    pub fn lines(rule: Rule, path: &str, text: &str) -> Vec<usize> {
        rule(&Source::new(path, text)).into_iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn the_repository_is_tidy() {
        if let Err(failure) = run(&[]) {
            panic!("{failure}");
        }
    }
}
