//! `_meta` of results and of what is in them: what a handler says there arrives, beside what the server says.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test's own machinery")]

use macro_tests::ask;
use pulseengine_mcp::model::{
    BlobResourceContents, CallToolResult, CompleteResult, Completion, ContentBlock, EmbeddedResource,
    GetPromptResult, ImageContent, Meta, PromptMessage, ReadResourceResult, Resource, ResourceContents,
    TextContent, TextResourceContents,
};
use pulseengine_mcp::prelude::*;
use serde_json::{Value, json};

const SERVER: &str = "io.modelcontextprotocol/serverInfo";

fn meta() -> Meta {
    Meta::default().with("com.example/a", 1).with("b", json!({"c": [true]}))
}

fn block(text: &str) -> TextContent {
    TextContent::new(text).meta(Meta::default().with("block", text))
}

struct S;

#[server(name = "s", version = "1")]
impl S {
    #[tool]
    fn result(&self) -> CallToolResult {
        CallToolResult::new(vec![ContentBlock::text("x")]).meta(meta())
    }

    #[tool]
    fn failed(&self) -> CallToolResult {
        let mut result = CallToolResult::new(vec![ContentBlock::text("x")]).meta(meta());
        result.is_error = Some(true);
        result
    }

    #[tool]
    fn perhaps(&self) -> Result<Option<CallToolResult>, ToolError> {
        Ok(Some(CallToolResult::new(Vec::new()).meta(meta())))
    }

    #[tool]
    fn reserved(&self) -> CallToolResult {
        CallToolResult::new(Vec::new()).meta(meta().with(SERVER, "an impostor"))
    }

    #[tool]
    fn blocks(&self) -> CallToolResult {
        let text = TextResourceContents {
            uri: "x://a".into(),
            text: "a".into(),
            meta: Some(Meta::default().with("inner", "a")),
            ..TextResourceContents::default()
        };
        let blob = BlobResourceContents {
            uri: "x://b".into(),
            blob: "YQ==".into(),
            meta: Some(Meta::default().with("inner", "b")),
            ..BlobResourceContents::default()
        };
        CallToolResult::new(vec![
            block("text").into(),
            ImageContent::from_bytes([1], "image/png").meta(meta()).into(),
            Resource::new("x://r", "r").meta(meta()).into(),
            EmbeddedResource::new(ResourceContents::Text(text)).meta(meta()).into(),
            EmbeddedResource::new(ResourceContents::Blob(blob)).into(),
        ])
    }

    #[prompt]
    fn prompt(&self) -> GetPromptResult {
        GetPromptResult::new(vec![PromptMessage::user(block("prompt"))]).meta(meta())
    }

    #[completion(prompt = "asks", argument = "name")]
    fn complete(&self) -> CompleteResult {
        CompleteResult { meta: Some(meta()), ..CompleteResult::new(Completion::new(vec!["a".into()])) }
    }

    #[prompt]
    fn asks(&self, name: String) -> String {
        name
    }

    #[resource("x://contents")]
    fn contents(&self) -> ReadResourceResult {
        let mut result =
            ReadResourceResult::new(vec![ResourceContents::text("x://contents", "a")]).meta(meta());
        result.ttl_ms = Some(7);
        result
    }
}

fn merged(found: &Value) -> bool {
    let mut expected = json!({"com.example/a": 1, "b": {"c": [true]}});
    expected[SERVER] = json!({"name": "s", "version": "1"});
    *found == expected
}

#[test]
fn the_meta_of_a_result_is_merged_with_that_of_the_server() {
    let call = |name: &str| ask(S, "tools/call", json!({"name": name}));
    let table = [
        ("result", call("result")),
        ("failed", call("failed")),
        ("perhaps", call("perhaps")),
        // Keys of the protocol stay those of the server.
        ("reserved", call("reserved")),
        ("prompt", ask(S, "prompts/get", json!({"name": "prompt"}))),
        ("contents", ask(S, "resources/read", json!({"uri": "x://contents"}))),
        (
            "complete",
            ask(
                S,
                "completion/complete",
                json!({"ref": {"type": "ref/prompt", "name": "asks"}, "argument": {"name": "name", "value": ""}}),
            ),
        ),
    ];
    for (name, result) in &table {
        assert!(merged(&result["_meta"]), "{name}: {result}");
    }
    assert_eq!(table[1].1["isError"], true);
    assert_eq!(table[5].1["ttlMs"], 7);
}

#[test]
fn the_meta_of_content_stays() {
    let result = ask(S, "tools/call", json!({"name": "blocks"}));
    let expected = json!({"com.example/a": 1, "b": {"c": [true]}});
    let content = &result["content"];
    assert_eq!(content[0]["_meta"], json!({"block": "text"}));
    for at in 1..4 {
        assert_eq!(content[at]["_meta"], expected, "{at}");
    }
    assert_eq!(content[3]["resource"]["_meta"], json!({"inner": "a"}));
    assert_eq!(content[4]["resource"]["_meta"], json!({"inner": "b"}));
    let prompt = ask(S, "prompts/get", json!({"name": "prompt"}));
    assert_eq!(prompt["messages"][0]["content"]["_meta"], json!({"block": "prompt"}));
}

#[test]
fn a_result_before_2026_has_it_too() {
    let mut lines = String::new();
    for line in [
        json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
            "protocolVersion": "2024-11-05", "capabilities": {}, "clientInfo": {"name": "c", "version": "1"}}}),
        json!({"jsonrpc": "2.0", "method": "notifications/initialized"}),
        json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "result"}}),
    ] {
        lines += &format!("{line}\n");
    }
    let mut out = Vec::new();
    pulseengine_mcp::runtime::block_on(pulseengine_mcp::serve_stream(S, lines.as_bytes(), &mut out)).unwrap();
    let last = String::from_utf8(out).unwrap();
    let last: Value = serde_json::from_str(last.lines().last().unwrap()).unwrap();
    assert_eq!(last["result"]["_meta"], json!({"com.example/a": 1, "b": {"c": [true]}}));
}
