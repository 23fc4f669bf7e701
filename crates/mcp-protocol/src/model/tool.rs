//! Functions a server offers to be called (section "Tools").

use super::raw;
use super::{
    Icon, Meta, RawJson,
    macros::{constructors, setters},
};
use alloc::string::String;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// A tool a client can call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tool {
    /// Name by which it is called.
    pub name: String,
    /// Name for people. Since 2025-06-18.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it does, for the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// JSON Schema of the arguments, verbatim; its root has `type: "object"`. Keywords other than `properties`
    /// and `required` may stand at the root since 2026-07-28.
    #[serde(deserialize_with = "raw::object")]
    pub input_schema: RawJson,
    /// JSON Schema of `structuredContent`, verbatim. Since 2025-06-18; its root has `type: "object"` until
    /// 2025-11-25.
    #[serde(default, deserialize_with = "raw::some_object", skip_serializing_if = "Option::is_none")]
    pub output_schema: Option<RawJson>,
    /// Hints about its effects. Since 2025-03-26.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotations: Option<ToolAnnotations>,
    /// Whether it runs as a task. 2025-11-25 only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution: Option<ToolExecution>,
    /// Icons to show beside it. Since 2025-11-25.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub icons: Option<Vec<Icon>>,
    /// Metadata. Since 2025-06-18.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
}

impl Tool {
    constructors! {
        /// A tool with the two members every revision requires; the schema must be an object.
        new(name: impl Into<String>, input_schema: impl Into<RawJson>) none(title, description, output_schema, annotations, execution, icons, meta);
    }

    setters! {
        title: String,
        description: String,
        output_schema: RawJson,
        annotations: ToolAnnotations,
        execution: ToolExecution,
        icons: Vec<Icon>,
        meta: Meta,
    }
}

/// Hints about the effects of a tool. Not to be trusted unless the server is. Since 2025-03-26.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ToolAnnotations {
    /// Name for people, where [`Tool::title`] is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// It changes nothing; absent means false.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_only_hint: Option<bool>,
    /// It may destroy, not only add; absent means true. Of no meaning when it changes nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destructive_hint: Option<bool>,
    /// Calling it again with the same arguments changes nothing more; absent means false. Of no meaning when it
    /// changes nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idempotent_hint: Option<bool>,
    /// It deals with things outside a closed world; absent means true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_world_hint: Option<bool>,
}

impl ToolAnnotations {
    setters! {
        title: String,
        read_only_hint: bool,
        destructive_hint: bool,
        idempotent_hint: bool,
        open_world_hint: bool,
    }
}

/// How a tool may be run. 2025-11-25 only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ToolExecution {
    /// Whether it may or must be run as a task; absent means forbidden.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_support: Option<TaskSupport>,
}

/// Whether a tool is run as a task. 2025-11-25 only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum TaskSupport {
    /// Never.
    Forbidden,
    /// If the client asks.
    Optional,
    /// Always.
    Required,
}
