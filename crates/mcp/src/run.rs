//! Running a server as a program.

use std::io;
use std::process::ExitCode;
use std::sync::Arc;

use pulseengine_mcp_http::{Endpoint, EndpointBuilder};
use pulseengine_mcp_runtime::io::{AsyncRead, AsyncWrite, AsyncWriteExt, claim_stdout, stderr, stdin};
use pulseengine_mcp_server::Server;

/// Serves one client over standard input and output until its input ends. The server is one made by `#[server]`, an
/// [`App`](crate::App), or a [`Server`], of which the program may keep a clone.
///
/// On Unix, what other code prints to standard output meanwhile goes to standard error, so that it does not come between the
/// messages. A component must not print to standard output.
///
/// # Errors
///
/// When reading or writing fails.
pub async fn serve_stdio(server: impl Into<Server>) -> io::Result<()> {
    serve_input(server.into(), stdin()).await
}

async fn serve_input(server: Server, input: impl AsyncRead + Unpin + Send + 'static) -> io::Result<()> {
    drive(pulseengine_mcp_transport::stream::serve(Arc::new(server), input, claim_stdout())).await
}

/// Serves one client over a pair of byte streams until the input ends: a pipe, a socket, memory. As [`serve_stdio`]
/// otherwise.
///
/// # Errors
///
/// When reading or writing fails. A client that closes its end of the output is no error.
pub async fn serve_stream<R, W>(server: impl Into<Server>, input: R, output: W) -> io::Result<()>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    pulseengine_mcp_transport::stream::serve(Arc::new(server.into()), input, output).await
}

pulseengine_mcp_runtime::natively! {
    /// Drives a connection in a task of its own, so that the thread that finds input also serves it. Dropping the future
    /// ends the task.
    async fn drive(connection: impl Future<Output = io::Result<()>> + Send + 'static) -> io::Result<()> {
        struct AbortOnDrop(pulseengine_mcp_runtime::JoinHandle<io::Result<()>>);

        impl Drop for AbortOnDrop {
            fn drop(&mut self) {
                self.0.abort();
            }
        }

        let mut task = AbortOnDrop(pulseengine_mcp_runtime::spawn(connection));
        (&mut task.0).await.unwrap_or_else(|error| Err(io::Error::other(error)))
    }
}

pulseengine_mcp_runtime::on_wasi! {
    /// Drives a connection in place: there is one thread.
    async fn drive(connection: impl Future<Output = io::Result<()>>) -> io::Result<()> {
        connection.await
    }
}

/// Serves over standard output and that input, which is standard input; a failure is reported on standard error.
#[cfg_attr(not(feature = "stdio"), allow(dead_code, reason = "a program for HTTP only does not"))]
pub(crate) async fn stdio(server: Server, input: impl AsyncRead + Unpin + Send + 'static) -> ExitCode {
    if serve_input(server, input).await.is_ok() {
        return ExitCode::SUCCESS;
    }
    // The text is fixed: formatting the error would add a fifth to the size of a component. If standard error fails too, the error
    // cannot be reported.
    let _ = stderr().write_all(b"reading standard input or writing standard output failed\n").await;
    ExitCode::FAILURE
}

/// Begins the HTTP endpoint of a server, with what the server was configured with.
pub fn endpoint_builder(server: impl Into<Server>) -> EndpointBuilder {
    let server = server.into();
    let parts = server.parts();
    Endpoint::builder(Arc::new(server), parts)
}
