//! Components over HTTP, in a host with the semantics of `wasmtime serve`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "wasi_http/client.rs"]
mod client;

use std::time::{Duration, Instant};

use client::{Answer, Stream, exchange};
use harness::serve::{Instances, Options, Server};
use harness::{Launch, Program, Target, programs};
use serde_json::{Value, json};

const HEAD: &str = "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                    Accept: application/json, text/event-stream\r\n";

/// Of WASI 0.2 and of 0.3.
const COMPONENTS: [Target; 2] = [Target::Wasm, Target::Wasip3];

fn fresh_of(program: &str, target: Target) -> Server {
    serve(&programs::program(program, target).unwrap(), &Options::default())
}

fn serve(program: &Program, options: &Options) -> Server {
    Server::start(program.path(), options).unwrap()
}

/// A call of a tool in 2026-07-28, as text on the wire.
fn call(tool: &str, arguments: Value) -> String {
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {"elicitation": {"form": {}}},
        "progressToken": "p"
    });
    let params = json!({"name": tool, "arguments": arguments, "_meta": meta});
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}).to_string();
    let fields =
        format!("MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: {tool}\r\n");
    post(&fields, &body)
}

fn post(fields: &str, body: &str) -> String {
    format!("{HEAD}{fields}Content-Length: {}\r\n\r\n{body}", body.len())
}

fn greeting(answer: &Answer) -> &str {
    answer.json["result"]["content"][0]["text"].as_str().unwrap_or_default()
}

#[test]
fn a_call_is_answered_with_json() {
    let reused =
        Options { instances: Instances::Reused { requests: 100, concurrent: 1 }, ..Options::default() };
    let options = [Options::default(), reused, Options::lasting()];
    for (target, options) in
        COMPONENTS.into_iter().flat_map(|target| options.iter().map(move |o| (target, o)))
    {
        let host = serve(&programs::program("hello", target).unwrap(), options);
        for name in ["Ada", "Bob"] {
            let answer = exchange(host.address(), &call("greet", json!({"name": name})));
            assert_eq!((answer.status, answer.field("content-type")), (200, Some("application/json")));
            assert!(answer.field("content-length").is_some(), "{answer:?}");
            assert_eq!(greeting(&answer), format!("Hello, {name}!"));
        }
    }
}

#[test]
fn events_arrive_one_by_one() {
    COMPONENTS.into_iter().for_each(events_arrive);
}

fn events_arrive(target: Target) {
    let host = fresh_of("everything", target);
    let mut stream = Stream::open(host.address(), &call("test_tool_with_progress", json!({})));
    assert_eq!((stream.status(), stream.field("content-type")), (200, Some("text/event-stream")));
    let begun = Instant::now();
    let mut at = Vec::new();
    for _ in 0..4 {
        let event = stream.event().unwrap();
        at.push((begun.elapsed(), event["method"].as_str().map(str::to_owned)));
    }
    let methods: Vec<_> = at.iter().map(|(_, method)| method.as_deref()).collect();
    assert_eq!(methods, [Some("notifications/progress"); 3].into_iter().chain([None]).collect::<Vec<_>>());
    assert!(stream.event().is_none());
    // The tool takes 100 ms: had the host kept the first event, it would have come with the last.
    assert!(at[3].0 - at[0].0 >= Duration::from_millis(40), "{at:?}");
}

#[test]
fn a_client_that_leaves_costs_its_own_call_only() {
    COMPONENTS.into_iter().for_each(a_client_leaves);
}

fn a_client_leaves(target: Target) {
    let host = serve(&programs::program("everything", target).unwrap(), &Options::lasting());
    for _ in 0..3 {
        let mut stream = Stream::open(host.address(), &call("test_tool_with_progress", json!({})));
        assert!(stream.event().is_some());
        drop(stream);
        let answer = exchange(host.address(), &call("test_simple_text", json!({})));
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(greeting(&answer).contains("simple text"), "{answer:?}");
    }
}

#[test]
fn what_is_not_allowed_says_what_is() {
    for target in COMPONENTS {
        let host = fresh_of("hello", target);
        let answer = exchange(host.address(), "GET /mcp HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n");
        assert_eq!((answer.status, answer.field("allow")), (405, Some("POST")), "{answer:?}");
    }
}

#[test]
fn earlier_revisions_are_served_without_sessions() {
    COMPONENTS.into_iter().for_each(served_without_sessions);
}

fn served_without_sessions(target: Target) {
    let host = fresh_of("hello", target);
    let initialize = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}"#;
    let answer = exchange(host.address(), &post("", initialize));
    assert_eq!((answer.status, answer.field("mcp-session-id")), (200, None));
    assert_eq!(answer.json["result"]["protocolVersion"], "2025-06-18");
    let version = "MCP-Protocol-Version: 2025-06-18\r\n";
    let initialized = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
    assert_eq!(exchange(host.address(), &post(version, initialized)).status, 202);
    let list = r#"{"jsonrpc":"2.0","id":2,"method":"tools/list"}"#;
    let answer = exchange(host.address(), &post(version, list));
    assert_eq!(answer.json["result"]["tools"][0]["name"], "greet");
    let greet = r#"{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"greet","arguments":{"name":"Ada"}}}"#;
    let answer = exchange(host.address(), &post(version, greet));
    assert_eq!(greeting(&answer), "Hello, Ada!");
    let batch = format!("[{list},{initialized},{greet}]");
    assert_eq!(exchange(host.address(), &post(version, &batch)).status, 400);
    let answer = exchange(host.address(), &post("MCP-Protocol-Version: 2025-03-26\r\n", &batch));
    let ids: Vec<_> = answer.json.as_array().unwrap().iter().map(|answer| answer["id"].clone()).collect();
    assert_eq!(ids, [2, 3], "{answer:?}");
}

/// What an instance cannot keep for the next request it refuses, and says what helps.
#[test]
fn an_instance_that_ends_with_its_request_refuses_what_needs_another() {
    let key = ("MCP_STATE_KEY".to_owned(), "0f".repeat(32));
    let with_key = Options { env: vec![key], ..Options::default() };
    for (target, options, asks, changes) in [
        (Target::Wasm, Options::default(), false, false),
        (Target::Wasip3, Options::default(), false, false),
        (Target::Wasm, with_key, true, false),
        (Target::Wasm, Options::lasting(), true, true),
    ] {
        let host = serve(&programs::program("everything", target).unwrap(), &options);
        let answer = exchange(host.address(), &call("test_elicitation", json!({"message": "Who?"})));
        assert_eq!(answer.json["result"]["resultType"] == "input_required", asks, "{answer:?}");
        assert_eq!(answer.json.to_string().contains("set MCP_STATE_KEY"), !asks, "{answer:?}");
        let answer = exchange(host.address(), &call("test_trigger_tool_change", json!({})));
        assert_eq!(greeting(&answer) == "Tool added", changes, "{answer:?}");
        assert_eq!(answer.json.to_string().contains("ends with its request"), !changes, "{answer:?}");
    }
}

#[test]
fn other_hosts_are_named_by_the_environment() {
    let env = [("MCP_HOSTS", "one.example, two.example"), ("MCP_ORIGINS", "*")];
    let env = env.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let options = Options { env, ..Options::default() };
    let host = serve(&programs::program("hello", Target::Wasm).unwrap(), &options);
    let good = call("greet", json!({"name": "Ada"}));
    for (name, status) in [("localhost", 200), ("two.example:8080", 200), ("three.example", 403)] {
        let origin = format!("Host: {name}\r\nOrigin: https://three.example");
        let answer = exchange(host.address(), &good.replace("Host: localhost", &origin));
        assert_eq!(answer.status, status, "{name}: {answer:?}");
    }
}

#[test]
fn each_transport_can_be_left_out() {
    let http = programs::component_with("hello", &["http"]).unwrap();
    let host = serve(&http, &Options::default());
    assert_eq!(exchange(host.address(), &call("greet", json!({"name": "Ada"}))).status, 200);
    let run = http.start(&Launch::default()).unwrap();
    let (lines, ending) = run.finish(Duration::from_secs(30)).unwrap();
    assert!(lines.is_empty(), "{lines:?}");
    assert_eq!(ending.code, 1);
    assert!(ending.stderr.contains("HTTP only"), "{}", ending.stderr);
}

#[test]
fn the_wstd_runtime_serves_http_too() {
    let wstd = programs::component("everything", &["pulseengine-mcp/wstd"]).unwrap();
    let host = serve(&wstd, &Options::lasting());
    for _ in 0..2 {
        let mut stream = Stream::open(host.address(), &call("test_tool_with_progress", json!({})));
        let events = std::iter::from_fn(|| stream.event()).count();
        assert_eq!((stream.status(), events), (200, 4));
    }
}

/// Nothing is said for longer than the time after which a response has to begin: 5 s by default. With `MCP_FULL` set for 90 s.
#[test]
fn a_silent_call_gets_comments_and_then_its_answer() {
    let full = std::env::var_os("MCP_FULL").is_some();
    let (millis, comments) = if full { (90_000, 6) } else { (6_000, 1) };
    let hosts: Vec<_> = COMPONENTS.into_iter().map(|target| fresh_of("layered", target)).collect();
    let waiting: Vec<_> = hosts
        .iter()
        .map(|host| {
            let request = call("wait", json!({"time": millis}));
            let (address, request) =
                (host.address(), request.replacen("\r\n", "\r\nAuthorization: Bearer a\r\n", 1));
            std::thread::spawn(move || Stream::open(address, &request).text())
        })
        .collect();
    for silent in waiting {
        let text = silent.join().unwrap();
        assert!(text.contains("waited"), "{text}");
        assert!(text.lines().filter(|line| line.starts_with(':')).count() >= comments, "{text}");
    }
}
