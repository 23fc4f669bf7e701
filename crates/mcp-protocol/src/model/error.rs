//! Error objects of JSON-RPC as clients and tasks have them, and the data MCP gives them (section "Errors"). What a handler
//! fails with is [`crate::Error`].

use super::macros::open_object;
use super::{ClientCapabilities, ElicitUrlParams, RawJson, raw};
use crate::ErrorCode;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use serde::{Deserialize, Serialize};

/// The `error` member of a response.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ErrorObject {
    /// Which error it is.
    pub code: ErrorCode,
    /// One sentence for people.
    pub message: String,
    /// More about it; the shape depends on the code. Null is a value, not absence.
    #[serde(default, deserialize_with = "raw::present", skip_serializing_if = "Option::is_none")]
    pub data: Option<RawJson>,
}

impl ErrorObject {
    /// An error without data.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), data: None }
    }

    /// Sets the data.
    #[must_use]
    pub fn data(mut self, data: impl Into<RawJson>) -> Self {
        self.data = Some(data.into());
        self
    }

    /// The revision is not spoken here. Since 2026-07-28.
    #[must_use]
    pub fn unsupported_version(data: &UnsupportedVersion) -> Self {
        let message = format!("Unsupported protocol version: {}", data.requested);
        Self { code: ErrorCode::UNSUPPORTED_REVISION, message, data: RawJson::encode(data).ok() }
    }

    /// The client lacks capabilities. Since 2026-07-28.
    #[must_use]
    pub fn missing_capabilities(data: &MissingCapabilities) -> Self {
        let message = "Missing required client capability".into();
        Self { code: ErrorCode::MISSING_CAPABILITY, message, data: RawJson::encode(data).ok() }
    }

    /// The user must visit URLs first. 2025-11-25 only.
    #[must_use]
    pub fn url_elicitation_required(data: &UrlElicitationRequired) -> Self {
        let message = "URL elicitation required".into();
        Self { code: ErrorCode::URL_ELICITATION_REQUIRED, message, data: RawJson::encode(data).ok() }
    }
}

impl fmt::Display for ErrorObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.code.0)
    }
}

impl core::error::Error for ErrorObject {}

/// Data of [`ErrorCode::UNSUPPORTED_REVISION`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnsupportedVersion {
    /// The revisions the server speaks.
    pub supported: Vec<String>,
    /// The revision the client asked for.
    pub requested: String,
}

/// Data of [`ErrorCode::MISSING_CAPABILITY`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MissingCapabilities {
    /// What the client would need to have.
    pub required_capabilities: ClientCapabilities,
}

open_object! {
    /// Data of [`ErrorCode::URL_ELICITATION_REQUIRED`].
    UrlElicitationRequired {
        /// The URLs to visit; required.
        elicitations: Vec<ElicitUrlParams> = "elicitations",
    }
}
