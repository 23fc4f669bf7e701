//! The codes that JSON-RPC and the specification assign to errors.

use serde::{Deserialize, Serialize};

/// A JSON-RPC error code. Codes unknown here survive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ErrorCode(pub i64);

impl ErrorCode {
    /// The text is not JSON, or exceeds a bound on its structure.
    pub const PARSE: Self = Self(-32700);
    /// JSON, but not a request, notification or response.
    pub const INVALID_REQUEST: Self = Self(-32600);
    /// The method does not exist in the revision in use, or is not offered.
    pub const METHOD_NOT_FOUND: Self = Self(-32601);
    /// The params do not fit the method. Since 2026-07-28 also: the resource does not exist.
    pub const INVALID_PARAMS: Self = Self(-32602);
    /// The server failed.
    pub const INTERNAL: Self = Self(-32603);
    /// The resource does not exist; up to 2025-11-25 only.
    pub const RESOURCE_NOT_FOUND: Self = Self(-32002);
    /// An HTTP header contradicts the body; since 2026-07-28.
    pub const HEADER_MISMATCH: Self = Self(-32020);
    /// The request needs a capability that the client has not declared; since 2026-07-28.
    pub const MISSING_CAPABILITY: Self = Self(-32021);
    /// The protocol revision is not supported; since 2026-07-28.
    pub const UNSUPPORTED_REVISION: Self = Self(-32022);
    /// The user must visit URLs first; 2025-11-25 only.
    pub const URL_ELICITATION_REQUIRED: Self = Self(-32042);
}
