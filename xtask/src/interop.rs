//! `cargo xtask interop`: other people's clients, run against our server as a native process and as a component, over stdio
//! and over HTTP.
//!
//! What is installed is locked in `tests/interop`, and goes into `target/interop`: npm packages with a Node.js of their own,
//! because the Inspector needs a newer one than many machines have, and virtual environments of Python.

mod browser;
mod client;
mod load;
mod other_host;
mod server;

use crate::failure::Failure;
use crate::tool::in_ci;
use crate::workspace::Workspace;
use crate::{npm, python, toolchain};
use client::{CLIENTS, Programs};

/// Runs the command.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let skipped = check(arguments)?;
    match skipped {
        Some(why) if in_ci() => {
            Err(Failure::new(why, "cargo xtask interop", "install it: CI runs everything"))
        }
        Some(why) => {
            println!("\nSkipped: {why}");
            Ok(())
        }
        None => Ok(()),
    }
}

/// Runs what is named, or all; what was skipped, and why.
pub fn check(names: &[String]) -> Result<Option<String>, Failure> {
    let named = |name: &str| names.iter().any(|wanted| wanted == name);
    let wanted = |name: &str| names.is_empty() || named(name);
    let others = [browser::NAME, other_host::NAME, other_host::EVERYTHING];
    let known: Vec<_> = CLIENTS.iter().map(|client| client.name).chain(others).collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(&name.as_str())) {
        return Err(Failure::new(
            format!("there is no client {unknown}"),
            "cargo xtask interop",
            format!("leave it out, or name some of: {}", known.join(", ")),
        ));
    }
    toolchain::need_wasm()?;
    let workspace = Workspace::load()?;
    let home = workspace.target.join("interop");
    let modules = npm::install("tests/interop", &home)?;
    let mut skipped = Vec::new();
    let has_python = python::available();
    if !has_python {
        skipped.push(format!("Python's clients: {}", python::MISSING));
    }
    let programs = Programs::install(home, modules, has_python)?;
    if CLIENTS.iter().any(|client| wanted(client.name)) {
        clients(&programs, &workspace, wanted)?;
    }
    if wanted(other_host::NAME) {
        other_host::check(&programs, &workspace)?;
    }
    if named(other_host::EVERYTHING) {
        other_host::check_everything(&programs, &workspace)?;
    }
    if wanted(browser::NAME) {
        match browser::chromium() {
            Some(chromium) => browser::check(&programs, &workspace, &chromium)?,
            None => skipped.push(format!("the page in a browser: {}", browser::MISSING)),
        }
    }
    Ok((!skipped.is_empty()).then(|| skipped.join("; ")))
}

/// Every client with every server; then those that can lose notifications, with all processors busy.
fn clients(programs: &Programs, workspace: &Workspace, wanted: impl Fn(&str) -> bool) -> Result<(), Failure> {
    let servers = server::all(workspace)?;
    let mut conversations = 0;
    for server in &servers {
        println!("\n{}: {}", server.name, server.words.join(" "));
        for client in CLIENTS.iter().filter(|client| wanted(client.name)) {
            for era in client.eras {
                conversations += u32::from(programs.converse(client, era, server, None)?);
            }
        }
    }
    let _load = load::Load::start();
    for server in &servers {
        println!("\n{}, notifications right before a result, with all processors busy", server.name);
        for client in CLIENTS.iter().filter(|client| client.loses && wanted(client.name)) {
            for era in client.eras {
                programs.converse(client, era, server, Some("progress"))?;
            }
        }
    }
    println!("\n{conversations} conversations");
    Ok(())
}
