//! `cargo xtask attack`: the attacks of `tests/attacks` against native servers, optimised as they are run by users, or against a
//! component under the host of the tests.

use std::path::PathBuf;

use crate::failure::Failure;
use crate::tool::{Tool, in_ci};
use crate::workspace::{Build, Workspace};

/// Optimised like a release, and built in a fraction of its time.
const PROFILE: &str = "host";

/// What is built: the attacks with their victim, and the examples that are attacked.
const PACKAGES: [&str; 3] = ["attacks", "everything", "notes"];

/// Runs the command: `[NAME…] [--component] [--full] [--list]`. The program checks the others.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let workspace = Workspace::load()?;
    let (component, others): (Vec<&String>, Vec<&String>) =
        arguments.iter().partition(|argument| *argument == "--component");
    let locked: &[&str] = if in_ci() { &["--locked"] } else { &[] };
    Tool::cargo()
        .args(["build", "--quiet", "--profile", PROFILE])
        .args(locked)
        .args(PACKAGES.iter().flat_map(|package| ["--package", package]))
        .run("mend the errors above")?;
    let folder = workspace.target.join(PROFILE);
    let mut words = vec!["--programs".into(), folder.clone()];
    if !component.is_empty() {
        let build = Build { package: "everything", features: &[], wasm: true, profile: "wasm" };
        let file = workspace.make(&build)?;
        words.extend(["--component".into(), workspace.wasi_serve()?, file]);
    }
    words.extend(others.into_iter().map(PathBuf::from));
    let program = folder.join(format!("attacks{}", std::env::consts::EXE_SUFFIX));
    Tool::new(program)
        .args(words)
        .run("see the lines that do not hold; run one alone: cargo xtask attack NAME")
}
