//! What stands on the seam around a server: layers, observers, routes, and what handlers see of a request.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod exchange;

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use exchange::{Answer, Client};
use pulseengine_mcp::http::{
    HttpLimits, HttpRejection, Instance, Policy, Response, Route, RouteHandler, RouteRequest,
};
use pulseengine_mcp::prelude::*;
use pulseengine_mcp::runtime::{MaybeFuture, block_on, sleep, timeout};
use pulseengine_mcp::store::{Entry as Stored, Expect, MemoryStore, Store, StoreError, StoreFuture, Version};
use pulseengine_mcp::{
    Admission, DynamicTool, Entry, EntryKind, Event, Filter, Layer, Observer, Outcome, Principal, Refusal,
    Reply, Request, SessionEnd,
};
use serde_json::{Value, json};

struct Desk;

#[server(name = "desk", lists_ttl_ms = 1000, lists_cache = "public")]
impl Desk {
    /// Echoes.
    #[tool(read_only = true, scopes("echo"), meta = r#"{"team":"a"}"#)]
    fn echo(&self, text: String) -> String {
        text
    }

    /// Panics.
    #[tool]
    fn broken(&self) -> String {
        panic!("as it should")
    }

    /// Never ends.
    #[tool]
    async fn forever(&self) -> &'static str {
        std::future::pending::<()>().await;
        "never"
    }

    /// Reads the address of the client.
    #[resource("desk://peer", ttl_ms = 1000, cache = "public")]
    fn peer(&self, cx: &Context) -> String {
        cx.http().map_or("none".into(), |head| head.field("user-agent").text().unwrap_or("absent").into())
    }

    /// Files.
    #[resource("desk://file/{name}", list = files)]
    fn file(&self, name: String) -> String {
        name
    }

    fn files(&self) -> Vec<Resource> {
        ["a", "secret", "b"].map(|name| Resource::new(format!("desk://file/{name}"), name)).into()
    }
}

fn request(method: &str, mut params: Value) -> String {
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).to_string()
}

async fn send(client: &Client, method: &str, params: Value) -> Answer {
    let name = params["name"].as_str().or(params["uri"].as_str()).map(str::to_owned);
    let mut fields = vec![("mcp-method", method)];
    fields.extend(name.as_deref().map(|name| ("mcp-name", name)));
    client.send("POST", &fields, &request(method, params)).await
}

async fn call(client: &Client, tool: &str) -> Answer {
    send(client, "tools/call", json!({"name": tool, "arguments": {"text": "hi"}})).await
}

fn client(app: App) -> Client {
    Client::new(app.build(), Instance::PROCESS, "2026-07-28")
}

/// Notes what it sees, under a name.
#[derive(Clone)]
struct Notes(&'static str, Arc<Mutex<Vec<String>>>);

impl Notes {
    fn note(&self, what: impl std::fmt::Display) {
        self.1.lock().unwrap().push(format!("{} {what}", self.0));
    }
}

impl Layer for Notes {
    fn before(&self, _: &Request) -> Result<(), Refusal> {
        self.note("before");
        Ok(())
    }

    fn on_reply(&self, _: &Request, reply: &mut Reply) {
        self.note(if reply.result().is_ok() { "result" } else { "error" });
    }

    fn after(&self, request: &Request, outcome: Outcome) {
        assert!(request.elapsed() < Duration::from_secs(20));
        self.note(format_args!("after {} {outcome:?}", request.method.name()));
    }

    /// Everything is admitted.
    fn decides_scopes(&self) -> bool {
        true
    }
}

/// A layer made of a function.
struct Before<F>(F);

impl<F: Fn(&Request) -> Admission + Send + Sync + 'static> Layer for Before<F> {
    fn before_async(&self, request: &Request) -> Admission {
        (self.0)(request)
    }
}

fn noted(app: impl FnOnce(App, Notes, Notes) -> App, tool: &str) -> (Answer, Vec<String>) {
    block_on(async {
        let notes = Arc::default();
        let (outer, inner) = (Notes("1", Arc::clone(&notes)), Notes("2", Arc::clone(&notes)));
        let client = client(app(App::of(Desk), outer, inner));
        let answer = call(&client, tool).await;
        let notes = notes.lock().unwrap().clone();
        (answer, notes)
    })
}

#[test]
fn layers_run_in_order_and_back() {
    let (answer, notes) = noted(|app, outer, inner| app.layer(outer).layer(inner), "echo");
    assert_eq!(answer.status, 200);
    let after = "after tools/call Complete";
    let expected =
        ["1 before", "2 before", "2 result", "1 result", &format!("2 {after}"), &format!("1 {after}")];
    assert_eq!(notes, expected);
}

#[test]
fn every_layer_that_saw_a_request_hears_that_another_refused_it() {
    let refuse = |_: &Request| MaybeFuture::Ready(Err(HttpRejection::forbidden("Bearer").into()));
    let (answer, notes) =
        noted(|app, outer, inner| app.layer(outer).layer(Before(refuse)).layer(inner), "echo");
    assert_eq!((answer.status, answer.header("www-authenticate")), (403, Some("Bearer")));
    assert_eq!(notes, ["1 before", "1 error", "1 after tools/call Refused(ErrorCode(-32600))"]);
}

#[test]
fn a_result_in_place_of_a_refusal_has_the_head_of_a_result() {
    struct Forgives;
    impl Layer for Forgives {
        fn on_reply(&self, request: &Request, reply: &mut Reply) {
            *reply = Reply::new(&request.id, r#"{"resultType":"complete","content":[]}"#, Outcome::Complete);
        }
    }
    let refuse = |_: &Request| MaybeFuture::Ready(Err(HttpRejection::forbidden("Bearer").into()));
    let (answer, _) = noted(|app, _, _| app.layer(Forgives).layer(Before(refuse)), "echo");
    assert_eq!((answer.status, answer.header("www-authenticate")), (200, None));
}

#[test]
fn what_layers_decide_on_is_what_is_read() {
    struct Overlap;
    #[server(name = "overlap")]
    impl Overlap {
        /// Everything.
        #[resource("overlap://{+path}", scopes("all"))]
        fn all(&self, path: String) -> String {
            path
        }

        /// Files.
        #[resource("overlap://files/{name}")]
        fn file(&self, name: String) -> String {
            name
        }
    }
    struct Scoped;
    impl Layer for Scoped {
        fn filter<'a>(&'a self, _: &'a Request) -> Option<Filter<'a>> {
            Some(Box::new(|entry| entry.scopes.is_empty()))
        }

        fn decides_scopes(&self) -> bool {
            true
        }
    }
    block_on(async {
        let client = client(App::of(Overlap).layer(Scoped));
        // Both match the text of the second one, and the first one serves it.
        for uri in ["overlap://files/{name}", "overlap://files/a"] {
            let answer = send(&client, "resources/read", json!({"uri": uri})).await.json();
            assert!(answer["error"].is_object(), "{uri}: {answer}");
        }
    });
}

#[test]
fn a_panic_in_a_handler_or_a_layer_ends_the_request_alone() {
    let (answer, notes) = noted(|app, outer, _| app.layer(outer), "broken");
    assert_eq!((answer.status, answer.json()["error"]["code"].as_i64()), (500, Some(-32603)));
    assert_eq!(notes, ["1 before", "1 error", "1 after tools/call Panicked"]);

    let panics = |_: &Request| -> Admission { panic!("as it should") };
    let (answer, notes) = noted(|app, outer, _| app.layer(outer).layer(Before(panics)), "echo");
    assert_eq!((answer.status, answer.json()["error"]["code"].as_i64()), (500, Some(-32603)));
    assert_eq!(notes, ["1 before", "1 error", "1 after tools/call Refused(ErrorCode(-32603))"]);

    let panics = |_: &Request| -> Admission { MaybeFuture::pending(async { panic!("as it should") }) };
    let (answer, notes) = noted(|app, outer, _| app.layer(outer).layer(Before(panics)), "echo");
    assert_eq!(answer.json()["error"]["code"], -32603);
    assert_eq!(notes.len(), 3, "{notes:?}");
}

#[test]
fn a_layer_that_waits_has_the_time_of_handlers_and_is_cancelled_with_its_request() {
    struct Dropped(Arc<AtomicUsize>);
    impl Drop for Dropped {
        fn drop(&mut self) {
            self.0.fetch_add(1, SeqCst);
        }
    }
    block_on(async {
        let (dropped, notes) = (Arc::<AtomicUsize>::default(), Arc::<Mutex<Vec<String>>>::default());
        let count = Arc::clone(&dropped);
        let waits = move |_: &Request| -> Admission {
            let guard = Dropped(Arc::clone(&count));
            MaybeFuture::pending(async move {
                let _guard = guard;
                std::future::pending().await
            })
        };
        let app = App::of(Desk).layer(Notes("1", Arc::clone(&notes))).layer(Before(waits));
        let limits = HttpLimits { handler_time: Duration::from_millis(50), ..HttpLimits::DEFAULT };
        let endpoint = exchange::endpoint(app, Policy::new().with_limits(limits), Instance::PROCESS);
        let client = Client::of(endpoint, "2026-07-28");
        assert_eq!(call(&client, "echo").await.status, 504);
        assert_eq!(send(&client, "subscriptions/listen", json!({"notifications": {}})).await.status, 504);
        assert_eq!(dropped.load(SeqCst), 2);
        assert!(timeout(Duration::from_millis(10), call(&client, "echo")).await.is_err());
        assert_eq!(dropped.load(SeqCst), 3);
        let ended = notes.lock().unwrap().iter().filter(|note| note.ends_with(" Cancelled")).count();
        assert_eq!(ended, 3);
    });
}

#[test]
fn layers_see_what_a_request_is_about() {
    struct Sees(Arc<Mutex<Vec<String>>>);
    impl Layer for Sees {
        fn before(&self, request: &Request) -> Result<(), Refusal> {
            let note = request.entry().map(|Entry { kind, name, scopes, annotations, meta, .. }| {
                let read_only = annotations.and_then(|hints| hints.read_only);
                format!("{kind:?} {name} {:?} {read_only:?} {meta:?}", scopes.iter().collect::<Vec<_>>())
            });
            self.0.lock().unwrap().push(note.unwrap_or_default());
            Ok(())
        }
    }
    block_on(async {
        let seen = Arc::<Mutex<Vec<String>>>::default();
        let made = DynamicTool::new("made", r#"{"type":"object"}"#)
            .unwrap()
            .scopes(["made:use"])
            .meta(r#"{"team":"b"}"#)
            .unwrap()
            .handler(|_, _| async { "made" });
        let client = client(App::of(Desk).dynamic_tool(made).layer(Sees(Arc::clone(&seen))));
        call(&client, "echo").await;
        call(&client, "made").await;
        call(&client, "absent").await;
        send(&client, "resources/read", json!({"uri": "desk://file/x"})).await;
        send(&client, "tools/list", json!({})).await;
        let seen = seen.lock().unwrap();
        assert_eq!(seen[0], r#"Tool echo ["echo"] Some(true) Some("{\"team\":\"a\"}")"#);
        assert_eq!(seen[1], r#"Tool made ["made:use"] None Some("{\"team\":\"b\"}")"#);
        assert_eq!(seen[3], "Resource desk://file/x [] None None");
        assert_eq!((seen[2].as_str(), seen[4].as_str()), ("", ""));
    });
}

#[test]
fn a_filter_hides_entries_in_lists_pages_and_calls() {
    struct Hides;
    impl Layer for Hides {
        fn filter<'a>(&'a self, _: &'a Request) -> Option<Filter<'a>> {
            Some(Box::new(|entry| match entry.kind {
                EntryKind::Resource => !entry.name.contains("secret"),
                EntryKind::Tool => entry.name.len() != 6,
                _ => true,
            }))
        }
    }
    block_on(async {
        let client = client(App::of(Desk).page_size(1).layer(Hides));
        let mut seen = Vec::new();
        let mut cursor = Value::Null;
        loop {
            let params = if cursor.is_null() { json!({}) } else { json!({"cursor": cursor}) };
            let page = send(&client, "resources/list", params).await.json()["result"].take();
            assert_eq!(page["cacheScope"], "private");
            let resources = page["resources"].as_array().unwrap();
            assert_eq!(resources.len(), 1);
            seen.push(resources[0]["uri"].as_str().unwrap().to_owned());
            cursor = page["nextCursor"].clone();
            if cursor.is_null() {
                break;
            }
        }
        assert_eq!(seen, ["desk://peer", "desk://file/a", "desk://file/b"]);
        let hidden = send(&client, "resources/list", json!({"cursor": "after:desk://file/secret"})).await;
        assert_eq!(hidden.json()["error"]["code"], -32602);

        // Unknown, in the same words as what is not there.
        let unknown = |answer: Answer, name: &str| answer.json()["error"].to_string().replace(name, "NAME");
        let (hidden, absent) = (call(&client, "broken").await, call(&client, "absent").await);
        assert_eq!(unknown(hidden, "broken"), unknown(absent, "absent"));
        let read = |uri: &'static str| send(&client, "resources/read", json!({"uri": uri}));
        let (hidden, absent) = (read("desk://file/secret").await, read("desk://absent").await);
        assert_eq!(unknown(hidden, "desk://file/secret"), unknown(absent, "desk://absent"));
        assert_eq!(read("desk://file/a").await.status, 200);
    });
}

#[test]
fn without_a_filter_lists_stay_public() {
    block_on(async {
        let client = client(App::of(Desk).layer(Notes("1", Arc::default())));
        let list = send(&client, "tools/list", json!({})).await.json();
        assert_eq!(list["result"]["cacheScope"], "public");
        assert_eq!(list["result"]["tools"].as_array().unwrap().len(), 3);
    });
}

#[test]
fn what_a_handler_returns_after_it_read_the_head_is_private() {
    block_on(async {
        let answer =
            send(&client(App::of(Desk)), "resources/read", json!({"uri": "desk://peer"})).await.json();
        assert_eq!(answer["result"]["contents"][0]["text"], "absent");
        assert_eq!(answer["result"]["cacheScope"], "private");
    });
}

#[test]
fn routes_are_served_beside_the_endpoint() {
    struct Slow;
    impl RouteHandler for Slow {
        fn respond<'a>(&'a self, request: RouteRequest<'a>) -> MaybeFuture<'a, Response> {
            MaybeFuture::pending(async move {
                sleep(Duration::from_millis(1)).await;
                Response::text(200, "text/plain", request.body.len().to_string()).with("x-slow", "1")
            })
        }
    }
    block_on(async {
        let text = |said: &'static str| move |_: &RouteRequest<'_>| Response::text(200, "text/plain", said);
        let app = App::of(Desk)
            .route(Route::get("/healthz", text("ok")).before_host_check())
            .route(Route::get("/.well-known/x", text("x")))
            .route(Route::get("/private", text("never")).authenticated())
            .route(Route::post("/size", Slow));
        let client = client(app);
        let get = async |path, fields: &[(&str, &str)]| client.send_to("GET", path, fields, "").await;
        assert_eq!(get("/healthz", &[("host", "10.0.0.1:80")]).await.text(), "ok");
        assert_eq!(get("/.well-known/x", &[("host", "10.0.0.1:80")]).await.status, 403);
        assert_eq!(get("/.well-known/x", &[]).await.text(), "x");
        assert_eq!(get("/.well-known/x", &[("origin", "https://evil.example")]).await.status, 403);
        // Without an authenticator there is no caller.
        assert_eq!(get("/private", &[]).await.status, 403);
        let answer = client.send_to("POST", "/size", &[], "12345").await;
        assert_eq!((answer.text(), answer.header("x-slow")), ("5", Some("1")));
        let long = "x".repeat(pulseengine_mcp::Limits::DEFAULT.message + 1);
        assert_eq!(client.send_to("POST", "/size", &[], &long).await.status, 413);
        let refused = client.send_to("DELETE", "/size", &[], "").await;
        assert_eq!((refused.status, refused.header("allow")), (405, Some("POST")));
        assert_eq!(client.send_to("HEAD", "/healthz", &[], "").await.status, 200);
        assert_eq!(get("/absent", &[]).await.status, 404);
    });
}

/// Notes events.
#[derive(Clone, Default)]
struct Events(Arc<Mutex<Vec<String>>>);

impl Events {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl Observer for Events {
    fn observe(&self, event: &Event<'_>) {
        self.0.lock().unwrap().push(match event {
            Event::Response { request, principal, status, rejected, .. } => {
                let caller = principal.map_or("-", Principal::id);
                format!("{} {} {caller} {status} {rejected}", request.method, request.path)
            }
            Event::SessionClosed { reason, .. } => format!("closed {reason:?}"),
            Event::StoreFailed { operation, error } => format!("store {operation}: {error}"),
            Event::SessionOpened { id } => format!("opened {}", id.len()),
            Event::StreamOpened => "stream".into(),
            Event::StreamClosed { sent } => format!("stream end {}", *sent > 0),
            _ => "other".into(),
        });
    }
}

#[test]
fn an_observer_sees_responses_streams_and_sessions() {
    block_on(async {
        let events = Events::default();
        let app = App::of(Desk).announce_changes().observer(events.clone()).layer(Notes("1", Arc::default()));
        let mut client = client(app);
        call(&client, "echo").await;
        client.send("POST", &[("content-type", "text/plain")], "x").await;
        client.send_to("GET", "/elsewhere", &[], "").await;
        let expected = ["POST /mcp - 200 false", "POST /mcp - 415 true", "GET /elsewhere - 404 true"];
        assert_eq!(events.take(), expected);
        let listen = json!({"notifications": {"toolsListChanged": true}});
        let mut stream = send(&client, "subscriptions/listen", listen).await.stream();
        assert!(stream.next().await.is_some());
        drop(stream);
        assert_eq!(events.take(), ["POST /mcp - 200 false", "stream", "stream end true"]);
        client.revision = Some("2025-11-25".into());
        assert_eq!(client.initialize().await.status, 200);
        assert_eq!(client.send("DELETE", &[], "").await.status, 204);
        let expected = ["opened 32", "POST /mcp - 200 false", "closed Client", "DELETE /mcp - 204 false"];
        assert_eq!(events.take(), expected);
        client.session = None;
        assert_eq!(client.initialize().await.status, 200);
        events.take();
        drop(client);
        assert_eq!(events.take(), [format!("closed {:?}", SessionEnd::ShutDown)]);
    });
}

/// A store that has failed.
struct Broken(MemoryStore);

fn failed<'a, T: Send + 'a>() -> StoreFuture<'a, T> {
    Box::pin(async { Err(StoreError::unavailable("the disk is gone")) })
}

impl Store for Broken {
    fn read<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<Stored>> {
        self.0.read(key)
    }

    fn write<'a>(
        &'a self,
        _: &'a str,
        _: &'a [u8],
        _: Expect,
        _: Duration,
    ) -> StoreFuture<'a, Option<Version>> {
        failed()
    }

    fn remove<'a>(&'a self, _: &'a str, _: Expect) -> StoreFuture<'a, bool> {
        failed()
    }

    fn keys<'a>(&'a self, _: &'a str, _: Option<&'a str>, _: usize) -> StoreFuture<'a, Vec<String>> {
        failed()
    }
}

#[test]
fn an_observer_sees_a_store_that_fails() {
    block_on(async {
        let events = Events::default();
        let app = App::of(Desk).observer(events.clone()).store(Broken(MemoryStore::default()));
        let mut client = Client::new(app.build(), Instance::PROCESS, "2025-11-25");
        assert_eq!(client.initialize().await.status, 200);
        let seen = events.take();
        assert!(seen.iter().any(|event| event.starts_with("store write: ")), "{seen:?}");
    });
}
