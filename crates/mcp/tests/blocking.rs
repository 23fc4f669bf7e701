//! Handlers that block their thread: no other request waits for them.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod exchange;
mod sockets;

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use pulseengine_mcp::http::{HttpLimits, Instance, Policy};
use pulseengine_mcp::prelude::*;
use pulseengine_mcp::runtime::{block_on, sleep, spawn, timeout};
use pulseengine_mcp::serve_stream;
use pulseengine_mcp::testing::{self, json};
use serde_json::Value;
use sockets::{Served, call, fields, request};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

/// How long the handlers block, and by when a test that waits for one of them is lost.
const BLOCKED: Duration = Duration::from_secs(2);
const LONG: Duration = Duration::from_secs(20);

struct Mill;

#[server(name = "mill")]
impl Mill {
    /// Blocks a worker of the runtime.
    #[tool]
    fn grind(&self) -> &'static str {
        thread::sleep(BLOCKED);
        "ground"
    }

    /// Blocks a thread of its own.
    #[tool(blocking)]
    fn grind_apart(&self, grain: String) -> String {
        assert_ne!(grain, "stone", "a stone breaks the mill");
        thread::sleep(BLOCKED);
        format!("{grain}, ground")
    }

    /// Does not block.
    #[tool]
    fn echo(&self, message: String) -> String {
        message
    }

    /// What is left of a sack.
    #[resource("mill://sack/{number}", blocking)]
    fn sack(&self, number: u32) -> String {
        format!("{:?} holds sack {number}", thread::current().name())
    }

    /// Asks for flour.
    #[prompt(blocking)]
    fn order(&self, kind: String) -> String {
        format!("{kind} flour")
    }

    /// Kinds of flour.
    #[completion(prompt = "order", argument = "kind", blocking)]
    fn kinds(&self, value: &str) -> Vec<String> {
        vec![format!("{value}eat")]
    }
}

/// How many other calls are answered while calls of `tool` block.
fn answered_beside(tool: &'static str, arguments: &'static str, calls: usize) -> usize {
    let served = Served::of(Mill, HttpLimits::DEFAULT);
    let (ended, end) = mpsc::channel();
    let mut good = served.connect();
    let mut echo = || {
        good.send(&sockets::good());
        assert_eq!(good.answer().unwrap().status, 200);
    };
    echo();
    // All connections are there and silent: one worker waits for all of them.
    let clients: Vec<_> = (0..calls).map(|_| served.connect()).collect();
    thread::sleep(Duration::from_millis(200));
    let blocked: Vec<_> = clients
        .into_iter()
        .map(|mut client| {
            let ended = ended.clone();
            thread::spawn(move || {
                client.send(&request("POST /mcp HTTP/1.1", &fields(tool), &call(tool, arguments)));
                let answer = client.answer().unwrap();
                let _ = ended.send(());
                assert!(answer.body.contains("ground"), "{answer:?}");
            })
        })
        .collect();
    thread::sleep(Duration::from_millis(200));
    let (mut answered, began) = (0, Instant::now());
    while end.try_recv().is_err() {
        echo();
        answered += 1;
        assert!(began.elapsed() < LONG);
        thread::sleep(Duration::from_millis(10));
    }
    blocked.into_iter().for_each(|call| call.join().unwrap());
    served.stop();
    answered
}

#[test]
fn others_are_answered_while_two_workers_are_blocked() {
    let answered = answered_beside("grind", "{}", 2);
    assert!(answered > 20, "{answered}");
}

#[test]
fn others_are_answered_while_blocking_handlers_run() {
    let answered = answered_beside("grind_apart", r#"{"grain":"rye"}"#, 40);
    assert!(answered > 20, "{answered}");
}

#[test]
fn a_connection_goes_on_while_a_handler_blocks() {
    let (lines, input) = tokio::io::duplex(1 << 16);
    let (output, answers) = tokio::io::duplex(1 << 16);
    block_on(async {
        let served = spawn(serve_stream(Mill, input, output));
        let (mut lines, mut answers) = (lines, BufReader::new(answers).lines());
        let begin = r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"0"}}}"#;
        let mill = |id: u32, grain: &str| {
            format!(
                r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{{"name":"grind_apart","arguments":{{"grain":"{grain}"}}}}}}"#
            )
        };
        let cancel = r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}}"#;
        let ping = r#"{"jsonrpc":"2.0","id":3,"method":"ping"}"#;
        for line in [begin, &mill(1, "rye"), &mill(2, "oats"), cancel, &mill(4, "stone"), ping] {
            lines.write_all(format!("{line}\n").as_bytes()).await.unwrap();
        }
        let mut ids = Vec::new();
        for _ in 0..4 {
            let line = timeout(LONG, answers.next_line()).await.unwrap().unwrap().unwrap();
            let answer: Value = serde_json::from_str(&line).unwrap();
            if answer["id"] == 4 {
                assert_eq!(answer["error"]["code"], -32603, "{line}");
            }
            ids.push(answer["id"].as_u64().unwrap());
        }
        // The cancelled call has no answer; the one that blocks is answered last.
        assert_eq!((ids[0], ids[3]), (0, 1), "{ids:?}");
        drop(lines);
        timeout(LONG, served).await.unwrap().unwrap().unwrap();
        assert_eq!(answers.next_line().await.unwrap(), None);
    });
}

#[test]
fn a_place_is_held_until_the_handler_ends() {
    block_on(async {
        let endpoint = exchange::endpoint(Mill, Policy::new(), Instance::PROCESS);
        let client = exchange::Client::of(endpoint.clone(), "2026-07-28");
        let fields = [("mcp-method", "tools/call"), ("mcp-name", "grind_apart")];
        let body = call("grind_apart", r#"{"grain":"rye"}"#);
        let began = Instant::now();
        let left = timeout(Duration::from_millis(200), client.send("POST", &fields, &body)).await;
        assert!(left.is_err());
        assert_eq!(endpoint.in_flight(), 1, "its client has left, and it still runs");
        while endpoint.in_flight() > 0 {
            assert!(began.elapsed() < LONG);
            sleep(Duration::from_millis(20)).await;
        }
        assert!(began.elapsed() >= BLOCKED);
    });
}

#[test]
fn every_kind_of_handler_can_block() {
    testing::run(async {
        let client = testing::Client::new(Mill);
        let sack = client.read_resource("mill://sack/3").await.text().to_owned();
        assert!(sack.ends_with("holds sack 3"), "{sack}");
        assert_eq!(client.get_prompt("order", json!({"kind": "rye"})).await.text(), "rye flour");
        assert!(client.call_tool("grind_apart", json!({"grain": 1})).await.is_error());
    });
}
