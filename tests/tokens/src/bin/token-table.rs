//! `token-table URL`: sends the tokens of `tests/auth/tokens.tsv` to a server at that URL, the program `protected`, natively or as a
//! component, and says which verdicts are wrong.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program that prints verdicts")]

use std::process::ExitCode;

use pulseengine_mcp_runtime::http::{self, Request};
use pulseengine_mcp_runtime::{block_on, unix_time};

/// A call that needs the scope `files:read`.
const CALL: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read","arguments":{},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}"#;

fn main() -> ExitCode {
    let Some(url) = std::env::args().nth(1) else {
        eprintln!("usage: token-table URL");
        return ExitCode::from(2);
    };
    let (mut wrong, cases) = (0, tokens::cases());
    for case in &cases {
        if let Err(message) = block_on(run(&url, case)) {
            println!("{message}");
            wrong += 1;
        }
    }
    println!("{} of {} verdicts are right", cases.len() - wrong, cases.len());
    if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn run(url: &str, case: &tokens::Case) -> Result<(), String> {
    let credentials = case.credentials(unix_time().as_secs());
    let target = credentials.query.map_or_else(|| url.to_owned(), |query| format!("{url}?{query}"));
    let mut request = Request::post(target)
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream")
        .header("mcp-protocol-version", "2026-07-28")
        .header("mcp-method", "tools/call")
        .header("mcp-name", "read")
        .body(CALL);
    for field in credentials.fields {
        request = request.header("authorization", field);
    }
    match http::send(request).await {
        Ok(response) => case.judge(response.status(), response.header("www-authenticate")),
        // A field that no client can send reaches no server.
        Err(error) if error.is_request() => Ok(()),
        Err(error) => Err(format!("{}: {error}", case.name)),
    }
}
