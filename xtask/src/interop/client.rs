//! The clients, what they cannot do, and a conversation of one of them with a server.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::server::{NATIVE_STDIO, Server, WASI_HTTP, WASI_STDIO};
use crate::failure::Failure;
use crate::python;
use crate::tool::Tool;
use crate::workspace::root;

/// What a conversation consists of: the script of a client prints each name when it has worked.
const STEPS: [&str; 13] = [
    "connect", "list", "call", "error", "progress", "elicit", "decline", "cancel", "stopped", "read",
    "prompt", "complete", "end",
];

/// A client.
pub struct Client {
    /// Its name; its version is in the lock file.
    pub name: &'static str,
    script: Script,
    /// The eras of the protocol that it knows.
    pub eras: &'static [&'static str],
    /// It handles a response at once and the notifications before it later, so that it can lose them. Also tried with busy
    /// processors.
    pub loses: bool,
}

/// What runs a client; all scripts are in `tests/interop`.
enum Script {
    Node(&'static str),
    /// With the requirements of that number.
    Python(&'static str, usize),
    /// A script of Node whose client talks to a bridge over stdio, and the bridge to the server.
    Bridge(&'static str, &'static str),
}

const BOTH: &[&str] = &["legacy", "modern"];
const LEGACY: &[&str] = &["legacy"];

/// All of them.
pub const CLIENTS: &[Client] = &[
    Client { name: "typescript2", script: Script::Node("typescript2.mjs"), eras: BOTH, loses: true },
    Client { name: "typescript1", script: Script::Node("typescript1.mjs"), eras: LEGACY, loses: true },
    Client { name: "python2", script: Script::Python("python2.py", 1), eras: BOTH, loses: false },
    Client { name: "python1", script: Script::Python("python1.py", 0), eras: LEGACY, loses: false },
    Client { name: "inspector", script: Script::Node("inspector.mjs"), eras: BOTH, loses: false },
    Client {
        name: "mcp-remote",
        script: Script::Bridge("typescript2.mjs", "mcp-remote/dist/proxy.js"),
        eras: BOTH,
        loses: false,
    },
];

/// The requirements of Python's clients.
const REQUIREMENTS: [&str; 2] = ["requirements-1.txt", "requirements-2.txt"];

/// What is not tried, and why. An empty name stands for all.
struct Cannot {
    client: &'static str,
    era: &'static str,
    server: &'static str,
    steps: &'static [&'static str],
    why: &'static str,
}

const CANNOT: &[Cannot] = &[
    Cannot {
        client: "inspector",
        era: "",
        server: "",
        steps: &["progress", "elicit", "decline", "cancel", "stopped", "complete"],
        why: "the Inspector's CLI sends one request, shows no notification, answers no question, cancels nothing, and has no \
              completion/complete",
    },
    Cannot {
        client: "",
        era: "legacy",
        server: WASI_HTTP,
        steps: &["elicit", "decline"],
        why: "an instance for each request has no session, and up to 2025-11-25 questions need one",
    },
    Cannot {
        client: "",
        era: "",
        server: WASI_HTTP,
        steps: &["stopped"],
        why: "an instance for each request has no memory of the call that was cancelled",
    },
    Cannot {
        client: "mcp-remote",
        era: "modern",
        server: "",
        steps: &["stopped"],
        why: "mcp-remote passes notifications/cancelled on, where 2026-07-28 cancels by closing the stream of the call",
    },
    Cannot { client: "mcp-remote", era: "", server: NATIVE_STDIO, steps: &STEPS, why: "it bridges to HTTP" },
    Cannot { client: "mcp-remote", era: "", server: WASI_STDIO, steps: &STEPS, why: "it bridges to HTTP" },
];

impl Cannot {
    fn concerns(&self, client: &str, era: &str, server: &str) -> bool {
        let fits = |pattern: &str, name: &str| pattern.is_empty() || pattern == name;
        fits(self.client, client) && fits(self.era, era) && fits(self.server, server)
    }
}

/// What runs the scripts.
pub struct Programs {
    home: PathBuf,
    modules: PathBuf,
    /// An interpreter for each of the requirements; none where Python is missing.
    pythons: Vec<PathBuf>,
}

impl Programs {
    /// Installs what is missing, and copies the scripts beside it.
    pub fn install(home: PathBuf, modules: PathBuf, has_python: bool) -> Result<Self, Failure> {
        let source = root().join("tests/interop");
        let trouble = |e: std::io::Error| Failure::new(e.to_string(), source.display(), "check the disk");
        for entry in source.read_dir().map_err(trouble)? {
            let path = entry.map_err(trouble)?.path();
            let is_script =
                path.extension().is_some_and(|end| ["mjs", "py"].iter().any(|script| end == *script));
            if let Some(name) = path.file_name().filter(|_| is_script) {
                std::fs::copy(&path, home.join(name)).map_err(trouble)?;
            }
        }
        let mut pythons = Vec::new();
        for requirements in REQUIREMENTS.iter().filter(|_| has_python) {
            pythons.push(python::install(&source.join(requirements), &home)?);
        }
        Ok(Self { home, modules, pythons })
    }

    fn node(&self) -> PathBuf {
        self.modules.join("node/bin/node")
    }

    /// A script of `tests/interop`.
    pub fn node_script(&self, script: &str) -> Tool {
        self.with(&self.node(), script)
    }

    fn with(&self, program: &Path, script: &str) -> Tool {
        // Clients keep catalogues and tokens in the home directory; not in a person's own.
        Tool::new(program).dir(&self.home).env("HOME", &self.home).args([self.home.join(script)])
    }

    /// Runs a script that checks by itself, and shows what it says.
    pub fn show(&self, name: &str, script: Tool) -> Result<(), Failure> {
        println!("\n{name}");
        let said = script.output("see what the script says above; run the same command by hand")?;
        said.lines().for_each(|line| println!("  {line}"));
        Ok(())
    }

    /// A conversation, or only one step of it; whether there was one.
    pub fn converse(
        &self,
        client: &Client,
        era: &str,
        server: &Server,
        only: Option<&str>,
    ) -> Result<bool, Failure> {
        let cannot = || CANNOT.iter().filter(|cannot| cannot.concerns(client.name, era, server.name));
        let without: Vec<&str> = cannot().flat_map(|cannot| cannot.steps).copied().collect();
        let wanted = |step: &&str| only.is_none_or(|only| [only, "connect", "end"].contains(step));
        let expected: Vec<&str> =
            STEPS.into_iter().filter(|step| wanted(step) && !without.contains(step)).collect();
        println!("  {}, {era}: {}", client.name, expected.join(" "));
        let start = Instant::now();
        if only.is_none() {
            cannot().for_each(|cannot| println!("      without {}: {}", cannot.steps.join(" "), cannot.why));
        }
        let Some(script) = self.script(client).filter(|_| !expected.is_empty()) else { return Ok(false) };
        let only = only.map_or(Vec::new(), |step| vec!["--only", step]);
        let tool = script.args(only).args(["--without", &without.join(","), era]);
        let tool = self.bridge(client, tool).args(&server.words);
        let said = tool.output("see what the client says above; run the same command by hand")?;
        let done: Vec<&str> = said.lines().filter(|line| STEPS.contains(line)).collect();
        if done == expected {
            println!("      {:.1} s", start.elapsed().as_secs_f64());
            return Ok(true);
        }
        Err(Failure::new(
            format!("the steps that were done: {}", done.join(" ")),
            format!("{}, {era}, {}", client.name, server.name),
            "make the script do the others, or say in CANNOT (xtask/src/interop/client.rs) why it cannot",
        ))
    }

    /// What the script is run with; `None`: it is not there.
    fn script(&self, client: &Client) -> Option<Tool> {
        match client.script {
            Script::Node(script) | Script::Bridge(script, _) => Some(self.node_script(script)),
            Script::Python(script, number) => Some(self.with(self.pythons.get(number)?, script)),
        }
    }

    fn bridge(&self, client: &Client, tool: Tool) -> Tool {
        match client.script {
            Script::Bridge(_, bridge) => tool.args([self.node(), self.modules.join(bridge)]),
            _ => tool,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_names_what_there_is() {
        for cannot in CANNOT {
            assert!(cannot.client.is_empty() || CLIENTS.iter().any(|client| client.name == cannot.client));
            assert!(cannot.steps.iter().all(|step| STEPS.contains(step)), "{}", cannot.why);
            assert!(!cannot.why.is_empty());
        }
    }

    #[test]
    fn a_row_concerns_what_it_names() {
        let row = |client, era| Cannot { client, era, server: WASI_HTTP, steps: &[], why: "" };
        assert!(row("", "legacy").concerns("python1", "legacy", WASI_HTTP));
        assert!(!row("", "legacy").concerns("python1", "modern", WASI_HTTP));
        assert!(!row("python2", "").concerns("python1", "legacy", WASI_HTTP));
        assert!(!row("", "").concerns("python1", "legacy", WASI_STDIO));
    }
}
