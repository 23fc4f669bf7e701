//! Cursors of lists.

use pulseengine_mcp::{App, DynamicTool, Server};
use serde_json::{Value, json};

use crate::pieces::two_texts;
use crate::server::{is_invalid_params, respond};

/// `data` is names of tools, one a line, a NUL, and a cursor. Every cursor is refused or leads to a page of the list, and each cursor
/// of the server leads on: together the pages are the list.
pub fn cursor(data: &[u8]) {
    let Some((names, cursor)) = two_texts(data) else { return };
    let mut listed: Vec<&str> = Vec::new();
    let mut app = App::new("tools", "1").page_size(2);
    for name in names.split('\n').take(16) {
        let Ok(tool) = DynamicTool::new(name, "{\"type\":\"object\"}") else { continue };
        if !listed.contains(&name) {
            listed.push(name);
            app = app.dynamic_tool(tool.handler(|_, _| async { "" }));
        }
    }
    if listed.is_empty() {
        return;
    }
    let server = app.build();
    assert_eq!(walk(&server, json!({})), listed);
    // What `after:` names is not to be known by clients; for the test it makes more cursors fit.
    for cursor in [cursor.to_owned(), format!("after:{cursor}")] {
        let first = respond(&server, "tools/list", json!({"cursor": cursor}));
        if !is_invalid_params(&first) {
            let rest = walk(&server, json!({"cursor": cursor}));
            assert!(listed.ends_with(&rest.iter().map(String::as_str).collect::<Vec<_>>()), "{cursor:?}");
            // An empty one asks for the first page.
            assert!(cursor.is_empty() || rest.len() < listed.len());
        }
    }
    if !cursor.is_empty() {
        for not_text in [json!({"cursor": 1}), json!({"cursor": [cursor]})] {
            assert!(is_invalid_params(&respond(&server, "tools/list", not_text)));
        }
    }
}

/// The names on this page and on those that follow.
fn walk(server: &Server, mut params: Value) -> Vec<String> {
    let mut names = Vec::new();
    for _ in 0..16 {
        let response = respond(server, "tools/list", params);
        let page = response["result"]["tools"].as_array().unwrap();
        assert!(page.len() <= 2);
        names.extend(page.iter().map(|tool| tool["name"].as_str().unwrap().to_owned()));
        match response["result"].get("nextCursor") {
            None => return names,
            Some(next) => {
                assert_eq!(page.len(), 2, "a page that is not the last is full");
                params = json!({"cursor": next});
            }
        }
    }
    panic!("the list has no end")
}
