//! Entries with scopes on servers where no layer decides on scopes.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod exchange;

use exchange::Client;
use pulseengine_mcp::http::{Head, HttpRejection, Instance, Policy};
use pulseengine_mcp::prelude::*;
use pulseengine_mcp::runtime::block_on;
use pulseengine_mcp::{DynamicTool, Principal, Server};
use serde_json::{Value, json};

struct Files;

#[server(name = "files", tools = [stat])]
impl Files {
    /// Needs no scope.
    #[tool]
    fn open(&self) -> &'static str {
        "open"
    }

    /// Writes.
    #[tool(scopes("files:write", "audit"))]
    fn write(&self) -> &'static str {
        "written"
    }

    /// Names the caller.
    #[resource("files://caller", scopes("files:read"))]
    fn caller(&self, cx: &Context) -> String {
        cx.principal().map_or_else(String::new, |caller| caller.id().to_owned())
    }
}

/// Needs no scope.
#[tool]
fn stat() -> &'static str {
    "stat"
}

struct Plain;

#[server(name = "plain")]
impl Plain {
    /// Needs no scope.
    #[tool]
    fn open(&self) -> &'static str {
        "open"
    }
}

/// Counts.
#[tool(scopes("files:read"))]
fn count() -> &'static str {
    "counted"
}

fn made(name: &str, scopes: &[&str]) -> DynamicTool {
    let tool = DynamicTool::new(name, r#"{"type":"object"}"#).unwrap().handler(|_, _| async { "made" });
    if scopes.is_empty() { tool } else { tool.scopes(scopes.iter().copied()) }
}

/// The scopes stand in the token.
fn by_token(head: &Head<'_>) -> Result<Principal, HttpRejection> {
    let token = head.bearer().ok_or_else(|| HttpRejection::unauthorized("Bearer"))?;
    Ok(Principal::new("caller").with_scopes(token.split(',')))
}

async fn send(client: &Client, token: Option<&str>, method: &str, mut params: Value) -> Value {
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let name = params["name"].as_str().or(params["uri"].as_str()).unwrap_or_default().to_owned();
    let authorization = token.map(|token| format!("Bearer {token}"));
    let mut fields = vec![("mcp-method", method)];
    fields.extend((!name.is_empty()).then_some(("mcp-name", &*name)));
    fields.extend(authorization.as_deref().map(|value| ("authorization", value)));
    let request = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
    client.send("POST", &fields, &request.to_string()).await.json()
}

fn client(server: impl Into<Server>) -> Client {
    Client::of(exchange::endpoint(server, Policy::new(), Instance::PROCESS), "2026-07-28")
}

fn names(list: &Value, of: &str) -> Vec<String> {
    let entries = list["result"][of].as_array().unwrap().iter();
    entries.map(|entry| entry["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn without_an_authenticator_they_are_not_offered() {
    block_on(async {
        let client = client(Files);
        assert_eq!(names(&send(&client, None, "tools/list", json!({})).await, "tools"), ["open", "stat"]);
        assert_eq!(names(&send(&client, None, "resources/list", json!({})).await, "resources").len(), 0);
        let refused = send(&client, None, "tools/call", json!({"name": "write"})).await;
        assert_eq!(refused["error"]["message"], "Unknown tool: write");
        let refused = send(&client, None, "resources/read", json!({"uri": "files://caller"})).await;
        assert!(refused["error"].is_object(), "{refused}");
        let served = send(&client, None, "tools/call", json!({"name": "open"})).await;
        assert_eq!(served["result"]["content"][0]["text"], "open");
    });
}

#[test]
fn a_caller_with_all_scopes_may_use_them() {
    block_on(async {
        let client = client(App::of(Files).authenticate(by_token));
        for (token, may) in
            [("files:write,audit", true), ("files:write", false), ("files:*,audit", false), ("x", false)]
        {
            let answer = send(&client, Some(token), "tools/call", json!({"name": "write"})).await;
            assert_eq!(answer["result"].is_object(), may, "{token}: {answer}");
        }
    });
}

#[test]
fn tools_that_are_added_are_guarded_too() {
    block_on(async {
        let app = App::of(Plain).tool::<count>().dynamic_tool(made("made", &["files:read"]));
        let client = client(app.authenticate(by_token));
        let list = send(&client, Some("x"), "tools/list", json!({})).await;
        assert_eq!(names(&list, "tools"), ["open"]);
        let list = send(&client, Some("files:read"), "tools/list", json!({})).await;
        assert_eq!(names(&list, "tools"), ["open", "count", "made"]);
    });
}

#[test]
fn a_tool_with_scopes_is_not_added_where_nothing_decides_on_them() {
    block_on(async {
        let (plain, guarded): (Server, Server) = (Plain.into(), Files.into());
        for (server, decides) in [(&plain, false), (&guarded, true)] {
            assert_eq!(server.add_tool(made("later", &["files:read"])).is_ok(), decides);
            server.add_tool(made("free", &[])).unwrap();
        }
        let list = send(&client(plain), None, "tools/list", json!({})).await;
        assert_eq!(names(&list, "tools"), ["open", "free"]);
        let list = send(&client(guarded), None, "tools/list", json!({})).await;
        assert_eq!(names(&list, "tools"), ["open", "stat", "free"]);
    });
}

#[test]
fn over_stdio_the_program_names_the_caller() {
    block_on(async {
        for (caller, may) in [(None, false), (Some("files:read"), true), (Some("other"), false)] {
            let mut app = App::of(Files);
            if let Some(scope) = caller {
                app = app.stdio_caller(Principal::new("local").with_scopes([scope]));
            }
            let text = read_over_stdio(app, "files://caller").await;
            assert_eq!(text.as_deref(), may.then_some("local"));
        }
    });
}

struct Open;

#[server(name = "open")]
impl Open {
    /// The caller.
    #[resource("open://caller")]
    fn caller(&self, cx: &Context) -> String {
        cx.principal().map_or_else(String::new, |caller| caller.id().to_owned())
    }
}

#[test]
fn a_server_without_layers_sees_the_caller_over_stdio() {
    block_on(async {
        for (app, caller) in
            [(App::of(Open), ""), (App::of(Open).stdio_caller(Principal::new("local")), "local")]
        {
            assert_eq!(read_over_stdio(app, "open://caller").await.as_deref(), Some(caller));
        }
    });
}

/// The text of a resource, read over a pair of byte streams.
async fn read_over_stdio(app: App, uri: &str) -> Option<String> {
    use pulseengine_mcp::runtime::io::{AsyncReadExt, AsyncWriteExt, duplex};
    let (mut near, far) = duplex(1 << 16);
    let (input, output) = pulseengine_mcp::runtime::io::split(far);
    let served = pulseengine_mcp::runtime::spawn(pulseengine_mcp::serve_stream(app, input, output));
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let params = json!({"uri": uri, "_meta": meta});
    let request = json!({"jsonrpc": "2.0", "id": 1, "method": "resources/read", "params": params});
    near.write_all(format!("{request}\n").as_bytes()).await.unwrap();
    let mut answer = vec![0; 4096];
    let length = near.read(&mut answer).await.unwrap();
    drop(near);
    served.await.unwrap().unwrap();
    let answer: Value = serde_json::from_slice(&answer[..length]).unwrap();
    answer["result"]["contents"][0]["text"].as_str().map(str::to_owned)
}
