//! The project's own commands: `cargo xtask COMMAND`.
#![forbid(unsafe_code)]

mod api;
mod attack;
mod auth;
mod bench;
mod conformance;
mod demo;
mod failure;
mod features;
mod field;
mod fuzz;
mod interop;
mod limits;
mod listener;
mod npm;
mod python;
mod readme;
mod shipped;
mod size;
mod stdio;
mod test;
mod tidy;
mod tool;
mod toolchain;
mod wire;
mod workspace;

use std::process::ExitCode;

use failure::Failure;

type Command = (&'static str, &'static str, fn(&[String]) -> Result<(), Failure>);

const COMMANDS: &[Command] = &[
    ("demo", "one server, native and as a component: a conversation with each, compared [--json]", demo::run),
    ("test", "every check of this repository [--full] [--only STEP] [--skip STEP] [--list]", test::run),
    ("limits", "the chapter of limits, compared with the code [--update]", limits::run),
    ("size", "the size of the components, compared with size.tsv [--update] [EXAMPLE…]", size::run),
    (
        "bench",
        "what a request costs, for README.md [stdio] [http] [wasm] [--secs S] [--rounds N], or
              instructions [--only http|stdio] [--check]",
        bench::run,
    ),
    ("tidy", "the rules the repository checks on itself [--circles]", tidy::run),
    ("api", "the public API of every crate, compared with api/ [--update]", api::run),
    (
        "conformance",
        "the official suite against `everything` [--target native|wasm|wasip3|all] [--update]",
        conformance::run,
    ),
    (
        "attack",
        "attacks on servers, beside a good client [NAME…] [--component] [--full] [--list]",
        attack::run,
    ),
    ("fuzz", "the fuzz targets, one after the other [TARGET] [--secs N]", fuzz::run),
    (
        "interop",
        "other people's clients against our server, native and as a component [CLIENT…]",
        interop::run,
    ),
    ("auth", "an authorization server and other people's OAuth clients against `secured`", auth::run),
];

fn main() -> ExitCode {
    if api::is_rustdoc() {
        return api::as_rustdoc();
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (name, rest) = match arguments.split_first() {
        Some((name, rest)) => (name.as_str(), rest),
        None => ("help", &[][..]),
    };
    let Some((_, _, command)) = COMMANDS.iter().find(|(known, _, _)| *known == name) else {
        return help(name);
    };
    match command(rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\n{failure}");
            ExitCode::FAILURE
        }
    }
}

fn help(name: &str) -> ExitCode {
    let asked = matches!(name, "help" | "--help" | "-h");
    if !asked {
        eprintln!("there is no command `{name}`\n");
    }
    println!("usage: cargo xtask COMMAND\n");
    for (name, what, _) in COMMANDS {
        println!("  {name:11} {what}");
    }
    if asked { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
