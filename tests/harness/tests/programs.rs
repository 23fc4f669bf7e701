//! Every program of this repository, run as a process and as a component.
//!
//! A program under `examples/` or `tests/programs/` without a test here does not compile.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

#[path = "../../runtime-contract/tests/peer/mod.rs"]
mod peer;

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
fn fetch() {
    serves("fetch");
    let [address, closed] = peer::start();
    let asked = [
        (format!("http://{address}/missing"), true),
        (format!("http://{address}/redirect"), true),
        (format!("http://{address}/huge"), false),
        (format!("http://{closed}/"), false),
        ("ftp://somewhere/".to_owned(), false),
    ];
    let [native, wasm, wasip3] = Target::ALL.map(|target| fetched(target, &asked));
    assert_eq!(native, wasm);
    assert_eq!(native, wasip3);
    assert!(native[0].contains("nothing here") && native[0].contains("404"), "{}", native[0]);
    assert!(native[1].contains("moved to /echo"), "{}", native[1]);
    assert!(native[2].contains("262144"), "{}", native[2]);
    assert!(native[3].contains(&closed.to_string()), "{}", native[3]);
}

/// What the tool says to each address, after whether it should be an error.
fn fetched(target: Target, asked: &[(String, bool)]) -> Vec<String> {
    let program = programs::program("fetch", target).unwrap();
    let mut conversation = program.start(&Launch { egress: true, ..Launch::default() }).unwrap();
    let mut said = Vec::new();
    for (id, (url, good)) in asked.iter().enumerate() {
        let params = json!({"name": "fetch", "arguments": {"url": url}, "_meta": meta()});
        let request = json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params});
        conversation.send(&request.to_string()).unwrap();
        let answer = conversation.line(DEADLINE).unwrap();
        let result: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(result["result"]["isError"].as_bool() != Some(true), *good, "{target}: {url}: {answer}");
        said.push(answer);
    }
    assert_eq!(conversation.finish(DEADLINE).unwrap().1.code, 0);
    said
}

#[test]
fn everything() {
    serves("everything");
}

#[test]
fn clients() {
    serves("clients");
}

#[test]
fn shapes() {
    serves("shapes");
}

#[test]
fn secured() {
    serves("secured");
}

#[test]
fn guarded() {
    serves("guarded");
}

#[test]
fn layered() {
    serves("layered");
}

#[test]
fn protected() {
    serves("protected");
}

/// What every request since 2026-07-28 carries.
fn meta() -> Value {
    json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "harness", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
    })
}

/// Answers discovery and the list of its tools, in both eras, then ends with its input; the same on both targets.
fn serves(name: &str) {
    let meta = meta();
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
