//! Sessions over HTTP, without a socket: heads and bodies in, responses and events out.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod exchange;

use std::time::Duration;

use std::sync::Arc;

use exchange::{Client, initialize};
use pulseengine_mcp::http::{Instance, Policy};
use pulseengine_mcp::prelude::*;
use pulseengine_mcp::runtime::{block_on, sleep, timeout};
use pulseengine_mcp::store::{Entry, Expect, MemoryStore, Store, StoreFuture, Version};

struct Workshop;

#[derive(Schema)]
struct Name {
    name: String,
}

#[server(name = "workshop")]
impl Workshop {
    /// Echoes.
    #[tool]
    fn echo(&self, message: String) -> String {
        message
    }

    /// Reports progress, then answers.
    #[tool]
    async fn steps(&self, cx: &Context) -> &'static str {
        for step in 1..=3 {
            cx.progress(f64::from(step), Some(3.0)).await;
            sleep(Duration::from_millis(5)).await;
        }
        "stepped"
    }

    /// Asks for a name.
    #[tool]
    async fn ask(&self, cx: &Context) -> Result<String, ToolError> {
        let answer = cx.elicit::<Name>("Who?").await?;
        Ok(answer.accepted().map_or("anonymous".into(), |answer| answer.name))
    }

    /// Closes the connection, then answers.
    #[tool]
    async fn detour(&self, cx: &Context) -> &'static str {
        cx.close_connection(Duration::from_millis(30)).await;
        sleep(Duration::from_millis(10)).await;
        "back"
    }

    /// Says something for the log.
    #[tool]
    async fn log(&self, cx: &Context) -> &'static str {
        cx.log(LoggingLevel::Error, "logged").await;
        "said"
    }

    /// Never ends.
    #[tool]
    async fn forever(&self) -> &'static str {
        std::future::pending::<()>().await;
        "never"
    }

    /// Announces a change.
    #[tool]
    fn touch(&self, cx: &Context) -> &'static str {
        cx.server().notify_resource_updated("note://1");
        cx.server().notify_tools_changed();
        "touched"
    }

    #[resource("note://1")]
    fn note(&self) -> &'static str {
        "one"
    }
}

fn client(revision: &str) -> Client {
    client_of(revision, Instance::PROCESS)
}

fn client_of(revision: &str, instance: Instance) -> Client {
    let server = App::of(Workshop).subscriptions().announce_changes().build();
    Client::new(server, instance, revision)
}

fn call(id: u32, tool: &str) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{{"name":"{tool}","arguments":{{}},"_meta":{{"progressToken":"p"}}}}}}"#
    )
}

#[test]
fn a_session_begins_is_used_and_ends() {
    block_on(async {
        let mut client = client("2025-11-25");
        let begun = client.initialize().await;
        assert_eq!(begun.status, 200);
        let id = begun.header("mcp-session-id").unwrap().to_owned();
        assert_eq!(id.len(), 32);
        let noticed = client.post(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#).await;
        assert_eq!((noticed.status, noticed.text()), (202, ""));
        let pong = client.post(r#"{"jsonrpc":"2.0","id":2,"method":"ping"}"#).await;
        assert_eq!(pong.json(), serde_json::json!({"jsonrpc": "2.0", "id": 2, "result": {}}));
        assert_eq!(client.send("DELETE", &[], "").await.status, 204);
        assert_eq!(client.post(r#"{"jsonrpc":"2.0","id":3,"method":"ping"}"#).await.status, 404);
        client.session = None;
        assert_eq!(client.post(r#"{"jsonrpc":"2.0","id":4,"method":"ping"}"#).await.status, 400);
        assert_eq!(client.send("GET", &[], "").await.status, 405);
    });
}

#[test]
fn a_session_that_begins_with_an_event_is_named_too() {
    block_on(async {
        let mut client = client("2025-11-25");
        let accept = ("accept", "text/event-stream, application/json");
        let begun = client.send("POST", &[accept], &initialize("2025-11-25")).await;
        assert_eq!(begun.header("content-type"), Some("text/event-stream"));
        client.session = begun.header("mcp-session-id").map(str::to_owned);
        assert_eq!(begun.stream().rest().await.len(), 1);
        assert_eq!(client.post(r#"{"jsonrpc":"2.0","id":2,"method":"ping"}"#).await.status, 200);
    });
}

#[test]
fn a_refused_initialize_begins_nothing() {
    block_on(async {
        let client = client("2025-11-25");
        let refused = client.post(r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}"#).await;
        assert_eq!(refused.json()["error"]["code"], -32602);
        assert_eq!(refused.header("mcp-session-id"), None);
    });
}

#[test]
fn what_comes_before_the_answer_makes_a_stream() {
    block_on(async {
        for (revision, primed) in [("2025-11-25", true), ("2025-06-18", false), ("2025-03-26", false)] {
            let mut client = client(revision);
            client.initialize().await;
            let events = client.post(&call(2, "steps")).await.stream().rest().await;
            let mut ids: Vec<&str> = events.iter().filter_map(|event| event.id.as_deref()).collect();
            if primed {
                assert_eq!(events[0].data, "");
                assert_eq!(ids.remove(0), "2-0", "{revision}");
            }
            assert_eq!(ids, ["2-1", "2-2", "2-3", "2-4"], "{revision}");
            assert_eq!(events.last().unwrap().json()["result"]["content"][0]["text"], "stepped");
        }
    });
}

#[test]
fn a_question_goes_out_on_the_stream_of_its_call_and_is_answered_by_another_post() {
    block_on(async {
        let mut client = client("2025-06-18");
        client.initialize().await;
        let mut stream = client.post(&call(2, "ask")).await.stream();
        let question = stream.next().await.unwrap().json();
        assert_eq!(question["method"], "elicitation/create");
        let answer = serde_json::json!({"jsonrpc": "2.0", "id": question["id"],
            "result": {"action": "accept", "content": {"name": "Zoë"}}});
        assert_eq!(client.post(&answer.to_string()).await.status, 202);
        let events = stream.rest().await;
        assert_eq!(events[0].json()["result"]["content"][0]["text"], "Zoë");
        assert_eq!(events.len(), 1);
    });
}

#[test]
fn a_stream_that_broke_off_goes_on_after_the_event_that_came_last() {
    block_on(async {
        let mut client = client("2025-11-25");
        client.initialize().await;
        let mut stream = client.post(&call(2, "steps")).await.stream();
        let first = stream.next().await.unwrap();
        drop(stream);
        sleep(Duration::from_millis(40)).await;
        let last = first.id.unwrap();
        let events = client.send("GET", &[("last-event-id", &last)], "").await.stream().rest().await;
        assert_eq!(events.last().unwrap().json()["id"], 2);
        let again = client.send("GET", &[("last-event-id", "2-3")], "").await.stream().rest().await;
        assert_eq!(again.len(), 1);
        for unknown in ["99-1", "2", "x-y", ""] {
            assert_eq!(client.send("GET", &[("last-event-id", unknown)], "").await.status, 400, "{unknown}");
        }
    });
}

#[test]
fn a_handler_can_send_its_client_away_for_a_while() {
    block_on(async {
        let mut client = client("2025-11-25");
        client.initialize().await;
        let events = client.post(&call(2, "detour")).await.stream().rest().await;
        assert_eq!(events[0].id.as_deref(), Some("2-0"));
        assert_eq!(events[1].retry.as_deref(), Some("30"));
        assert_eq!(events.len(), 2);
        let events = client.send("GET", &[("last-event-id", "2-0")], "").await.stream().rest().await;
        assert_eq!(events[0].json()["result"]["content"][0]["text"], "back");
    });
}

#[test]
fn changes_go_out_on_the_stream_of_get_only() {
    block_on(async {
        let mut client = client("2025-11-25");
        client.initialize().await;
        let subscribe =
            r#"{"jsonrpc":"2.0","id":2,"method":"resources/subscribe","params":{"uri":"note://1"}}"#;
        assert_eq!(client.post(subscribe).await.status, 200);
        let mut stream = client.send("GET", &[], "").await.stream();
        assert_eq!(stream.next().await.unwrap().id.as_deref(), Some("0-0"));
        let answer = client.post(&call(3, "touch")).await;
        assert_eq!(answer.json()["id"], 3);
        assert_eq!(stream.next().await.unwrap().json()["params"]["uri"], "note://1");
        assert_eq!(stream.next().await.unwrap().json()["method"], "notifications/tools/list_changed");
        // A second reader gets what comes from now on; the first one stays, and is back when the second one has gone.
        let mut second = client.send("GET", &[], "").await.stream();
        assert_eq!(second.next().await.unwrap().id.as_deref(), Some("0-2"));
        client.post(&call(4, "touch")).await;
        assert_eq!(second.next().await.unwrap().json()["params"]["uri"], "note://1");
        assert_eq!(second.next().await.unwrap().id.as_deref(), Some("0-4"));
        let silent = timeout(Duration::from_millis(20), stream.next()).await;
        assert!(silent.is_err(), "each message goes out once");
        drop(second);
        client.post(&call(5, "touch")).await;
        assert_eq!(stream.next().await.unwrap().id.as_deref(), Some("0-5"));
        assert_eq!(stream.next().await.unwrap().id.as_deref(), Some("0-6"));
        // A client that is back has lost its stream; others stay.
        let mut third = client.send("GET", &[], "").await.stream();
        third.next().await.unwrap();
        let back = client.send("GET", &[("last-event-id", "0-5")], "").await.stream();
        assert!(timeout(Duration::from_secs(5), stream.next()).await.unwrap().is_none());
        assert!(timeout(Duration::from_millis(20), third.next()).await.is_err());
        client.send("DELETE", &[], "").await;
        assert_eq!(back.rest().await.len(), 0);
        assert!(third.next().await.is_none());
    });
}

#[test]
fn a_call_goes_on_without_its_client_until_it_is_cancelled() {
    block_on(async {
        let mut client = client("2025-11-25");
        client.initialize().await;
        let cancel = r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}}"#;
        let text = call(2, "forever");
        let pending = timeout(Duration::from_millis(20), client.post(&text)).await;
        assert!(pending.is_err());
        let busy = client.post(&call(2, "echo")).await;
        assert_eq!(busy.json()["error"]["code"], -32600, "the id is in use");
        assert_eq!(client.post(cancel).await.status, 202);
        let again = client.post(&call(2, "steps")).await.stream().rest().await;
        assert_eq!(again.last().unwrap().json()["id"], 2);
    });
}

#[test]
fn batches_exist_in_2025_03_26_only() {
    block_on(async {
        let batch = r#"[{"jsonrpc":"2.0","id":2,"method":"ping"},{"jsonrpc":"2.0","id":3,"method":"ping"},{"jsonrpc":"2.0","method":"notifications/initialized"}]"#;
        let mut old = client("2025-03-26");
        old.initialize().await;
        let answer = old.post(batch).await;
        assert_eq!(answer.json().as_array().unwrap().len(), 2);
        let noticed = old.post(r#"[{"jsonrpc":"2.0","method":"notifications/initialized"}]"#).await;
        assert_eq!(noticed.status, 202);
        let mut new = client("2025-06-18");
        new.initialize().await;
        assert_eq!(new.post(batch).await.status, 400);
    });
}

#[test]
fn without_sessions_each_request_stands_alone() {
    block_on(async {
        let mut client = client_of("2025-06-18", Instance::REQUEST);
        let begun = client.initialize().await;
        assert_eq!(begun.header("mcp-session-id"), None);
        let capabilities = begun.json()["result"]["capabilities"].clone();
        assert_eq!(capabilities, serde_json::json!({"resources": {}, "tools": {}}));
        let answer = client.post(&call(2, "steps")).await.stream().rest().await;
        assert_eq!(answer.len(), 4);
        // What is not declared is not sent.
        assert_eq!(client.post(&call(5, "log")).await.json()["result"]["content"][0]["text"], "said");
        let level = r#"{"jsonrpc":"2.0","id":6,"method":"logging/setLevel","params":{"level":"debug"}}"#;
        assert_eq!(client.post(level).await.json()["error"]["code"], -32601);
        let refused = client.post(&call(3, "ask")).await.json();
        assert_eq!(refused["result"]["isError"], true);
        assert_eq!(client.send("GET", &[], "").await.status, 405);
        assert_eq!(client.send("DELETE", &[], "").await.status, 405);
        let batch = r#"[{"jsonrpc":"2.0","id":2,"method":"ping"}]"#;
        assert_eq!(client.post(batch).await.status, 400);
        client.revision = None;
        assert_eq!(client.post(batch).await.json()[0]["id"], 2);
    });
}

#[test]
fn an_instance_that_serves_one_request_at_a_time_keeps_sessions_and_is_polled() {
    block_on(async {
        let mut instance = Instance::PROCESS;
        instance.concurrent = false;
        let mut client = client_of("2025-11-25", instance);
        client.initialize().await;
        let events = client.post(&call(2, "steps")).await.stream().rest().await;
        assert_eq!(events.len(), 5);
        assert_eq!(client.post(&call(5, "log")).await.stream().rest().await.len(), 3);
        let subscribe =
            r#"{"jsonrpc":"2.0","id":3,"method":"resources/subscribe","params":{"uri":"note://1"}}"#;
        assert_eq!(client.post(subscribe).await.status, 200);
        client.post(&call(4, "touch")).await;
        let events = client.send("GET", &[], "").await.stream().rest().await;
        assert_eq!(events[1].json()["params"]["uri"], "note://1");
        assert_eq!(events[2].retry.as_deref(), Some("1000"));
    });
}

#[test]
fn the_transport_of_2024_11_05_answers_on_its_stream() {
    block_on(async {
        let server = App::of(Workshop).subscriptions().announce_changes();
        let policy = Policy::new().http_with_sse("/sse", "/messages");
        let client = Client::of(exchange::endpoint(server, policy, Instance::PROCESS), "2024-11-05");
        let mut stream = client.send_to("GET", "/sse", &[], "").await.stream();
        let address = stream.next().await.unwrap();
        assert_eq!(address.kind.as_deref(), Some("endpoint"));
        assert!(address.data.starts_with("/messages?sessionId="), "{}", address.data);
        let (path, query) = address.data.split_once('?').unwrap();
        for (message, kind) in [
            (initialize("2024-11-05"), "result"),
            (r#"{"jsonrpc":"2.0","id":2,"method":"nothing"}"#.into(), "error"),
            (r#"{"jsonrpc":"2.0","id":3,"method":"ping"}"#.into(), "result"),
            ("{".into(), "error"),
        ] {
            let taken = client.send_to("POST", path, &[("query", query)], &message).await;
            assert_eq!((taken.status, taken.text()), (202, ""));
            assert!(stream.next().await.unwrap().json()[kind].is_object(), "{message}");
        }
        let elsewhere = client.send_to("POST", path, &[("query", "sessionId=x")], "{}").await;
        assert_eq!(elsewhere.status, 404);
        assert_eq!(client.send_to("POST", path, &[], "{}").await.status, 400);
        assert_eq!(client.send_to("POST", "/sse", &[], "{}").await.status, 405);
        drop(stream);
        let late = client.send_to("POST", path, &[("query", query)], "{}").await;
        assert_eq!(late.status, 404);
    });
}

#[test]
fn a_session_outlives_its_process_where_there_is_a_store() {
    block_on(async {
        let store = Arc::new(MemoryStore::new());
        let process = || {
            let server = App::of(Workshop).subscriptions().store(Shared(Arc::clone(&store)));
            exchange::endpoint(server, Policy::new(), Instance::PROCESS)
        };
        let mut client = Client::of(process(), "2025-06-18");
        client.initialize().await;
        for message in [
            r#"{"jsonrpc":"2.0","id":2,"method":"resources/subscribe","params":{"uri":"note://1"}}"#,
            r#"{"jsonrpc":"2.0","id":3,"method":"logging/setLevel","params":{"level":"error"}}"#,
        ] {
            assert_eq!(client.post(message).await.status, 200);
        }
        let mut later = Client { endpoint: process(), ..client.clone() };
        let mut stream = later.send("GET", &[], "").await.stream();
        later.post(&call(4, "touch")).await;
        assert_eq!(stream.next().await.unwrap().json()["params"]["uri"], "note://1");
        let mut asked = later.post(&call(5, "ask")).await.stream();
        assert_eq!(asked.next().await.unwrap().json()["method"], "elicitation/create");
        assert_eq!(later.send("GET", &[("last-event-id", "2-1")], "").await.status, 400);
        assert_eq!(later.send("DELETE", &[], "").await.status, 204);
        later.endpoint = process();
        assert_eq!(later.post(&call(6, "touch")).await.status, 404);
    });
}

/// A store that several servers are given.
struct Shared(Arc<MemoryStore>);

impl Store for Shared {
    fn read<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<Entry>> {
        self.0.read(key)
    }

    fn write<'a>(
        &'a self,
        key: &'a str,
        value: &'a [u8],
        expect: Expect,
        ttl: Duration,
    ) -> StoreFuture<'a, Option<Version>> {
        self.0.write(key, value, expect, ttl)
    }

    fn remove<'a>(&'a self, key: &'a str, expect: Expect) -> StoreFuture<'a, bool> {
        self.0.remove(key, expect)
    }

    fn keys<'a>(
        &'a self,
        prefix: &'a str,
        after: Option<&'a str>,
        most: usize,
    ) -> StoreFuture<'a, Vec<String>> {
        self.0.keys(prefix, after, most)
    }
}
