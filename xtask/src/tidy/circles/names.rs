//! The modules of a crate, and what a path means in one of them: the place of the definition, whatever
//! re-exports it was named through.

use std::collections::BTreeMap;

use super::super::source::Source;
use super::parse::{self, Import};

/// Deeper than modules are nested; ends a circle of `#[path]`.
const DEEPEST: usize = 32;

/// The modules of a crate.
#[derive(Debug, Default)]
pub struct Crate {
    /// Each with the file that it is in.
    pub modules: Vec<Module>,
}

/// A module and its place.
#[derive(Debug)]
pub struct Module {
    /// From the folder `src`.
    pub file: String,
    /// What is in it.
    pub text: parse::Module,
    parent: Option<usize>,
    /// By name; a name has several files when the target chooses among them.
    children: BTreeMap<String, Vec<usize>>,
}

/// What a path means.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// A module.
    Module(usize),
    /// An item.
    Item {
        /// The file that defines it.
        file: String,
        /// Its name there.
        name: String,
    },
    /// Something of another crate.
    Outside,
}

/// Imports that are being resolved: the module and the place in its list.
type Open = Vec<(usize, usize)>;

impl Crate {
    /// Reads the files that belong to the crate, from `lib.rs`, `main.rs` and those of `bin/` on.
    pub fn read(files: &BTreeMap<String, String>) -> Self {
        let mut read = Self::default();
        let program = |file: &str| file.strip_prefix("bin/").is_some_and(|name| !name.contains('/'));
        for file in files.keys().filter(|file| matches!(file.as_str(), "lib.rs" | "main.rs") || program(file))
        {
            read.file(files, file, true, None, 0);
        }
        read
    }

    /// Reads one file and those of its modules; the number of its module.
    fn file(
        &mut self,
        files: &BTreeMap<String, String>,
        file: &str,
        is_folder: bool,
        parent: Option<usize>,
        depth: usize,
    ) -> Option<usize> {
        let source = Source::new(&format!("src/{file}"), files.get(file)?);
        if source.is_test_file() || depth > DEEPEST {
            return None;
        }
        let (folder, stem) = file.rsplit_once('/').unwrap_or(("", file));
        let home = if is_folder { folder.to_owned() } else { join(folder, stem.trim_end_matches(".rs")) };
        let first = self.modules.len();
        let mut others = Vec::new();
        for text in parse::modules(&source) {
            let number = self.modules.len();
            let inside = text.inside.clone();
            let above = match inside.split_last() {
                None => parent,
                Some((name, path)) => {
                    let above = (first..number).find(|above| {
                        self.modules.get(*above).is_some_and(|above| above.text.inside == path)
                    });
                    above.inspect(|above| self.add_child(*above, name, number))
                }
            };
            others.extend(text.children.iter().cloned().map(|child| (number, inside.clone(), child)));
            self.modules.push(Module {
                file: file.to_owned(),
                text,
                parent: above,
                children: BTreeMap::new(),
            });
        }
        for (number, inside, (name, paths)) in others {
            let home = inside.iter().fold(home.clone(), |home, name| join(&home, name));
            let beside = if inside.is_empty() { folder } else { home.as_str() };
            let mut places: Vec<(String, bool)> =
                paths.iter().map(|path| (join(beside, path), true)).collect();
            places.push((join(&home, &format!("{name}.rs")), false));
            places.push((join(&home, &format!("{name}/mod.rs")), true));
            for (place, is_folder) in places {
                if let Some(child) = self.file(files, &place, is_folder, Some(number), depth + 1) {
                    self.add_child(number, &name, child);
                }
            }
        }
        Some(first)
    }

    fn add_child(&mut self, parent: usize, name: &str, child: usize) {
        if let Some(parent) = self.modules.get_mut(parent) {
            parent.children.entry(name.to_owned()).or_default().push(child);
        }
    }

    /// What `path` means in a module; empty if it is not of this crate.
    pub fn resolve(&self, module: usize, path: &[String]) -> Vec<Target> {
        self.path(module, path, &mut Vec::new())
    }

    /// The files that define the macro `name`.
    pub fn macro_files(&self, name: &str) -> Vec<&str> {
        let defining = self.modules.iter().filter(|module| module.text.macros.contains(name));
        let mut files: Vec<&str> = defining.map(|module| module.file.as_str()).collect();
        files.sort_unstable();
        files.dedup();
        files
    }

    fn path(&self, module: usize, path: &[String], open: &mut Open) -> Vec<Target> {
        let parent = |module: usize| self.modules.get(module).and_then(|module| module.parent);
        let Some((first, mut rest)) = path.split_first() else { return Vec::new() };
        let mut targets = match first.as_str() {
            "crate" => vec![Target::Module(self.root(module))],
            "self" => vec![Target::Module(module)],
            "super" => parent(module).map(Target::Module).into_iter().collect(),
            name => self.scope(module, name, open),
        };
        while let Some((name, after)) = rest.split_first() {
            let modules: Vec<usize> = targets.iter().filter_map(Target::module).collect();
            // A constant of a type, a variant, a function of an `impl`.
            if modules.is_empty() {
                break;
            }
            targets = match name.as_str() {
                "super" => modules.into_iter().filter_map(parent).map(Target::Module).collect(),
                name => self.member(&modules, name, open),
            };
            rest = after;
        }
        targets.sort();
        targets.dedup();
        targets
    }

    fn root(&self, module: usize) -> usize {
        let mut root = module;
        while let Some(parent) = self.modules.get(root).and_then(|module| module.parent) {
            root = parent;
        }
        root
    }

    /// What `module::name` means, where the target chooses among modules.
    fn member(&self, modules: &[usize], name: &str, open: &mut Open) -> Vec<Target> {
        let found: Vec<Target> = modules.iter().flat_map(|module| self.scope(*module, name, open)).collect();
        if !found.is_empty() {
            return found;
        }
        let made = modules.iter().filter_map(|module| self.modules.get(*module)).filter_map(|module| {
            let exported =
                if module.parent.is_none() { self.macro_files(name).first().copied() } else { None };
            // A macro may have made it; a file without code of its own cannot have.
            let text = &module.text;
            let empty = text.definitions.is_empty() && text.impls.is_empty() && text.calls.is_empty();
            exported.or((!empty).then_some(module.file.as_str()))
        });
        made.map(|file| Target::Item { file: file.to_owned(), name: name.to_owned() }).collect()
    }

    /// What a name without a path means in a module.
    fn scope(&self, number: usize, name: &str, open: &mut Open) -> Vec<Target> {
        let Some(module) = self.modules.get(number) else { return Vec::new() };
        let mut found = Vec::new();
        if module.text.definitions.contains(name) || module.text.macros.contains(name) {
            found.push(Target::Item { file: module.file.clone(), name: name.to_owned() });
        }
        found.extend(module.children.get(name).into_iter().flatten().copied().map(Target::Module));
        let imports = || module.text.imports.iter().enumerate();
        for (place, import) in imports().filter(|(_, import)| import.name.as_deref() == Some(name)) {
            found.extend(self.import(number, place, import, None, open));
        }
        if found.is_empty() {
            for (place, import) in imports().filter(|(_, import)| import.name.is_none()) {
                found.extend(self.import(number, place, import, Some(name), open));
            }
        }
        found
    }

    /// What an import brings in: for `*`, what it has under `name`.
    fn import(
        &self,
        module: usize,
        place: usize,
        import: &Import,
        name: Option<&str>,
        open: &mut Open,
    ) -> Vec<Target> {
        if open.contains(&(module, place)) {
            return Vec::new();
        }
        open.push((module, place));
        let targets = self.path(module, &import.path, open);
        let found = match name {
            _ if targets.is_empty() => vec![Target::Outside],
            None => targets,
            Some(name) => targets
                .iter()
                .filter_map(Target::module)
                .flat_map(|module| self.scope(module, name, open))
                .collect(),
        };
        open.pop();
        found
    }
}

impl Target {
    fn module(&self) -> Option<usize> {
        match self {
            Self::Module(module) => Some(*module),
            _ => None,
        }
    }
}

/// A path below a folder, without `.` and `..`.
fn join(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}
