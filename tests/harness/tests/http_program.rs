//! A native program that serves over HTTP, from its first line to the signal that ends it.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "wasi_http/client.rs"]
mod client;

use std::net::TcpStream;

use client::{Stream, exchange};
use harness::http::{Needs, Served};
use harness::{Target, programs};
use serde_json::{Value, json};

/// A request of 2026-07-28, as text on the wire.
fn request(method: &str, name: Option<&str>, mut params: Value) -> String {
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
        "progressToken": "p"
    });
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).to_string();
    let name = name.map(|name| format!("Mcp-Name: {name}\r\n")).unwrap_or_default();
    format!(
        "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: application/json, \
         text/event-stream\r\nMCP-Protocol-Version: 2026-07-28\r\nMcp-Method: {method}\r\n{name}Content-Length: {}\r\n\
         \r\n{body}",
        body.len()
    )
}

fn call(tool: &str) -> String {
    request("tools/call", Some(tool), json!({"name": tool, "arguments": {}}))
}

#[test]
fn at_sigterm_what_is_under_way_comes_to_its_end() {
    let program = programs::program("everything", Target::Native).unwrap();
    let served = Served::start(&program, &[], Needs::Nothing).unwrap();
    let to = served.address();
    let listen = request("subscriptions/listen", None, json!({"notifications": {"toolsListChanged": true}}));
    let mut changes = Stream::open(to, &listen);
    assert_eq!(changes.event().unwrap()["method"], "notifications/subscriptions/acknowledged");
    let mut working = Stream::open(to, &call("test_tool_with_progress"));
    assert_eq!(working.event().unwrap()["method"], "notifications/progress");

    assert_eq!(served.terminate().unwrap().code(), Some(0));
    assert_eq!(changes.event().unwrap()["result"]["resultType"], "complete");
    assert!(changes.event().is_none());
    let rest: Vec<Value> = std::iter::from_fn(|| working.event()).collect();
    assert_eq!(rest.last().unwrap()["result"]["resultType"], "complete", "{rest:?}");
    assert!(TcpStream::connect(to).is_err());
}

#[test]
fn with_nothing_to_do_it_ends_at_once() {
    let program = programs::program("hello", Target::Native).unwrap();
    let served = Served::start(&program, &[], Needs::Nothing).unwrap();
    let answer = exchange(served.address(), &call("greet"));
    assert_eq!((answer.status, answer.json["result"]["isError"].as_bool()), (200, Some(true)));
    assert_eq!(served.terminate().unwrap().code(), Some(0));
}
