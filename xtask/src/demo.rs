//! `cargo xtask demo`: one server source, run natively and as a component; the same conversation with both.
//!
//! On a fresh clone nearly all of its time goes into the compiler. So everything is built in the profile `quick`, the
//! native server first, and the host of the component is `run-component`, whose wasmtime has few features.

mod conversation;
mod transcript;

use std::path::{Path, PathBuf};

use self::conversation::Conversation;
use self::transcript::Transcript;
use crate::failure::Failure;
use crate::toolchain;
use crate::workspace::{Build, RUN_COMPONENT_WITH_THE_TESTS, Workspace, root};

const SERVER: &str = "calculator";
const HOST: &str = "run-component";

// What is said before each build; the times are those of a fresh clone.
const BUILDING_NATIVE: &str =
    "[1/3] Building calculator as a native program: about 30 seconds on two cores, the first time.";
const BUILDING_COMPONENT: &str =
    "[2/3] Building calculator as a component: about 15 seconds on two cores, the first time.";
const BUILDING_HOST: &str =
    "[3/3] Building the component's host with wasmtime: about 2 minutes on two cores, the first time.";

/// Runs the command.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    demonstrate("quick", transcript(arguments)?)
}

/// The same as a step of the tests: in their profile, and with their wasmtime, which they have built already.
pub fn with_the_tests() -> Result<(), Failure> {
    demonstrate("dev", Transcript::Summary)
}

fn transcript(arguments: &[String]) -> Result<Transcript, Failure> {
    let mut shown = Transcript::Summary;
    for argument in arguments {
        if argument != "--json" {
            let next = "give --json to see the messages as they are sent, or nothing";
            return Err(Failure::new(format!("unknown argument {argument}"), "cargo xtask demo", next));
        }
        shown = Transcript::Json;
    }
    Ok(shown)
}

fn demonstrate(profile: &str, shown: Transcript) -> Result<(), Failure> {
    let workspace = Workspace::load()?;
    let conversations = conversation::all();
    let build = |package, wasm| Build { package, features: &[], wasm, profile };

    println!("\n{BUILDING_NATIVE}");
    let native = workspace.make(&build(SERVER, false))?;
    println!("\nThe server as a native program:");
    let of_native = converse("native", &[native.display().to_string()], &conversations, shown)?;

    println!("\n{BUILDING_COMPONENT}");
    toolchain::need_wasm()?;
    let component = workspace.make(&build(SERVER, true))?;

    println!("\n{BUILDING_HOST}");
    let (host, build_host) = match profile {
        "quick" => (workspace.make(&build(HOST, false))?, typed(&build(HOST, false).arguments())),
        _ => (workspace.run_component()?, typed(RUN_COMPONENT_WITH_THE_TESTS)),
    };
    println!(
        "\nThe server as a component. wasmtime compiles it before the first answer of each conversation:"
    );
    let command = [host.display().to_string(), component.display().to_string()];
    let of_component = converse("component", &command, &conversations, shown)?;

    compare(&of_native, &of_component)?;
    println!("\nBoth answered identically: {} answers, byte for byte.", of_native.len());
    let commands = Commands {
        builds: [
            typed(&build(SERVER, false).arguments()),
            typed(&build(SERVER, true).arguments()),
            build_host,
        ],
        programs: [&native, &component, &host].map(|path| from_root(path)),
    };
    print!("\n{}", commands.text());
    Ok(())
}

fn converse(
    name: &str,
    command: &[String],
    conversations: &[Conversation],
    shown: Transcript,
) -> Result<Vec<String>, Failure> {
    let mut answers = Vec::new();
    for conversation in conversations {
        answers.extend(conversation.hold(&format!("{SERVER}, {name}"), command, shown)?);
    }
    Ok(answers)
}

/// A call of cargo as a person types it.
fn typed<S: AsRef<str>>(arguments: &[S]) -> String {
    arguments.iter().fold("cargo".to_owned(), |command, word| command + " " + word.as_ref())
}

/// A path as it is written in the root of the repository.
fn from_root(path: &Path) -> PathBuf {
    path.strip_prefix(root()).unwrap_or(path).to_owned()
}

/// What a person can type: the server natively, as a component, and its host.
struct Commands {
    builds: [String; 3],
    programs: [PathBuf; 3],
}

impl Commands {
    fn text(&self) -> String {
        let [build_native, build_component, build_host] = &self.builds;
        let [native, component, host] = self.programs.each_ref().map(|path| path.display());
        format!(
            "The commands, in the root of the repository. Natively:
  {build_native}
  {native}
As a component, in the host of this demo:
  {build_component}
  {build_host}
  {host} {component}
As a component, in an installed wasmtime:
  wasmtime run -Shttp {component}

Try next:
  {native} --http 127.0.0.1:8080   # the same server over HTTP, at /mcp
  cargo xtask test   # every check of this repository
"
        )
    }
}

/// Compares the answers of both targets.
pub fn compare(native: &[String], wasm: &[String]) -> Result<(), Failure> {
    let next =
        "one of the two is wrong: look for code that depends on the target, on time or on the order of a map";
    let pair = native.iter().zip(wasm).find(|(native, wasm)| native != wasm);
    let what = match pair {
        Some((native, wasm)) => {
            format!("the targets answer differently\n  native: {native}\n  wasm:   {wasm}")
        }
        None if native.len() == wasm.len() => return Ok(()),
        None => format!("the native server gave {} answers, the component {}", native.len(), wasm.len()),
    };
    Err(Failure::new(what, "the answers of both targets", next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_found() {
        let lines = |lines: &[&str]| lines.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert!(compare(&lines(&["a", "b"]), &lines(&["a", "b"])).is_ok());
        assert!(compare(&lines(&["a", "b"]), &lines(&["a", "c"])).is_err());
        assert!(compare(&lines(&["a"]), &lines(&["a", "b"])).is_err());
    }

    #[test]
    fn arguments_are_checked() {
        assert_eq!(transcript(&[]).unwrap(), Transcript::Summary);
        assert_eq!(transcript(&["--json".to_owned()]).unwrap(), Transcript::Json);
        let failure = transcript(&["--fast".to_owned()]).unwrap_err().to_string();
        assert_eq!(
            failure,
            "error: unknown argument --fast\n  where: cargo xtask demo\n  next:  give --json to see the messages as \
             they are sent, or nothing"
        );
    }

    #[test]
    fn what_is_built_is_said_in_one_line() {
        for line in [BUILDING_NATIVE, BUILDING_COMPONENT, BUILDING_HOST] {
            assert!(line.len() <= 100, "{line}");
        }
        assert!(BUILDING_NATIVE.contains(SERVER) && BUILDING_COMPONENT.contains(SERVER));
    }

    #[test]
    fn commands_can_be_typed() {
        let build =
            |package, wasm| typed(&Build { package, features: &[], wasm, profile: "quick" }.arguments());
        let path = |path: &str| from_root(&root().join(path));
        let commands = Commands {
            builds: [build("calculator", false), build("calculator", true), build("run-component", false)],
            programs: [
                path("target/quick/calculator"),
                path("target/c.wasm"),
                path("target/quick/run-component"),
            ],
        };
        let expected = "\
The commands, in the root of the repository. Natively:
  cargo build --profile quick --package calculator
  target/quick/calculator
As a component, in the host of this demo:
  cargo build --profile quick --package calculator --target wasm32-wasip2
  cargo build --profile quick --package run-component
  target/quick/run-component target/c.wasm
As a component, in an installed wasmtime:
  wasmtime run -Shttp target/c.wasm

Try next:
  target/quick/calculator --http 127.0.0.1:8080   # the same server over HTTP, at /mcp
  cargo xtask test   # every check of this repository
";
        assert_eq!(commands.text(), expected);
    }
}
