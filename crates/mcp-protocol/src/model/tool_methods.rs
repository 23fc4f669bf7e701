//! Params and results of the methods about tools (section "Tools").

use super::raw;
use super::{
    CacheScope, ContentBlock, InputResponses, Meta, RawJson, ResultType, TaskMetadata, Tool,
    macros::{constructors, setters},
};
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// Result of `tools/list`; its params are [`super::ListParams`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListToolsResult {
    /// Metadata.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// Since 2026-07-28, where it is required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result_type: Option<ResultType>,
    /// Freshness in milliseconds. Since 2026-07-28, where it is required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl_ms: Option<u64>,
    /// Who may be served a kept copy. Since 2026-07-28, where it is required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_scope: Option<CacheScope>,
    /// This page of the list.
    pub tools: Vec<Tool>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

impl ListToolsResult {
    constructors! {
        /// A page of the list.
        new(tools: Vec<Tool>);
    }

    setters! { next_cursor: String, meta: Meta }
}

/// Params of `tools/call`, client to server.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CallToolParams {
    /// Metadata.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// Name of the tool.
    pub name: String,
    /// Arguments, an object; kept as text so that they are read once, into the tool's own type.
    #[serde(default, deserialize_with = "raw::some_object", skip_serializing_if = "Option::is_none")]
    pub arguments: Option<RawJson>,
    /// Asks for the call to run as a task. 2025-11-25 only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskMetadata>,
    /// Answers to the server's questions. Since 2026-07-28.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_responses: Option<InputResponses>,
    /// What the server asked to get back with them. Since 2026-07-28.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_state: Option<String>,
}

impl CallToolParams {
    constructors! {
        /// A call without arguments.
        new(name: impl Into<String>);
    }

    setters! {
        arguments: RawJson,
        task: TaskMetadata,
        input_responses: InputResponses,
        request_state: String,
        meta: Meta,
    }
}

/// Result of `tools/call`. A tool that failed says so here, where the model sees it, and not as a JSON-RPC error.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CallToolResult {
    /// Metadata.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// Since 2026-07-28, where it is required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result_type: Option<ResultType>,
    /// The result as content.
    pub content: Vec<ContentBlock>,
    /// The result as JSON, as the tool's output schema says. Since 2025-06-18; an object until 2025-11-25, any
    /// value since (null is a value, not absence).
    #[serde(default, deserialize_with = "raw::present", skip_serializing_if = "Option::is_none")]
    pub structured_content: Option<RawJson>,
    /// True when the tool failed; absent means false.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_error: Option<bool>,
}

impl CallToolResult {
    constructors! {
        /// A result of these pieces.
        new(content: Vec<ContentBlock>);
    }

    /// A result of one text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::new(vec![ContentBlock::text(text)])
    }

    /// A failure, for the model.
    #[must_use]
    pub fn error(text: impl Into<String>) -> Self {
        Self { is_error: Some(true), ..Self::text(text) }
    }

    /// A JSON result, and the same JSON as text for clients that know no other.
    #[must_use]
    pub fn structured(value: impl Into<RawJson>) -> Self {
        let value = value.into();
        Self {
            content: vec![ContentBlock::text(value.text())],
            structured_content: Some(value),
            ..Self::default()
        }
    }

    setters! { structured_content: RawJson, is_error: bool, meta: Meta }
}
