//! What is in this workspace, asked from cargo, so that no list of packages is kept here.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::failure::Failure;
use crate::tool::Tool;

/// Packages that are programs of the operating system; every other one must build as WebAssembly.
const NATIVE_ONLY: &[&str] =
    &["harness", "xtask", "pulseengine-mcp-cli", "pulseengine-mcp-host", "pulseengine-mcp-macros"];

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
        if self.package(package).is_none() {
            let names: Vec<&str> = self.packages.iter().map(|package| package.name.as_str()).collect();
            let what = format!("there is no package {package}; there are: {}", names.join(", "));
            return Err(Failure::new(
                what,
                "the workspace",
                "add it under examples/ and to the members in Cargo.toml",
            ));
        }
        let mut cargo = Tool::cargo().args(["build", "--quiet", "--package", package]);
        if !features.is_empty() {
            cargo = cargo.args(["--features", &features.join(",")]);
        }
        let mut path = self.target.clone();
        if wasm {
            cargo = cargo.args(["--target", "wasm32-wasip2"]);
            path.push("wasm32-wasip2");
        }
        cargo.run("mend the errors above")?;
        path.push("debug");
        path.push(if wasm {
            format!("{package}.wasm")
        } else {
            format!("{package}{}", std::env::consts::EXE_SUFFIX)
        });
        Ok(path)
    }

    /// Builds `wasi-run`, which runs a component as a process; its path.
    ///
    /// It is selected as a by-product of one test of the whole workspace. Selecting its package alone
    /// would resolve other features of shared dependencies, and build wasmtime a second time.
    pub fn wasi_run(&self) -> Result<PathBuf, Failure> {
        self.harness_program("wasi-run")
    }

    /// Builds `wasi-serve`, which serves a component over HTTP; its path.
    pub fn wasi_serve(&self) -> Result<PathBuf, Failure> {
        self.harness_program("wasi-serve")
    }

    fn harness_program(&self, name: &str) -> Result<PathBuf, Failure> {
        println!("(the first build contains wasmtime and takes several minutes)");
        Tool::cargo()
            .args(["test", "--quiet", "--workspace", "--no-run", "--test", "programs"])
            .run("mend the errors above")?;
        Ok(self.target.join("debug").join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
    }
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
