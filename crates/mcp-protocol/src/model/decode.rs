//! What goes wrong when a message is turned into its Rust type.

use alloc::string::{String, ToString as _};
use core::fmt;

use crate::ErrorCode;

/// A message that does not have the shape the specification gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    kind: Kind,
    detail: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    UnknownMethod,
    Shape,
}

impl DecodeError {
    pub(super) fn unknown_method(method: &str) -> Self {
        Self { kind: Kind::UnknownMethod, detail: method.into() }
    }

    pub(super) fn shape(cause: impl fmt::Display) -> Self {
        Self { kind: Kind::Shape, detail: cause.to_string() }
    }

    /// True when the method name is not one this crate knows in that direction.
    #[must_use]
    pub fn is_unknown_method(&self) -> bool {
        self.kind == Kind::UnknownMethod
    }

    /// The JSON-RPC error code that tells the sender: -32601 for an unknown method, else -32602.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self.kind {
            Kind::UnknownMethod => ErrorCode::METHOD_NOT_FOUND,
            Kind::Shape => ErrorCode::INVALID_PARAMS,
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::UnknownMethod => write!(f, "unknown method `{}`", self.detail),
            Kind::Shape => f.write_str(&self.detail),
        }
    }
}

impl core::error::Error for DecodeError {}
