//! Handlers that print, and children of theirs that do: over standard input and output that is no part of the conversation. The
//! test starts itself as the server, with a pipe, a file and a socket as standard output.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, and this prints"
)]

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};

use pulseengine_mcp::prelude::*;
use pulseengine_mcp::{runtime::block_on, serve_stdio};

struct Printer;

#[server(name = "printer")]
impl Printer {
    /// Prints in three ways, then answers.
    #[tool]
    fn print(&self) -> &'static str {
        println!("a line");
        print!("text without end");
        Command::new("echo").arg("a child").status().unwrap();
        "done"
    }
}

const SERVE: &str = "PRINTING_SERVES";

fn main() {
    if std::env::var_os(SERVE).is_some() {
        block_on(serve_stdio(Printer)).unwrap();
        println!("afterwards");
        return;
    }
    if std::env::args().any(|arg| arg == "--list") {
        return println!("standard_output_is_the_protocol_s: test");
    }
    let mut text = String::new();
    let (mut reader, writer) = std::io::pipe().unwrap();
    let printed = served(writer.into());
    reader.read_to_string(&mut text).unwrap();
    check("a pipe", &text, &printed);

    let (mut ours, theirs) = UnixStream::pair().unwrap();
    let printed = served(OwnedFd::from(theirs).into());
    text.clear();
    ours.read_to_string(&mut text).unwrap();
    check("a socket", &text, &printed);

    let path = std::env::temp_dir().join(format!("printing-{}", std::process::id()));
    let printed = served(File::create(&path).unwrap().into());
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    check("a file", &text, &printed);
}

/// Lets a server run with that as standard output; what it printed to standard error.
fn served(output: Stdio) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.env(SERVE, "1").stdin(Stdio::piped()).stdout(output).stderr(Stdio::piped());
    let mut server = command.spawn().unwrap();
    drop(command);
    let meta = r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#;
    let mut input = server.stdin.take().unwrap();
    for id in 1..=2 {
        let call = format!(
            r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{{"name":"print","arguments":{{}},{meta}}}}}"#
        );
        writeln!(input, "{call}").unwrap();
    }
    drop(input);
    let output = server.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

fn check(place: &str, text: &str, printed: &str) {
    let lines: Vec<&str> = text.lines().collect();
    let [first, second, after] = lines.as_slice() else { panic!("{place}: {lines:?}") };
    for line in [first, second] {
        assert!(line.starts_with(r#"{"jsonrpc":"2.0","id":"#) && line.contains("done"), "{place}: {line}");
    }
    assert_eq!(*after, "afterwards", "{place}");
    for (text, times) in [("a line\n", 2), ("text without end", 2), ("a child\n", 2)] {
        assert_eq!(printed.matches(text).count(), times, "{place}: {printed}");
    }
    println!("{place}: ok");
}
