//! Arguments that HTTP repeats in headers: what the schema says of them, and which calls are served.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]
#![deny(warnings, missing_docs, unreachable_pub, clippy::pedantic, rust_2018_idioms)]

use pulseengine_mcp::http::{Body, Endpoint, Fields, Head, Instance, Policy, RequestHead, endpoint_builder};
use pulseengine_mcp::prelude::*;
use pulseengine_mcp::schema::Writer;
use pulseengine_mcp::testing::{self, Client, json};
use pulseengine_mcp::{App, DynamicTool, Error, Service};
use serde_json::Value;

/// Where a database is.
#[derive(Schema)]
struct Place {
    #[schema(header = "Region")]
    region: String,
    #[serde(flatten)]
    shard: Shard,
}

#[derive(Schema)]
struct Shard {
    #[schema(header = "Shard", range(max = 99))]
    #[serde(alias = "part")]
    shard: Option<u32>,
}

#[derive(Schema)]
#[schema(inline)]
struct Target {
    place: Place,
    note: Option<String>,
}

struct Database;

#[server(tools = [free])]
impl Database {
    /// Runs a query.
    #[tool]
    fn query(
        &self,
        query: String,
        target: Option<Target>,
        #[schema(header = "Dry-Run", default = false)] dry_run: bool,
    ) -> String {
        let place = target.map_or_else(String::new, |target| {
            let Target { place: Place { region, shard }, note } = target;
            format!(" in {region}/{:?}{}", shard.shard, note.unwrap_or_default())
        });
        format!("{query}{place} {dry_run}")
    }

    #[tool]
    fn plain(&self, value: String) -> String {
        value
    }
}

#[tool]
fn free(#[schema(header = "Value")] value: char) -> String {
    value.into()
}

fn made() -> Result<DynamicTool, Error> {
    let schema = r#"{"type":"object","properties":{"value":{"type":"integer","x-mcp-header":"Count"}}}"#;
    Ok(DynamicTool::new("made", schema)?.handler(|arguments, _cx| async move { arguments.to_string() }))
}

#[test]
fn schemas_name_the_headers() {
    let input = |name| {
        let mut w = Writer::default();
        macro_tests::tool(&Database, name).input.write(&mut w);
        serde_json::from_str::<Value>(w.text()).unwrap()
    };
    let query = input("query");
    assert_eq!(query["properties"]["dry_run"]["x-mcp-header"], "Dry-Run");
    let place = &query["properties"]["target"]["properties"]["place"];
    assert_eq!(place["properties"]["region"], json!({"type": "string", "x-mcp-header": "Region"}));
    assert_eq!(place["properties"]["shard"]["x-mcp-header"], "Shard");
    // An option, in the one word that the interfaces of models take.
    assert_eq!(place["properties"]["shard"]["type"], "integer");
    assert_eq!(query.get("$defs"), None);
    assert_eq!(input("plain")["properties"]["value"], json!({"type": "string"}));
}

#[test]
fn only_tools_with_headers_compare_them() {
    let tool = |name| macro_tests::tool(&Database, name).param_headers.is_some();
    assert_eq!((tool("query"), tool("plain")), (true, false));
    assert!(Database.definition().free.iter().all(|entry| entry.info.param_headers.is_some()));
}

/// The head of a POST with these fields.
struct Given(Vec<(String, String)>);

impl RequestHead for Given {
    fn head(&self) -> Head<'_> {
        Head {
            method: "POST",
            path: "/mcp",
            query: None,
            authority: None,
            fields: self,
            peer: None,
            client_certificate: None,
        }
    }
}

impl Fields for Given {
    fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a [u8])) {
        for (name, value) in &self.0 {
            visit(name, value.as_bytes());
        }
    }
}

/// Posts a call; the status, and the code of the error or the text of the result.
async fn post(endpoint: &Endpoint, tool: &str, arguments: &Value, fields: &[(&str, &str)]) -> (u16, Value) {
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
        "name": tool, "arguments": arguments, "_meta": {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {}
        }
    }});
    let known = [
        ("host", "localhost"),
        ("content-type", "application/json"),
        ("accept", "application/json, text/event-stream"),
        ("mcp-protocol-version", "2026-07-28"),
        ("mcp-method", "tools/call"),
        ("mcp-name", tool),
    ];
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let head = Given(known.iter().chain(fields).map(owned).collect());
    let mut body = body.to_string().into_bytes();
    let response = endpoint.serve(head, &mut body).await;
    let Body::Text(text) = response.body else { panic!("no text") };
    let mut answer: Value = serde_json::from_str(&text).unwrap();
    let said = match answer["error"]["message"].as_str() {
        Some(message) => message.to_owned().into(),
        None => answer["result"]["content"][0]["text"].take(),
    };
    if answer["error"].is_object() {
        assert_eq!(answer["error"]["code"], -32020);
    }
    (response.status, said)
}

/// A tool, its arguments, the header fields, and the status and answer.
type Case<'a> = (&'a str, Value, Vec<(&'a str, &'a str)>, (u16, Value));

#[test]
fn calls_keep_to_the_headers() {
    let server = App::of(Database).dynamic_tool(made().unwrap()).build();
    let endpoint = endpoint_builder(server).policy(Policy::new()).instance(Instance::REQUEST).build();
    let full = json!({"query": "q", "target": {"place": {"region": "Zürich", "shard": 7}}, "dry_run": true});
    let encoded = ("mcp-param-region", "=?base64?WsO8cmljaA==?=");
    let shard = ("mcp-param-shard", "7.0");
    let dry = ("mcp-param-dry-run", "true");
    let wrong = |what: &str| (400, json!(format!("Header mismatch: Mcp-Param-{what}")));
    let table: Vec<Case<'_>> = vec![
        ("query", full.clone(), vec![encoded, shard, dry], (200, json!("q in Zürich/Some(7) true"))),
        (
            "query",
            full.clone(),
            vec![dry, encoded, ("mcp-param-other", "x"), shard],
            (200, json!("q in Zürich/Some(7) true")),
        ),
        ("query", full.clone(), vec![shard, dry], wrong("Region is missing")),
        ("query", full.clone(), vec![encoded, dry], wrong("Shard is missing")),
        ("query", full.clone(), vec![encoded, shard], wrong("Dry-Run is missing")),
        (
            "query",
            full.clone(),
            vec![encoded, shard, ("mcp-param-dry-run", "false")],
            wrong("Dry-Run differs from the body"),
        ),
        // A proxy may repeat a line.
        ("query", full.clone(), vec![encoded, shard, dry, dry], (200, json!("q in Zürich/Some(7) true"))),
        (
            "query",
            full.clone(),
            vec![encoded, shard, dry, ("mcp-param-dry-run", "false")],
            wrong("Dry-Run is there more than once"),
        ),
        (
            "query",
            full,
            vec![("mcp-param-region", "Zürich"), shard, dry],
            wrong("Region has characters that a header field must not have"),
        ),
        ("query", json!({"query": "q"}), vec![], (200, json!("q false"))),
        (
            "query",
            json!({"query": "q", "dry_run": null}),
            vec![],
            (200, json!("Invalid arguments: /dry_run must be a boolean")),
        ),
        (
            "query",
            json!({"query": "q"}),
            vec![dry],
            wrong("Dry-Run is there, but the body has no such value"),
        ),
        (
            "query",
            json!({"query": "q", "target": {"place": {"region": "a", "part": 1}}}),
            vec![("mcp-param-region", "a")],
            wrong("Shard is missing"),
        ),
        (
            "query",
            json!({"query": "q", "target": {"place": {"region": "a", "shard": null}}}),
            vec![("mcp-param-region", "a")],
            (200, json!("q in a/None false")),
        ),
        ("plain", json!({"value": "x"}), vec![("mcp-param-value", "y")], (200, json!("x"))),
        ("free", json!({"value": "x"}), vec![("mcp-param-value", "x")], (200, json!("x"))),
        ("free", json!({"value": "x"}), vec![], wrong("Value is missing")),
        (
            "free",
            json!({"value": "x"}),
            vec![("mcp-param-value", "=?base64?eA=?=")],
            wrong("Value is malformed base64"),
        ),
        ("made", json!({"value": 42}), vec![("mcp-param-count", "42.0")], (200, json!("{\"value\":42}"))),
        ("made", json!({"value": 42}), vec![("mcp-param-count", "43")], wrong("Count differs from the body")),
        ("made", json!({"value": 42}), vec![], wrong("Count is missing")),
        ("made", json!({}), vec![], (200, json!("{}"))),
    ];
    testing::run(async {
        for (tool, arguments, fields, expected) in table {
            let found = post(&endpoint, tool, &arguments, &fields).await;
            assert_eq!(found, expected, "{tool} {arguments} {fields:?}");
        }
    });
}

#[test]
fn without_http_nothing_is_compared() {
    testing::run(async {
        let client = Client::new(App::of(Database));
        let answer = client.call_tool("free", json!({"value": "x"})).await;
        assert_eq!(answer.result()["content"][0]["text"], "x");
    });
}

#[test]
fn a_tool_made_with_a_wrong_header_is_refused() {
    let schema = r#"{"type":"object","properties":{"value":{"type":"number","x-mcp-header":"Count"}}}"#;
    let error = DynamicTool::new("made", schema).unwrap_err();
    assert_eq!(error.message(), "an x-mcp-header of the schema is not at a string, an integer or a boolean");
}
