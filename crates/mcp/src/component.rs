//! A server as the `wasi:cli/run` of a component.

use std::process::ExitCode;

use pulseengine_mcp_runtime::io::stdin;
use pulseengine_mcp_runtime::wasi::exit;
use pulseengine_mcp_server::Server;

/// Runs a server as a program; what [`main!`](crate::main) does. A failure is reported on standard error.
pub fn run(server: impl Into<Server>) -> ExitCode {
    pulseengine_mcp_runtime::block_on(crate::run::stdio(server.into(), stdin()))
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
        crate::run::stdio(server, stdin()).await
    }

    /// The same, as a future.
    #[cfg(all(feature = "http", not(feature = "stdio")))]
    pub async fn stdio(_server: Server) -> ExitCode {
        pulseengine_mcp_http::wasi::serves_http_only()
    }
}
