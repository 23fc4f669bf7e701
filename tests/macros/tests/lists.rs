//! Lists: a name is listed once, pages end.
#![deny(warnings, missing_docs, unreachable_pub, clippy::pedantic, rust_2018_idioms)]

use macro_tests::{ask, call};
use pulseengine_mcp::App;
use pulseengine_mcp::prelude::*;
use serde_json::{Value, json};

struct Twice;

/// The free one.
#[tool]
fn echo(message: String) -> String {
    format!("free {message}")
}

/// Another.
#[tool]
fn other() -> &'static str {
    "other"
}

#[server(tools = [echo, other])]
impl Twice {
    /// The method.
    #[tool]
    fn echo(&self, message: String) -> String {
        format!("method {message}")
    }

    #[tool]
    fn last(&self) {}
}

fn twice() -> App {
    App::of(Twice).tool::<echo>().tool::<other>()
}

#[test]
fn a_tool_named_twice_is_listed_once() {
    let list = ask(twice(), "tools/list", json!({}));
    let tools: Vec<_> =
        list["tools"].as_array().expect("a list").iter().map(|tool| tool["name"].clone()).collect();
    assert_eq!(tools, ["echo", "last", "other"]);
    assert_eq!(list["tools"][0]["description"], "The method.");
    assert_eq!(call(twice(), "echo", &json!({"message": "x"})), "method x");
}

#[test]
fn pages_end() {
    let (mut params, mut names) = (json!({}), Vec::new());
    for _ in 0..10 {
        let page = ask(twice().page_size(1), "tools/list", params);
        names.push(page["tools"][0]["name"].clone());
        match page.get("nextCursor") {
            Some(cursor) => params = json!({"cursor": cursor}),
            None => break,
        }
    }
    assert_eq!(names, ["echo", "last", "other"].map(Value::from));
}
