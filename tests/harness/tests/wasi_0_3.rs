//! MCP over `wasi:http/handler` of WASI 0.3, in one instance that lasts.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers too"
)]

use std::time::Duration;

use harness::calls::{self, Instance, Reply};
use harness::{Launch, Target, programs};
use hyper::Method;
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

const DEADLINE: Duration = Duration::from_secs(20);

const POST: [(&str, &str); 2] =
    [("content-type", "application/json"), ("accept", "application/json, text/event-stream")];

fn on_instance(script: impl AsyncFnOnce(&Instance<'_>)) {
    let program = programs::program("everything", Target::Wasip3).unwrap();
    let launch = Launch { env: vec![("MCP_INSTANCE".into(), "lasting".into())], ..Launch::default() };
    let script = async |instance: &Instance<'_>| {
        timeout(DEADLINE, script(instance)).await.expect("not done in time");
        Ok(())
    };
    calls::with_instance(program.path(), &launch, script).unwrap();
}

async fn post(instance: &Instance<'_>, fields: &[(&str, &str)], message: &Value) -> Reply {
    let fields = [&POST, fields].concat();
    instance.send(Method::POST, "/mcp", &fields, message.to_string()).await.unwrap()
}

/// A call of a tool in 2026-07-28.
async fn call(instance: &Instance<'_>, id: u32, tool: &str, arguments: Value) -> Reply {
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
        "progressToken": id
    });
    let params = json!({"name": tool, "arguments": arguments, "_meta": meta});
    let message = json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params});
    let fields = [("mcp-protocol-version", "2026-07-28"), ("mcp-method", "tools/call"), ("mcp-name", tool)];
    post(instance, &fields, &message).await
}

/// The messages of a response that is a stream.
struct Events {
    reply: Reply,
    text: String,
}

impl Events {
    fn of(reply: Reply) -> Self {
        assert_eq!(reply.field("content-type"), "text/event-stream");
        Self { reply, text: String::new() }
    }

    /// The next message, `None` at the end. Events without one are passed over.
    async fn next(&mut self) -> Option<Value> {
        loop {
            while let Some((event, rest)) = self.text.split_once("\n\n") {
                let data = event
                    .lines()
                    .find_map(|line| line.strip_prefix("data: "))
                    .filter(|data| !data.is_empty());
                let message = data.map(|data| serde_json::from_str(data).unwrap());
                self.text = rest.to_owned();
                if message.is_some() {
                    return message;
                }
            }
            self.text += &self.reply.chunk().await.unwrap()?;
        }
    }
}

/// A session of 2025-11-25 with a client that can be asked.
async fn session(instance: &Instance<'_>) -> String {
    let client = json!({"name": "test", "version": "1"});
    let params = json!({
        "protocolVersion": "2025-11-25", "capabilities": {"elicitation": {}}, "clientInfo": client
    });
    let message = json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params});
    let reply = post(instance, &[], &message).await;
    let session = reply.field("mcp-session-id");
    assert!(!session.is_empty(), "{}", reply.text().await.unwrap());
    let message = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
    let fields = [("mcp-session-id", &*session), ("mcp-protocol-version", "2025-11-25")];
    assert_eq!(post(instance, &fields, &message).await.status(), 202);
    session
}

#[test]
fn answers_are_documents_with_a_length() {
    on_instance(async |instance| {
        let reply = call(instance, 1, "test_simple_text", json!({})).await;
        assert_eq!((reply.status(), &*reply.field("content-type")), (200, "application/json"));
        let length = reply.field("content-length");
        let text = reply.text().await.unwrap();
        assert_eq!(length, text.len().to_string());
        assert!(text.contains("\"id\":1"), "{text}");
    });
}

#[test]
fn refusals_have_their_status() {
    on_instance(async |instance| {
        let evil = [("origin", "http://evil.example")];
        assert_eq!(post(instance, &evil, &json!({})).await.status(), 403);
        let refused = instance.send(Method::PUT, "/mcp", &[], String::new()).await.unwrap();
        assert_eq!((refused.status(), &*refused.field("allow")), (405, "POST, GET, DELETE"));
        assert_eq!(instance.get("/elsewhere").await.unwrap().status(), 404);
        let long = "x".repeat(5 << 20);
        assert_eq!(post(instance, &[], &json!(long)).await.status(), 413);
    });
}

#[test]
fn progress_comes_while_the_tool_runs() {
    on_instance(async |instance| {
        let mut events = Events::of(call(instance, 7, "test_tool_with_progress", json!({})).await);
        let mut progress = 0;
        while let Some(message) = events.next().await {
            match message["method"].as_str() {
                Some(method) => {
                    assert_eq!(method, "notifications/progress");
                    progress += 1;
                }
                None => assert_eq!((&message["id"], progress), (&json!(7), 3)),
            }
        }
        assert_eq!(progress, 3);
    });
}

/// The question goes out on the stream of one request; its answer is another request, whose call wakes the first.
#[test]
fn an_answer_in_one_call_wakes_another() {
    on_instance(async |instance| {
        let session = session(instance).await;
        let fields = [("mcp-session-id", &*session), ("mcp-protocol-version", "2025-11-25")];
        let params = json!({"name": "test_elicitation", "arguments": {"message": "who?"}});
        let ask = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params});
        let mut events = Events::of(post(instance, &fields, &ask).await);
        let question = events.next().await.unwrap();
        assert_eq!(question["method"], "elicitation/create");
        sleep(Duration::from_millis(50)).await;
        let content = json!({"username": "ada", "email": "ada@example.com"});
        let answer = json!({
            "jsonrpc": "2.0", "id": question["id"], "result": {"action": "accept", "content": content}
        });
        assert_eq!(post(instance, &fields, &answer).await.status(), 202);
        let result = events.next().await.unwrap();
        assert_eq!(result["id"], 1);
        assert!(result.to_string().contains("ada"), "{result}");
    });
}

#[test]
fn a_client_that_goes_in_mid_stream_harms_nobody() {
    on_instance(async |instance| {
        let mut events = Events::of(call(instance, 1, "test_tool_with_progress", json!({})).await);
        assert!(events.next().await.is_some());
        drop(events);
        sleep(Duration::from_millis(200)).await;
        assert_eq!(call(instance, 2, "test_simple_text", json!({})).await.status(), 200);
    });
}
