//! Requests of 2026-07-28 over HTTP, without a socket: which status, which error, JSON or a stream.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod exchange;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use exchange::Client;
use pulseengine_mcp::http::{Endpoint, HttpLimits, Instance, Policy};
use pulseengine_mcp::prelude::*;
use pulseengine_mcp::runtime::{block_on, sleep, timeout};
use serde_json::{Value, json};

#[derive(Clone, Default)]
struct Workshop {
    working: Arc<AtomicUsize>,
}

struct Working(Arc<AtomicUsize>);

impl Drop for Working {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[server(name = "workshop")]
impl Workshop {
    /// Echoes.
    #[tool]
    fn echo(&self, message: String) -> String {
        message
    }

    /// Answers after a while.
    #[tool]
    async fn later(&self) -> &'static str {
        sleep(Duration::from_millis(2)).await;
        "later"
    }

    /// Reports progress, then answers.
    #[tool]
    async fn steps(&self, cx: &Context) -> &'static str {
        for step in 1..=3 {
            cx.progress(f64::from(step), Some(3.0)).await;
            sleep(Duration::from_millis(2)).await;
        }
        "stepped"
    }

    /// Never ends.
    #[tool]
    async fn forever(&self, aloud: bool, cx: &Context) -> &'static str {
        self.working.fetch_add(1, Ordering::SeqCst);
        let _working = Working(Arc::clone(&self.working));
        if aloud {
            cx.progress(1.0, None).await;
        }
        std::future::pending::<()>().await;
        "never"
    }

    /// Fails.
    #[tool]
    fn broken(&self) -> String {
        panic!("broken")
    }

    /// Announces changes.
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

const VERSION: &str = "2026-07-28";

fn endpoint(server: Workshop, limits: HttpLimits, instance: Instance) -> Endpoint {
    let server = App::of(server).subscriptions().announce_changes();
    exchange::endpoint(server, Policy::new().with_limits(limits), instance)
}

fn client() -> Client {
    Client::of(endpoint(Workshop::default(), HttpLimits::DEFAULT, Instance::PROCESS), VERSION)
}

fn request(method: &str, mut params: Value) -> Value {
    params["_meta"] = json!({
        "progressToken": 7,
        "io.modelcontextprotocol/protocolVersion": VERSION,
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
}

fn call(tool: &str, arguments: Value) -> Value {
    request("tools/call", json!({"name": tool, "arguments": arguments}))
}

const CALL: [(&str, &str); 2] = [("mcp-method", "tools/call"), ("mcp-name", "echo")];

/// A title, header fields, the body, and the status and error code that come of them.
type Case<'a> = (&'a str, Vec<(&'a str, &'a str)>, Value, u16, i64);

#[test]
fn the_head_has_to_agree_with_the_body() {
    let echo = call("echo", json!({"message": "a"}));
    let with = |name: &'static str, value: &'static str| vec![CALL[0], CALL[1], (name, value)];
    let mut no_version = echo.clone();
    no_version["params"]["_meta"].as_object_mut().unwrap().remove("io.modelcontextprotocol/protocolVersion");
    let mut no_capabilities = echo.clone();
    no_capabilities["params"]["_meta"]
        .as_object_mut()
        .unwrap()
        .remove("io.modelcontextprotocol/clientCapabilities");
    let mut future = echo.clone();
    future["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"] = json!("v999.0.0");
    let notification =
        json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}});
    let cases: Vec<Case<'_>> = vec![
        ("all in order", CALL.to_vec(), echo.clone(), 200, 0),
        ("no method", vec![CALL[1]], echo.clone(), 400, -32020),
        ("another method", with("mcp-method", "tools/list"), echo.clone(), 400, -32020),
        ("method in another case", with("mcp-method", "Tools/Call"), echo.clone(), 400, -32020),
        ("no name", vec![CALL[0]], echo.clone(), 400, -32020),
        ("another name", with("mcp-name", "later"), echo.clone(), 400, -32020),
        ("another version", with("mcp-protocol-version", "2025-11-25"), echo.clone(), 400, -32020),
        ("version unknown in both", with("mcp-protocol-version", "v999.0.0"), future.clone(), 400, -32022),
        ("version unknown in the body", CALL.to_vec(), future, 400, -32020),
        ("version unknown in the head", with("mcp-protocol-version", "v999.0.0"), echo.clone(), 400, -32020),
        ("no version in the body", CALL.to_vec(), no_version, 400, -32602),
        ("no capabilities", CALL.to_vec(), no_capabilities, 400, -32602),
        ("unknown method", vec![("mcp-method", "a/b")], request("a/b", json!({})), 404, -32601),
        ("initialize", vec![("mcp-method", "initialize")], request("initialize", json!({})), 404, -32601),
        ("ping", vec![("mcp-method", "ping")], request("ping", json!({})), 404, -32601),
        ("list without a name", vec![("mcp-method", "tools/list")], request("tools/list", json!({})), 200, 0),
        ("unknown tool", with("mcp-name", "nothing"), call("nothing", json!({})), 400, -32602),
        ("panic", with("mcp-name", "broken"), call("broken", json!({})), 500, -32603),
        ("notification", vec![], notification, 202, 0),
        ("response", vec![], json!({"jsonrpc": "2.0", "id": 1, "result": {}}), 400, -32600),
        ("batch", vec![], json!([echo.clone()]), 400, -32600),
        ("a session is ignored", with("mcp-session-id", "x"), echo.clone(), 200, 0),
        ("not json", with("content-type", "text/plain"), echo.clone(), 415, -32600),
        ("json alone", with("accept", "application/json"), echo.clone(), 200, 0),
        ("another origin", with("origin", "https://evil.example"), echo.clone(), 403, -32600),
        ("no origin", with("origin", "null"), echo.clone(), 403, -32600),
        ("own origin", with("origin", "http://localhost:5173"), echo.clone(), 200, 0),
        ("another host", with("host", "evil.example"), echo.clone(), 403, -32600),
        ("a host that looks like ours", with("host", "localhost.evil.example"), echo.clone(), 403, -32600),
        ("host with user", with("host", "localhost@evil.example"), echo.clone(), 400, -32600),
        ("own host", with("host", "[::1]:80"), echo, 200, 0),
    ];
    block_on(async {
        let client = client();
        for (title, fields, body, status, code) in cases {
            let answer = client.send("POST", &fields, &body.to_string()).await;
            assert_eq!(answer.status, status, "{title}: {}", answer.text());
            if code != 0 {
                assert_eq!(answer.json()["error"]["code"], code, "{title}");
            }
            if answer.json_or_null()["error"]["code"] == -32020 {
                assert_eq!(answer.json()["id"], 1, "{title}");
            }
        }
        let mut unversioned = client.clone();
        unversioned.revision = None;
        let echo = call("echo", json!({"message": "a"})).to_string();
        assert_eq!(unversioned.send("POST", &CALL, &echo).await.json()["error"]["code"], -32020);
        for method in ["PUT", "OPTIONS", "HEAD", "get", "PATCH"] {
            assert_eq!(client.send(method, &[], "").await.status, 405, "{method}");
        }
    });
}

fn named(tool: &str) -> [(&str, &str); 2] {
    [CALL[0], ("mcp-name", tool)]
}

#[test]
fn an_answer_is_json_unless_something_comes_before_it() {
    block_on(async {
        let client = client();
        let later = client.send("POST", &named("later"), &call("later", json!({})).to_string()).await;
        assert_eq!(later.json()["result"]["content"][0]["text"], "later");
        let steps = client.send("POST", &named("steps"), &call("steps", json!({})).to_string()).await;
        let events = steps.stream().rest().await;
        assert_eq!(events.len(), 4);
        assert!(events.iter().all(|event| event.id.is_none() && event.retry.is_none()));
        assert_eq!(events[0].json()["params"]["progressToken"], 7);
        assert_eq!(events[3].json()["result"]["content"][0]["text"], "stepped");
    });
}

#[test]
fn a_client_that_leaves_cancels_its_request() {
    block_on(async {
        let server = Workshop::default();
        let working = Arc::clone(&server.working);
        let client = Client::of(endpoint(server, HttpLimits::DEFAULT, Instance::PROCESS), VERSION);
        let aloud = |aloud: bool| call("forever", json!({"aloud": aloud})).to_string();
        let stream = client.send("POST", &named("forever"), &aloud(true)).await.stream();
        assert_eq!(working.load(Ordering::SeqCst), 1);
        drop(stream);
        assert_eq!(working.load(Ordering::SeqCst), 0);
        let text = aloud(false);
        let silent = timeout(Duration::from_millis(20), client.send("POST", &named("forever"), &text)).await;
        assert!(silent.is_err());
        assert_eq!(working.load(Ordering::SeqCst), 0);
        assert_eq!(client.endpoint.in_flight(), 0);
    });
}

#[test]
fn a_handler_that_is_silent_for_too_long_is_given_up() {
    block_on(async {
        let limits = HttpLimits { handler_time: Duration::from_millis(30), ..HttpLimits::DEFAULT };
        let client = Client::of(endpoint(Workshop::default(), limits, Instance::PROCESS), VERSION);
        let aloud = |aloud: bool| call("forever", json!({"aloud": aloud})).to_string();
        let silent = client.send("POST", &named("forever"), &aloud(false)).await;
        assert_eq!((silent.status, silent.json()["error"]["code"].as_i64()), (504, Some(-32603)));
        let events = client.send("POST", &named("forever"), &aloud(true)).await.stream().rest().await;
        assert_eq!(events[1].json()["error"]["code"], -32603);
    });
}

#[test]
fn so_many_requests_and_no_more_are_served_at_once() {
    block_on(async {
        let limits = HttpLimits { in_flight: 2, streams: 1, ..HttpLimits::DEFAULT };
        let client = Client::of(endpoint(Workshop::default(), limits, Instance::PROCESS), VERSION);
        let forever = call("forever", json!({"aloud": true})).to_string();
        let first = client.send("POST", &named("forever"), &forever).await.stream();
        let _second = client.send("POST", &named("forever"), &forever).await.stream();
        let third = client.send("POST", &named("forever"), &forever).await;
        assert_eq!((third.status, third.header("retry-after")), (503, Some("1")));
        drop(first);
        assert_eq!(client.send("POST", &named("forever"), &forever).await.status, 200);
        let listen = request("subscriptions/listen", json!({"notifications": {}})).to_string();
        let fields = [("mcp-method", "subscriptions/listen")];
        let _open = client.send("POST", &fields, &listen).await.stream();
        assert_eq!(client.send("POST", &fields, &listen).await.status, 503);
    });
}

#[test]
fn a_stream_of_changes_tells_what_was_asked_for() {
    block_on(async {
        let limits = HttpLimits { keep_alive: Duration::from_millis(10), ..HttpLimits::DEFAULT };
        let client = Client::of(endpoint(Workshop::default(), limits, Instance::PROCESS), VERSION);
        let fields = [("mcp-method", "subscriptions/listen")];
        let wants =
            json!({"notifications": {"resourceSubscriptions": ["note://1"], "promptsListChanged": true}});
        let listen = request("subscriptions/listen", wants).to_string();
        let mut stream = client.send("POST", &fields, &listen).await.stream();
        let acknowledged = stream.next().await.unwrap().json();
        assert_eq!(acknowledged["method"], "notifications/subscriptions/acknowledged");
        assert_eq!(acknowledged["params"]["notifications"], json!({"resourceSubscriptions": ["note://1"]}));
        client.send("POST", &named("touch"), &call("touch", json!({})).to_string()).await;
        let changed = stream.next().await.unwrap().json();
        assert_eq!(changed["params"]["uri"], "note://1");
        assert_eq!(changed["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"], 1);
        sleep(Duration::from_millis(30)).await;
        client.endpoint.shut_down();
        let rest = stream.rest().await;
        assert_eq!(rest.len(), 1);
        assert_eq!(rest[0].json()["result"]["resultType"], "complete");
        let refused =
            client.send("POST", &fields, &request("subscriptions/listen", json!({})).to_string()).await;
        assert_eq!((refused.status, refused.json()["error"]["code"].as_i64()), (400, Some(-32602)));
    });
}

#[test]
fn an_instance_of_one_request_offers_no_changes() {
    block_on(async {
        let client =
            Client::of(endpoint(Workshop::default(), HttpLimits::DEFAULT, Instance::REQUEST), VERSION);
        let discover = request("server/discover", json!({})).to_string();
        let answer = client.send("POST", &[("mcp-method", "server/discover")], &discover).await;
        let capabilities = answer.json()["result"]["capabilities"].clone();
        assert_eq!(capabilities, json!({"logging": {}, "resources": {}, "tools": {}}));
        // Asked all the same, it acknowledges nothing and ends the subscription.
        let fields = [("mcp-method", "subscriptions/listen")];
        let wants =
            json!({"notifications": {"toolsListChanged": true, "resourceSubscriptions": ["note://1"]}});
        let listen = request("subscriptions/listen", wants).to_string();
        let told = client.send("POST", &fields, &listen).await.stream().rest().await;
        let meta = json!({"io.modelcontextprotocol/subscriptionId": 1});
        assert_eq!(told.len(), 2);
        assert_eq!(told[0].json()["params"], json!({"_meta": meta, "notifications": {}}));
        assert_eq!(told[1].json()["result"], json!({"_meta": meta, "resultType": "complete"}));
        let wrong = request("subscriptions/listen", json!({"notifications": 1})).to_string();
        let refused = client.send("POST", &fields, &wrong).await;
        assert_eq!((refused.status, refused.json()["error"]["code"].as_i64()), (400, Some(-32602)));
    });
}

#[test]
fn a_client_that_names_events_first_gets_them() {
    block_on(async {
        let client =
            Client::of(endpoint(Workshop::default(), HttpLimits::DEFAULT, Instance::PROCESS), VERSION);
        let accept = ("accept", "text/event-stream, application/json");
        for (tool, arguments) in [("echo", json!({"message": "a"})), ("later", json!({}))] {
            let fields = [accept, ("mcp-method", "tools/call"), ("mcp-name", tool)];
            let body = call(tool, arguments).to_string();
            let told = client.send("POST", &fields, &body).await.stream().rest().await;
            assert_eq!(told.len(), 1, "{tool}");
            assert_eq!(told[0].json()["id"], 1, "{tool}");
        }
        // What is refused is no answer to be streamed.
        let fields = [accept, ("mcp-method", "nothing/such")];
        let refused = client.send("POST", &fields, &request("nothing/such", json!({})).to_string()).await;
        assert_eq!((refused.status, refused.json()["error"]["code"].as_i64()), (404, Some(-32601)));
    });
}
