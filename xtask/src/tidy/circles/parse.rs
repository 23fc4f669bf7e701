//! From the tokens of a file to its modules: what each defines, imports and refers to.
//!
//! This is no parser of Rust: it knows items, `use` and paths, and passes over the rest. The contents of a
//! macro call at the level of items count as items, and those of a macro's definition as code.

use std::collections::BTreeSet;

use super::super::source::Source;
use super::super::tokens::{Token, tokens};

/// A name with the modules in front of it.
pub type Path = Vec<String>;

/// The modules of one file: first the file itself, then those inside of it.
#[derive(Debug, Default)]
pub struct Module {
    /// Its path inside the file; empty for the file itself.
    pub inside: Path,
    /// Items that it defines, macros apart.
    pub definitions: BTreeSet<String>,
    /// Macros that it defines.
    pub macros: BTreeSet<String>,
    /// Modules in other files: the name, and the values of `#[path]`.
    pub children: Vec<(String, Vec<String>)>,
    /// What `use` brings into it.
    pub imports: Vec<Import>,
    /// Paths and names in its code.
    pub references: BTreeSet<Path>,
    /// Macros that it calls by a name without a path.
    pub calls: BTreeSet<String>,
    /// Its `impl` blocks.
    pub impls: Vec<Impl>,
}

/// One name that `use` brings in.
#[derive(Debug, PartialEq, Eq)]
pub struct Import {
    /// The name; `None` for `*`.
    pub name: Option<String>,
    /// Where it comes from.
    pub path: Path,
    /// Whether it is passed on: `pub use`, `pub(crate) use`.
    pub public: bool,
}

/// One `impl` block.
#[derive(Debug, Default)]
pub struct Impl {
    /// The type.
    pub target: Path,
    /// Functions of a block without a trait.
    pub functions: BTreeSet<String>,
    /// What is called by `self.name(` and `Self::name`.
    pub own: BTreeSet<String>,
}

/// The modules of a file.
pub fn modules(source: &Source) -> Vec<Module> {
    let tokens = tokens(source);
    let mut parser = Parser { tokens: &tokens, at: 0, modules: vec![Module::default()] };
    parser.items(0);
    parser.modules
}

struct Parser<'a> {
    tokens: &'a [Token<'a>],
    at: usize,
    modules: Vec<Module>,
}

/// The kinds of `{`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    /// A macro call whose contents are items.
    Items,
    /// An `impl`, with or without a trait.
    Impl { inherent: bool },
    /// Anything else.
    Code,
}

impl<'a> Parser<'a> {
    fn peek(&self, ahead: usize) -> Option<Token<'a>> {
        self.tokens.get(self.at + ahead).copied()
    }

    fn before(&self) -> Option<Token<'a>> {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).copied()
    }

    fn name(&self, ahead: usize) -> Option<&'a str> {
        match self.peek(ahead) {
            Some(Token::Name(name)) => Some(name),
            _ => None,
        }
    }

    fn is(&self, ahead: usize, mark: u8) -> bool {
        self.peek(ahead) == Some(Token::Mark(mark))
    }

    fn with<T>(&mut self, module: usize, change: impl FnOnce(&mut Module) -> T) {
        if let Some(module) = self.modules.get_mut(module) {
            change(module);
        }
    }

    /// Reads up to the `}` that ends module number `module`, or to the end of the file.
    fn items(&mut self, module: usize) {
        let mut blocks: Vec<Block> = Vec::new();
        let (mut public, mut paths) = (false, Vec::new());
        while let Some(token) = self.peek(0) {
            let outside = blocks.iter().all(|block| *block == Block::Items);
            match token {
                Token::Mark(b'}') => {
                    self.at += 1;
                    if blocks.pop().is_none() {
                        return;
                    }
                }
                Token::Mark(b'{') => {
                    let items = outside && self.before() == Some(Token::Mark(b'!'));
                    self.at += 1;
                    blocks.push(if items { Block::Items } else { Block::Code });
                }
                Token::Name("pub") => {
                    self.visibility();
                    public = true;
                    continue;
                }
                Token::Name("path") if self.is(1, b'=') => {
                    paths.extend(self.text(2));
                    self.at += 1;
                    continue;
                }
                Token::Name("use") if !self.is(1, b'<') => self.imports(module, public),
                Token::Name("mod") if self.name(1).is_some() => {
                    self.module(module, std::mem::take(&mut paths));
                }
                Token::Name("impl") if outside && self.begins_item() => blocks.push(self.header(module)),
                Token::Name("macro_rules") if self.is(1, b'!') => self.macro_definition(module),
                Token::Name(keyword) if outside && defines(keyword) => self.definition(module),
                Token::Name(name) if self.is(1, b'!') && !self.is(2, b'=') => {
                    self.with(module, |module| module.calls.insert(name.to_owned()));
                    self.at += 2;
                }
                Token::Name("fn") if matches!(blocks.last(), Some(Block::Impl { inherent: true })) => {
                    self.function(module);
                }
                Token::Name(_) => self.reference(module, &blocks),
                // What is before is a type or nothing: the names that follow are not looked up in a module.
                Token::Colons => {
                    self.path();
                }
                _ => self.at += 1,
            }
            public = false;
        }
    }

    /// Whether an `impl` here is an item: otherwise it is part of a type.
    fn begins_item(&self) -> bool {
        let marks = [b'{', b'}', b';', b']'].map(Token::Mark);
        self.before().is_none_or(|token| token == Token::Name("unsafe") || marks.contains(&token))
    }

    /// Passes over `pub`, `pub(crate)`, `pub(in path)`.
    fn visibility(&mut self) {
        self.at += 1;
        if self.is(0, b'(') && matches!(self.name(1), Some("crate" | "super" | "self" | "in")) {
            while self.peek(0).is_some() && !self.is(0, b')') {
                self.at += 1;
            }
            self.at += 1;
        }
    }

    fn text(&self, ahead: usize) -> Option<String> {
        match self.peek(ahead) {
            Some(Token::Text(text)) => Some(text.to_owned()),
            _ => None,
        }
    }

    /// `name::name::name`, as far as it goes; also with a `::` in front.
    fn path(&mut self) -> Path {
        let mut path = Vec::new();
        if self.peek(0) == Some(Token::Colons) {
            self.at += 1;
        }
        while let Some(name) = self.name(0) {
            path.push(name.to_owned());
            self.at += 1;
            if self.peek(0) != Some(Token::Colons) || self.name(1).is_none() {
                break;
            }
            self.at += 1;
        }
        path
    }

    fn imports(&mut self, module: usize, public: bool) {
        self.at += 1;
        let mut found = Vec::new();
        if self.peek(0) == Some(Token::Colons) {
            // From another crate.
            self.tree(&[], &mut found);
            found.iter_mut().for_each(|(path, _)| path.insert(0, String::new()));
        } else {
            self.tree(&[], &mut found);
        }
        let imports = found.into_iter().map(|(path, name)| Import { name, path, public });
        self.with(module, |module| module.imports.extend(imports));
    }

    /// One tree of `use`, below `before`: paths and the names that they get.
    fn tree(&mut self, before: &[String], found: &mut Vec<(Path, Option<String>)>) {
        let mut path = before.to_vec();
        path.extend(self.path());
        if self.peek(0) == Some(Token::Colons) {
            self.at += 1;
        }
        if self.is(0, b'*') {
            self.at += 1;
            found.push((path, None));
            return;
        }
        if self.is(0, b'{') {
            self.at += 1;
            while self.peek(0).is_some() && !self.is(0, b'}') {
                let start = self.at;
                self.tree(&path, found);
                if self.is(0, b',') || self.at == start {
                    self.at += 1;
                }
            }
            self.at += 1;
            return;
        }
        if path.len() > 1 && path.last().is_some_and(|name| name == "self") {
            path.pop();
        }
        let mut name = path.last().cloned();
        if self.name(0) == Some("as") {
            name = self.name(1).map(str::to_owned);
            self.at += 2;
        }
        if name.is_some() {
            found.push((path, name));
        }
    }

    /// `mod name;` or `mod name { … }`.
    fn module(&mut self, parent: usize, paths: Vec<String>) {
        let name = self.name(1).unwrap_or_default().to_owned();
        self.at += 2;
        if self.is(0, b';') {
            self.with(parent, |module| module.children.push((name, paths)));
        } else if self.is(0, b'{') {
            self.at += 1;
            let mut inside = self.modules.get(parent).map(|module| module.inside.clone()).unwrap_or_default();
            inside.push(name);
            self.modules.push(Module { inside, ..Module::default() });
            self.items(self.modules.len() - 1);
        }
    }

    /// `impl … {`: the block that it begins.
    fn header(&mut self, module: usize) -> Block {
        self.at += 1;
        let (mut angles, mut first, mut second, mut traits) = (0usize, None, None, false);
        while let Some(token) = self.peek(0) {
            match token {
                Token::Mark(b'{') => break,
                Token::Mark(b'<') => angles += 1,
                Token::Mark(b'>') => angles = angles.saturating_sub(1),
                Token::Name("for") if angles == 0 && !self.is(1, b'<') => traits = true,
                Token::Name("where" | "dyn" | "const" | "for" | "mut" | "as") => {}
                Token::Name(_) => {
                    let path = self.path();
                    if angles == 0 {
                        (if traits { &mut second } else { &mut first }).get_or_insert(path.clone());
                    }
                    self.with(module, |module| module.references.insert(path));
                    continue;
                }
                _ => {}
            }
            self.at += 1;
        }
        self.at += 1;
        let target = if traits { second } else { first }.unwrap_or_default();
        self.with(module, |module| module.impls.push(Impl { target, ..Impl::default() }));
        Block::Impl { inherent: !traits }
    }

    fn macro_definition(&mut self, module: usize) {
        if let Some(name) = self.name(2) {
            self.with(module, |module| module.macros.insert(name.to_owned()));
        }
        self.at += 3;
    }

    /// A keyword that begins an item, outside of functions.
    fn definition(&mut self, module: usize) {
        self.at += 1;
        if let Some(name) = self.name(0).filter(|name| !is_keyword(name)) {
            self.with(module, |module| module.definitions.insert(name.to_owned()));
            self.at += 1;
        }
    }

    /// A function of an `impl` without a trait.
    fn function(&mut self, module: usize) {
        self.at += 1;
        if let Some(name) = self.name(0) {
            self.with(module, |module| {
                if let Some(last) = module.impls.last_mut() {
                    last.functions.insert(name.to_owned());
                }
            });
            self.at += 1;
        }
    }

    /// A path or a name in code.
    fn reference(&mut self, module: usize, blocks: &[Block]) {
        let after_mark = matches!(self.before(), Some(Token::Mark(b'.' | b'#' | b'$')));
        let own = after_mark && self.at >= 2 && self.tokens.get(self.at - 2) == Some(&Token::Name("self"));
        let in_impl = blocks.iter().any(|block| matches!(block, Block::Impl { .. }));
        let call = |module: &mut Module, name: &str| {
            if let Some(last) = module.impls.last_mut().filter(|_| in_impl) {
                last.own.insert(name.to_owned());
            }
        };
        if let Some(name) = self.name(0).filter(|_| self.is(1, b'=')).filter(|name| names_a_path(name))
            && let Some(text) = self.text(2)
        {
            let mut path: Path = text.split("::").map(str::to_owned).collect();
            // `with` names a module, of which serde calls this.
            path.extend((name == "with").then(|| "serialize".to_owned()));
            self.with(module, |module| module.references.insert(path));
        }
        let path = self.path();
        match path.as_slice() {
            [name] if own && (self.is(0, b'(') || self.peek(0) == Some(Token::Colons)) => {
                self.with(module, |module| call(module, name));
            }
            [first, name, ..] if first == "Self" => self.with(module, |module| call(module, name)),
            // A field, a method, a parameter or a variable of a macro.
            [first, ..] if after_mark && first != "crate" => {}
            [_] if self.is(0, b':') => {}
            [name] if is_keyword(name) => {}
            _ => self.with(module, |module| module.references.insert(path)),
        }
    }
}

fn defines(keyword: &str) -> bool {
    matches!(keyword, "fn" | "struct" | "enum" | "trait" | "type" | "const" | "static")
}

/// Keys of serde whose value is a path.
fn names_a_path(key: &str) -> bool {
    matches!(key, "with" | "serialize_with" | "deserialize_with" | "default" | "skip_serializing_if")
}

fn is_keyword(name: &str) -> bool {
    const KEYWORDS: &[&str] = &[
        "_", "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern",
        "false", "fn", "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref",
        "return", "self", "Self", "static", "struct", "super", "trait", "true", "type", "unsafe", "use",
        "where", "while",
    ];
    KEYWORDS.contains(&name)
}
