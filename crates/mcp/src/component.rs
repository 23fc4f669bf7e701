//! A server as the `wasi:cli/run` of a component.

use std::process::ExitCode;

use pulseengine_mcp_runtime::io::stdin;
use pulseengine_mcp_runtime::wasi::{arguments, exit, say};
use pulseengine_mcp_server::Server;

/// The help text: that of a native program, without what a component leaves to its host.
const USAGE: &str = "\
An MCP server.

Without arguments it serves one client over standard input and output.

  --help                 say this
";

/// Runs a server as a program; what [`main!`](crate::main) does. A failure is reported on standard error.
pub fn run(server: impl Into<Server>) -> ExitCode {
    match answer_arguments() {
        Some(code) => code,
        None => pulseengine_mcp_runtime::block_on(crate::run::stdio(server.into(), stdin())),
    }
}

/// Answers the arguments, if there are any. WASI 0.2 has no other exit codes than success and failure.
fn answer_arguments() -> Option<ExitCode> {
    let arguments = arguments();
    let argument = arguments.get(1)?;
    let help = argument == "--help" || argument == "-h";
    if help {
        say(true, USAGE);
        return Some(ExitCode::SUCCESS);
    }
    for text in ["unknown argument: ", argument, "\n--help lists the arguments\n"] {
        say(false, text);
    }
    Some(ExitCode::FAILURE)
}

/// The `main` that [`main!`](crate::main) writes. It does not return: without the code that the standard library runs
/// after `main` the component is smaller.
#[cfg(any(feature = "stdio", not(feature = "http")))]
pub fn start(server: fn() -> Server) -> ! {
    exit(run(server()) == ExitCode::SUCCESS)
}

/// The `main` that [`main!`](crate::main) writes. Without the feature `stdio` there is nothing to run: the component says
/// so on standard error and fails.
#[cfg(all(feature = "http", not(feature = "stdio")))]
pub fn start(_server: fn() -> Server) -> ! {
    exit(pulseengine_mcp_http::wasi::serves_http_only() == ExitCode::SUCCESS)
}

pulseengine_mcp_runtime::on_wasi_0_3! {
    /// The same, as a future.
    #[cfg(any(feature = "stdio", not(feature = "http")))]
    pub async fn stdio(server: Server) -> ExitCode {
        match answer_arguments() {
            Some(code) => code,
            None => crate::run::stdio(server, stdin()).await,
        }
    }

    /// The same, as a future.
    #[cfg(all(feature = "http", not(feature = "stdio")))]
    pub async fn stdio(_server: Server) -> ExitCode {
        pulseengine_mcp_http::wasi::serves_http_only()
    }
}
