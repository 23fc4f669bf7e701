//! Scopes: what the macros keep of them, and that no list shows them.
#![deny(warnings, missing_docs, unreachable_pub, clippy::pedantic, rust_2018_idioms)]

use macro_tests::{ask, tool};
use pulseengine_mcp::prelude::*;
use pulseengine_mcp::{App, DynamicTool, Error, Layer, Service};
use serde_json::json;

struct Files;

#[tool(scopes("files:stat"))]
fn size(path: String) -> usize {
    path.len()
}

#[server(tools = [size])]
impl Files {
    #[tool(read_only = false, scopes("files:write", "files:read"), meta = "{}")]
    fn write(&self, path: String) -> String {
        path
    }

    #[tool]
    fn open(&self) {}

    #[resource("files:index", scopes("files:list",))]
    fn index(&self) -> &'static str {
        "a"
    }

    #[resource("files://{path}", mime_type = "text/plain", scopes("files:read"))]
    fn read(&self, path: String) -> String {
        path
    }

    #[prompt(scopes("!#[]~", "https://example.com/auth/files"))]
    fn review(&self) -> &'static str {
        "review"
    }
}

macro_rules! scoped {
    ($name:ident, $first:literal, $second:expr) => {
        #[tool(scopes($first, $second))]
        fn $name() {}
    };
}

scoped!(expanded, "one", "two");

#[test]
fn tables_hold_them() {
    let definition = Files.definition();
    assert_eq!(tool(&Files, "write").scopes, ["files:write", "files:read"]);
    assert!(tool(&Files, "open").scopes.is_empty());
    let [size] = definition.free else { panic!("free tools") };
    assert_eq!(size.info.scopes, ["files:stat"]);
    let [index, read] = definition.resources else { panic!("resources") };
    assert_eq!((index.template, index.scopes), (false, &["files:list"][..]));
    assert_eq!((read.template, read.scopes), (true, &["files:read"][..]));
    let [review] = definition.prompts else { panic!("prompts") };
    assert_eq!(review.scopes, ["!#[]~", "https://example.com/auth/files"]);
    assert_eq!(<expanded as pulseengine_mcp::__private::FreeTool>::INFO.scopes, ["one", "two"]);
}

fn made() -> Result<DynamicTool, Error> {
    let tool = DynamicTool::new("made", r#"{"type":"object"}"#)?.scopes(["files:admin"]);
    Ok(tool.meta("{\"k\":\n [1]}")?.handler(|_arguments, _cx| async move { "made" }))
}

/// Shows every entry to every caller.
struct Open;

impl Layer for Open {
    fn decides_scopes(&self) -> bool {
        true
    }
}

#[test]
fn lists_do_not_show_them() -> Result<(), Error> {
    for (method, key) in [
        ("tools/list", "tools"),
        ("resources/list", "resources"),
        ("resources/templates/list", "resourceTemplates"),
        ("prompts/list", "prompts"),
    ] {
        let list = ask(App::of(Files).layer(Open).dynamic_tool(made()?), method, json!({}));
        assert!(list[key][0].is_object(), "{list}");
        assert!(!list.to_string().contains("scopes"), "{list}");
        assert!(!list.to_string().contains("files:admin"), "{list}");
    }
    Ok(())
}

#[test]
fn a_made_tool_lists_its_meta() -> Result<(), Error> {
    let list = ask(App::of(Files).layer(Open).dynamic_tool(made()?), "tools/list", json!({}));
    assert_eq!(list["tools"][3]["name"], "made");
    assert_eq!(list["tools"][3]["_meta"], json!({"k": [1]}));
    for text in ["", "[]", "1", "{", "{} {}", "{\"a\":}", "{\"a\":tru}"] {
        let error = DynamicTool::new("made", r#"{"type":"object"}"#)?.meta(text).unwrap_err();
        assert_eq!(error.message(), "a tool's _meta is a JSON object", "{text}");
    }
    Ok(())
}
