//! The answer to a request of the test client.

use pulseengine_mcp_protocol::Error;
use serde_json::{Value, json};

/// A response.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer(pub(super) Value);

impl Answer {
    pub(super) fn of(outcome: Result<String, Error>) -> Self {
        match outcome {
            Ok(result) => {
                let result: Value = serde_json::from_str(&result).unwrap_or_default();
                Self(json!({"jsonrpc": "2.0", "result": result}))
            }
            Err(error) => {
                let mut object = json!({"code": error.code().0, "message": error.message()});
                if let (Some(data), Some(object)) = (error.data(), object.as_object_mut()) {
                    object.insert("data".into(), serde_json::from_str(data).unwrap_or_default());
                }
                Self(json!({"jsonrpc": "2.0", "error": object}))
            }
        }
    }

    /// The whole message, without its id.
    pub const fn message(&self) -> &Value {
        &self.0
    }

    /// The result; `null` when there is an error instead.
    pub fn result(&self) -> &Value {
        self.0.get("result").unwrap_or(&Value::Null)
    }

    /// The code of the JSON-RPC error, if it is one.
    pub fn error_code(&self) -> Option<i64> {
        self.0.pointer("/error/code").and_then(Value::as_i64)
    }

    /// The message of the JSON-RPC error; empty when it is none.
    pub fn error_message(&self) -> &str {
        self.0.pointer("/error/message").and_then(Value::as_str).unwrap_or_default()
    }

    /// Whether it is an error: a JSON-RPC error, or the result of a tool that reports an error to the model.
    pub fn is_error(&self) -> bool {
        self.0.get("error").is_some() || self.is_tool_error()
    }

    /// Whether a tool reported an error to the model.
    pub fn is_tool_error(&self) -> bool {
        self.result().get("isError") == Some(&Value::Bool(true))
    }

    /// The text of the result: of a tool's content, a resource's contents or a prompt's messages, joined by line feeds.
    pub fn text(&self) -> String {
        let result = self.result();
        let blocks =
            ["content", "contents", "messages"].into_iter().find_map(|key| result.get(key)?.as_array());
        let text = |block: &Value| {
            let text = block.get("text").or_else(|| block.pointer("/content/text"))?;
            text.as_str().map(str::to_owned)
        };
        blocks.into_iter().flatten().filter_map(text).collect::<Vec<_>>().join("\n")
    }

    /// The structured content of a tool's result; `null` without.
    pub fn structured_content(&self) -> &Value {
        self.result().get("structuredContent").unwrap_or(&Value::Null)
    }

    /// The entries of a list: tools, resources, templates or prompts; the values of a completion.
    pub fn entries(&self) -> &[Value] {
        let result = self.result();
        let lists = ["/tools", "/resources", "/resourceTemplates", "/prompts", "/completion/values"];
        let found = lists.into_iter().find_map(|key| result.pointer(key)?.as_array());
        found.map(Vec::as_slice).unwrap_or_default()
    }
}
