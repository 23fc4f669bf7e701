//! Places of tasks: a task is no request in flight, a caller has a share of them, and ended tasks make room.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod exchange;

use std::time::Duration;

use exchange::{Answer, Client};
use pulseengine_mcp::http::{HttpLimits, HttpRejection, Instance, Policy};
use pulseengine_mcp::prelude::*;
use pulseengine_mcp::runtime::{block_on, sleep, timeout};
use pulseengine_mcp::store::{MemoryStore, StoreLimits};
use pulseengine_mcp::{App, Principal, TaskOptions};
use serde_json::{Value, json};

struct Works;

#[server(name = "works")]
impl Works {
    /// Never ends.
    #[tool(task = "required")]
    async fn forever(&self) -> &'static str {
        std::future::pending().await
    }

    /// Ends at once.
    #[tool(task = "required")]
    fn at_once(&self) -> &'static str {
        "done"
    }
}

fn by_bearer(head: &pulseengine_mcp::http::Head<'_>) -> Result<Principal, HttpRejection> {
    head.bearer().map(Principal::new).ok_or_else(|| HttpRejection::unauthorized("Bearer"))
}

fn client(app: App, limits: HttpLimits) -> Client {
    let endpoint = exchange::endpoint(app, Policy::new().with_limits(limits), Instance::PROCESS);
    Client::of(endpoint, "2026-07-28")
}

async fn send(client: &Client, caller: &str, method: &str, mut params: Value) -> Answer {
    let name = params["name"].as_str().or(params["taskId"].as_str()).unwrap_or_default().to_owned();
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {"extensions": {"io.modelcontextprotocol/tasks": {}}},
    });
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).to_string();
    let bearer = format!("Bearer {caller}");
    let fields = [("mcp-method", method), ("mcp-name", name.as_str()), ("authorization", bearer.as_str())];
    client.send("POST", &fields, &body).await
}

/// Starts a task; its id, or the error.
async fn start(client: &Client, caller: &str, tool: &str) -> Result<String, Value> {
    let answer = send(client, caller, "tools/call", json!({"name": tool, "arguments": {}})).await.json();
    answer["result"]["taskId"].as_str().map(str::to_owned).ok_or_else(|| answer["error"].clone())
}

#[test]
fn running_tasks_are_no_requests_in_flight() {
    block_on(async {
        let limits = HttpLimits { in_flight_each: 2, ..HttpLimits::DEFAULT };
        let client = client(App::of(Works).authenticate(by_bearer), limits);
        let mut last = String::new();
        for _ in 0..10 {
            last = start(&client, "alice", "forever").await.unwrap();
        }
        assert_eq!(client.endpoint.in_flight(), 0);
        for method in ["tasks/get", "tasks/cancel"] {
            let answer = send(&client, "alice", method, json!({"taskId": last})).await;
            assert_eq!((answer.status, &answer.json()["error"]), (200, &Value::Null), "{method}");
        }
    });
}

#[test]
fn a_caller_has_its_share_of_tasks() {
    block_on(async {
        let app = App::of(Works).authenticate(by_bearer).tasks(TaskOptions::default().most(100));
        let client = client(app, HttpLimits::DEFAULT);
        for _ in 0..25 {
            start(&client, "greedy", "forever").await.unwrap();
        }
        let refused = start(&client, "greedy", "forever").await.unwrap_err();
        assert_eq!(refused["code"], -32603);
        assert!(start(&client, "polite", "forever").await.is_ok());
    });
}

#[test]
fn ended_tasks_make_room_for_others() {
    block_on(async {
        let store = MemoryStore::with_limits(StoreLimits::DEFAULT.entries(40));
        let app = App::of(Works).authenticate(by_bearer).store(store);
        let client = client(app, HttpLimits::DEFAULT);
        let kept = start(&client, "polite", "forever").await.unwrap();
        let mut ids = Vec::new();
        for _ in 0..200 {
            // Those that have not ended yet make no room.
            let started = async {
                loop {
                    match start(&client, "greedy", "at_once").await {
                        Ok(id) => break id,
                        Err(_) => sleep(Duration::from_millis(1)).await,
                    }
                }
            };
            ids.push(timeout(Duration::from_secs(20), started).await.unwrap());
        }
        let found = async |caller: &str, id: &str| {
            send(&client, caller, "tasks/get", json!({"taskId": id})).await.json()["result"].is_object()
        };
        assert!(found("polite", &kept).await);
        assert!(found("greedy", &ids[199]).await && !found("greedy", &ids[0]).await);
    });
}
