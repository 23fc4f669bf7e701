//! What goes wrong when a message is turned into its Rust type.

use alloc::string::String;
use core::error::Error;
use core::fmt;

use pulseengine_mcp_json::JsonError;

use crate::ErrorCode;

/// A message that does not have the shape the specification gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// No message in that direction has this method.
    UnknownMethod(String),
    /// No result has this `resultType`.
    UnknownResultType(String),
    /// The text is not JSON, or not of the shape that the type needs.
    Json(JsonError),
    /// A member of `_meta` does not have the shape that the type needs.
    Meta {
        /// The name of the member.
        key: String,
        /// What is wrong with its value.
        cause: JsonError,
    },
    /// The text is not base64 with padding.
    Base64(Base64Error),
}

/// An error of the `base64` crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base64Error(base64::DecodeError);

impl DecodeError {
    /// The JSON-RPC error code for the sender: -32601 for an unknown method, else -32602.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::UnknownMethod(_) => ErrorCode::METHOD_NOT_FOUND,
            _ => ErrorCode::INVALID_PARAMS,
        }
    }
}

impl From<serde_json::Error> for DecodeError {
    fn from(error: serde_json::Error) -> Self {
        Self::Json(error.into())
    }
}

impl From<base64::DecodeError> for DecodeError {
    fn from(error: base64::DecodeError) -> Self {
        Self::Base64(Base64Error(error))
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownMethod(method) => write!(f, "unknown method `{method}`"),
            Self::UnknownResultType(name) => write!(f, "unknown result type `{name}`"),
            Self::Json(cause) => cause.fmt(f),
            Self::Meta { key, cause } => write!(f, "_meta `{key}`: {cause}"),
            Self::Base64(cause) => cause.fmt(f),
        }
    }
}

impl Error for DecodeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::UnknownMethod(_) | Self::UnknownResultType(_) => None,
            Self::Json(cause) | Self::Meta { cause, .. } => Some(cause),
            Self::Base64(cause) => Some(cause),
        }
    }
}

impl fmt::Display for Base64Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for Base64Error {}
