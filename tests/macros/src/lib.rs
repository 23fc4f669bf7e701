//! A client that asks a server through the wire, without processes or sockets; what the tests in `tests/` share.
#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "only tests use this")]

use pulseengine_mcp::__private::ToolInfo;
use pulseengine_mcp::{Server, Service};
use serde_json::{Value, json};

/// The result of a request, or its error.
///
/// # Panics
///
/// When there is not exactly one response.
pub fn ask(app: impl Into<Server>, method: &str, mut params: Value) -> Value {
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let request = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).to_string() + "\n";
    let mut out = Vec::new();
    pulseengine_mcp::runtime::block_on(pulseengine_mcp::serve_stream(app, request.as_bytes(), &mut out))
        .expect("memory does not fail");
    let response: Value = serde_json::from_slice(&out).expect("one response");
    match response.get("error") {
        Some(error) => error.clone(),
        None => response["result"].clone(),
    }
}

/// What a tool says: its text, after `error: ` if it failed, or the message of a protocol error.
pub fn call(app: impl Into<Server>, tool: &str, arguments: &Value) -> String {
    let result = ask(app, "tools/call", json!({"name": tool, "arguments": arguments}));
    let text = result["content"][0]["text"].as_str().unwrap_or_default();
    match (&result["message"], &result["isError"]) {
        (Value::String(message), _) => message.clone(),
        (_, Value::Bool(true)) => format!("error: {text}"),
        _ => text.to_owned(),
    }
}

/// The tool of that name.
///
/// # Panics
///
/// When there is none.
pub fn tool(service: &impl Service, name: &str) -> &'static ToolInfo {
    service.definition().tools.iter().find(|tool| tool.name == name).expect("a tool")
}

/// The input schema of a tool.
///
/// # Panics
///
/// When it is not JSON.
pub fn input(tool: &'static ToolInfo) -> Value {
    let mut w = pulseengine_mcp::schema::Writer::default();
    tool.input.write(&mut w);
    serde_json::from_str(&w.into_text()).expect("JSON")
}
