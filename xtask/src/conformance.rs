//! `cargo xtask conformance`: the official suite of the protocol against the example `everything`, natively and as
//! components.
//!
//! A green tick of the suite can be empty: a scenario that checks nothing passes. So what counts is how many checks of
//! each scenario succeeded, compared with the table in `tests/conformance/checks.tsv`: fewer successes, or a failure or
//! warning that the table does not have, is a failure. The suite and the Node.js it needs are locked in
//! `tests/conformance` and installed into `target/conformance`.

mod server;
mod suite;
mod table;

use std::fmt::Write as _;

use self::server::{Served, TARGETS, Target};
use self::suite::Suite;
use self::table::{Row, Table};
use crate::failure::Failure;
use crate::workspace::Workspace;
use crate::{npm, readme, toolchain};

/// Runs the command.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    check(arguments).map(drop)
}

/// Runs it; how many checks succeeded.
pub fn check(arguments: &[String]) -> Result<u32, Failure> {
    let wanted = Wanted::read(arguments)?;
    toolchain::need_wasm()?;
    let workspace = Workspace::load()?;
    let home = workspace.target.join("conformance");
    let suite = Suite { modules: npm::install("tests/conformance", &home)?, home };
    let known = Table::read()?;
    let mut measured = Table::default();
    for target in TARGETS.iter().filter(|target| wanted.target.is_none_or(|name| name == target.command)) {
        println!("\n{}: {}", target.name, target.what);
        measure(&workspace, &suite, target, &mut measured)?;
    }
    print!("\n{}", summary(&measured));
    if wanted.update {
        return update(known, measured);
    }
    let complaints = known.complaints(&measured);
    if !complaints.is_empty() {
        return Err(Failure::new(
            complaints.join("\n       "),
            table::FILE,
            "run the scenario alone: cargo xtask conformance --target TARGET, then see target/conformance/results; \
             if the change is wanted, --update rewrites the table",
        ));
    }
    if wanted.target.is_none() && !readme::is("conformance", &summary(&measured))? {
        let next = "run `cargo xtask conformance --update`";
        return Err(Failure::new("the table of conformance is not what was measured", "README.md", next));
    }
    Ok(measured.rows.iter().map(|row| row.counts.successes).sum())
}

fn update(mut known: Table, measured: Table) -> Result<u32, Failure> {
    known.replace(measured);
    known.write()?;
    readme::update("conformance", &summary(&known))?;
    println!("{} and README.md are written", table::FILE);
    Ok(known.rows.iter().map(|row| row.counts.successes).sum())
}

struct Wanted {
    target: Option<&'static str>,
    update: bool,
}

impl Wanted {
    fn read(arguments: &[String]) -> Result<Self, Failure> {
        let mut wanted = Self { target: None, update: false };
        let mut rest = arguments.iter();
        let wrong = |what: String| {
            let next = "cargo xtask conformance [--target native|wasm|wasip3|all] [--update]";
            Failure::new(what, "cargo xtask conformance", next)
        };
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--update" => wanted.update = true,
                "--target" => {
                    let name = rest.next().map(String::as_str).unwrap_or_default();
                    let known = TARGETS.iter().map(|target| target.command).find(|known| *known == name);
                    if known.is_none() && name != "all" {
                        return Err(wrong(format!("there is no target {name:?}")));
                    }
                    wanted.target = known;
                }
                other => return Err(wrong(format!("unknown argument {other}"))),
            }
        }
        Ok(wanted)
    }
}

/// Runs on one target what the suite has for it.
fn measure(
    workspace: &Workspace,
    suite: &Suite,
    target: &Target,
    measured: &mut Table,
) -> Result<(), Failure> {
    let server = Served::start(workspace, target)?;
    for version in target.requirements {
        println!("  {version}: running the required scenarios");
        suite.requirements(&server.url, version)?;
        println!("  {version}: every required scenario passes");
    }
    for version in target.versions {
        println!("  {version}: running all scenarios");
        let scenarios = suite.version(&server.url, target.name, version)?;
        println!("  {version}: {} scenarios", scenarios.len());
        measured.add(target.name, version, scenarios);
    }
    if target.tasks {
        println!("  tasks: running the scenarios");
        let scenarios = suite.tasks(&server.url, target.name)?;
        println!("  tasks: {} scenarios", scenarios.len());
        measured.add(target.name, "tasks", scenarios);
    }
    Ok(())
}

/// The table for people.
fn summary(table: &Table) -> String {
    let mut text = String::from(
        "| `everything` runs as | scenarios of | passed | checks passed | failed | warnings |\n|---|---|--:|--:|--:|--:|\n",
    );
    for target in TARGETS {
        for version in target.versions.iter().copied().chain(target.tasks.then_some("tasks")) {
            let rows: Vec<&Row> = table.of(target.name, version).collect();
            if rows.is_empty() {
                continue;
            }
            let sum = |part: fn(&Row) -> u32| rows.iter().map(|row| part(row)).sum::<u32>();
            let passed = rows.iter().filter(|row| row.counts.failures == 0).count();
            // Writing to a string cannot fail.
            let _ = writeln!(
                text,
                "| {} | {version} | {passed} of {} | {} | {} | {} |",
                target.what,
                rows.len(),
                sum(|row| row.counts.successes),
                sum(|row| row.counts.failures),
                sum(|row| row.counts.warnings),
            );
        }
    }
    text
}
