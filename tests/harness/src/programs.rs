//! Builds the programs of this repository for every target, once per test run.
//!
//! A program is a package under `examples/` or `tests/programs/`; [`PROGRAMS`] names them all and
//! `foreach_program!` expands a macro for each, so that a test file can refuse to compile when a program
//! has no test. Other packages can be built by name.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{LazyLock, Mutex, PoisonError};

use crate::failure::{Context, Failure, Result};
use crate::{Program, Target};
use serde_json::Value;

include!(concat!(env!("OUT_DIR"), "/programs.rs"));

/// The root of the repository.
pub fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here)
}

/// The test files of one kind: those in `tests/KIND` and in `tests/field/KIND`, sorted.
pub fn cases(kind: &str, extension: &str) -> Vec<PathBuf> {
    let folders = [root().join("tests").join(kind), root().join("tests/field").join(kind)];
    let entries = folders.iter().filter_map(|folder| folder.read_dir().ok()).flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|found| found == extension));
    paths.sort();
    paths
}

/// The built `program` (one of [`PROGRAMS`]); all of them are built at the first call for a target.
pub fn program(name: &str, target: Target) -> Result<Program> {
    if !PROGRAMS.contains(&name) {
        let why =
            format!("there is no program {name} under examples/ or tests/programs/; there are: {PROGRAMS:?}");
        return Err(Failure::new(why));
    }
    static NATIVE: LazyLock<Result<HashMap<String, PathBuf>, String>> = LazyLock::new(|| all(Target::Native));
    static WASM: LazyLock<Result<HashMap<String, PathBuf>, String>> = LazyLock::new(|| all(Target::Wasm));
    static WASIP3: LazyLock<Result<HashMap<String, PathBuf>, String>> = LazyLock::new(|| all(Target::Wasip3));
    let built = match target {
        Target::Native => &*NATIVE,
        Target::Wasm => &*WASM,
        Target::Wasip3 => &*WASIP3,
    };
    let paths = built.as_ref().map_err(Failure::new)?;
    let path =
        paths.get(name).ok_or_else(|| Failure::new(format!("package {name} has no program for {target}")))?;
    Ok(Program::new(target, path))
}

fn all(target: Target) -> Result<HashMap<String, PathBuf>, String> {
    let features: &[&str] = if target == Target::Wasip3 { &["pulseengine-mcp/wasip3"] } else { &[] };
    build_aside(PROGRAMS, features, true, target).map_err(|error| format!("{error:?}"))
}

/// The component of any package, built with these features.
pub fn component(package: &str, features: &[&str]) -> Result<Program> {
    one(package, features, true)
}

/// The component of any package, built with these features and none by default.
pub fn component_with(package: &str, features: &[&str]) -> Result<Program> {
    one(package, features, false)
}

fn one(package: &str, features: &[&str], default: bool) -> Result<Program> {
    let paths = build_aside(&[package], features, default, Target::Wasm)?;
    let path =
        paths.get(package).ok_or_else(|| Failure::new(format!("package {package} has no component")))?;
    Ok(Program::new(Target::Wasm, path))
}

/// As [`build`]. Components are copied aside, so that those of one package with different features can be used in one
/// test run.
fn build_aside(
    packages: &[&str],
    features: &[&str],
    default: bool,
    target: Target,
) -> Result<HashMap<String, PathBuf>> {
    static BUILDING: Mutex<()> = Mutex::new(());
    let _one_at_a_time = BUILDING.lock().unwrap_or_else(PoisonError::into_inner);
    let mut paths = build(packages, features, default, target)?;
    if target != Target::Native {
        for (package, path) in &mut paths {
            let features = features.join("+").replace('/', "-");
            let mark = if default { "+" } else { "=" };
            let copy = path.with_file_name(format!("{package}{mark}{features}.copy.wasm"));
            std::fs::copy(&path, &copy).because(|| format!("{} cannot be copied", path.display()))?;
            *path = copy;
        }
    }
    Ok(paths)
}

/// Builds packages in the dev profile; the program file of each.
fn build(
    packages: &[&str],
    features: &[&str],
    default: bool,
    target: Target,
) -> Result<HashMap<String, PathBuf>> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root()).args(["build", "--message-format=json-render-diagnostics"]);
    for package in packages {
        cargo.args(["--package", package]);
    }
    if !features.is_empty() {
        cargo.args(["--features", &features.join(",")]);
    }
    if !default {
        cargo.arg("--no-default-features");
    }
    if target != Target::Native {
        cargo.args(["--target", "wasm32-wasip2"]);
    }
    let output = cargo.stderr(Stdio::piped()).output().because(|| "cargo does not start".into())?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(Failure::new(format!("{cargo:?} failed:\n{said}")));
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    Ok(messages.lines().filter_map(|line| artifact(line, target)).collect())
}

/// The package and its program file, if this message of cargo is about one.
fn artifact(message: &str, target: Target) -> Option<(String, PathBuf)> {
    let message: Value = serde_json::from_str(message).ok()?;
    if message.get("reason")? != "compiler-artifact" {
        return None;
    }
    let name = message.get("target")?.get("name")?.as_str()?.replace('_', "-");
    let path = match target {
        Target::Native => message.get("executable")?.as_str()?,
        Target::Wasm | Target::Wasip3 => {
            let mut files = message.get("filenames")?.as_array()?.iter().filter_map(Value::as_str);
            files.find(|file| file.ends_with(".wasm"))?
        }
    };
    Some((name, PathBuf::from(path)))
}
