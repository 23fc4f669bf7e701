//! `wasi-serve [OPTIONS] COMPONENT`: serves a `wasi:http` component on this machine, until standard input ends.
//!
//! ```text
//! --port PORT               where; the system chooses otherwise, and the address is printed
//! --reuse N                 an instance serves N requests
//! --concurrent N            ... so many at once (WASI 0.3)
//! --pinned                  one instance serves everything
//! --env NAME=VALUE          an environment variable
//! --dir HOST::GUEST         a directory
//! --egress                  it may send requests to this machine
//! --optimize                compile for speed
//! ```
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program that says where it listens")]

use std::io::Read;
use std::path::PathBuf;
use std::process::ExitCode;

use harness::serve::{Instances, Options, Server};

const USAGE: &str = "usage: wasi-serve [--port PORT] [--reuse N [--concurrent N] | --pinned] [--env NAME=VALUE] \
                     [--dir HOST::GUEST] [--egress] [--optimize] COMPONENT";

fn main() -> ExitCode {
    let (path, options) = match arguments(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(message) => {
            eprintln!("{message}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match Server::start(&path, &options) {
        Ok(server) => {
            println!("listening on http://{}", server.address());
            // Whatever is read, or an error: then there is nobody any more.
            let _ = std::io::stdin().read_to_end(&mut Vec::new());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("wasi-serve: {error:?}");
            ExitCode::FAILURE
        }
    }
}

fn arguments(mut given: impl Iterator<Item = String>) -> Result<(PathBuf, Options), String> {
    let mut options = Options::default();
    let (mut reuse, mut concurrent, mut pinned) = (None, None, false);
    while let Some(argument) = given.next() {
        let mut value = || given.next().ok_or_else(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--port" => options.port = number(&value()?)?,
            "--reuse" => reuse = Some(number(&value()?)?),
            "--concurrent" => concurrent = Some(number(&value()?)?),
            "--pinned" => pinned = true,
            "--egress" => options.egress = true,
            "--optimize" => options.optimize = true,
            "--env" => options.env.push(pair(&value()?, "=")?),
            "--dir" => {
                let (here, there) = pair(&value()?, "::")?;
                options.dirs.push((here.into(), there));
            }
            option if option.starts_with("--") => return Err(format!("unknown option {option}")),
            path => {
                options.instances = match (pinned, reuse, concurrent) {
                    (true, ..) => Instances::Pinned,
                    (false, None, None) => Instances::Default,
                    (false, requests, concurrent) => Instances::Reused {
                        requests: requests.unwrap_or(128),
                        concurrent: concurrent.unwrap_or(16),
                    },
                };
                return Ok((path.into(), options));
            }
        }
    }
    Err("no component is named".into())
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{text} is not a number that fits"))
}

fn pair(text: &str, separator: &str) -> Result<(String, String), String> {
    let (left, right) = text.split_once(separator).ok_or_else(|| format!("{text}: no {separator} in it"))?;
    Ok((left.to_owned(), right.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Result<(PathBuf, Options), String> {
        arguments(words.iter().map(ToString::to_string))
    }

    #[test]
    fn options_come_before_the_component() {
        let (path, options) = read(&["--reuse", "7", "--env", "A=B=C", "--port", "80", "x.wasm"]).unwrap();
        assert_eq!(path, PathBuf::from("x.wasm"));
        assert_eq!(options.instances, Instances::Reused { requests: 7, concurrent: 16 });
        assert_eq!((options.env, options.port), (vec![("A".into(), "B=C".into())], 80));
        assert_eq!(read(&["--pinned", "x"]).unwrap().1.instances, Instances::Pinned);
        assert_eq!(read(&["x"]).unwrap().1.instances, Instances::Default);
    }

    #[test]
    fn mistakes_are_explained() {
        for (words, message) in [
            (&[][..], "no component is named"),
            (&["--reuse", "x", "y"][..], "x is not a number"),
            (&["--env", "A", "y"][..], "A: no = in it"),
            (&["--what", "y"][..], "unknown option --what"),
        ] {
            assert!(read(words).unwrap_err().contains(message), "{words:?}");
        }
    }
}
