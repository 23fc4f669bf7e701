//! `wasi-run [--dir HOST::GUEST] [--env NAME=VALUE] COMPONENT [ARGS…]`: runs a command component as a process.
//!
//! Standard input, output and error are passed through, and so is the exit code; a trap is told on standard
//! error and gives 134, a mistake in the arguments 2. For scripts and for other
//! people's MCP clients, which start a server as a command.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use harness::Launch;

const USAGE: &str = "usage: wasi-run [--dir HOST::GUEST] [--env NAME=VALUE] COMPONENT [ARGS...]";

fn main() -> ExitCode {
    match arguments(std::env::args().skip(1)).and_then(|(path, launch)| run(&path, &launch)) {
        // Not a return: a thread may still be blocked reading standard input.
        Ok((code, trap)) => {
            report(&trap);
            std::process::exit(code)
        }
        Err(message) => {
            report(&message);
            ExitCode::from(2)
        }
    }
}

/// Not `eprintln!`, which panics when nobody reads standard error any more.
fn report(message: &str) {
    if !message.is_empty() {
        let _ = writeln!(std::io::stderr(), "wasi-run: {}", message.trim_end());
    }
}

fn arguments(mut given: impl Iterator<Item = String>) -> Result<(PathBuf, Launch), String> {
    let mut launch = Launch::default();
    while let Some(argument) = given.next() {
        let mut value = |separator: &str| {
            let value = given.next().ok_or_else(|| format!("{argument} needs a value\n{USAGE}"))?;
            match value.split_once(separator) {
                Some((left, right)) => Ok((left.to_owned(), right.to_owned())),
                None => Err(format!("{argument} {value}: no {separator} in it\n{USAGE}")),
            }
        };
        match argument.as_str() {
            "--dir" => {
                let (here, there) = value("::")?;
                launch.dirs.push((here.into(), there));
            }
            "--env" => launch.env.push(value("=")?),
            option if option.starts_with("--") => return Err(format!("unknown option {option}\n{USAGE}")),
            path => {
                let path = PathBuf::from(path);
                launch.args = given.collect();
                return Ok((path, launch));
            }
        }
    }
    Err(USAGE.to_owned())
}

fn run(path: &std::path::Path, launch: &Launch) -> Result<(i32, String), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|error| format!("no async runtime: {error}"))?;
    let result = runtime.block_on(harness::component::run_inherited(path, launch));
    // A blocked read of standard input must not keep the process.
    runtime.shutdown_background();
    result.map_err(|error| format!("{error:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<(PathBuf, Launch), String> {
        arguments(words.iter().map(ToString::to_string))
    }

    #[test]
    fn options_come_before_the_component_and_arguments_after() {
        let (path, launch) = parse(&["--dir", "a::/b", "--env", "K=V=W", "x.wasm", "--flag", "1"]).unwrap();
        assert_eq!(path, PathBuf::from("x.wasm"));
        assert_eq!(launch.args, ["--flag", "1"]);
        assert_eq!(launch.dirs, [(PathBuf::from("a"), "/b".to_owned())]);
        assert_eq!(launch.env, [("K".to_owned(), "V=W".to_owned())]);
    }

    #[test]
    fn mistakes_are_explained() {
        for (words, message) in [
            (&[][..], USAGE),
            (&["--dir"][..], "--dir needs a value"),
            (&["--dir", "a"][..], "no :: in it"),
            (&["--verbose", "x.wasm"][..], "unknown option --verbose"),
        ] {
            let error = parse(words).unwrap_err();
            assert!(error.contains(message), "{words:?}: {error}");
        }
    }
}
