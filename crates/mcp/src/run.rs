//! Running a server as a program.

use std::io;
use std::process::ExitCode;
use std::sync::Arc;

use pulseengine_mcp_runtime::io::{AsyncWriteExt, stderr, stdin, stdout};
use pulseengine_mcp_server::{App, Server};

/// Serves one client over standard input and output until its input ends.
///
/// # Errors
///
/// When reading or writing fails.
pub async fn serve_stdio(server: Server) -> io::Result<()> {
    pulseengine_mcp_transport::stream::serve(Arc::new(server), stdin(), stdout()).await
}

/// Runs a server as a program; what [`main!`](crate::main) does. Failure is told on standard error.
pub fn run(server: impl Into<App>) -> ExitCode {
    let server = server.into().build();
    pulseengine_mcp_runtime::block_on(async {
        let Err(error) = serve_stdio(server).await else { return ExitCode::SUCCESS };
        let told = format!("the connection failed: {error}\n");
        // With standard error gone as well there is nobody left to tell.
        let _ = stderr().write_all(told.as_bytes()).await;
        ExitCode::FAILURE
    })
}
