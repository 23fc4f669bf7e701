//! Many tools, of every kind: each is found under its name, a name that is there twice is listed once, and pages hold all.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use pulseengine_mcp::prelude::*;
use pulseengine_mcp::testing::{self, Client, json};
use pulseengine_mcp::{App, DynamicTool};

struct Desk;

#[server(name = "desk", tools = [shared, loose])]
impl Desk {
    /// Declared.
    #[tool]
    fn zebra(&self) -> String {
        "declared".to_owned()
    }

    /// Declared.
    #[tool]
    fn ant(&self) -> String {
        "declared".to_owned()
    }

    /// Declared, as a free function is too.
    #[tool(name = "shared")]
    fn shared_one(&self) -> String {
        "declared".to_owned()
    }

    /// A note.
    #[resource("note://z")]
    fn last(&self) -> String {
        "z".to_owned()
    }

    /// Any note.
    #[resource("note://{id}")]
    fn note(&self, id: String) -> String {
        id
    }

    /// A note.
    #[resource("note://a")]
    fn first(&self) -> String {
        "first".to_owned()
    }

    /// Greets.
    #[prompt]
    fn wave(&self) -> String {
        "waves".to_owned()
    }

    /// Greets.
    #[prompt]
    fn bow(&self) -> String {
        "bows".to_owned()
    }
}

/// A free function that a declared tool hides.
#[tool]
fn shared() -> String {
    "free".to_owned()
}

/// A free function of the block.
#[tool]
fn loose() -> String {
    "free".to_owned()
}

/// A free function of the app.
#[tool]
fn added() -> String {
    "added".to_owned()
}

fn made(name: &str, answer: &'static str) -> DynamicTool {
    DynamicTool::new(name, r#"{"type":"object"}"#)
        .unwrap()
        .handler(move |_, _| async move { answer.to_owned() })
}

#[test]
fn every_tool_is_found_and_listed_once() {
    testing::run(async {
        let mut app = App::of(Desk).tool::<added>().tool::<shared>().tool::<added>();
        let names: Vec<String> = (0..300).map(|at| format!("made_{}", at * 7 % 300)).collect();
        for name in names.iter().map(String::as_str).chain(["ant", "added", "made_7"]) {
            app = app.dynamic_tool(made(name, if name == "made_7" { "made seven" } else { "made" }));
        }
        let server = app.build();
        let client = Client::new(server.clone());
        let listed = async || -> Vec<String> {
            let tools = client.list_tools().await;
            tools.entries().iter().map(|tool| tool["name"].as_str().unwrap().to_owned()).collect()
        };
        let text = async |name: &str| client.call_tool(name, json!({})).await.text();
        let mut expected: Vec<String> = ["zebra", "ant", "shared", "loose", "added"].map(String::from).into();
        expected.extend(names.iter().cloned());
        assert_eq!(listed().await, expected);
        assert_eq!(expected.iter().collect::<BTreeSet<_>>().len(), expected.len());
        for (name, answer) in [
            ("zebra", "declared"),
            ("ant", "declared"),
            ("shared", "declared"),
            ("loose", "free"),
            ("added", "added"),
            ("made_0", "made"),
            ("made_7", "made seven"),
            ("made_299", "made"),
        ] {
            assert_eq!(text(name).await, answer, "{name}");
        }
        for name in ["", "made_", "made_300", "zebrb", "aardvark"] {
            assert_eq!(client.call_tool(name, json!({})).await.error_code(), Some(-32602), "{name}");
        }
        let removed = ["made_150", "made_150", "zebra"].map(|name| server.remove_tool(name).unwrap());
        assert_eq!(removed, [true, false, false]);
        server.add_tool(made("made_3", "new")).unwrap();
        assert_eq!((text("made_3").await, text("made_151").await), ("new".to_owned(), "made".to_owned()));
        let after = listed().await;
        assert_eq!((after.len(), after.last().unwrap().as_str()), (expected.len() - 1, "made_3"));
        assert!(client.call_tool("made_150", json!({})).await.error_code().is_some());
    });
}

#[test]
fn resources_and_prompts_are_found() {
    testing::run(async {
        let client = Client::new(Desk);
        for (uri, text) in [("note://a", "first"), ("note://z", "z"), ("note://b", "b")] {
            assert_eq!(client.read_resource(uri).await.text(), text, "{uri}");
        }
        assert!(client.read_resource("note:/").await.error_code().is_some());
        for (name, text) in [("wave", "waves"), ("bow", "bows")] {
            assert_eq!(client.get_prompt(name, json!({})).await.text(), text, "{name}");
        }
        assert_eq!(client.get_prompt("cow", json!({})).await.error_code(), Some(-32602));
    });
}
