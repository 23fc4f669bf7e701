//! Annotations: the audience, the importance and the age of content.

use super::macros::setters;
use alloc::string::String;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// The author of a message, or the reader that content is meant for. Every revision has these two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The human, or what speaks for them.
    User,
    /// The language model.
    Assistant,
}

/// Hints for the client about how to use or show content or a resource (section "Annotations").
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Annotations {
    /// For whom it is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<Vec<Role>>,
    /// Importance from 0 (may be left out) to 1 (required).
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "super::number::serialize_some")]
    pub priority: Option<f64>,
    /// When it last changed, in ISO 8601, such as `2025-01-12T15:00:58Z`. Since 2025-06-18.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
}

impl Annotations {
    setters! { audience: Vec<Role>, priority: f64, last_modified: String }
}
