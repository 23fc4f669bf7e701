//! Builds the programs of this repository for every target, once per test run.
//!
//! A program is a package under `examples/` or `tests/programs/`; [`PROGRAMS`] names them all and
//! `foreach_program!` expands a macro for each, so that a test file can refuse to compile when a program
//! has no test. Other packages can be built by name.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{LazyLock, Mutex, PoisonError};

use serde_json::Value;
use wasmtime::error::Context;
use wasmtime::{Result, bail, format_err};

use crate::{Program, Target};

include!(concat!(env!("OUT_DIR"), "/programs.rs"));

/// The root of the repository.
pub fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here)
}

/// The built `program` (one of [`PROGRAMS`]); all of them are built at the first call for a target.
pub fn program(name: &str, target: Target) -> Result<Program> {
    if !PROGRAMS.contains(&name) {
        bail!("there is no program {name} under examples/ or tests/programs/; there are: {PROGRAMS:?}");
    }
    static NATIVE: LazyLock<Result<HashMap<String, PathBuf>, String>> = LazyLock::new(|| all(Target::Native));
    static WASM: LazyLock<Result<HashMap<String, PathBuf>, String>> = LazyLock::new(|| all(Target::Wasm));
    static WASIP3: LazyLock<Result<HashMap<String, PathBuf>, String>> = LazyLock::new(|| all(Target::Wasip3));
    let built = match target {
        Target::Native => &*NATIVE,
        Target::Wasm => &*WASM,
        Target::Wasip3 => &*WASIP3,
    };
    let paths = built.as_ref().map_err(|error| format_err!("{error}"))?;
    let path = paths.get(name).ok_or_else(|| format_err!("package {name} has no program for {target}"))?;
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
    let path = paths.get(package).ok_or_else(|| format_err!("package {package} has no component"))?;
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
            std::fs::copy(&path, &copy).with_context(|| format!("{} cannot be copied", path.display()))?;
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
    let output = cargo.stderr(Stdio::piped()).output().context("cargo does not start")?;
    if !output.status.success() {
        bail!("{cargo:?} failed:\n{}", String::from_utf8_lossy(&output.stderr));
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
