//! Error objects of JSON-RPC and the codes and data MCP gives them (section "Errors").

use super::macros::open_object;
use super::{ClientCapabilities, ElicitUrlParams, RawJson, raw};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use serde::{Deserialize, Serialize};

/// The message is not JSON.
pub const PARSE_ERROR: i64 = -32700;
/// The message is not a request.
pub const INVALID_REQUEST: i64 = -32600;
/// The method does not exist here.
pub const METHOD_NOT_FOUND: i64 = -32601;
/// The params are wrong: shape, unknown tool or prompt, bad cursor; unknown resource since 2026-07-28.
pub const INVALID_PARAMS: i64 = -32602;
/// The receiver failed.
pub const INTERNAL_ERROR: i64 = -32603;
/// The resource does not exist. Until 2025-11-25; since then [`INVALID_PARAMS`].
pub const RESOURCE_NOT_FOUND: i64 = -32002;
/// HTTP headers and body disagree. Since 2026-07-28.
pub const HEADER_MISMATCH: i64 = -32020;
/// The client lacks a capability; data is [`MissingCapabilities`]. Since 2026-07-28.
pub const MISSING_REQUIRED_CLIENT_CAPABILITY: i64 = -32021;
/// The revision is not spoken here; data is [`UnsupportedVersion`]. Since 2026-07-28.
pub const UNSUPPORTED_PROTOCOL_VERSION: i64 = -32022;
/// The user must visit URLs first; data is [`UrlElicitationRequired`]. 2025-11-25 only.
pub const URL_ELICITATION_REQUIRED: i64 = -32042;

/// The `error` member of a response.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ErrorObject {
    /// Which error it is.
    pub code: i64,
    /// One sentence for people.
    pub message: String,
    /// More about it; the shape depends on the code. Null is a value, not absence.
    #[serde(default, deserialize_with = "raw::present", skip_serializing_if = "Option::is_none")]
    pub data: Option<RawJson>,
}

impl ErrorObject {
    /// An error without data.
    #[must_use]
    pub fn new(code: i64, message: impl Into<String>) -> Self {
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
        Self { code: UNSUPPORTED_PROTOCOL_VERSION, message, data: RawJson::encode(data).ok() }
    }

    /// The client lacks capabilities. Since 2026-07-28.
    #[must_use]
    pub fn missing_capabilities(data: &MissingCapabilities) -> Self {
        let message = "Missing required client capability".into();
        Self { code: MISSING_REQUIRED_CLIENT_CAPABILITY, message, data: RawJson::encode(data).ok() }
    }

    /// The user must visit URLs first. 2025-11-25 only.
    #[must_use]
    pub fn url_elicitation_required(data: &UrlElicitationRequired) -> Self {
        let message = "URL elicitation required".into();
        Self { code: URL_ELICITATION_REQUIRED, message, data: RawJson::encode(data).ok() }
    }
}

impl fmt::Display for ErrorObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.code)
    }
}

impl core::error::Error for ErrorObject {}

/// Data of [`UNSUPPORTED_PROTOCOL_VERSION`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnsupportedVersion {
    /// The revisions the server speaks.
    pub supported: Vec<String>,
    /// The revision the client asked for.
    pub requested: String,
}

/// Data of [`MISSING_REQUIRED_CLIENT_CAPABILITY`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MissingCapabilities {
    /// What the client would need to have.
    pub required_capabilities: ClientCapabilities,
}

open_object! {
    /// Data of [`URL_ELICITATION_REQUIRED`].
    UrlElicitationRequired {
        /// The URLs to visit; required.
        elicitations: Vec<ElicitUrlParams> = "elicitations",
    }
}
