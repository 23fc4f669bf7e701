//! `cargo xtask size`: what the example servers weigh as components, compared with the checked-in table.
//!
//! Each is built with the standard library as shipped and with one built for size, optimised with
//! `wasm-opt` and stripped of every custom section. The results stay in `target/size`: `NAME.wasm` (standard
//! library built for size) and `NAME.std.wasm` (as shipped).

mod build;
mod component;
mod optimise;
mod table;

use std::io::Write;
use std::path::Path;

use crate::failure::Failure;
use crate::workspace::{Workspace, root};
use crate::{npm, readme, toolchain};
use table::{Row, Sizes, Table};

/// Runs the command.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let update = arguments.iter().any(|argument| argument == "--update");
    let names: Vec<&String> = arguments.iter().filter(|argument| *argument != "--update").collect();
    let workspace = Workspace::load()?;
    let examples = workspace.examples();
    if let Some(name) = names.iter().find(|name| !examples.contains(name)) {
        let what = format!("there is no example {name}; there are: {}", examples.join(", "));
        return Err(Failure::new(
            what,
            "cargo xtask size",
            "name some of these, or none for all; --update writes the table",
        ));
    }
    toolchain::need_wasm()?;
    toolchain::need_source()?;
    let wasm_opt = npm::install("xtask/npm", &workspace.target.join("npm"))?.join("binaryen/bin/wasm-opt");

    let path = root().join("size.tsv");
    let mut table = Table::read(&path)?;
    let rows: Vec<Row> = table.rows(&examples).into_iter().filter(|row| chosen(&names, row)).collect();
    let mut complaints = Vec::new();
    for row in &rows {
        let sizes = measure(&workspace, row, &wasm_opt)?;
        complaints.extend(table.complaints(row, &sizes));
        table.measured(row, sizes);
    }
    print!("\n{}", table.show(&rows));
    if update {
        std::fs::write(&path, table.write()).map_err(|e| {
            Failure::new(format!("it cannot be written: {e}"), path.display(), "check its permissions")
        })?;
        readme::update("size", &Table::read(&path)?.markdown())?;
        println!("\nwritten to size.tsv and README.md");
        return Ok(());
    }
    if complaints.is_empty() {
        return readme_agrees();
    }
    let next = "find what grew (a dependency, a generic function, formatting); \
                if it is worth it, run `cargo xtask size --update` and say why in the commit";
    Err(Failure::new(complaints.join("\n       "), "size.tsv", next))
}

/// Fails when README.md shows other sizes than size.tsv.
pub fn readme_agrees() -> Result<(), Failure> {
    if readme::is("size", &Table::read(&root().join("size.tsv"))?.markdown())? {
        return Ok(());
    }
    let what = "its block `size` differs from size.tsv";
    Err(Failure::new(what, "README.md", "run `cargo xtask size --update`"))
}

fn chosen(names: &[&String], row: &Row) -> bool {
    names.is_empty() || names.contains(&&row.example)
}

/// Builds one row in both ways and leaves the components in `target/size`.
fn measure(workspace: &Workspace, row: &Row, wasm_opt: &Path) -> Result<Sizes, Failure> {
    let out = workspace.target.join("size");
    std::fs::create_dir_all(&out).map_err(|e| {
        Failure::new(format!("it cannot be made: {e}"), out.display(), "check its permissions")
    })?;
    println!("\n{}: with the standard library as shipped", row.name());
    let stable = build::stable(workspace, row)?;
    println!("{}: wasm-opt", row.name());
    let opt = optimise::component(&stable, wasm_opt, &out)?;
    println!("\n{}: with a standard library built for size", row.name());
    let source = build::from_source(workspace, row)?;
    println!("{}: wasm-opt", row.name());
    let min = optimise::component(&source, wasm_opt, &out)?;
    if row.features.is_empty() {
        for (bytes, name) in
            [(&min, format!("{}.wasm", row.example)), (&opt, format!("{}.std.wasm", row.example))]
        {
            let path = out.join(name);
            std::fs::write(&path, bytes).map_err(|e| {
                Failure::new(format!("it cannot be written: {e}"), path.display(), "check the disk")
            })?;
        }
    }
    Ok(Sizes([stable.len(), gzipped(&stable)?, opt.len(), gzipped(&opt)?, min.len(), gzipped(&min)?]))
}

/// The size after `gzip -9`.
fn gzipped(bytes: &[u8]) -> Result<usize, Failure> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let result = encoder.write_all(bytes).and_then(|()| encoder.finish());
    let packed = result.map_err(|e| Failure::new(format!("it fails: {e}"), "compression", "report this"))?;
    Ok(packed.len())
}
