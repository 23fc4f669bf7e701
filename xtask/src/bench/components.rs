//! Builds what the measurements of components need: the components, and their host.

use std::path::Path;

use crate::failure::Failure;
use crate::tool::Tool;
use crate::workspace::Workspace;

const TARGET: &str = "wasm32-wasip2";

/// Builds them into `bench/target/`, where `bench/targets.txt` looks for them.
pub fn build(bench: &Path) -> Result<(), Failure> {
    let mend = "mend the errors above";
    let target = bench.join("target");
    let component = |package: &str, features: &str| {
        Tool::cargo()
            .dir(bench)
            .args(["build", "--locked", "--profile", "component", "--target", TARGET])
            .args(["--target-dir", "target", "--package", package, "--features", features])
            .run(mend)
    };
    let built = target.join(TARGET).join("component");
    component("bench-bare", "")?;
    copy(&built.join("bench_bare.wasm"), &target.join("bare.wasm"))?;
    component("bench-component", "")?;
    copy(&built.join("bench-component.wasm"), &target.join("ours-p2.wasm"))?;
    component("bench-component", "wasip3")?;
    copy(&built.join("bench-component.wasm"), &target.join("ours-p3.wasm"))?;

    println!("Building the host, which contains wasmtime, for speed: at first many minutes.");
    let host = ["build", "--locked", "--profile", "host", "--workspace", "--bin", "wasi-serve"];
    Tool::cargo().args(host).run(mend)?;
    let host = Workspace::load()?.target.join("host/wasi-serve");
    copy(&host, &target.join("wasi-serve"))
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    std::fs::copy(from, to).map(drop).map_err(|e| {
        Failure::new(format!("it cannot be copied: {e}"), from.display(), "check the disk and permissions")
    })
}
