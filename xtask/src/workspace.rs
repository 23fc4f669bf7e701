//! What is in this workspace, asked from cargo, so that no list of packages is kept here.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::failure::Failure;
use crate::tool::Tool;

/// Packages that are programs of the operating system; every other one must build as WebAssembly.
const NATIVE_ONLY: &[&str] = &[
    "attacks",
    "harness",
    "run-component",
    "xtask",
    "pulseengine-mcp-cli",
    "pulseengine-mcp-host",
    "pulseengine-mcp-macros",
];

/// What cargo is called with to build the programs of the harness.
const WITH_PROGRAMS: [&str; 5] = ["test", "--workspace", "--no-run", "--test", "programs"];

/// What cargo is called with to build `run-component` with the wasmtime of the tests.
pub const RUN_COMPONENT_WITH_THE_TESTS: &[&str] =
    &["test", "--workspace", "--no-run", "--test", "run_component"];

/// The root of the repository.
pub fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// The workspace as cargo sees it.
pub struct Workspace {
    /// Where cargo builds.
    pub target: PathBuf,
    /// All members.
    pub packages: Vec<Package>,
}

/// One member.
pub struct Package {
    /// Its name.
    pub name: String,
    /// The names of its features.
    pub features: Vec<String>,
    /// Whether it is one of `examples/`.
    pub example: bool,
    /// Whether it is for crates.io.
    pub published: bool,
}

impl Package {
    /// Whether it builds for WebAssembly.
    pub fn portable(&self) -> bool {
        !NATIVE_ONLY.contains(&self.name.as_str())
    }
}

impl Workspace {
    /// Asks cargo.
    pub fn load() -> Result<Self, Failure> {
        let next = "mend the manifest that is named above";
        let text = Tool::cargo().args(["metadata", "--no-deps", "--format-version=1"]).output(next)?;
        let metadata: Value = serde_json::from_str(&text).map_err(|e| {
            Failure::new(format!("not JSON: {e}"), "cargo metadata", "update the Rust toolchain")
        })?;
        let packages = metadata["packages"].as_array().map(Vec::as_slice).unwrap_or_default();
        let target = PathBuf::from(metadata["target_directory"].as_str().unwrap_or("target"));
        Ok(Self { target, packages: packages.iter().map(package).collect() })
    }

    /// The names of the example servers, sorted.
    pub fn examples(&self) -> Vec<String> {
        let mut names: Vec<String> = self
            .packages
            .iter()
            .filter(|package| package.example)
            .map(|package| package.name.clone())
            .collect();
        names.sort();
        names
    }

    /// The member `name`, if it is there.
    pub fn package(&self, name: &str) -> Option<&Package> {
        self.packages.iter().find(|package| package.name == name)
    }

    /// Builds the program of `package` in the dev profile; its path. As a component if `wasm`.
    pub fn build(&self, package: &str, wasm: bool) -> Result<PathBuf, Failure> {
        self.build_with(package, &[], wasm)
    }

    /// The same with features.
    pub fn build_with(&self, package: &str, features: &[&str], wasm: bool) -> Result<PathBuf, Failure> {
        self.make(&Build { package, features, wasm, profile: "dev" })
    }

    /// Builds a program; its path.
    pub fn make(&self, build: &Build) -> Result<PathBuf, Failure> {
        if self.package(build.package).is_none() {
            let names: Vec<&str> = self.packages.iter().map(|package| package.name.as_str()).collect();
            let what = format!("there is no package {}; there are: {}", build.package, names.join(", "));
            return Err(Failure::new(
                what,
                "the workspace",
                "add it under examples/ and to the members in Cargo.toml",
            ));
        }
        Tool::cargo().args(build.arguments()).run("mend the errors above")?;
        Ok(self.target.join(build.file()))
    }

    /// Builds `wasi-run`, which runs a component as a process; its path.
    ///
    /// It is selected as a by-product of one test of the whole workspace. Selecting its package alone
    /// would resolve other features of shared dependencies, and build wasmtime a second time.
    pub fn wasi_run(&self) -> Result<PathBuf, Failure> {
        self.with_the_tests(&WITH_PROGRAMS, "wasi-run")
    }

    /// Builds `wasi-serve`, which serves a component over HTTP; its path.
    pub fn wasi_serve(&self) -> Result<PathBuf, Failure> {
        self.with_the_tests(&WITH_PROGRAMS, "wasi-serve")
    }

    /// Builds `run-component` with the wasmtime of the tests; its path. Alone it has a smaller wasmtime of its own.
    pub fn run_component(&self) -> Result<PathBuf, Failure> {
        self.with_the_tests(RUN_COMPONENT_WITH_THE_TESTS, "run-component")
    }

    /// Builds a program as a by-product of one test of its package; its path.
    fn with_the_tests(&self, arguments: &[&str], program: &str) -> Result<PathBuf, Failure> {
        println!("Building {program} with the wasmtime of the tests: many minutes if that is not built yet.");
        Tool::cargo().args(arguments).run("mend the errors above")?;
        Ok(self.target.join("debug").join(program_file(program)))
    }
}

/// How a program is built.
#[derive(Debug, Clone, Copy)]
pub struct Build<'a> {
    /// Its package.
    pub package: &'a str,
    /// The features that it has not by default.
    pub features: &'a [&'a str],
    /// As a component.
    pub wasm: bool,
    /// The profile.
    pub profile: &'a str,
}

impl Build<'_> {
    /// What cargo is called with.
    pub fn arguments(&self) -> Vec<String> {
        let mut words = vec!["build".to_owned()];
        if self.profile != "dev" {
            words.extend(["--profile".to_owned(), self.profile.to_owned()]);
        }
        words.extend(["--package".to_owned(), self.package.to_owned()]);
        if !self.features.is_empty() {
            words.extend(["--features".to_owned(), self.features.join(",")]);
        }
        if self.wasm {
            words.extend(["--target".to_owned(), "wasm32-wasip2".to_owned()]);
        }
        words
    }

    /// Where it is in the target directory.
    fn file(&self) -> PathBuf {
        let folder = if self.profile == "dev" { "debug" } else { self.profile };
        if self.wasm {
            return ["wasm32-wasip2", folder, &format!("{}.wasm", self.package)].iter().collect();
        }
        [folder, &program_file(self.package)].iter().collect()
    }
}

fn program_file(name: &str) -> String {
    format!("{name}{}", std::env::consts::EXE_SUFFIX)
}

fn package(value: &Value) -> Package {
    let manifest = Path::new(value["manifest_path"].as_str().unwrap_or_default());
    let folder = manifest.parent().and_then(Path::parent).unwrap_or(manifest);
    Package {
        name: value["name"].as_str().unwrap_or_default().to_owned(),
        features: value["features"].as_object().map(|map| map.keys().cloned().collect()).unwrap_or_default(),
        example: folder.ends_with("examples"),
        // No registries: `publish = false`.
        published: value["publish"].is_null(),
    }
}

#[cfg(test)]
mod tests {
    use super::Build;

    #[test]
    fn a_build_is_a_command_and_a_file() {
        let build = Build { package: "hello", features: &[], wasm: false, profile: "dev" };
        assert_eq!(build.arguments().join(" "), "build --package hello");
        assert!(build.file().starts_with("debug"));
        let build = Build { features: &["a", "b"], wasm: true, profile: "quick", ..build };
        let words = "build --profile quick --package hello --features a,b --target wasm32-wasip2";
        assert_eq!(build.arguments().join(" "), words);
        assert_eq!(build.file().to_str(), Some("wasm32-wasip2/quick/hello.wasm"));
    }
}
