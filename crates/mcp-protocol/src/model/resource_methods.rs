//! Params and results of the methods about resources (section "Resources").

use super::{
    CacheScope, InputResponses, Meta, Resource, ResourceContents, ResourceTemplate, ResultType,
    macros::{constructors, setters},
};
use alloc::string::String;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// Result of `resources/list`; its params are [`super::ListParams`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListResourcesResult {
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
    pub resources: Vec<Resource>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

impl ListResourcesResult {
    constructors! {
        /// A page of the list.
        new(resources: Vec<Resource>);
    }

    setters! { next_cursor: String, meta: Meta }
}

/// Result of `resources/templates/list`; its params are [`super::ListParams`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListResourceTemplatesResult {
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
    pub resource_templates: Vec<ResourceTemplate>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

impl ListResourceTemplatesResult {
    constructors! {
        /// A page of the list.
        new(resource_templates: Vec<ResourceTemplate>);
    }

    setters! { next_cursor: String, meta: Meta }
}

/// Params of `resources/read`, client to server.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReadResourceParams {
    /// Metadata.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// URI of the resource.
    pub uri: String,
    /// Answers to the server's questions. Since 2026-07-28.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_responses: Option<InputResponses>,
    /// What the server asked to get back with them. Since 2026-07-28.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_state: Option<String>,
}

impl ReadResourceParams {
    constructors! {
        /// Reads a URI.
        new(uri: impl Into<String>);
    }

    setters! { input_responses: InputResponses, request_state: String, meta: Meta }
}

/// Result of `resources/read`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReadResourceResult {
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
    /// What was read: the resource, or several below the URI.
    pub contents: Vec<ResourceContents>,
}

impl ReadResourceResult {
    constructors! {
        /// What was read.
        new(contents: Vec<ResourceContents>);
    }

    setters! { meta: Meta }
}
