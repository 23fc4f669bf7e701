//! Forms: what a client is asked, and what it may answer.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test's own machinery")]

use std::collections::BTreeSet;

use macro_tests::ask;
use pulseengine_mcp::prelude::*;
use serde_json::{Value, json};

#[derive(Clone, Copy, Debug, Schema, PartialEq, Eq, PartialOrd, Ord)]
enum Color {
    /// Like blood.
    Red,
    Green,
}

#[derive(Debug, Schema)]
struct Percent(#[schema(range(min = 0, max = 100))] u8);

#[derive(Debug, Schema)]
struct More {
    more: Option<bool>,
}

#[derive(Debug, Schema)]
struct Form {
    text: String,
    number: Option<f64>,
    percent: Percent,
    color: Color,
    colors: Vec<Color>,
    others: Option<BTreeSet<Color>>,
    #[schema(serde, json = r#"{"type":"string"}"#)]
    address: Option<std::net::Ipv4Addr>,
    #[serde(flatten)]
    more: More,
    #[serde(default)]
    left_out: Option<String>,
}

struct S;

#[server]
impl S {
    #[tool]
    async fn ask(&self, cx: &Context) -> Result<String, ToolError> {
        Ok(format!("{:?}", cx.input("form").elicit::<Form>("?").await?))
    }
}

/// A call with the answers of earlier rounds, by a client that has forms.
fn round(more: &Value) -> Value {
    let mut params = json!({"name": "ask"});
    params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    ask_with_forms(params)
}

fn ask_with_forms(mut params: Value) -> Value {
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {"elicitation": {"form": {}}},
    });
    let request =
        json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}).to_string() + "\n";
    let mut out = Vec::new();
    pulseengine_mcp::runtime::block_on(pulseengine_mcp::serve_stream(S, request.as_bytes(), &mut out))
        .unwrap();
    let response: Value = serde_json::from_slice(&out).unwrap();
    response["result"].clone()
}

#[test]
fn a_form_has_the_words_of_elicitation() {
    // Without the capability nothing is asked.
    assert_eq!(ask(S, "tools/call", json!({"name": "ask"}))["resultType"], Value::Null);
    let result = round(&json!({}));
    let schema = &result["inputRequests"]["form"]["params"]["requestedSchema"];
    let titled = json!([{"const": "Green", "title": "Green"}, {"const": "Red", "title": "Like blood."}]);
    assert_eq!(
        *schema,
        json!({
            "type": "object",
            "properties": {
                "text": {"type": "string"},
                "number": {"type": "number"},
                "percent": {"type": "integer", "minimum": 0, "maximum": 100},
                "color": {"type": "string", "oneOf": titled},
                "colors": {"type": "array", "items": {"anyOf": titled}},
                "others": {"type": "array", "items": {"anyOf": titled}},
                "address": {"type": "string"},
                "left_out": {"type": "string"},
                "more": {"type": "boolean"},
            },
            "required": ["text", "percent", "color", "colors"],
        })
    );
}
