//! Each limit of `App::limits` on a message, over stdio's framing and over HTTP: a raised one admits what the default
//! refuses, a lowered one refuses what the default admits, whichever way the argument is read.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod exchange;

use std::collections::BTreeMap;

use exchange::Client;
use pulseengine_mcp::http::Instance;
use pulseengine_mcp::prelude::*;
use pulseengine_mcp::runtime::block_on;
use pulseengine_mcp::{DynamicTool, Limits, serve_stream};
use serde_json::Value;

struct Counter;

#[server(name = "counter")]
impl Counter {
    #[tool]
    fn numbers(&self, value: Vec<f64>) -> usize {
        value.len()
    }

    #[tool]
    fn members(&self, value: BTreeMap<String, Vec<f64>>) -> usize {
        value.len()
    }

    #[tool]
    fn any(&self, value: Value) -> bool {
        !value.is_null()
    }
}

fn server(limits: Limits) -> Server {
    let made =
        DynamicTool::new("made", r#"{"type":"object","properties":{"value":true},"required":["value"]}"#)
            .unwrap()
            .handler(|arguments, _cx| async move { !arguments["value"].is_null() });
    App::of(Counter).limits(limits).dynamic_tool(made).build()
}

fn call(id: &str, tool: &str, value: &str) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{{"name":"{tool}","arguments":{{"value":{value}}},"_meta":{{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{{}}}}}}}}"#
    )
}

/// Whether a server with these limits admits a call; over both transports it has to be the same.
fn admits(limits: Limits, tool: &str, message: &str) -> bool {
    let mut out = Vec::new();
    block_on(serve_stream(server(limits), [message, "\n"].concat().as_bytes(), &mut out)).unwrap();
    let framed: Value = serde_json::from_slice(&out).unwrap();
    let client = Client::new(server(limits), Instance::PROCESS, "2026-07-28");
    let fields = [("mcp-method", "tools/call"), ("mcp-name", tool)];
    let answer = block_on(async { client.send("POST", &fields, message).await.json() });
    let [framed, posted] = [framed, answer].map(|answer| match answer.get("error") {
        None => {
            assert_eq!(answer["result"].get("isError"), None, "{answer}");
            true
        }
        Some(error) => {
            assert!([-32700, -32600].map(Value::from).contains(&error["code"]), "{answer}");
            false
        }
    });
    assert_eq!(framed, posted, "{tool}");
    framed
}

type Set = fn(&mut Limits, usize);
type Make = fn(usize) -> String;

/// A limit, how it is set, its default, and an argument with which the message exceeds a limit of `n` and is within one of
/// `2 * n`.
const ROWS: &[(&str, Set, usize, Make)] = &[
    ("nodes", |l, n| l.nodes = n as u32, 50_000, |n| format!("[{}]", vec!["1"; n].join(","))),
    ("number", |l, n| l.number = n, 64, |n| format!("[{}]", "1".repeat(n + 1))),
    (
        "members",
        |l, n| l.members = n as u32,
        1_024,
        |n| {
            let members: Vec<String> = (0..=n).map(|at| format!("\"{at}\":[1]")).collect();
            format!("{{{}}}", members.join(","))
        },
    ),
    ("message", |l, n| l.message = n, 4 << 20, |n| format!("[{}1]", " ".repeat(n))),
];

#[test]
fn limits_are_raised_and_lowered() {
    for (limit, set, default, value) in ROWS {
        let own = if *limit == "members" { "members" } else { "numbers" };
        for tool in [own, "any", "made"] {
            let with = |size: usize| {
                let mut limits = Limits::DEFAULT;
                set(&mut limits, size);
                limits
            };
            let above = call("1", tool, &value(*default));
            assert_eq!(with(*default), Limits::DEFAULT, "{limit}");
            assert!(!admits(Limits::DEFAULT, tool, &above), "{limit}: the default, {tool}");
            assert!(admits(with(default * 2), tool, &above), "{limit}: raised, {tool}");
            let below = call("1", tool, &value(default / 2));
            assert!(admits(Limits::DEFAULT, tool, &below), "{limit}: within the default, {tool}");
            assert!(!admits(with(default / 2), tool, &below), "{limit}: lowered, {tool}");
        }
    }
}

#[test]
fn ids_too() {
    let with = |id: usize| Limits { id, ..Limits::DEFAULT };
    let call = |length: usize| call(&format!("\"{}\"", "x".repeat(length)), "any", "1");
    assert!(!admits(Limits::DEFAULT, "any", &call(257)));
    assert!(admits(with(512), "any", &call(257)));
    assert!(admits(Limits::DEFAULT, "any", &call(129)));
    assert!(!admits(with(128), "any", &call(129)));
}

#[test]
fn depth_can_be_lowered_only() {
    let with = |depth: u32| Limits { depth, ..Limits::DEFAULT };
    let call = |depth: usize| call("1", "any", &format!("{}{}", "[".repeat(depth), "]".repeat(depth)));
    assert!(admits(Limits::DEFAULT, "any", &call(61)));
    assert!(!admits(with(32), "any", &call(61)));
    assert!(!admits(Limits::DEFAULT, "any", &call(62)));
    assert!(!admits(with(128), "any", &call(62)));
}
