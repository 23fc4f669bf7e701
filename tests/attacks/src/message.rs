//! The messages that are sent, and the HTTP requests around them.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// A request over HTTP/1.1, put together.
#[derive(Clone, Debug)]
pub struct Post {
    /// The message.
    pub body: String,
    /// What the head says besides.
    pub fields: Vec<(&'static str, String)>,
}

const STATELESS: &str = "2026-07-28";

/// The revision of the sessions.
pub const SESSION: &str = "2025-11-25";

const TASKS: &str = r#"{"elicitation":{},"extensions":{"io.modelcontextprotocol/tasks":{}}}"#;

/// A request of 2026-07-28. `params` are the members before `_meta`, each with a comma behind it; `name` is what the head
/// repeats of them.
pub fn stateless(method: &str, name: Option<&str>, params: &str) -> Post {
    with_token(method, name, params, "1")
}

/// The same, with that progress token.
pub fn with_token(method: &str, name: Option<&str>, params: &str, token: &str) -> Post {
    let body = format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{{{params}"_meta":{{"progressToken":{token},"io.modelcontextprotocol/protocolVersion":"{STATELESS}","io.modelcontextprotocol/clientInfo":{{"name":"attack","version":"1"}},"io.modelcontextprotocol/clientCapabilities":{TASKS}}}}}}}"#
    );
    let mut fields = vec![("mcp-protocol-version", STATELESS.to_owned()), ("mcp-method", method.to_owned())];
    fields.extend(name.map(|name| ("mcp-name", name.to_owned())));
    Post { body, fields }
}

/// A call of a tool, of 2026-07-28.
pub fn call(tool: &str, arguments: &str) -> Post {
    let params = format!(r#""name":"{tool}","arguments":{arguments},"#);
    stateless("tools/call", Some(tool), &params)
}

/// A request about a task.
pub fn task(method: &str, id: &str) -> Post {
    stateless(method, Some(id), &format!(r#""taskId":"{id}","#))
}

/// The first message of a session.
pub fn initialize(client_info: &str) -> Post {
    let body = format!(
        r#"{{"jsonrpc":"2.0","id":0,"method":"initialize","params":{{"protocolVersion":"{SESSION}","capabilities":{{"elicitation":{{}}}},"clientInfo":{client_info}}}}}"#
    );
    Post { body, fields: Vec::new() }
}

/// What a client is named.
pub const CLIENT: &str = r#"{"name":"attack","version":"1"}"#;

/// A request in a session, with an id of its own: those in flight have to differ.
pub fn in_session(session: &str, method: &str, params: &str) -> Post {
    static LAST: AtomicUsize = AtomicUsize::new(0);
    let id = LAST.fetch_add(1, Relaxed) + 1;
    let body = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}","params":{{{params}}}}}"#);
    Post {
        body,
        fields: vec![("mcp-protocol-version", SESSION.to_owned()), ("mcp-session-id", session.to_owned())],
    }
}

/// A call of a tool in a session, with a progress token.
pub fn call_in(session: &str, tool: &str, arguments: &str) -> Post {
    let params = format!(r#""name":"{tool}","arguments":{arguments},"_meta":{{"progressToken":1}}"#);
    in_session(session, "tools/call", &params)
}

/// A request without a body in a session, such as the GET that opens a stream.
pub fn without_body(method: &str, path: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\n");
    for (name, value) in more {
        head += &format!("{name}: {value}\r\n");
    }
    (head + "\r\n").into_bytes()
}

/// The end of a session.
pub fn delete(session: &str) -> Vec<u8> {
    let fields = [("mcp-session-id", session), ("mcp-protocol-version", SESSION), ("content-length", "0")];
    without_body("DELETE", "/mcp", &fields)
}

/// The stream of a session.
pub fn listen_in(session: &str) -> Vec<u8> {
    without_body("GET", "/mcp", &[("mcp-session-id", session), ("mcp-protocol-version", SESSION)])
}

impl Post {
    /// With one more field.
    #[must_use]
    pub fn field(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.fields.push((name, value.into()));
        self
    }

    /// On behalf of that caller.
    #[must_use]
    pub fn token(self, token: &str) -> Self {
        self.field("authorization", format!("Bearer {token}"))
    }

    fn head_to(&self, path: &str, length: &str) -> String {
        let mut head = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
             accept: application/json, text/event-stream\r\n{length}\r\n"
        );
        for (name, value) in &self.fields {
            head += &format!("{name}: {value}\r\n");
        }
        head + "\r\n"
    }

    /// The head, which announces the whole body.
    pub fn head(&self) -> Vec<u8> {
        self.head_to("/mcp", &format!("content-length: {}", self.body.len())).into_bytes()
    }

    /// The head, which announces a body in chunks.
    pub fn chunked_head(&self) -> Vec<u8> {
        self.head_to("/mcp", "transfer-encoding: chunked").into_bytes()
    }

    /// Head and body.
    pub fn bytes(&self) -> Vec<u8> {
        self.bytes_to("/mcp")
    }

    /// Head and body, to another path.
    pub fn bytes_to(&self, path: &str) -> Vec<u8> {
        let head = self.head_to(path, &format!("content-length: {}", self.body.len()));
        (head + &self.body).into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_json_and_heads_end() {
        for post in
            [call("echo", "{}"), task("tasks/get", "a"), initialize(CLIENT), call_in("s", "echo", "{}")]
        {
            let message: serde_json::Value = serde_json::from_str(&post.body).unwrap();
            assert_eq!(message["jsonrpc"], "2.0");
            assert!(post.head().ends_with(b"\r\n\r\n"));
            assert!(post.bytes().ends_with(b"}"));
        }
    }
}
