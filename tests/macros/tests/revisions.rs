//! What clients of one revision get and those of another do not.
#![deny(warnings, missing_docs, unreachable_pub, clippy::pedantic, rust_2018_idioms)]

use pulseengine_mcp::Revision;
use pulseengine_mcp::prelude::*;
use pulseengine_mcp::testing::{self, Client, json};

struct Desk;

#[server]
impl Desk {
    #[tool]
    async fn visit(&self, cx: &Context) -> Result<String, ToolError> {
        let answer = cx.input("visit").elicit_url("Visit us", "https://example.com", "visit-1").await?;
        cx.notify_elicitation_complete("visit-1").await;
        Ok(answer.accepted().is_some().to_string())
    }
}

#[test]
fn the_end_of_a_visit() {
    for (revision, told) in [(Revision::V2025_11_25, true), (Revision::V2026_07_28, false)] {
        testing::run(async {
            let mut client =
                Client::with_revision(Desk, revision).answer_with(|_, _| json!({"action": "accept"}));
            assert_eq!(client.call_tool("visit", json!({})).await.text(), "true", "{revision:?}");
            let message = json!({
                "jsonrpc": "2.0",
                "method": "notifications/elicitation/complete",
                "params": {"elicitationId": "visit-1"},
            });
            let expected = if told { vec![message] } else { Vec::new() };
            assert_eq!(client.notifications(), expected, "{revision:?}");
        });
    }
}

struct Known;

#[server(
    title = "Known",
    description = "Says who it is.",
    website_url = "https://example.com",
    icon(src = "data:,")
)]
impl Known {
    #[tool]
    fn nothing(&self) {}
}

#[test]
fn who_the_server_is() {
    let all = ["description", "icons", "name", "title", "version", "websiteUrl"];
    let table: [(Revision, &[&str]); 5] = [
        (Revision::V2024_11_05, &["name", "version"]),
        (Revision::V2025_03_26, &["name", "version"]),
        (Revision::V2025_06_18, &["name", "title", "version"]),
        (Revision::V2025_11_25, &all),
        (Revision::V2026_07_28, &all),
    ];
    for (revision, expected) in table {
        testing::run(async {
            let mut client = Client::with_revision(Known, revision);
            let (answer, pointer) = if revision == Revision::V2026_07_28 {
                let answer = client.request("server/discover", json!({})).await;
                (answer.result().clone(), "/_meta/io.modelcontextprotocol~1serverInfo")
            } else {
                let hello = json!({"jsonrpc": "2.0", "id": "hello", "method": "initialize", "params": {
                    "protocolVersion": revision.as_str(), "capabilities": {},
                    "clientInfo": {"name": "test", "version": "0"},
                }});
                client.send_line(&hello.to_string()).await;
                (client.receive().await.expect("an answer"), "/result/serverInfo")
            };
            let info = answer.pointer(pointer).and_then(|info| info.as_object()).expect("who it is");
            let mut keys: Vec<_> = info.keys().map(String::as_str).collect();
            keys.sort_unstable();
            assert_eq!(keys, expected, "{revision:?}");
        });
    }
}
