//! Every program of this repository, run as a process and as a component.
//!
//! A program under `examples/` or `tests/programs/` without a test here does not compile.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in its helpers too")]

use std::time::Duration;

use harness::{Launch, Target, programs};
use serde_json::{Value, json};

const DEADLINE: Duration = Duration::from_secs(30);

macro_rules! has_a_test {
    ($name:ident) => {
        #[allow(unused_imports, reason = "it only has to resolve")]
        use self::$name as _;
    };
}
harness::foreach_program!(has_a_test);

#[test]
fn hello() {
    serves("hello");
}

#[test]
fn calculator() {
    serves("calculator");
}

#[test]
fn notes() {
    serves("notes");
}

#[test]
fn everything() {
    serves("everything");
}

/// Answers discovery and the list of its tools, in both eras, then ends with its input; the same on both targets.
fn serves(name: &str) {
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "harness", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let hello = json!({
        "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "harness", "version": "1"},
    });
    let stateless = [
        json!({"jsonrpc": "2.0", "id": 1, "method": "server/discover", "params": {"_meta": &meta}}),
        json!({"jsonrpc": "2.0", "id": 2, "method": "tools/list", "params": {"_meta": &meta}}),
    ];
    let session = [
        json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}),
        json!({"jsonrpc": "2.0", "method": "notifications/initialized"}),
        json!({"jsonrpc": "2.0", "id": 2, "method": "tools/list"}),
    ];
    for requests in [&stateless[..], &session[..]] {
        let [native, wasm, wasip3] = Target::ALL.map(|target| answers(name, target, requests));
        assert_eq!(native, wasm, "{name} answers differently as a component");
        assert_eq!(native, wasip3, "{name} answers differently as a component of WASI 0.3");
        for answer in &native {
            let answer: Value = serde_json::from_str(answer).unwrap();
            assert!(answer.get("result").is_some(), "{name}: {answer}");
        }
    }
}

fn answers(name: &str, target: Target, requests: &[Value]) -> Vec<String> {
    let program = programs::program(name, target).unwrap();
    let mut conversation = program.start(&Launch::default()).unwrap();
    let mut lines = Vec::new();
    for request in requests {
        conversation.send(&request.to_string()).unwrap();
        if request.get("id").is_some() {
            match conversation.line(DEADLINE) {
                Ok(line) => lines.push(line),
                Err(silence) => panic!("{name} on {target}: {silence:?} after {request}"),
            }
        }
    }
    let (rest, ending) = conversation.finish(DEADLINE).unwrap();
    assert_eq!((rest.as_slice(), ending.code), (&[][..], 0), "{name} on {target}: {}", ending.stderr);
    lines
}
