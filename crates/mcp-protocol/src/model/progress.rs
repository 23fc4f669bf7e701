//! Progress of a long request (section "Progress").

use super::{
    Meta, ProgressToken,
    macros::{constructors, setters},
};
use alloc::string::String;
use serde::{Deserialize, Serialize};

/// Params of `notifications/progress`. Both directions until 2025-11-25, server to client since 2026-07-28.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProgressParams {
    /// Metadata.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// The token of the request this is about.
    pub progress_token: ProgressToken,
    /// The progress so far, in the unit of `total`; grows with every notification. Must be finite.
    #[serde(serialize_with = "super::number::serialize")]
    pub progress: f64,
    /// The progress at the end, if known. Must be finite.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "super::number::serialize_some")]
    pub total: Option<f64>,
    /// What is being done, for people. Since 2025-03-26.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl ProgressParams {
    constructors! {
        /// Progress under a token.
        new(progress_token: impl Into<ProgressToken>, progress: f64) none(meta, total, message);
    }

    setters! { total: f64, message: String, meta: Meta }
}
