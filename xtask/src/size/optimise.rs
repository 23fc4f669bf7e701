//! Makes a component as small as it gets: `wasm-opt` on its core module, no custom sections.

use std::path::Path;

use super::component;
use crate::failure::Failure;
use crate::tool::Tool;

/// The features are those of the compiler's target; without them `wasm-opt` refuses the module.
const FLAGS: &[&str] = &[
    // Control flow is built anew, shorter than the compiler's.
    "--flatten",
    "--rereloop",
    "-Oz",
    "-Oz",
    "--converge",
    // Those that are called most get the shortest numbers.
    "--reorder-functions",
    // Nothing lies below the first kilobyte, where the stack ends: offsets can be folded into loads and stores.
    "--low-memory-unused",
    "--enable-bulk-memory",
    "--enable-simd",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-multivalue",
    "--enable-reference-types",
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
];

/// The optimised and stripped form of the component `bytes`; `folder` takes the files in between.
pub fn component(bytes: &[u8], wasm_opt: &Path, folder: &Path) -> Result<Vec<u8>, Failure> {
    let optimised = component::with_main_module(bytes, |module| {
        module_optimised(module, wasm_opt, folder).map_err(|failure| failure.to_string())
    });
    optimised
        .and_then(|bytes| component::stripped(&bytes))
        .map_err(|what| Failure::new(what, "a built component", "see the message above"))
}

fn module_optimised(module: &[u8], wasm_opt: &Path, folder: &Path) -> Result<Vec<u8>, Failure> {
    let (before, after) = (folder.join("module.wasm"), folder.join("module.opt.wasm"));
    let trouble =
        |e: std::io::Error| Failure::new(e.to_string(), folder.display(), "check the disk and permissions");
    std::fs::write(&before, module).map_err(trouble)?;
    Tool::new("node").args([wasm_opt, &before, "-o".as_ref(), &after]).args(FLAGS).output(
        "if it names a feature of WebAssembly, add its --enable flag in xtask/src/size/optimise.rs",
    )?;
    let optimised = std::fs::read(&after).map_err(trouble)?;
    for path in [before, after] {
        std::fs::remove_file(path).map_err(trouble)?;
    }
    Ok(optimised)
}
