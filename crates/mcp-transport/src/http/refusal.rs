//! Refusals, and the status that goes with a JSON-RPC error.

use std::borrow::Cow;

use pulseengine_mcp_protocol::envelope::Refusal;
use pulseengine_mcp_protocol::{Error, ErrorCode, RequestId, Revision};

/// A request that is not served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The status.
    pub status: u16,
    /// The JSON-RPC error that goes with it.
    pub error: Error,
    /// The request's id, when it could be read.
    pub id: Option<RequestId>,
    /// The methods to use instead, for `Allow`.
    pub allow: Option<&'static str>,
}

impl Refused {
    /// A request that is wrong as HTTP.
    pub fn new(status: u16, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status, error: Error::invalid_request(message), id: None, allow: None }
    }

    /// The body: a JSON-RPC error response.
    pub fn body(&self) -> String {
        self.error.response(self.id.as_ref(), None)
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        let Refusal { id, error } = refusal;
        let status = status_of(error.code(), Revision::LATEST);
        Self { status, error, id, allow: None }
    }
}

/// The status of a JSON-RPC error. Before 2026-07-28 an error that answers a request is as good an answer as a result.
pub const fn status_of(code: ErrorCode, revision: Revision) -> u16 {
    if !revision.is_stateless() {
        return 200;
    }
    match code {
        ErrorCode::PARSE
        | ErrorCode::INVALID_REQUEST
        | ErrorCode::INVALID_PARAMS
        | ErrorCode::HEADER_MISMATCH
        | ErrorCode::MISSING_CAPABILITY
        | ErrorCode::UNSUPPORTED_REVISION => 400,
        ErrorCode::METHOD_NOT_FOUND => 404,
        ErrorCode::INTERNAL => 500,
        _ => 200,
    }
}
