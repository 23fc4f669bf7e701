//! What a session keeps: announcements once each while its client does not read, and places for the requests of a batch.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod exchange;

use std::time::Duration;

use exchange::Client;
use pulseengine_mcp::App;
use pulseengine_mcp::http::{HttpLimits, Instance, Policy};
use pulseengine_mcp::prelude::*;
use pulseengine_mcp::runtime::{block_on, sleep};

struct Board;

#[server(name = "board")]
impl Board {
    /// What is on the board.
    #[resource("board://now")]
    fn now(&self) -> &'static str {
        "nothing"
    }
}

async fn begun(server: &Server) -> Client {
    let mut client = Client::new(server.clone(), Instance::PROCESS, "2025-11-25");
    client.initialize().await;
    assert_eq!(client.post(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#).await.status, 202);
    client
}

/// Lets the task of the session take what was announced.
async fn settle() {
    sleep(Duration::from_millis(50)).await;
}

#[test]
fn what_is_announced_again_is_kept_once() {
    block_on(async {
        let server = App::of(Board).subscriptions().announce_changes().build();
        let client = begun(&server).await;
        for _ in 0..3 {
            server.notify_tools_changed();
            server.notify_resources_changed();
            settle().await;
        }
        let mut stream = client.send("GET", &[], "").await.stream();
        // The first event carries only a number.
        stream.next().await.unwrap();
        let mut methods = Vec::new();
        for _ in 0..2 {
            methods.push(stream.next().await.unwrap().json()["method"].as_str().unwrap().to_owned());
        }
        assert_eq!(methods, ["notifications/tools/list_changed", "notifications/resources/list_changed"]);
        // A client that reads hears each.
        for _ in 0..3 {
            server.notify_tools_changed();
            let heard = stream.next().await.unwrap();
            assert_eq!(heard.json()["method"], "notifications/tools/list_changed");
        }
        // One that has gone hears the next ones when it is back.
        drop(stream);
        server.notify_tools_changed();
        settle().await;
        let mut stream = client.send("GET", &[("last-event-id", "0-5")], "").await.stream();
        assert_eq!(stream.next().await.unwrap().json()["method"], "notifications/tools/list_changed");
    });
}

#[test]
fn a_subscription_is_not_too_late() {
    block_on(async {
        let server = App::of(Board).subscriptions().announce_changes().build();
        let client = begun(&server).await;
        server.notify_resource_updated("board://now");
        settle().await;
        let subscribe =
            r#"{"jsonrpc":"2.0","id":2,"method":"resources/subscribe","params":{"uri":"board://now"}}"#;
        assert_eq!(client.post(subscribe).await.status, 200);
        server.notify_resource_updated("board://now");
        settle().await;
        let mut stream = client.send("GET", &[], "").await.stream();
        stream.next().await.unwrap();
        assert_eq!(stream.next().await.unwrap().json()["params"]["uri"], "board://now");
    });
}

/// Each request of a batch takes a place: a batch with more requests than there are places is refused as a whole.
#[test]
fn a_batch_takes_a_place_for_each_request() {
    block_on(async {
        let limits = HttpLimits { in_flight: 4, ..HttpLimits::DEFAULT };
        let endpoint = exchange::endpoint(Board, Policy::new().with_limits(limits), Instance::PROCESS);
        let mut client = Client::of(endpoint.clone(), "2025-03-26");
        client.initialize().await;
        let batch = |pings: usize| {
            let pings: Vec<String> =
                (0..pings).map(|id| format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"ping"}}"#)).collect();
            format!("[{}]", pings.join(","))
        };
        for (pings, status) in [(4, 200), (5, 503), (4, 200)] {
            assert_eq!(client.post(&batch(pings)).await.status, status, "{pings}");
            assert_eq!(endpoint.in_flight(), 0);
        }
    });
}
