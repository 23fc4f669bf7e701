//! Directories and files the client lets the server work in (section "Roots"; deprecated since 2026-07-28).

use super::{
    Meta,
    macros::{constructors, setters},
};
use alloc::string::String;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// One directory or file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Root {
    /// Its URI, which starts with `file://` in all revisions so far.
    pub uri: String,
    /// Name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Metadata. Since 2025-06-18.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
}

impl Root {
    constructors! {
        /// A root at a `file://` URI.
        new(uri: impl Into<String>);
    }

    setters! { name: String, meta: Meta }
}

/// Result of `roots/list`, client to server. Until 2025-11-25 the answer to a request; since 2026-07-28
/// one of the values in `inputResponses`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ListRootsResult {
    /// Metadata.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// The roots.
    pub roots: Vec<Root>,
}

impl ListRootsResult {
    constructors! {
        /// The answer with these roots.
        new(roots: Vec<Root>);
    }
}
