//! Refusals, and the status that goes with a JSON-RPC error.

use std::borrow::Cow;

use pulseengine_mcp_protocol::envelope::Refusal;
use pulseengine_mcp_protocol::{Error, ErrorCode, RequestId, Revision};

/// A request that is not served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused(Box<Parts>);

/// Boxed, as every `Result` with a refusal in it is moved about.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Parts {
    status: u16,
    error: Error,
    id: Option<RequestId>,
    allow: Option<&'static str>,
}

impl Refused {
    /// A request that is wrong as HTTP.
    pub fn new(status: u16, message: impl Into<Cow<'static, str>>) -> Self {
        Self::of(status, Error::invalid_request(message), None)
    }

    fn of(status: u16, error: Error, id: Option<RequestId>) -> Self {
        Self(Box::new(Parts { status, error, id, allow: None }))
    }

    /// The same refusal with the methods to use instead.
    #[must_use]
    pub fn allowing(mut self, methods: &'static str) -> Self {
        self.0.allow = Some(methods);
        self
    }

    /// The status.
    pub const fn status(&self) -> u16 {
        self.0.status
    }

    /// The methods to use instead, for `Allow`.
    pub const fn allow(&self) -> Option<&'static str> {
        self.0.allow
    }

    /// The body: a JSON-RPC error response, with the request's id when it could be read.
    pub fn body(&self) -> String {
        self.0.error.response(self.0.id.as_ref(), None)
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        let Refusal { id, error } = refusal;
        Self::of(status_of(error.code(), Revision::LATEST), error, id)
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
