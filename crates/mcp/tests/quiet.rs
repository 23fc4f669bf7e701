//! Calls that say nothing for a while: their response begins in time, and has comments until the answer is there.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod exchange;

use std::time::Duration;

use exchange::Client;
use pulseengine_mcp::App;
use pulseengine_mcp::http::{HttpLimits, Instance, Policy, Response, Route, RouteHandler, RouteRequest};
use pulseengine_mcp::prelude::*;
use pulseengine_mcp::runtime::{MaybeFuture, block_on, sleep};
use serde_json::json;

struct Slow;

#[server(name = "slow")]
impl Slow {
    /// Says nothing for a while.
    #[tool]
    async fn ponder(&self, millis: u64) -> &'static str {
        sleep(Duration::from_millis(millis)).await;
        "done"
    }
}

async fn client(revision: &str) -> Client {
    let limits = HttpLimits {
        quiet_time: Duration::from_millis(60),
        keep_alive: Duration::from_millis(60),
        ..HttpLimits::DEFAULT
    };
    let endpoint = exchange::endpoint(Slow, Policy::new().with_limits(limits), Instance::PROCESS);
    let mut client = Client::of(endpoint, revision);
    if revision != "2026-07-28" {
        client.initialize().await;
    }
    client
}

fn ponder(client: &Client, millis: u64) -> String {
    let mut params = json!({"name": "ponder", "arguments": {"millis": millis}});
    if client.session.is_none() {
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
        });
    }
    json!({"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params}).to_string()
}

const FIELDS: [(&str, &str); 2] = [("mcp-method", "tools/call"), ("mcp-name", "ponder")];

#[test]
fn a_silent_call_gets_comments_and_then_its_answer() {
    block_on(async {
        for revision in ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26"] {
            let client = client(revision).await;
            let text = client.send("POST", &FIELDS, &ponder(&client, 400)).await.stream().text().await;
            let comments = text.lines().filter(|line| line.starts_with(':')).count();
            assert!((3..=7).contains(&comments), "{revision}: {text}");
            let data: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("data: ")).collect();
            let answer: serde_json::Value = serde_json::from_str(data.last().unwrap()).unwrap();
            assert_eq!(answer["id"], 7, "{revision}: {text}");
            assert_eq!(answer["result"]["content"][0]["text"], "done", "{revision}");
            assert_eq!(client.endpoint.in_flight(), 0);
        }
    });
}

#[test]
fn a_quick_call_is_answered_with_json() {
    block_on(async {
        for revision in ["2026-07-28", "2025-11-25"] {
            let client = client(revision).await;
            let answer = client.send("POST", &FIELDS, &ponder(&client, 1)).await;
            assert_eq!(answer.json()["id"], 7, "{revision}");
        }
    });
}

/// No value of a limit of time makes the server fail.
#[test]
fn limits_of_time_may_be_as_long_as_one_likes() {
    block_on(async {
        for time in [Duration::MAX, Duration::from_secs(u64::MAX / 4)] {
            let limits = HttpLimits {
                head_time: time,
                body_time: time,
                idle_time: time,
                handler_time: time,
                request_time: time,
                stream_time: time,
                quiet_time: time,
                keep_alive: time,
                session_time: time,
                ..HttpLimits::DEFAULT
            };
            let endpoint = exchange::endpoint(Slow, Policy::new().with_limits(limits), Instance::PROCESS);
            let stateless = Client::of(endpoint.clone(), "2026-07-28");
            assert_eq!(stateless.send("POST", &FIELDS, &ponder(&stateless, 20)).await.status, 200);
            let mut session = Client::of(endpoint, "2025-11-25");
            session.initialize().await;
            assert_eq!(session.send("POST", &FIELDS, &ponder(&session, 20)).await.status, 200);
            drop(session.send("GET", &[], "").await.stream());
        }
    });
}

/// A session and the handler of a route end in their time.
#[test]
fn what_is_over_its_time_ends() {
    struct Never;
    impl RouteHandler for Never {
        fn respond<'a>(&'a self, _: RouteRequest<'a>) -> MaybeFuture<'a, Response> {
            MaybeFuture::pending(std::future::pending())
        }
    }
    block_on(async {
        let limits = HttpLimits {
            handler_time: Duration::from_millis(100),
            session_time: Duration::from_millis(1_100),
            ..HttpLimits::DEFAULT
        };
        let app = App::of(Slow).route(Route::get("/never", Never));
        let endpoint = exchange::endpoint(app, Policy::new().with_limits(limits), Instance::PROCESS);
        let mut client = Client::of(endpoint, "2025-11-25");
        client.initialize().await;
        let ping = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
        assert_eq!(client.post(ping).await.status, 200);
        assert_eq!(client.send_to("GET", "/never", &[], "").await.status, 504);
        sleep(Duration::from_millis(1_500)).await;
        assert_eq!(client.post(ping).await.status, 404);
    });
}
