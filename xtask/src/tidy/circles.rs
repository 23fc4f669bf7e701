//! No circles of files: two files that need each other are one file in two places, and cannot be read, tested or moved
//! apart.
//!
//! An arrow leads from a file to each file whose definitions its code names, tests apart: through imports, paths and
//! functions of `impl` blocks in other files. A name that is re-exported leads to where it is defined; the re-export is
//! no arrow by itself. Calls of methods on other values than `self` are not followed, since that needs types.

mod accepted;
mod graph;
mod names;
mod parse;

use std::collections::BTreeMap;

use graph::{Circle, Graph};
use names::Crate;

/// The checked-in list of accepted circles.
pub const LIST: &str = "xtask/circles.tsv";

/// All circles, with the crate that each is in. `files` are paths from the root and their texts.
pub fn find(files: &[(String, String)]) -> Vec<(String, Circle)> {
    let mut crates: BTreeMap<&str, BTreeMap<String, String>> = BTreeMap::new();
    for (path, text) in files {
        let place = path.strip_prefix("crates/").and_then(|path| path.split_once("/src/"));
        if let Some((package, file)) = place.filter(|(package, _)| !package.contains('/')) {
            crates.entry(package).or_default().insert(file.to_owned(), text.clone());
        }
    }
    let circles = crates.iter().flat_map(|(package, files)| {
        let circles = Graph::of(&Crate::read(files)).circles();
        circles.into_iter().map(|circle| ((*package).to_owned(), circle))
    });
    circles.collect()
}

/// The circles for a person to read.
pub fn show(circles: &[(String, Circle)]) -> String {
    let mut out = String::new();
    for (package, circle) in circles {
        out += &describe(package, circle);
        out += "\n\n";
    }
    out + &format!("{} circles; those that are accepted are in {LIST}\n", circles.len())
}

/// What is wrong: circles that are not in the list, and lines of the list that no circle needs.
pub fn check(circles: &[(String, Circle)], list: &str) -> Vec<String> {
    let mut list = match accepted::parse(list) {
        Ok(list) => list,
        Err((line, what)) => return vec![format!("{LIST}:{line}: {what}")],
    };
    list.sort_by_key(accepted::Accepted::breadth);
    let mut findings = Vec::new();
    for (package, circle) in circles {
        let place = list.iter().position(|accepted| accepted.covers(package, circle));
        let Some(accepted) = place.map(|place| list.remove(place)) else {
            findings.push(format!(
                "{}\n  move what both sides need into a file of its own, or what one side needs to its user",
                describe(package, circle)
            ));
            continue;
        };
        let (line, most, files) = (accepted.line, accepted.most, circle.files.len());
        if files > most {
            findings.push(format!(
                "{}\n  {LIST}:{line} accepts {most} files: take the new ones out of the circle",
                describe(package, circle)
            ));
        } else if files < most {
            findings.push(format!("{LIST}:{line}: the circle has {files} files only: lower the number"));
        }
    }
    list.sort_by_key(|accepted| accepted.line);
    let unused = list.iter().map(|accepted| {
        format!("{LIST}:{}: there is no such circle in {}: remove the line", accepted.line, accepted.package)
    });
    findings.extend(unused);
    findings
}

fn describe(package: &str, circle: &Circle) -> String {
    let arrows =
        circle.arrows.iter().map(|(from, to, names)| format!("\n  {from} -> {to}: {}", names.join(", ")));
    let files = circle.files.join(" ");
    let count = circle.files.len();
    format!("crates/{package}/src: a circle of {count} files: {files}{}", arrows.collect::<String>())
}

#[cfg(test)]
#[path = "circles/tests.rs"]
mod tests;
