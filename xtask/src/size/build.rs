//! Builds components for size: with the standard library as shipped, and with one built for the purpose.

use std::path::{Path, PathBuf};

use super::table::Row;
use crate::failure::Failure;
use crate::tool::Tool;
use crate::workspace::{Workspace, root};

/// The stack lies below the data. With one of a mebibyte, which is what Rust asks for, each address of data takes a byte
/// more than with one that leaves room for the data below the first mebibyte.
const STACK: &str = "-Clink-arg=-zstack-size=983040";

/// The component of `row`, built with the stable toolchain alone.
pub fn stable(workspace: &Workspace, row: &Row) -> Result<Vec<u8>, Failure> {
    let folder = workspace.target.join("size-build/stable");
    let cargo = common(&folder, row).env("CARGO_ENCODED_RUSTFLAGS", flags().join("\x1f"));
    cargo.run("mend the errors above")?;
    read(&folder, row)
}

/// The component of `row` with a standard library built for size, in which a panic just stops the program.
pub fn from_source(workspace: &Workspace, row: &Row) -> Result<Vec<u8>, Failure> {
    let folder = workspace.target.join("size-build/source");
    let mut flags = flags();
    for flag in
        ["-Zunstable-options", "-Cpanic=immediate-abort", "-Zlocation-detail=none", "-Zfmt-debug=none"]
    {
        flags.push(flag.to_owned());
    }
    let cargo = common(&folder, row)
        .args([
            "-Zpanic-immediate-abort",
            "-Zbuild-std=std,panic_abort",
            "-Zbuild-std-features=optimize_for_size",
        ])
        .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f"))
        .env("CARGO_PROFILE_WASM_PANIC", "immediate-abort")
        // The flags above are unstable; this lets the pinned stable toolchain take them.
        .env("RUSTC_BOOTSTRAP", "1");
    cargo.run(
        "mend the errors above; if it is the standard library that does not build, \
         use the toolchain of rust-toolchain.toml and run `rustup component add rust-src`",
    )?;
    read(&folder, row)
}

fn common(folder: &Path, row: &Row) -> Tool {
    let mut cargo = Tool::cargo()
        .args(["build", "--profile", "wasm", "--target", "wasm32-wasip2", "--package", &row.example])
        .args(["--target-dir".as_ref(), folder.as_os_str()]);
    let features = match row.features.strip_prefix('=') {
        Some(only) => {
            cargo = cargo.args(["--no-default-features"]);
            only
        }
        None => &row.features,
    };
    if !features.is_empty() {
        cargo = cargo.args(["--features", features]);
    }
    cargo
}

/// The flags for every component. They keep the paths of this machine out of it: those would change its size.
fn flags() -> Vec<String> {
    let home = std::env::home_dir().unwrap_or_default();
    let cargo = std::env::var_os("CARGO_HOME").map_or_else(|| home.join(".cargo"), PathBuf::from);
    let mut folders = vec![root().to_owned()];
    let registries = cargo.join("registry/src").read_dir();
    folders.extend(registries.into_iter().flatten().flatten().map(|entry| entry.path()));
    let remapped = folders.iter().map(|folder| format!("--remap-path-prefix={}/=", folder.display()));
    remapped.chain([STACK.to_owned()]).collect()
}

fn read(folder: &Path, row: &Row) -> Result<Vec<u8>, Failure> {
    let path = folder.join("wasm32-wasip2/wasm").join(format!("{}.wasm", row.example));
    std::fs::read(&path).map_err(|e| {
        Failure::new(
            format!("it was built but cannot be read: {e}"),
            path.display(),
            "give the package a `src/main.rs`",
        )
    })
}
