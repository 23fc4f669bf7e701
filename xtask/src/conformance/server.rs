//! The server under test: `everything`, on each target.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use crate::failure::Failure;
use crate::workspace::Workspace;

/// A way to run `everything`, and what is run against it.
pub struct Target {
    /// Its name in the table.
    pub name: &'static str,
    /// What selects it on the command line.
    pub command: &'static str,
    /// For people.
    pub what: &'static str,
    /// How the component is served; `None`: it is a native program.
    serve: Option<&'static [&'static str]>,
    features: &'static [&'static str],
    /// The revisions whose scenarios are run.
    pub versions: &'static [&'static str],
    /// The revisions whose required scenarios are run as such.
    pub requirements: &'static [&'static str],
    /// Whether the scenarios of tasks are run.
    pub tasks: bool,
}

/// What instances seal `requestState` with: each request may have another instance.
const FRESH: &[&str] =
    &["--env", "MCP_STATE_KEY=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"];
const LASTING: &[&str] = &["--pinned", "--env", "MCP_INSTANCE=lasting"];

/// Every target.
pub const TARGETS: &[Target] = &[
    Target {
        name: "native",
        command: "native",
        what: "a native program",
        serve: None,
        features: &[],
        versions: &["2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"],
        requirements: &["2025-11-25", "2026-07-28"],
        tasks: true,
    },
    Target {
        name: "wasm-fresh",
        command: "wasm",
        what: "a component, WASI 0.2, an instance for each request",
        serve: Some(FRESH),
        features: &[],
        versions: &["2026-07-28"],
        requirements: &["2026-07-28"],
        tasks: false,
    },
    Target {
        name: "wasm-lasting",
        command: "wasm",
        what: "a component, WASI 0.2, one instance",
        serve: Some(LASTING),
        features: &[],
        versions: &["2025-06-18", "2025-11-25"],
        requirements: &[],
        tasks: false,
    },
    Target {
        name: "wasip3-lasting",
        command: "wasip3",
        what: "a component, WASI 0.3, one instance",
        serve: Some(LASTING),
        features: &["pulseengine-mcp/wasip3"],
        versions: &["2025-06-18", "2025-11-25", "2026-07-28"],
        requirements: &["2025-11-25", "2026-07-28"],
        tasks: true,
    },
];

/// A running server; dropping it ends it.
pub struct Served {
    child: Child,
    /// Where its endpoint is.
    pub url: String,
}

impl Served {
    /// Builds and starts it.
    pub fn start(workspace: &Workspace, target: &Target) -> Result<Self, Failure> {
        let program = workspace.build_with("everything", target.features, target.serve.is_some())?;
        let mut command = match target.serve {
            None => {
                let mut command = Command::new(&program);
                command.args(["--http", "127.0.0.1:0"]).stderr(Stdio::piped());
                command
            }
            Some(flags) => {
                let mut command = Command::new(workspace.wasi_serve()?);
                command.args(flags).arg(&program).stdout(Stdio::piped());
                command
            }
        };
        let place = format!("{}, {}", program.display(), target.what);
        let broken = |what: String| Failure::new(what, &place, "start it by hand and see what it says");
        let mut child = command.stdin(Stdio::piped()).spawn().map_err(|e| broken(e.to_string()))?;
        let said: Option<Box<dyn Read + Send>> = match target.serve {
            None => child.stderr.take().map(|it| Box::new(it) as _),
            Some(_) => child.stdout.take().map(|it| Box::new(it) as _),
        };
        let mut lines = BufReader::new(said.ok_or_else(|| broken("it has no output".into()))?);
        let mut line = String::new();
        lines.read_line(&mut line).map_err(|e| broken(e.to_string()))?;
        let address = line.trim().strip_prefix("listening on ").map(str::to_owned);
        // What it says later is nobody's concern, but it must not wait for a reader.
        std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
        match address {
            Some(address) => Ok(Self { child, url: format!("{}/mcp", address.trim_end_matches("/mcp")) }),
            None => {
                // It may have ended by itself.
                let _ = child.kill();
                Err(broken(format!("it said {line:?} instead of where it listens")))
            }
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
