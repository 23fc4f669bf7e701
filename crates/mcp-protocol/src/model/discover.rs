//! The identity and the capabilities of a server, read without a handshake (section "Discovery"; since 2026-07-28).

use super::{
    CacheScope, Meta, ResultType, ServerCapabilities,
    macros::{constructors, setters},
};
use alloc::string::String;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// Result of `server/discover`; its params are [`super::EmptyParams`]. Since 2026-07-28.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DiscoverResult {
    /// Metadata.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// Required by the revision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result_type: Option<ResultType>,
    /// Freshness in milliseconds; required by the revision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl_ms: Option<u64>,
    /// Who may be served a kept copy; required by the revision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_scope: Option<CacheScope>,
    /// The revisions the server speaks.
    pub supported_versions: Vec<String>,
    /// What the server can do.
    pub capabilities: ServerCapabilities,
    /// How a model makes good use of the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instructions: Option<String>,
}

impl DiscoverResult {
    constructors! {
        /// A server that speaks these revisions.
        new(supported_versions: Vec<String>, capabilities: ServerCapabilities);
    }

    setters! { instructions: String, meta: Meta }
}
