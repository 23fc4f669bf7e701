//! A server as a native program.

use std::process::ExitCode;

use pulseengine_mcp_runtime::io::{AsyncWriteExt, stderr};
use pulseengine_mcp_server::Server;

use crate::arguments::{self, Http, Task};
use crate::run::stdio;

/// Runs a server as a program; what [`main!`](crate::main) does. Failure is told on standard error.
pub fn run(server: impl Into<Server>) -> ExitCode {
    let server = server.into();
    pulseengine_mcp_runtime::block_on(async {
        match arguments::read(std::env::args().skip(1)) {
            Ok(Task::Stdio) => stdio(server).await,
            Ok(Task::Http(how)) => http(server, how).await,
            Ok(Task::Help) => ExitCode::SUCCESS,
            Err(message) => {
                say(&format!("{message}\n")).await;
                ExitCode::from(2)
            }
        }
    })
}

async fn say(text: &str) {
    // With standard error gone there is nobody to tell.
    let _ = stderr().write_all(text.as_bytes()).await;
}

async fn http(server: Server, how: Http) -> ExitCode {
    let endpoint = crate::http::endpoint(server, crate::http::Policy::new());
    let Ok(listener) = crate::http::Listener::bind(&how.address).await else { return ExitCode::FAILURE };
    if let Ok(address) = listener.local_addr() {
        say(&format!("listening on http://{address}/mcp\n")).await;
    }
    let _ = listener.serve(endpoint).await;
    ExitCode::SUCCESS
}
