//! A server as a native program.

use std::process::ExitCode;

use pulseengine_mcp_runtime::io::{AsyncWriteExt, stdout};
use pulseengine_mcp_server::Server;

use crate::arguments::{self, TRUSTED_PROXIES, Task, USAGE};
use crate::message::say;

/// The `main` that [`main!`](crate::main) writes.
pub fn start(server: fn() -> Server) -> ExitCode {
    run(server())
}

/// Runs a server as a program, as its arguments say; what [`main!`](crate::main) does. A failure is reported on standard
/// error.
pub fn run(server: impl Into<Server>) -> ExitCode {
    let server = server.into();
    pulseengine_mcp_runtime::block_on(async {
        let proxies = std::env::var_os(TRUSTED_PROXIES);
        let proxies = proxies.as_ref().map(|value| value.to_string_lossy());
        match arguments::read(std::env::args().skip(1), proxies.as_deref()) {
            Ok(Task::Stdio) => stdio(server).await,
            Ok(Task::Http(how)) => http(server, how).await,
            Ok(Task::Help) => {
                let mut out = stdout();
                // A reader that closes the pipe has read enough.
                let _ = out.write_all(USAGE.as_bytes()).await;
                let _ = out.flush().await;
                ExitCode::SUCCESS
            }
            Err(message) => wrong(&message).await,
        }
    })
}

/// Says what is wrong with the arguments.
async fn wrong(message: &str) -> ExitCode {
    say(&format!("{message}\n--help lists the arguments\n")).await;
    ExitCode::from(2)
}

#[cfg(feature = "stdio")]
use crate::stdio_program::stdio;

#[cfg(not(feature = "stdio"))]
async fn stdio(_: Server) -> ExitCode {
    wrong("this program was built without stdio: give it --http ADDRESS").await
}

#[cfg(feature = "http")]
use crate::http_program::http;

#[cfg(not(feature = "http"))]
async fn http(_: Server, how: arguments::Http) -> ExitCode {
    let arguments::Http { address, .. } = how;
    wrong(&format!("this program was built without HTTP: it cannot listen at {address}")).await
}
