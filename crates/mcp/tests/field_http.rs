//! What clients, browsers, proxies and load balancers do over HTTP that the letter of the specification does not have, without a
//! socket.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod exchange;

use std::time::Duration;

use exchange::{Answer, Client, initialize};
use pulseengine_mcp::http::{
    Authenticator, Head, HttpRejection, Instance, Policy, Response, Route, RouteRequest,
};
use pulseengine_mcp::prelude::*;
use pulseengine_mcp::runtime::{block_on, sleep};
use serde_json::{Value, json};

struct Workshop;

#[derive(Schema)]
struct Name {
    #[allow(dead_code, reason = "only its form matters")]
    name: String,
}

#[server(name = "workshop")]
impl Workshop {
    /// Echoes.
    #[tool]
    fn echo(&self, message: String) -> String {
        message
    }

    /// Reports progress and logs, then answers.
    #[tool]
    async fn steps(&self, cx: &Context) -> &'static str {
        cx.close_connection(Duration::from_millis(10)).await;
        for step in 1..=300 {
            cx.progress(f64::from(step), Some(300.0)).await;
            cx.log(LoggingLevel::Error, "step").await;
        }
        sleep(Duration::from_millis(2)).await;
        "stepped"
    }

    /// Asks for a name.
    #[tool]
    async fn ask(&self, cx: &Context) -> Result<String, ToolError> {
        cx.elicit::<Name>("Who?").await?;
        Ok("asked".into())
    }

    /// Asks the client to open a page.
    #[tool]
    async fn visit(&self, cx: &Context) -> Result<String, ToolError> {
        cx.input("").elicit_url("Go", "https://example.com", "1").await?;
        Ok("visited".into())
    }

    /// Runs as a task.
    #[tool(task = "required")]
    async fn long(&self) -> &'static str {
        "long"
    }
}

const NEWEST: &str = "2026-07-28";

fn client_of(policy: Policy, instance: Instance, revision: &str) -> Client {
    let server = App::of(Workshop).subscriptions().announce_changes();
    Client::of(exchange::endpoint(server, policy, instance), revision)
}

fn client(revision: &str) -> Client {
    client_of(Policy::new(), Instance::PROCESS, revision)
}

fn call(id: u32, tool: &str, arguments: Value) -> String {
    json!({"jsonrpc": "2.0", "id": id, "method": "tools/call",
        "params": {"name": tool, "arguments": arguments, "_meta": {"progressToken": "p"}}})
    .to_string()
}

fn request(method: &str, mut params: Value) -> String {
    params["_meta"] = json!({
        "progressToken": 7,
        "io.modelcontextprotocol/protocolVersion": NEWEST,
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/logLevel": "debug",
    });
    json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).to_string()
}

fn newest(tool: &str) -> (String, [(&'static str, &str); 2]) {
    let body = request("tools/call", json!({"name": tool, "arguments": {"message": "a"}}));
    (body, [("mcp-method", "tools/call"), ("mcp-name", tool)])
}

/// The same request with a field as several lines.
async fn lines(client: &Client, name: &str, values: &[&str], more: &[(&str, &str)], body: &str) -> Answer {
    let mut fields: Vec<(&str, &str)> = more.iter().copied().filter(|(given, _)| *given != name).collect();
    // The first replaces that of the client, and each of the others is a line of its own.
    fields.extend(values.iter().map(|value| (name, *value)));
    client.send_lines("POST", &fields, body).await
}

#[test]
fn a_field_of_mcp_that_comes_again_with_its_value_is_one() {
    let both = "2026-07-28, 2026-07-28";
    let cases: &[(&str, &[&str], u16, u16)] = &[
        ("mcp-protocol-version", &[NEWEST, NEWEST], 200, 400),
        ("mcp-protocol-version", &[both], 200, 400),
        ("mcp-protocol-version", &["2026-07-28,2026-07-28", "  2026-07-28 "], 200, 400),
        ("mcp-protocol-version", &[NEWEST, "2025-11-25"], 400, 400),
        ("mcp-protocol-version", &["2026-07-28, 2025-11-25"], 400, 400),
        ("mcp-protocol-version", &["2026-07-28,"], 400, 400),
        ("mcp-protocol-version", &["", NEWEST], 400, 400),
        ("mcp-method", &["tools/call", "tools/call"], 200, 400),
        ("mcp-method", &["tools/call,tools/call,tools/call"], 200, 400),
        ("mcp-method", &["tools/call, tools/list"], 400, 400),
        ("mcp-method", &["tools/call", "Tools/call"], 400, 400),
        ("mcp-name", &["echo", "echo"], 200, 400),
        ("mcp-name", &["echo, echo"], 400, 400),
        ("mcp-name", &["echo", "steps"], 400, 400),
        ("mcp-session-id", &["a", "b"], 200, 200),
        ("host", &["localhost", "localhost"], 400, 400),
        ("origin", &["http://localhost", "http://localhost"], 403, 403),
    ];
    block_on(async {
        let (lenient, strict) = (Policy::new(), Policy::new().strict());
        let [lenient, strict] = [lenient, strict].map(|it| client_of(it, Instance::PROCESS, NEWEST));
        let (body, fields) = newest("echo");
        for (name, values, taken, by_letter) in cases {
            for (client, status) in [(&lenient, taken), (&strict, by_letter)] {
                let answer = lines(client, name, values, &fields, &body).await;
                assert_eq!(answer.status, *status, "{name}: {values:?}");
            }
        }
    });
}

#[test]
fn a_session_is_named_once_or_with_one_value() {
    block_on(async {
        let mut client = client("2025-11-25");
        client.initialize().await;
        let id = client.session.clone().unwrap();
        let ping = r#"{"jsonrpc":"2.0","id":2,"method":"ping"}"#;
        let joined = format!("{id},{id}");
        for values in [&[id.as_str(), &id][..], &[&joined]] {
            assert_eq!(lines(&client, "mcp-session-id", values, &[], ping).await.status, 200, "{values:?}");
        }
        for values in [&[id.as_str(), "x"][..], &["x", &id], &[&format!("{id}, x")]] {
            let answer = lines(&client, "mcp-session-id", values, &[], ping).await;
            assert_eq!(answer.status, 400, "{values:?}");
            let begins =
                lines(&client, "mcp-session-id", values, &[], &initialize("2025-11-25")).await.status;
            assert_eq!(begins, 400, "{values:?}");
        }
    });
}

#[test]
fn a_client_gets_what_its_accept_takes() {
    // The value, and what comes of it: JSON, events or a stream only where there is something before the answer.
    let json = "application/json";
    let cases = [
        (None, "both"),
        (Some(""), "both"),
        (Some("*/*"), "both"),
        (Some(json), json),
        (Some("application/*;q=0.1"), json),
        (Some("text/html"), json),
        (Some("*/*, text/event-stream;q=0"), json),
        (Some("*/*;q=0"), json),
        (Some("text/event-stream"), "text/event-stream"),
        (Some("text/event-stream; charset=utf-8;q=0.3"), "text/event-stream"),
        (Some("application/json;q=0, */*"), "text/event-stream"),
    ];
    block_on(async {
        let stateless = client(NEWEST);
        let mut session = client("2025-11-25");
        session.initialize().await;
        let mut id = 1;
        for (accept, kind) in cases {
            for (tool, alone) in [("echo", true), ("steps", false)] {
                let (body, fields) = newest(tool);
                id += 1;
                let earlier = call(id, tool, json!({"message": "a"}));
                for (client, fields, body) in [(&stateless, &fields[..], &body), (&session, &[], &earlier)] {
                    let answer = client.send_accepting("POST", accept, fields, body).await;
                    assert_eq!(answer.status, 200, "{accept:?} {tool}");
                    let expected = match (kind, alone) {
                        ("both", true) => json,
                        ("both", false) => "text/event-stream",
                        (kind, _) => kind,
                    };
                    assert_eq!(answer.header("content-type"), Some(expected), "{accept:?} {tool}");
                    if expected == json {
                        assert!(
                            answer.json()["result"]["content"][0]["text"].is_string(),
                            "{accept:?} {tool}"
                        );
                    }
                }
            }
        }
    });
}

#[test]
fn only_what_is_a_stream_is_refused_to_a_client_without_events() {
    block_on(async {
        let stateless = client(NEWEST);
        let listen = request("subscriptions/listen", json!({"notifications": {}}));
        let fields = [("mcp-method", "subscriptions/listen")];
        let mut session = client("2025-11-25");
        session.initialize().await;
        for (accept, status) in [
            (Some("application/json"), 406),
            (Some("text/event-stream;q=0, */*"), 406),
            (Some("text/html"), 406),
            (Some("text/*"), 200),
            (None, 200),
        ] {
            let answer = stateless.send_accepting("POST", accept, &fields, &listen).await;
            assert_eq!(answer.status, status, "{accept:?}");
            if status == 406 {
                assert_eq!(answer.json()["id"], 1, "{accept:?}");
            }
            assert_eq!(session.send_accepting("GET", accept, &[], "").await.status, status, "{accept:?}");
        }
        let strict = client_of(Policy::new().strict(), Instance::PROCESS, NEWEST);
        let (body, fields) = newest("echo");
        for accept in [None, Some("application/json"), Some("text/event-stream")] {
            assert_eq!(strict.send_accepting("POST", accept, &fields, &body).await.status, 406, "{accept:?}");
        }
    });
}

#[test]
fn why_a_client_cannot_be_asked_says_whose_limit_it_is() {
    let fresh = || client_of(Policy::new(), Instance::REQUEST, "2025-06-18");
    let undeclared = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}"#;
    let of = |revision: &str| (client(revision), initialize(revision));
    let cases = [
        (of("2025-03-26"), "ask", "", "revision 2025-03-26 has no elicitation"),
        (of("2025-06-18"), "visit", "", "revision 2025-06-18 has no elicitation by URL"),
        (of("2025-11-25"), "long", "", "revision 2025-11-25 does not have the extension"),
        (of("2025-06-18"), "ask", "application/json", "by its Accept it takes no events"),
        (
            (client("2025-06-18"), undeclared.into()),
            "ask",
            "",
            "client has not declared the capability elicitation",
        ),
        (
            (fresh(), initialize("2025-06-18")),
            "ask",
            "",
            "this instance of the server serves each request by itself",
        ),
    ];
    block_on(async {
        for ((mut client, begin), tool, accept, why) in cases {
            client.session = client.post(&begin).await.header("mcp-session-id").map(str::to_owned);
            let accept = if accept.is_empty() { "application/json, text/event-stream" } else { accept };
            let answer = client.send("POST", &[("accept", accept)], &call(2, tool, json!({}))).await.json();
            let text = answer["result"]["content"][0]["text"].as_str().unwrap_or_default();
            assert!(text.contains(why), "{tool}: {answer}");
            assert!(!text.contains('{'), "{text}");
        }
    });
}

#[test]
fn initialize_with_the_id_of_a_session_that_has_ended_begins_another_one() {
    block_on(async {
        for (policy, status) in [(Policy::new(), 200), (Policy::new().strict(), 404)] {
            let mut client = client_of(policy, Instance::PROCESS, "2025-11-25");
            for dead in ["deaddeaddeaddeaddeaddeaddeaddead", "", "\u{e9}"] {
                client.session = Some(dead.into());
                let begun = client.post(&initialize("2025-11-25")).await;
                assert_eq!(begun.status, status, "{dead:?}");
                for (method, body) in
                    [("POST", r#"{"jsonrpc":"2.0","id":2,"method":"ping"}"#), ("GET", ""), ("DELETE", "")]
                {
                    assert_eq!(client.send(method, &[], body).await.status, 404, "{method} {dead:?}");
                }
                if status == 200 {
                    let id = begun.header("mcp-session-id").unwrap();
                    assert_ne!(id, dead);
                    client.session = Some(id.into());
                    let ping = client.post(r#"{"jsonrpc":"2.0","id":2,"method":"ping"}"#).await;
                    assert_eq!(ping.status, 200);
                }
            }
        }
    });
}

#[test]
fn a_stream_that_has_ended_is_not_resumed_after_its_last_event() {
    block_on(async {
        for (policy, status) in [(Policy::new(), 204), (Policy::new().strict(), 405)] {
            let mut client = client_of(policy, Instance::PROCESS, "2025-11-25");
            client.initialize().await;
            let events = client.post(&call(2, "steps", json!({}))).await.stream().rest().await;
            // It was sent away, and comes back.
            let after = events.iter().rev().find_map(|event| event.id.clone()).unwrap();
            let rest = client.send("GET", &[("last-event-id", &after)], "").await.stream().rest().await;
            let last = rest.last().unwrap().id.clone().unwrap();
            for _ in 0..2 {
                let answer = client.send("GET", &[("last-event-id", &last)], "").await;
                assert_eq!(answer.status, status);
            }
            // The stream of the session does not end.
            let open = client.send("GET", &[("last-event-id", "0-0")], "").await;
            assert_eq!(open.status, 200);
        }
    });
}

const PAGE: &str = "http://localhost:5173";
const ALLOW_ORIGIN: &str = "access-control-allow-origin";

fn is_readable(answer: &Answer, what: &str) {
    assert_eq!(answer.header(ALLOW_ORIGIN), Some(PAGE), "{what}");
    let exposed = "Mcp-Session-Id, WWW-Authenticate, MCP-Protocol-Version";
    assert_eq!(answer.header("access-control-expose-headers"), Some(exposed), "{what}");
    assert_eq!(answer.header("vary"), Some("Origin"), "{what}");
}

#[test]
fn a_preflight_of_an_admitted_page_is_answered_before_authentication() {
    let policy = || Policy::new().http_with_sse("/sse", "/messages").origin("https://app.example");
    let health = Route::get("/about", |_: &RouteRequest<'_>| Response::text(200, "text/plain", "about"));
    let server = App::of(Workshop).authenticate(refuses_all()).route(health.authenticated());
    let client = Client::of(exchange::endpoint(server, policy(), Instance::PROCESS), "2025-11-25");
    let wanted = "content-type,mcp-session-id,mcp-param-region";
    block_on(async {
        for (path, methods) in [
            ("/mcp", "POST, GET, DELETE"),
            ("/sse", "GET"),
            ("/messages", "POST"),
            ("/about", "GET, HEAD"),
            ("/healthz", "GET, HEAD"),
        ] {
            let ask = [
                ("origin", PAGE),
                ("access-control-request-method", "POST"),
                ("access-control-request-headers", wanted),
            ];
            let answer = client.send_to("OPTIONS", path, &ask, "").await;
            assert_eq!((answer.status, answer.text()), (204, ""), "{path}");
            assert_eq!(answer.header("access-control-allow-methods"), Some(methods), "{path}");
            assert_eq!(answer.header("access-control-allow-headers"), Some(wanted), "{path}");
            assert!(answer.header("access-control-max-age").is_some(), "{path}");
            assert_eq!(answer.header("allow"), None, "{path}");
            is_readable(&answer, path);
            for origin in ["http://evil.example", "null", "http://localhost.evil.example"] {
                let answer = client.send_to("OPTIONS", path, &[("origin", origin), ask[1]], "").await;
                assert_eq!(answer.header(ALLOW_ORIGIN), None, "{path} {origin}");
                assert_ne!(answer.status, 204, "{path} {origin}");
            }
            assert_eq!(client.send_to("OPTIONS", path, &[ask[1]], "").await.status, 405, "{path}");
        }
        let listed = client.send("OPTIONS", &[("origin", PAGE)], "").await;
        let allowed = listed.header("access-control-allow-headers").unwrap();
        assert!(allowed.contains("Authorization") && allowed.contains("Last-Event-ID"), "{allowed}");
    });
}

fn refuses_all() -> impl Authenticator {
    |_: &Head<'_>| Err(HttpRejection::unauthorized("Bearer"))
}

#[test]
fn an_admitted_page_can_read_every_response() {
    block_on(async {
        let origin = ("origin", PAGE);
        let mut client = client("2025-11-25");
        let begun = client.send("POST", &[origin], &initialize("2025-11-25")).await;
        is_readable(&begun, "initialize");
        client.session = begun.header("mcp-session-id").map(str::to_owned);
        let ping = r#"{"jsonrpc":"2.0","id":2,"method":"ping"}"#;
        let steps = call(3, "steps", json!({}));
        let dead = ("mcp-session-id", "dead");
        for (method, more, body, status) in [
            ("POST", origin, ping, 200),
            ("POST", origin, steps.as_str(), 200),
            ("POST", origin, "{", 400),
            ("POST", ("content-type", "text/plain"), ping, 415),
            ("POST", dead, ping, 404),
            ("PUT", origin, ping, 405),
            ("GET", origin, "", 200),
            ("GET", ("accept", "text/html"), "", 406),
        ] {
            let answer = client.send(method, &[origin, more], body).await;
            assert_eq!(answer.status, status, "{method} {more:?} {body}");
            is_readable(&answer, method);
        }
        let answer = client.send_to("POST", "/elsewhere", &[origin], ping).await;
        assert_eq!(answer.status, 404);
        is_readable(&answer, "elsewhere");
        for more in [&[][..], &[("origin", "http://evil.example")]] {
            let answer = client.send("POST", more, ping).await;
            assert_eq!(answer.header(ALLOW_ORIGIN), None, "{more:?}");
            assert_eq!(answer.header("access-control-expose-headers"), None, "{more:?}");
        }
        let server = App::of(Workshop).authenticate(refuses_all());
        let guarded = Client::of(exchange::endpoint(server, Policy::new(), Instance::PROCESS), "2025-11-25");
        let answer = guarded.send("POST", &[origin], ping).await;
        assert_eq!((answer.status, answer.header("www-authenticate")), (401, Some("Bearer")));
        is_readable(&answer, "401");
        let twice = [("authorization", "Bearer a"), ("authorization", "Bearer a")];
        assert_eq!(guarded.send_lines("POST", &twice, ping).await.status, 400);
    });
}

#[test]
fn a_probe_is_answered_under_any_host() {
    let policy = Policy::new;
    let probe = [("host", "10.0.0.7"), ("origin", "http://evil.example")];
    block_on(async {
        for (policy, path, status) in [
            (policy(), "/healthz", 200),
            (policy().health("/live"), "/live", 200),
            (policy().health("/live"), "/healthz", 403),
            (policy().health(""), "/healthz", 403),
            (policy().any_path(), "/healthz", 403),
            (policy().path("/healthz"), "/healthz", 403),
            (policy().http_with_sse("/healthz", "/messages"), "/healthz", 403),
        ] {
            let client = client_of(policy, Instance::PROCESS, "2025-11-25");
            for method in ["GET", "HEAD"] {
                let answer = client.send_to(method, path, &probe, "").await;
                assert_eq!(answer.status, status, "{method} {path}");
                if status == 200 {
                    assert_eq!((answer.text(), answer.header("content-type")), ("ok", Some("text/plain")));
                    assert_eq!(answer.header(ALLOW_ORIGIN), None);
                }
            }
            if status == 200 {
                let posted = client.send_to("POST", path, &[], "").await;
                assert_eq!((posted.status, posted.header("allow")), (405, Some("GET, HEAD")));
            }
        }
        let own = Route::get("/healthz", |_: &RouteRequest<'_>| Response::text(200, "text/plain", "own"));
        let server = App::of(Workshop).authenticate(refuses_all()).route(own);
        let client = Client::of(exchange::endpoint(server, policy(), Instance::PROCESS), "2025-11-25");
        assert_eq!(client.send_to("GET", "/healthz", &[], "").await.text(), "own");
    });
}

#[test]
fn what_is_not_allowed_says_what_is_right_at_that_path() {
    let policy = Policy::new().http_with_sse("/sse", "/messages");
    let route = |path| Route::get(path, |_: &RouteRequest<'_>| Response::text(200, "text/plain", "x"));
    let server = App::of(Workshop).route(route("/about"));
    let client = Client::of(exchange::endpoint(server, policy, Instance::PROCESS), "2025-11-25");
    block_on(async {
        for (method, path, allow, text) in [
            ("PUT", "/mcp", "POST, GET, DELETE", "MCP messages are sent by POST"),
            ("GET", "/mcp", "POST", "a stream belongs to a session"),
            ("POST", "/sse", "GET", "opens a stream, by GET"),
            ("GET", "/messages", "POST", "takes messages by POST"),
            ("POST", "/about", "GET, HEAD", "is read by GET"),
            ("POST", "/healthz", "GET, HEAD", "whether the server runs"),
        ] {
            let answer = client.send_to(method, path, &[], "{}").await;
            assert_eq!((answer.status, answer.header("allow")), (405, Some(allow)), "{method} {path}");
            let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
            assert!(message.starts_with("Method not allowed: ") && message.contains(text), "{message}");
        }
    });
}

#[test]
fn one_slash_after_the_path_is_taken() {
    block_on(async {
        for (policy, path, status) in [
            (Policy::new(), "/mcp/", 200),
            (Policy::new(), "/mcp//", 404),
            (Policy::new(), "/mcp/x", 404),
            (Policy::new().path("/a/mcp"), "/a/mcp/", 200),
            (Policy::new().path("/a/mcp/"), "/a/mcp/", 200),
            (Policy::new().path("/a/mcp/"), "/a/mcp", 404),
            (Policy::new().path("/"), "/", 200),
            (Policy::new().strict(), "/mcp/", 404),
        ] {
            let client = client_of(policy, Instance::PROCESS, "2025-11-25");
            let answer = client.send_to("POST", path, &[], &initialize("2025-11-25")).await;
            assert_eq!(answer.status, status, "{path}");
        }
    });
}

#[test]
fn lists_of_what_there_is_none_of_are_empty() {
    block_on(async {
        for (app, listed) in [(App::of(Workshop), true), (App::of(Workshop).strict(), false)] {
            let endpoint = exchange::endpoint(app, Policy::new(), Instance::PROCESS);
            let mut client = Client::of(endpoint, "2025-11-25");
            client.initialize().await;
            for (method, key) in [
                ("prompts/list", "prompts"),
                ("resources/list", "resources"),
                ("resources/templates/list", "resourceTemplates"),
            ] {
                let body = json!({"jsonrpc": "2.0", "id": method, "method": method}).to_string();
                let answer = client.post(&body).await.json();
                match listed {
                    true => assert_eq!(answer["result"], json!({key: []}), "{method}"),
                    false => assert_eq!(answer["error"]["code"], -32601, "{method}"),
                }
            }
        }
    });
}
