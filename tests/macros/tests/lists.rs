//! Lists: a name is listed once, pages end, a list that fails says so.
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

struct Shelf;

#[server]
impl Shelf {
    #[resource("book://{id}", list = books)]
    fn book(&self, id: String) -> String {
        id
    }

    fn books(&self) -> Result<Vec<Resource>, ResourceError> {
        Err("the shelf is locked".into())
    }

    #[resource("page://{id}", list = pages)]
    fn page(&self, id: String) -> String {
        id
    }

    fn pages(&self) -> Vec<Resource> {
        vec![Resource::new("page://1", "1")]
    }
}

#[test]
fn a_list_that_fails_says_so() {
    let error = ask(Shelf, "resources/list", json!({}));
    assert_eq!(error, json!({"code": -32603, "message": "the shelf is locked"}));
}

struct Same;

#[server]
impl Same {
    #[resource("page:1")]
    fn first(&self) -> String {
        "first".into()
    }

    #[resource("page:{id}", list = pages)]
    fn page(&self, id: String) -> String {
        id
    }

    fn pages(&self) -> Vec<Resource> {
        ["page:1", "page:2", "page:2", "page:3"].map(|uri| Resource::new(uri, uri)).into()
    }
}

#[test]
fn a_resource_listed_twice_is_listed_once() {
    let (mut params, mut uris) = (json!({}), Vec::new());
    for _ in 0..10 {
        let page = ask(App::of(Same).page_size(1), "resources/list", params);
        uris.push(page["resources"][0]["uri"].clone());
        match page.get("nextCursor") {
            Some(cursor) => params = json!({"cursor": cursor}),
            None => break,
        }
    }
    assert_eq!(uris, ["page:1", "page:2", "page:3"].map(Value::from));
}
