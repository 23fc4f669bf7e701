//! Who requests are from: what is theirs, and how much of it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod exchange;

use std::path::Path;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use exchange::Client;
use http_body_util::BodyExt;
use pulseengine_mcp::http::Instance;
use pulseengine_mcp::http::{Head, HttpLimits, HttpRejection, Policy, service};
use pulseengine_mcp::prelude::*;
use pulseengine_mcp::runtime::{block_on, sleep, spawn, timeout};
use pulseengine_mcp::{Error, Layer, Principal, Refusal, Request};
use pulseengine_mcp_store::RedbStore;
use serde_json::{Value, json};

struct Desk;

#[server(name = "desk", lists_ttl_ms = 1000, lists_cache = "public")]
impl Desk {
    /// The caller.
    #[tool]
    fn whoami(&self, cx: &Context) -> String {
        cx.principal().map_or("anonymous", Principal::id).to_owned()
    }

    /// Reports once, then never ends.
    #[tool]
    async fn forever(&self, cx: &Context) -> &'static str {
        cx.progress(1.0, None).await;
        std::future::pending::<()>().await;
        "never"
    }
}

/// A token is a name.
fn by_token(head: &Head<'_>) -> Result<Principal, HttpRejection> {
    head.bearer().map(Principal::new).ok_or_else(|| HttpRejection::unauthorized("Bearer"))
}

fn app() -> App {
    App::of(Desk).announce_changes().authenticate(by_token)
}

fn policy() -> Policy {
    Policy::new().with_limits(HttpLimits { in_flight_each: 2, streams_each: 1, ..HttpLimits::DEFAULT })
}

fn client(app: App, instance: Instance, revision: &str) -> Client {
    Client::of(exchange::endpoint(app, policy(), instance), revision)
}

fn request(method: &str, mut params: Value) -> String {
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
        "progressToken": 1,
    });
    json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).to_string()
}

impl Client {
    /// Calls a tool in 2026-07-28.
    async fn call(&self, token: &str, tool: &str) -> exchange::Answer {
        let authorization = format!("Bearer {token}");
        let fields = [("authorization", &*authorization), ("mcp-method", "tools/call"), ("mcp-name", tool)];
        self.send("POST", &fields, &request("tools/call", json!({"name": tool}))).await
    }

    async fn listen(&self, token: &str) -> exchange::Answer {
        let authorization = format!("Bearer {token}");
        let fields = [("authorization", &*authorization), ("mcp-method", "subscriptions/listen")];
        let wanted = json!({"notifications": {"toolsListChanged": true}});
        self.send("POST", &fields, &request("subscriptions/listen", wanted)).await
    }
}

fn said(answer: &exchange::Answer) -> String {
    answer.json()["result"]["content"][0]["text"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn each_may_have_so_much_in_flight() {
    block_on(async {
        let client = client(app(), Instance::PROCESS, "2026-07-28");
        let one = client.call("a", "forever").await;
        let two = client.call("a", "forever").await.stream();
        let refused = client.call("a", "whoami").await;
        assert_eq!((refused.status, refused.header("retry-after")), (429, Some("1")));
        assert_eq!(refused.json()["error"]["code"], -32600);
        assert_eq!(said(&client.call("b", "whoami").await), "b");
        drop(two);
        assert_eq!(said(&client.call("a", "whoami").await), "a");
        drop(one);
    });
}

#[test]
fn each_may_have_so_many_streams() {
    block_on(async {
        let client = client(app(), Instance::PROCESS, "2026-07-28");
        let mut stream = client.listen("a").await.stream();
        assert_eq!(stream.next().await.unwrap().json()["method"], "notifications/subscriptions/acknowledged");
        let refused = client.listen("a").await;
        assert_eq!((refused.status, refused.header("retry-after")), (429, Some("1")));
        // A stream takes no place among requests.
        let one = client.call("a", "forever").await.stream();
        assert_eq!(said(&client.call("a", "whoami").await), "a");
        drop((stream, one));
        assert_eq!(client.listen("a").await.stream().next().await.unwrap().json()["jsonrpc"], "2.0");
    });
}

#[test]
fn a_stream_of_a_session_counts_too() {
    block_on(async {
        let client = client(app(), Instance::PROCESS, "2025-11-25");
        let with = |token: &str| format!("Bearer {token}");
        let begun =
            client.send("POST", &[("authorization", &with("a"))], &exchange::initialize("2025-11-25")).await;
        let session = begun.header("mcp-session-id").unwrap().to_owned();
        let fields = |token: &str| [("authorization", with(token)), ("mcp-session-id", session.clone())];
        let get = async |token: &str| {
            let fields = fields(token);
            let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            client.send("GET", &fields, "").await
        };
        assert_eq!(get("b").await.status, 404);
        let stream = get("a").await.stream();
        assert_eq!(get("a").await.status, 429);
        drop(stream);
        assert_eq!(get("a").await.status, 200);
    });
}

#[test]
fn clients_without_a_session_are_known_too() {
    block_on(async {
        let client = client(app(), Instance::REQUEST, "2025-06-18");
        let call = |id: u32| json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": {"name": "whoami"}});
        let answer = client.send("POST", &[("authorization", "Bearer a")], &call(1).to_string()).await;
        assert_eq!(said(&answer), "a");
        let fields = [("authorization", "Bearer a"), ("mcp-protocol-version", "2025-03-26")];
        let batch = client.send("POST", &fields, &json!([call(1), call(2)]).to_string()).await.json();
        for answer in batch.as_array().unwrap() {
            assert_eq!(answer["result"]["content"][0]["text"], "a");
        }
        assert_eq!(client.post(&call(1).to_string()).await.status, 401);
    });
}

#[test]
fn a_caller_without_credentials_is_refused_before_the_body_is_read() {
    block_on(async {
        let client = client(app(), Instance::PROCESS, "2026-07-28");
        assert_eq!(client.post("no message at all").await.status, 401);
        assert_eq!(said(&client.call("a", "whoami").await), "a");
    });
}

#[test]
fn layers_are_told() {
    struct Seen(Arc<Mutex<Vec<String>>>);
    impl Layer for Seen {
        fn before(&self, request: &Request) -> Result<(), Refusal> {
            let who = request.principal().map_or("anonymous", Principal::id);
            self.0.lock().unwrap().push(who.to_owned());
            if who == "b" { Err(Error::invalid_request("not you").into()) } else { Ok(()) }
        }
    }
    block_on(async {
        let seen = Arc::<Mutex<Vec<String>>>::default();
        let client = client(app().layer(Seen(Arc::clone(&seen))), Instance::PROCESS, "2026-07-28");
        assert_eq!(said(&client.call("a", "whoami").await), "a");
        assert_eq!(client.call("b", "whoami").await.json()["error"]["message"], "not you");
        assert_eq!(*seen.lock().unwrap(), ["a", "b"]);
    });
}

#[test]
fn a_layer_that_reads_the_caller_does_not_make_results_private() {
    struct Looks;
    impl Layer for Looks {
        fn before(&self, request: &Request) -> Result<(), Refusal> {
            request.principal().map(drop).ok_or_else(|| Error::invalid_request("anonymous").into())
        }
    }
    block_on(async {
        for app in [app(), app().layer(Looks)] {
            let client = client(app, Instance::PROCESS, "2026-07-28");
            let fields = [("authorization", "Bearer a"), ("mcp-method", "tools/list")];
            let answer = client.send("POST", &fields, &request("tools/list", json!({}))).await.json();
            assert_eq!(answer["result"]["cacheScope"], "public");
        }
    });
}

#[test]
fn a_session_is_gone_on_with_by_its_owner_only_also_after_a_restart() {
    let folder = std::env::temp_dir().join(format!("mcp-principals-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let call =
        json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "whoami"}}).to_string();
    let mut session = None;
    for token in ["a", "b", "a"] {
        block_on(async {
            let store = opened(&folder.join("store")).await;
            let client = client(app().store(store), Instance::PROCESS, "2025-06-18");
            let authorization = format!("Bearer {token}");
            let authorization = ("authorization", &*authorization);
            if session.is_none() {
                let begun = client.send("POST", &[authorization], &exchange::initialize("2025-06-18")).await;
                session = begun.header("mcp-session-id").map(str::to_owned);
            }
            let id = session.as_deref().unwrap();
            let answer = client.send("POST", &[authorization, ("mcp-session-id", id)], &call).await;
            match token {
                "a" => assert_eq!(said(&answer), "a"),
                _ => assert_eq!(answer.status, 404),
            }
        });
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

/// The store of a file, as soon as the sessions of the endpoint before have let go of it.
async fn opened(path: &Path) -> RedbStore {
    let mut tries = 0..1000;
    loop {
        match RedbStore::open(path) {
            Ok(store) => return store,
            Err(error) => assert!(tries.next().is_some(), "{error}"),
        }
        sleep(Duration::from_millis(5)).await;
    }
}

#[test]
fn a_program_around_it_may_know() {
    use tower_service::Service;
    block_on(async {
        let mut service = service(App::of(Desk), policy());
        let mut ask = |token: Option<&'static str>, tool: &str| {
            let mut asked = hyper::Request::post("/")
                .header("host", "localhost")
                .header("content-type", "application/json")
                .header("accept", "application/json, text/event-stream")
                .header("mcp-protocol-version", "2026-07-28")
                .header("mcp-method", "tools/call")
                .header("mcp-name", tool)
                .body(http_body_util::Full::<hyper::body::Bytes>::from(request(
                    "tools/call",
                    json!({"name": tool}),
                )))
                .unwrap();
            if let Some(token) = token {
                asked.extensions_mut().insert(Principal::new(token));
            }
            service.call(asked)
        };
        let (known, unknown) = (ask(Some("a"), "whoami"), ask(None, "whoami"));
        for (answer, who) in [(known, "a"), (unknown, "anonymous")] {
            let body = answer.await.unwrap().into_body().collect().await.unwrap().to_bytes();
            let answer: Value = serde_json::from_slice(&body).unwrap();
            assert_eq!(answer["result"]["content"][0]["text"], who);
        }
        let (one, two) = (ask(Some("a"), "forever").await.unwrap(), ask(Some("a"), "forever").await.unwrap());
        assert_eq!(ask(Some("a"), "whoami").await.unwrap().status(), 429);
        drop((one, two));
        assert_eq!(ask(Some("a"), "whoami").await.unwrap().status(), 200);
    });
}

#[test]
fn a_verdict_may_be_waited_for() {
    struct Slow;
    impl pulseengine_mcp::http::Authenticator for Slow {
        fn authenticate<'a>(&'a self, head: &'a Head<'a>) -> pulseengine_mcp::http::Authenticating<'a> {
            Box::pin(async move {
                let found = spawn(async { Duration::from_millis(5) }).await;
                sleep(found.unwrap_or_default()).await;
                by_token(head)
            })
        }
    }
    block_on(async {
        let client = client(App::of(Desk).authenticate(Slow), Instance::PROCESS, "2026-07-28");
        let answer = pin!(client.call("a", "whoami"));
        assert_eq!(said(&timeout(Duration::from_secs(10), answer).await.unwrap()), "a");
    });
}

#[test]
fn but_not_for_ever() {
    struct Never;
    impl pulseengine_mcp::http::Authenticator for Never {
        fn authenticate<'a>(&'a self, _: &'a Head<'a>) -> pulseengine_mcp::http::Authenticating<'a> {
            Box::pin(std::future::pending())
        }
    }
    block_on(async {
        let limits = HttpLimits { handler_time: Duration::from_millis(20), ..HttpLimits::DEFAULT };
        let server = App::of(Desk).authenticate(Never);
        let endpoint = exchange::endpoint(server, Policy::new().with_limits(limits), Instance::PROCESS);
        let refused = Client::of(endpoint, "2026-07-28").call("a", "whoami").await;
        assert_eq!((refused.status, refused.header("retry-after")), (503, Some("1")));
    });
}
