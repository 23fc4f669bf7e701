//! Which file of a crate refers to which, and the circles among them.

use std::collections::{BTreeMap, BTreeSet};

use super::names::{Crate, Target};
use super::parse::Path;

/// For each file, the files that it refers to and the names that it uses of them.
#[derive(Debug, Default)]
pub struct Graph {
    arrows: BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
}

/// Files that all lead to each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circle {
    /// The files, from `src`, sorted.
    pub files: Vec<String>,
    /// The arrows between them: from, to, names.
    pub arrows: Vec<(String, String, Vec<String>)>,
}

/// For each type, by file and name: its functions, and the files of the `impl` blocks that have them.
type Functions = BTreeMap<(String, String), BTreeMap<String, BTreeSet<String>>>;

impl Graph {
    /// The arrows of a crate.
    pub fn of(read: &Crate) -> Self {
        let functions = functions(read);
        let mut graph = Self::default();
        for (number, module) in read.modules.iter().enumerate() {
            let text = &module.text;
            // A re-export alone is no use of what it passes on.
            let imports = text
                .imports
                .iter()
                .filter(|import| !import.public && import.name.is_some())
                .map(|it| &it.path);
            for path in imports.chain(&text.references) {
                for (file, name) in items(read, number, path) {
                    for (file, name) in reached(&functions, path, &file, &name) {
                        graph.add(&module.file, file, name);
                    }
                }
            }
            for name in text.calls.iter().filter(|name| !text.macros.contains(*name)) {
                if let [file] = read.macro_files(name).as_slice() {
                    graph.add(&module.file, (*file).to_owned(), format!("{name}!"));
                }
            }
            for block in &text.impls {
                for of in items(read, number, &block.target) {
                    for (called, files) in functions.get(&of).into_iter().flatten() {
                        if block.own.contains(called) && !files.contains(&module.file) {
                            let name = format!("{}::{called}", of.1);
                            files.iter().for_each(|file| graph.add(&module.file, file.clone(), name.clone()));
                        }
                    }
                }
            }
        }
        graph
    }

    fn add(&mut self, from: &str, to: String, name: String) {
        if from != to {
            self.arrows.entry(from.to_owned()).or_default().entry(to).or_default().insert(name);
        }
    }

    /// The files that `file` leads to, over any number of arrows.
    fn reached(&self, file: &str) -> BTreeSet<&str> {
        let mut seen = BTreeSet::new();
        let mut next: Vec<&str> =
            self.arrows.get(file).into_iter().flatten().map(|(to, _)| to.as_str()).collect();
        while let Some(file) = next.pop() {
            if seen.insert(file) {
                next.extend(self.arrows.get(file).into_iter().flatten().map(|(to, _)| to.as_str()));
            }
        }
        seen
    }

    /// The circles, largest first.
    pub fn circles(&self) -> Vec<Circle> {
        let reached: BTreeMap<&str, BTreeSet<&str>> =
            self.arrows.keys().map(|file| (file.as_str(), self.reached(file))).collect();
        let leads = |from: &str, to: &str| reached.get(from).is_some_and(|reached| reached.contains(to));
        let mut circles: Vec<Circle> = Vec::new();
        for &file in reached.keys().filter(|file| leads(file, file)) {
            if circles.iter().any(|circle| circle.files.iter().any(|known| known == file)) {
                continue;
            }
            let files = reached.keys().filter(|other| leads(file, other) && leads(other, file));
            circles.push(self.circle(files.map(|file| (*file).to_owned()).collect()));
        }
        circles.sort_by_key(|circle| std::cmp::Reverse(circle.files.len()));
        circles
    }

    fn circle(&self, files: Vec<String>) -> Circle {
        let mut arrows = Vec::new();
        for from in &files {
            for (to, names) in
                self.arrows.get(from).into_iter().flatten().filter(|(to, _)| files.contains(to))
            {
                arrows.push((from.clone(), to.clone(), names.iter().cloned().collect()));
            }
        }
        Circle { files, arrows }
    }
}

/// The items that a path means: file and name.
fn items(read: &Crate, module: usize, path: &Path) -> Vec<(String, String)> {
    let targets = read.resolve(module, path).into_iter();
    targets
        .filter_map(|target| match target {
            Target::Item { file, name } => Some((file, name)),
            Target::Module(_) | Target::Outside => None,
        })
        .collect()
}

fn functions(read: &Crate) -> Functions {
    let mut functions = Functions::new();
    for (number, module) in read.modules.iter().enumerate() {
        for block in module.text.impls.iter().filter(|block| !block.functions.is_empty()) {
            for of in items(read, number, &block.target) {
                let known = functions.entry(of).or_default();
                for name in &block.functions {
                    known.entry(name.clone()).or_default().insert(module.file.clone());
                }
            }
        }
    }
    functions
}

/// An item, and the function of it that the path ends with where that is in another file.
fn reached(functions: &Functions, path: &Path, file: &str, name: &str) -> Vec<(String, String)> {
    let mut found = vec![(file.to_owned(), name.to_owned())];
    let Some(known) = functions.get(&(file.to_owned(), name.to_owned())) else { return found };
    if let Some((function, files)) = path.last().and_then(|last| known.get_key_value(last)) {
        let elsewhere = files.iter().filter(|other| *other != file);
        found.extend(elsewhere.map(|other| (other.clone(), format!("{name}::{function}"))));
    }
    found
}
