//! Log messages from server to client (section "Logging"; deprecated since 2026-07-28).

use super::{
    LoggingLevel, Meta,
    macros::{constructors, setters},
};
use alloc::string::String;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Params of `logging/setLevel`, client to server. Until 2025-11-25; since then the level is in each
/// request's `_meta` ([`super::meta::key::LOG_LEVEL`]).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SetLevelParams {
    /// Metadata.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// The lowest severity to send.
    pub level: LoggingLevel,
}

impl SetLevelParams {
    constructors! {
        /// Asks for messages of this severity and above.
        new(level: LoggingLevel) none(meta);
    }
}

/// Params of `notifications/message`, server to client.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogParams {
    /// Metadata.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// Severity.
    pub level: LoggingLevel,
    /// Name of the part of the program that speaks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logger: Option<String>,
    /// The message: a string or any other JSON value.
    pub data: Value,
}

impl LogParams {
    constructors! {
        /// A message of a severity.
        new(level: LoggingLevel, data: impl Into<Value>) none(meta, logger);
    }

    setters! { logger: String, meta: Meta }
}
