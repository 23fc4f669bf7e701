//! The parts of the Rust toolchain that the commands need beyond the compiler.

use std::path::Path;

use crate::failure::Failure;
use crate::tool::Tool;
use crate::workspace::root;

/// Makes sure that the standard library for WebAssembly is installed.
pub fn need_wasm() -> Result<(), Failure> {
    need_target("wasm32-wasip2")
}

/// Makes sure that the standard library for a target is installed.
pub fn need_target(target: &str) -> Result<(), Failure> {
    let ask =
        || Tool::new("rustc").dir(root()).args(["--print", "target-libdir", "--target", target]).output("");
    let installed = || ask().is_ok_and(|path| Path::new(path.trim()).is_dir());
    let missing = format!("the standard library for {target} is not installed");
    need(&installed, &["target", "add", target], &missing)
}

/// Makes sure that the source of the standard library is installed.
pub fn need_source() -> Result<(), Failure> {
    let ask = || Tool::new("rustc").dir(root()).args(["--print", "sysroot"]).output("");
    let installed = || {
        ask().is_ok_and(|path| {
            Path::new(path.trim()).join("lib/rustlib/src/rust/library/Cargo.lock").is_file()
        })
    };
    need(&installed, &["component", "add", "rust-src"], "the source of the standard library is not installed")
}

fn need(installed: &dyn Fn() -> bool, add: &[&str], what: &str) -> Result<(), Failure> {
    if installed() {
        return Ok(());
    }
    let command = format!("run `rustup {}`", add.join(" "));
    Tool::new("rustup").dir(root()).args(add).run(&command)?;
    if installed() { Ok(()) } else { Err(Failure::new(what, "the Rust toolchain", command)) }
}
