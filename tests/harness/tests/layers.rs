//! Every request that a layer has seen begin ends once, whatever becomes of it: 10,000 random requests against the program
//! `layered`, as a process, as a component of WASI 0.3, and as one of WASI 0.2 with one instance.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use harness::http::{Place, Raw, Served};
use serde_json::{Value, json};

/// In all, and in each thread.
const REQUESTS: usize = 10_000;
const THREADS: usize = 8;

/// Counts of what came back, by what was asked.
type Seen = BTreeMap<&'static str, i64>;

#[test]
fn native() {
    ends_are_counted(Place::Native);
}

#[test]
fn wasi_0_3() {
    ends_are_counted(Place::Concurrent);
}

#[test]
fn wasi_0_2_with_one_instance() {
    ends_are_counted(Place::Lasting);
}

fn ends_are_counted(place: Place) {
    let served = place.serve("layered").unwrap();
    let address = served.address();
    let threads: Vec<_> =
        (0..THREADS).map(|seed| thread::spawn(move || drive(place, address, seed as u64 + 1))).collect();
    let mut seen = Seen::new();
    for thread in threads {
        for (kind, count) in thread.join().unwrap() {
            *seen.entry(kind).or_default() += count;
        }
    }
    let counts = settled(&served);
    let count = |name: &str| counts[name].as_i64().unwrap();
    let of = |kind: &str| seen.get(kind).copied().unwrap_or(0);

    let ends =
        ["complete", "tool_error", "input_required", "error", "refused", "cancelled", "panicked", "other"];
    assert_eq!(count("begun") - ends.iter().map(|end| count(end)).sum::<i64>(), 0, "{counts}");
    assert_eq!(count("refused"), of("refused"), "{counts}");
    assert_eq!(count("tool_error"), of("tool_error"), "{counts}");
    assert_eq!(count("error"), of("error"), "{counts}");
    assert_eq!(count("other") + count("panicked") + count("input_required"), 0, "{counts}");
    assert_eq!(count("rejected"), of("rejected"), "{counts}");
    assert_eq!(count("streams_opened"), count("streams_closed"), "{counts}");
    if place == Place::Lasting {
        // One request at a time: a client that leaves is noticed when its answer is written.
        assert!(count("cancelled") <= of("left"), "{counts}");
    } else {
        let cancelled = count("cancelled");
        assert!(cancelled > 0 && cancelled <= of("left") + of("tasks_cancelled"), "{counts}");
        assert!(of("tasks") > 0, "{seen:?}");
    }
    if place == Place::Native {
        // Every connection but the one that asks for the counts.
        assert_eq!(count("connections_opened") - count("connections_closed"), 1, "{counts}");
        assert!(count("received") > 100 * of("complete") && count("sent") > 100 * of("complete"), "{counts}");
    }
}

/// The counts, once all that was begun has ended.
fn settled(served: &Served) -> Value {
    let mut raw = Raw::to(served.address()).unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        raw.send(b"GET /counts HTTP/1.1\r\nhost: anywhere.example\r\n\r\n");
        let answer = raw.answer(false).unwrap().unwrap();
        assert_eq!(answer.status, 200, "{answer:?}");
        let counts: Value = serde_json::from_str(&answer.body).unwrap();
        let of = |name: &str| counts[name].as_i64().unwrap();
        let ended: i64 = ["complete", "tool_error", "error", "refused", "cancelled"].map(of).iter().sum();
        let connections = of("connections_opened") - of("connections_closed");
        let streams = of("streams_opened") - of("streams_closed");
        if (of("begun") == ended && streams == 0 && connections <= 1) || Instant::now() > deadline {
            return counts;
        }
        thread::sleep(Duration::from_millis(50));
    }
}

/// A client that sends random requests.
struct Client {
    address: SocketAddr,
    raw: Raw,
    random: u64,
    id: u64,
    seen: Seen,
}

fn drive(place: Place, address: SocketAddr, seed: u64) -> Seen {
    let raw = Raw::to(address).unwrap();
    let mut client =
        Client { address, raw, random: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15), id: 0, seen: Seen::new() };
    for _ in 0..REQUESTS / THREADS {
        client.step(place);
    }
    client.seen
}

impl Client {
    fn next(&mut self, most: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random % most
    }

    fn saw(&mut self, kind: &'static str) {
        *self.seen.entry(kind).or_default() += 1;
    }

    fn step(&mut self, place: Place) {
        let tasks = place != Place::Lasting;
        match self.next(20) {
            0..5 => self.expect("open", json!({}), "", 200, "complete"),
            5 => self.expect("open", json!({}), "x-wait: 2\r\n", 200, "complete"),
            6 => self.expect("wait", json!({"time": 1}), "", 200, "complete"),
            7 => self.expect("fail", json!({}), "", 200, "tool_error"),
            8 => self.expect("write", json!({}), "", 403, "refused"),
            9 => self.expect("write", json!({}), "x-wait: 1\r\n", 403, "refused"),
            10 => self.expect("open", json!({}), "x-limit: 1\r\n", 429, "refused"),
            11 => self.expect("open", json!({}), "x-quiet: 1\r\n", 400, "refused"),
            12 => self.expect("absent", json!({}), "", 400, "error"),
            13 => {
                let answer = self.send("tools/list", "", &json!({}), "");
                assert!(answer.1.contains("\"cacheScope\":\"private\""), "{answer:?}");
                self.saw("complete");
            }
            14 => self.rejected(),
            15 if tasks => self.task(false),
            16 if tasks => self.task(true),
            17 | 18 => self.leave(),
            _ => self.expect("tenant", json!({}), "", 200, "complete"),
        }
    }

    fn expect(&mut self, tool: &str, arguments: Value, fields: &str, status: u16, kind: &'static str) {
        let answer = self.send("tools/call", tool, &json!({"name": tool, "arguments": arguments}), fields);
        assert_eq!(answer.0, status, "{tool} {fields}: {answer:?}");
        self.saw(kind);
    }

    /// Sends a request; the status and the body of the response.
    fn send(&mut self, method: &str, name: &str, params: &Value, fields: &str) -> (u16, String) {
        let request = self.request(method, name, params, fields);
        self.raw.send(request.as_bytes());
        let answer = self.raw.answer(false).unwrap().unwrap();
        (answer.status, answer.body)
    }

    fn request(&mut self, method: &str, name: &str, params: &Value, fields: &str) -> String {
        self.id += 1;
        let mut params = params.clone();
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {"extensions": {"io.modelcontextprotocol/tasks": {}}},
        });
        let body = json!({"jsonrpc": "2.0", "id": self.id, "method": method, "params": params}).to_string();
        let name = if name.is_empty() { String::new() } else { format!("mcp-name: {name}\r\n") };
        // Every client is a caller of its own, so that the quota refuses none.
        let caller = self.random & 0xffff;
        format!(
            "POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
             accept: application/json, text/event-stream\r\nmcp-protocol-version: 2026-07-28\r\n\
             mcp-method: {method}\r\n{name}authorization: Bearer c{caller}\r\n{fields}content-length: {}\r\n\r\n{body}",
            body.len()
        )
    }

    /// A request that no layer sees.
    fn rejected(&mut self) {
        self.raw.send(b"POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n");
        let answer = self.raw.answer(false).unwrap().unwrap();
        assert_eq!(answer.status, 415, "{answer:?}");
        self.saw("rejected");
    }

    /// Begins a task, and cancels it or lets it end.
    fn task(&mut self, cancel: bool) {
        let time = if cancel { 10_000 } else { self.next(30) };
        let params = json!({"name": "work", "arguments": {"time": time}});
        // The task has to be the same caller's.
        let caller = self.random;
        let (status, body) = self.send("tools/call", "work", &params, "");
        assert_eq!(status, 200, "{body}");
        let answer: Value = serde_json::from_str(&body).unwrap();
        let id = answer["result"]["taskId"].as_str().unwrap_or_else(|| panic!("no task: {body}"));
        self.saw("tasks");
        if cancel {
            self.random = caller;
            let (status, body) = self.send("tasks/cancel", id, &json!({"taskId": id}), "");
            assert_eq!(status, 200, "{body}");
            self.saw("tasks_cancelled");
        }
    }

    /// Sends a request and leaves before it is answered.
    fn leave(&mut self) {
        let time = self.next(40);
        let request = match self.next(3) {
            0 => self.request("tools/call", "open", &json!({"name": "open"}), &format!("x-wait: {time}\r\n")),
            _ => {
                self.request("tools/call", "wait", &json!({"name": "wait", "arguments": {"time": time}}), "")
            }
        };
        self.raw.send(request.as_bytes());
        thread::sleep(Duration::from_millis(self.next(5)));
        self.raw = Raw::to(self.address).unwrap();
        self.saw("left");
    }
}
