//! `cargo xtask bench`: what a request costs, beside the least that answers and beside rmcp.
//!
//! The programs are in `bench/`, a workspace of its own. The tables go into README.md; `instructions` prints its own.

mod components;
mod instructions;
mod table;

use std::fmt::Write;
use std::path::Path;
use std::thread::available_parallelism;

use serde_json::Value;

use self::table::{TABLES, Table};
use crate::failure::Failure;
use crate::readme;
use crate::tool::Tool;
use crate::workspace::root;

const AGAIN: &str = "run it again on a machine that is not busy";

/// What is asked for.
#[derive(Debug)]
struct Options {
    secs: f64,
    rounds: usize,
    tables: Vec<&'static str>,
}

/// Runs the command.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    if let Some((word, rest)) = arguments.split_first()
        && word == "instructions"
    {
        return instructions::run(rest);
    }
    let options = options(arguments)?;
    let folder = root().join("bench");
    let release = ["build", "--release", "--locked", "--target-dir", "target"];
    Tool::cargo().dir(&folder).args(release).run("mend the errors above")?;
    for table in TABLES.iter().filter(|table| options.tables.contains(&table.name)) {
        if table.components {
            components::build(&folder)?;
        }
        measure(table, &options, &folder)?;
    }
    Ok(())
}

/// Measures one table, and writes it into README.md.
fn measure(table: &Table, options: &Options, folder: &Path) -> Result<(), Failure> {
    let (secs, rounds) = (options.secs.to_string(), options.rounds.to_string());
    println!("\nmeasuring {}: {rounds} rounds of {secs} s for each server and kind of request", table.name);
    let cores = available_parallelism().map_or(1, usize::from);
    // The load on the first core, the server on the second.
    let pins: &[&str] = if cores > 1 { &["--gen-cpus", "0", "--server-cpus", "1"] } else { &[] };
    let out = folder.join("target/speed.json");
    let base = table.targets.first().map_or("", |(name, _)| name);
    Tool::new(folder.join("target/release/mcp-load"))
        .dir(folder)
        .args(["--targets", "targets.txt", "--baseline", base, "--secs", &secs, "--rounds", &rounds])
        .args(["--only", &table.only(), "--workloads", &table.loads()])
        .args(["--out".as_ref(), out.as_os_str()])
        .args(pins)
        .run("see the message above")?;

    let wrong = |e: String| Failure::new(e, out.display(), AGAIN);
    let text = std::fs::read_to_string(&out).map_err(|e| wrong(e.to_string()))?;
    let results: Value = serde_json::from_str(&text).map_err(|e| wrong(e.to_string()))?;
    let rustc = Tool::new("rustc").dir(root()).args(["--version"]).output("install Rust")?;
    let rustc = rustc.split_whitespace().nth(1).unwrap_or_default();
    let mut block = table.render(&results).map_err(wrong)?;
    let crowd = table.beside_a_crowd(&results).map_err(wrong)?;
    let start = if table.name == "stdio" { " (per start in the last column)" } else { "" };
    // Writing to memory does not fail.
    let _ = write!(
        block,
        "\nMicroseconds of processor time of the server per request{start}, and how many times what {} takes. Median of \
         {rounds} rounds of {secs} s, the server on one of {cores} cores, Linux, rustc {rustc}, every answer \
         checked.{crowd} `cargo xtask bench {}` measures again.\n",
        table.base, table.name
    );
    print!("\n{block}");
    readme::update(table.block, &block)?;
    println!("\nwritten to README.md");
    Ok(())
}

fn options(arguments: &[String]) -> Result<Options, Failure> {
    let mut options = Options { secs: 1.5, rounds: 5, tables: Vec::new() };
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let known = match word.as_str() {
            "--secs" => {
                words.next().and_then(|value| value.parse().ok()).map(|value| options.secs = value).is_some()
            }
            "--rounds" => words
                .next()
                .and_then(|value| value.parse().ok())
                .map(|value| options.rounds = value)
                .is_some(),
            name => {
                let table = TABLES.iter().find(|table| table.name == name);
                options.tables.extend(table.map(|table| table.name));
                table.is_some()
            }
        };
        if !known {
            return Err(Failure::new(
                format!("not understood: {word}"),
                "cargo xtask bench",
                "name tables: stdio, http, wasm, or instructions alone; give --secs SECONDS, --rounds NUMBER or nothing",
            ));
        }
    }
    if options.tables.is_empty() {
        options.tables = TABLES.iter().filter(|table| !table.components).map(|table| table.name).collect();
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_checked() {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let given = options(&words("--rounds 2 wasm --secs 0.5")).unwrap();
        assert_eq!((given.secs, given.rounds, given.tables), (0.5, 2, vec!["wasm"]));
        assert_eq!(options(&[]).unwrap().tables, ["stdio", "http"]);
        for (given, wrong) in [("--rounds", "--rounds"), ("--rounds x", "--rounds"), ("fast", "fast")] {
            assert!(options(&words(given)).unwrap_err().to_string().contains(wrong), "{wrong}");
        }
    }
}
