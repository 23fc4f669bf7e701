//! Error objects of JSON-RPC as clients and tasks have them, and the data MCP gives them (section "Errors"). What a handler
//! fails with is [`crate::Error`].

use super::macros::{constructors, open_object, setters};
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
    constructors! {
        /// An error without data.
        new(code: ErrorCode, message: impl Into<String>) none(data);
    }

    setters! { data: RawJson }
}

macro_rules! error_data {
    ($($data:ty => $code:ident, $message:expr;)*) => { $(
        impl From<&$data> for ErrorObject {
            fn from(data: &$data) -> Self {
                let message: fn(&$data) -> String = $message;
                Self { code: ErrorCode::$code, message: message(data), data: RawJson::encode(data).ok() }
            }
        }
    )* };
}

error_data! {
    UnsupportedVersion => UNSUPPORTED_REVISION, |data| format!("Unsupported protocol version: {}", data.requested);
    MissingCapabilities => MISSING_CAPABILITY, |_| "Missing required client capability".into();
    UrlElicitationRequired => URL_ELICITATION_REQUIRED, |_| "URL elicitation required".into();
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
