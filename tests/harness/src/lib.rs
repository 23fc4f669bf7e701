//! Runs MCP programs for tests: the same program as a native process and as a WASI component.
//!
//! - [`programs`] builds the programs of this repository, for both targets, once per test run.
//! - [`Program::start`] gives a [`Conversation`]: lines in, lines out, each wait with a deadline.
//!   What is behind it, a process or a component inside this process, makes no difference.
//! - [`script`], [`corpus`] and [`http::Table`] read the three kinds of test files in `tests/scripts`,
//!   `tests/malformed` and `tests/http`, and [`pattern`] compares an answer with what a file expects. `tests/field` has a
//!   folder of each kind.
//!
//! A component runs on a thread of its own with one single-threaded executor, so its CPU time is that
//! thread's CPU time (Linux only; elsewhere it is not measured).
//!
//! Without the feature `components` there is no host of components, and wasmtime is not built:
//! `cargo test -p harness --no-default-features --test field` tries `tests/field` natively in a minute.
//!
//! Run these tests as `cargo test --workspace --test scripts` (or `programs`, `malformed`, `http_tables`, …).
//! `-p harness` works too, but resolves other features of shared dependencies, so that wasmtime is built
//! a second time.

#[cfg(feature = "components")]
pub mod calls;
#[cfg(feature = "components")]
pub mod component;
pub mod conversation;
pub mod corpus;
mod cpu;
#[cfg(feature = "components")]
mod egress;
pub mod failure;
pub mod http;
mod native;
pub mod pattern;
#[cfg(feature = "components")]
mod pipe;
pub mod programs;
pub mod script;
#[cfg(feature = "components")]
pub mod serve;

use std::path::{Path, PathBuf};

pub use conversation::{Conversation, Ending, Silence};

/// What a program is started with.
#[derive(Debug, Clone, Default)]
pub struct Launch {
    /// Arguments after the program's name.
    pub args: Vec<String>,
    /// Environment variables; a component sees these only, a process also the ones of the tests.
    pub env: Vec<(String, String)>,
    /// Directories a component may use: path here, path there. A process needs none.
    pub dirs: Vec<(PathBuf, String)>,
    /// Runs a component by `wasi:cli/run` of WASI 0.2, even if it has that of 0.3.
    pub by_0_2: bool,
    /// A component may send HTTP requests to this machine (to addresses of the loopback network, without TLS).
    pub egress: bool,
}

impl Launch {
    /// Nothing but these arguments.
    pub fn args(args: &[&str]) -> Self {
        Self { args: args.iter().map(ToString::to_string).collect(), ..Self::default() }
    }
}

/// What the same source is built into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A process of the operating system.
    Native,
    /// A `wasm32-wasip2` component.
    Wasm,
    /// The same as a component of WASI 0.3: with the feature `wasip3`.
    Wasip3,
}

impl Target {
    /// Both, in the order tests use them.
    pub const BOTH: [Self; 2] = [Self::Native, Self::Wasm];

    /// And the component of WASI 0.3.
    pub const ALL: [Self; 3] = [Self::Native, Self::Wasm, Self::Wasip3];
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Native => "native",
            Self::Wasm => "wasm",
            Self::Wasip3 => "wasm of WASI 0.3",
        })
    }
}

/// A built program, ready to be started any number of times.
#[derive(Debug, Clone)]
pub struct Program {
    target: Target,
    path: PathBuf,
}

impl Program {
    /// The file at `path`, which must fit `target`.
    pub fn new(target: Target, path: impl Into<PathBuf>) -> Self {
        Self { target, path: path.into() }
    }

    /// What it was built for.
    pub fn target(&self) -> Target {
        self.target
    }

    /// Its file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Starts it with piped standard streams.
    pub fn start(&self, launch: &Launch) -> failure::Result<Conversation> {
        match self.target {
            Target::Native => native::start(&self.path, launch),
            #[cfg(feature = "components")]
            Target::Wasm | Target::Wasip3 => Ok(component::start(&self.path, launch)?),
            #[cfg(not(feature = "components"))]
            target => Err(failure::Failure::new(format!("{target}: the harness was built without its host"))),
        }
    }
}
