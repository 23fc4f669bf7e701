//! `cargo xtask bench instructions`: how many instructions a request takes in user space, beside the least that answers.
//!
//! Each server runs twice under callgrind, with few and with many requests. The difference belongs to the requests alone:
//! start and end are in both runs and cancel out. Unlike time, the count hardly depends on the load of the machine.

mod bounds;
mod callgrind;
mod drive;

use std::path::Path;

use self::bounds::Bounds;
use self::drive::Load;
use crate::failure::Failure;
use crate::tool::Tool;
use crate::workspace::root;

/// The bounds that `--check` compares with.
const BOUNDS: &str = "bench/instructions.tsv";

/// One line of the result.
struct Row {
    /// Its name in the file of bounds.
    name: &'static str,
    /// The server, for a person.
    server: &'static str,
    /// Program and arguments; the port follows `http` and `http-checked`.
    command: &'static [&'static str],
    load: Load,
    /// The requests of the two runs.
    requests: (u32, u32),
    /// The row that this one is compared with.
    base: &'static str,
}

const CEILING: &str = "bench-ceiling";
const OURS: &str = "bench-server";
const HYPER: &str = "bare hyper";
const LOOP: &str = "a bare loop";
const US: &str = "`pulseengine-mcp`";
const LAYERED: &str = "the same, one layer that does nothing";

const MANY: (u32, u32) = (100, 2100);
const LARGE: (u32, u32) = (20, 220);

const ROWS: &[Row] = &[
    Row {
        name: "http-echo-ceiling",
        server: HYPER,
        command: &[CEILING, "http-checked", "--current-thread"],
        load: Load::Echo,
        requests: MANY,
        base: "http-echo-ceiling",
    },
    Row {
        name: "http-echo",
        server: US,
        command: &[OURS, "http", "--current-thread"],
        load: Load::Echo,
        requests: MANY,
        base: "http-echo-ceiling",
    },
    Row {
        name: "http-echo-layer",
        server: LAYERED,
        command: &[OURS, "http", "--current-thread", "--layer"],
        load: Load::Echo,
        requests: MANY,
        base: "http-echo-ceiling",
    },
    Row {
        name: "stdio-echo-ceiling",
        server: LOOP,
        command: &[CEILING, "stdio"],
        load: Load::Echo,
        requests: MANY,
        base: "stdio-echo-ceiling",
    },
    Row {
        name: "stdio-echo",
        server: US,
        command: &[OURS, "stdio", "--current-thread"],
        load: Load::Echo,
        requests: MANY,
        base: "stdio-echo-ceiling",
    },
    Row {
        name: "stdio-echo-layer",
        server: LAYERED,
        command: &[OURS, "stdio", "--current-thread", "--layer"],
        load: Load::Echo,
        requests: MANY,
        base: "stdio-echo-ceiling",
    },
    Row {
        name: "stdio-list100-ceiling",
        server: LOOP,
        command: &[CEILING, "stdio", "--tools", "100"],
        load: Load::List,
        requests: LARGE,
        base: "stdio-list100-ceiling",
    },
    Row {
        name: "stdio-list100",
        server: US,
        command: &[OURS, "stdio", "--current-thread", "--tools", "100"],
        load: Load::List,
        requests: LARGE,
        base: "stdio-list100-ceiling",
    },
    Row {
        name: "stdio-big100k-ceiling",
        server: LOOP,
        command: &[CEILING, "stdio"],
        load: Load::Big,
        requests: LARGE,
        base: "stdio-big100k-ceiling",
    },
    Row {
        name: "stdio-big100k",
        server: US,
        command: &[OURS, "stdio", "--current-thread"],
        load: Load::Big,
        requests: LARGE,
        base: "stdio-big100k-ceiling",
    },
    Row {
        name: "stdio-tool-of-10",
        server: US,
        command: &[OURS, "stdio", "--current-thread", "--tools", "10"],
        load: Load::FirstTool,
        requests: MANY,
        base: "stdio-tool-of-10",
    },
    Row {
        name: "stdio-tool-of-10000",
        server: US,
        command: &[OURS, "stdio", "--current-thread", "--tools", "10000"],
        load: Load::LastTool,
        requests: MANY,
        base: "stdio-tool-of-10",
    },
];

/// What was measured of a row.
struct Measured {
    row: &'static Row,
    instructions: f64,
    ratio: f64,
}

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
struct Options {
    /// `http` or `stdio`; both without.
    only: Option<&'static str>,
    check: bool,
}

/// Runs the command.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let options = options(arguments)?;
    callgrind::installed()?;
    let bounds = Bounds::read(&root().join(BOUNDS))?;
    let folder = root().join("bench");
    let release = ["build", "--release", "--locked", "--target-dir", "target"];
    let packages = ["--package", CEILING, "--package", OURS];
    Tool::cargo().dir(&folder).args(release).args(packages).run("mend the errors above")?;
    let programs = folder.join("target/release");

    let mut measured: Vec<Measured> = Vec::new();
    for row in ROWS.iter().filter(|row| options.only.is_none_or(|only| row.transport() == only)) {
        println!("counting {}", row.name);
        let instructions = row.instructions(&programs)?;
        // The base of a row is before it or is itself.
        let base = measured.iter().find(|other| other.row.name == row.base);
        let ratio = instructions / base.map_or(instructions, |base| base.instructions);
        measured.push(Measured { row, instructions, ratio });
    }
    print!("\n{}", table(&measured));
    if !options.check {
        return Ok(());
    }
    let complaints: Vec<String> = measured
        .iter()
        .filter(|measured| measured.row.name != measured.row.base)
        .flat_map(|measured| bounds.complaints(measured.row.name, measured.instructions, measured.ratio))
        .collect();
    if complaints.is_empty() {
        println!("\nwithin {BOUNDS}");
        return Ok(());
    }
    let next = "find what takes them (callgrind_annotate, or `git bisect` with this command); if it is worth it, raise \
                the number and say why in the commit";
    Err(Failure::new(complaints.join("\n       "), BOUNDS, next))
}

impl Row {
    fn transport(&self) -> &'static str {
        if self.name.starts_with("http") { "http" } else { "stdio" }
    }

    /// Instructions per request.
    fn instructions(&self, programs: &Path) -> Result<f64, Failure> {
        let (few, many) = self.requests;
        let count = |requests| match self.transport() {
            "http" => callgrind::http(programs, self.command, self.load, requests),
            _ => callgrind::stdio(programs, self.command, self.load, requests),
        };
        let (less, more) = (count(few)?, count(many)?);
        // Numbers below 2^53 are exact.
        Ok((more as f64 - less as f64) / f64::from(many - few))
    }
}

fn table(measured: &[Measured]) -> String {
    let mut out =
        String::from("| server | transport | request | instructions | ratio |\n|---|---|---|--:|--:|\n");
    for Measured { row, instructions, ratio } in measured {
        let (transport, load) = (row.transport(), row.load.name());
        out += &format!("| {} | {transport} | {load} | {instructions:.0} | ×{ratio:.3} |\n", row.server);
    }
    out
}

fn options(arguments: &[String]) -> Result<Options, Failure> {
    let mut options = Options { only: None, check: false };
    let mut words = arguments.iter().map(String::as_str);
    while let Some(word) = words.next() {
        match (word, (word == "--only").then(|| words.next()).flatten()) {
            ("--check", _) => options.check = true,
            ("--only", Some("http")) => options.only = Some("http"),
            ("--only", Some("stdio")) => options.only = Some("stdio"),
            _ => {
                let next = "give --only http, --only stdio, --check or nothing";
                return Err(Failure::new(
                    format!("not understood: {word}"),
                    "cargo xtask bench instructions",
                    next,
                ));
            }
        }
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_checked() {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(options(&[]).unwrap(), Options { only: None, check: false });
        assert_eq!(
            options(&words("--check --only http")).unwrap(),
            Options { only: Some("http"), check: true }
        );
        for wrong in ["--only", "--only wasm", "--rounds 3", "fast"] {
            assert!(options(&words(wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn rows_have_a_base_before_them_and_a_bound() {
        let text = std::fs::read_to_string(root().join(BOUNDS)).unwrap();
        let bounds = Bounds::parse(&text).unwrap();
        for (place, row) in ROWS.iter().enumerate() {
            assert!(ROWS[..=place].iter().any(|base| base.name == row.base), "{}", row.name);
            let bounded = bounds.complaints(row.name, 0.0, 0.0).is_empty();
            assert_eq!(bounded, row.name != row.base, "{}", row.name);
        }
        for name in bounds.names() {
            assert!(ROWS.iter().any(|row| row.name == name), "{name}");
        }
    }

    #[test]
    fn results_are_shown_with_their_ratio() {
        let measured = [Measured { row: &ROWS[1], instructions: 1234.56, ratio: 0.5 }];
        assert!(table(&measured).ends_with("| `pulseengine-mcp` | http | echo | 1235 | ×0.500 |\n"));
    }
}
