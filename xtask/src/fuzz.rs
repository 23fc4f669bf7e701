//! `cargo xtask fuzz`: the fuzz targets of `fuzz/`, by libFuzzer.
//!
//! The compiler of this repository counts coverage for libFuzzer by options that are stable, so neither cargo-fuzz nor a nightly
//! compiler is needed. There is no address sanitizer, which would need one: no crate here has unsafe code.

use std::fs;
use std::path::Path;

use crate::failure::Failure;
use crate::tool::Tool;
use crate::workspace::{Workspace, root};

const PLACE: &str = "cargo xtask fuzz";

/// As cargo-fuzz has it, without a sanitizer.
const FLAGS: &[&str] = &[
    "--cfg fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];

/// What was asked for.
#[derive(Debug, PartialEq)]
struct Wanted {
    target: Option<String>,
    seconds: u32,
}

/// Runs the command.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let wanted = wanted(arguments)?;
    let all = targets()?;
    let chosen: Vec<&String> =
        all.iter().filter(|name| wanted.target.as_ref().is_none_or(|target| target == *name)).collect();
    if chosen.is_empty() {
        let what = format!("there is no target {}", wanted.target.unwrap_or_default());
        return Err(Failure::new(what, PLACE, format!("take one of {}", all.join(", "))));
    }
    let built = build()?;
    for name in chosen {
        fuzz(name, &built.join(name), wanted.seconds)?;
    }
    Ok(())
}

fn wanted(arguments: &[String]) -> Result<Wanted, Failure> {
    let mut wanted = Wanted { target: None, seconds: 60 };
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        if word == "--secs" {
            wanted.seconds = words.next().and_then(|number| number.parse().ok()).ok_or_else(|| {
                Failure::new("--secs is without a number", PLACE, "say for how many seconds a target runs")
            })?;
        } else if word.starts_with('-') || wanted.target.is_some() {
            let what = format!("unknown argument {word}");
            return Err(Failure::new(what, PLACE, "give one target at most, and --secs N"));
        } else {
            wanted.target = Some(word.clone());
        }
    }
    Ok(wanted)
}

/// The names of the targets, sorted.
fn targets() -> Result<Vec<String>, Failure> {
    let folder = "fuzz/fuzz_targets";
    let entries = fs::read_dir(root().join(folder)).map_err(|error| {
        Failure::new(format!("it cannot be read: {error}"), folder, "check its permissions")
    })?;
    let stem = |path: &Path| path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let mut names: Vec<String> = entries.flatten().filter_map(|entry| stem(&entry.path())).collect();
    names.sort();
    Ok(names)
}

/// Builds all targets; the folder that they are in.
fn build() -> Result<std::path::PathBuf, Failure> {
    let host = host()?;
    let target = Workspace::load()?.target.join("fuzz");
    println!("(the first build takes several minutes)");
    Tool::cargo()
        .dir(&root().join("fuzz"))
        // With a target named, the flags are not those of build scripts and macros.
        .args(["build", "--release", "--bins", "--target", &host])
        .env("CARGO_TARGET_DIR", &target)
        .env("RUSTFLAGS", FLAGS.join(" "))
        .run("mend the errors above; libFuzzer needs a C++ compiler and runs on Linux and macOS")?;
    Ok(target.join(host).join("release"))
}

fn host() -> Result<String, Failure> {
    let text = Tool::new("rustc").dir(root()).args(["-vV"]).output("install Rust with rustup")?;
    let line = text.lines().find_map(|line| line.strip_prefix("host: "));
    line.map(str::to_owned)
        .ok_or_else(|| Failure::new("it names no host", "rustc -vV", "update the Rust toolchain"))
}

fn fuzz(name: &str, program: &Path, seconds: u32) -> Result<(), Failure> {
    let folder = |kind: &str| root().join("fuzz").join(kind).join(name);
    let (corpus, artifacts) = (folder("corpus"), folder("artifacts"));
    for folder in [&corpus, &artifacts] {
        fs::create_dir_all(folder).map_err(|error| {
            Failure::new(
                format!("it cannot be made: {error}"),
                folder.display().to_string(),
                "check its permissions",
            )
        })?;
    }
    Tool::new(program)
        .args([&corpus, &root().join("tests/parsers/seeds").join(name)])
        .args([format!("-max_total_time={seconds}"), format!("-artifact_prefix={}/", artifacts.display())])
        .args(["-timeout=10", "-print_final_stats=1"])
        .run("the input is in the file that is named above; make it a file of tests/parsers/seeds and mend the fault")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_read() {
        let read = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(ToString::to_string).collect();
            wanted(&words).ok()
        };
        assert_eq!(read(&[]), Some(Wanted { target: None, seconds: 60 }));
        let both = Wanted { target: Some("json".to_owned()), seconds: 5 };
        assert_eq!(read(&["json", "--secs", "5"]), Some(both));
        for wrong in [&["--secs"][..], &["--secs", "x"], &["a", "b"], &["--fast"]] {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn every_target_has_a_function_and_seeds_and_a_place_in_the_manifest() {
        let manifest = fs::read_to_string(root().join("fuzz/Cargo.toml")).unwrap();
        let library = fs::read_to_string(root().join("tests/parsers/src/lib.rs")).unwrap();
        let targets = targets().unwrap();
        assert!(!targets.is_empty());
        for name in &targets {
            assert!(root().join("tests/parsers/seeds").join(name).is_dir(), "{name}");
            assert!(library.contains(&format!("pub use {name}::{name};")), "{name}");
            assert!(manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")), "{name}");
        }
        assert_eq!(manifest.matches("[[bin]]").count(), targets.len());
        assert_eq!(library.matches("pub use").count(), targets.len());
    }
}
