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
