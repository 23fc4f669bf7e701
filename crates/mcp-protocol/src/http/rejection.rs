//! Rejected requests, and the status that goes with a JSON-RPC error.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;
use core::ops::{Deref, DerefMut};
use core::time::Duration;

use super::{HeaderName, media};
use crate::envelope::InvalidMessage;
use crate::{Error, ErrorCode, RequestId, Revision};

/// A header field, its name in lower case.
pub type Field = (&'static str, Cow<'static, str>);

/// The field that says that a body is JSON.
pub const JSON: Field = (HeaderName::ContentType.as_str(), Cow::Borrowed(media::JSON));

/// A request that is not served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpRejection(Box<RejectionData>);

/// What an [`HttpRejection`] holds, in a box: a `Result` that can be a rejection is moved often.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RejectionData {
    /// The status.
    pub status: u16,
    /// The JSON-RPC error in the body.
    pub error: Error,
    /// The id of the request, when it could be read.
    pub id: Option<RequestId>,
    /// The header fields.
    pub headers: Vec<Field>,
}

impl Deref for HttpRejection {
    type Target = RejectionData;

    fn deref(&self) -> &RejectionData {
        &self.0
    }
}

impl DerefMut for HttpRejection {
    fn deref_mut(&mut self) -> &mut RejectionData {
        &mut self.0
    }
}

impl HttpRejection {
    /// A request that is wrong as HTTP.
    pub fn new(status: u16, message: impl Into<Cow<'static, str>>) -> Self {
        Self::of(status, Error::invalid_request(message), None)
    }

    fn of(status: u16, error: Error, id: Option<RequestId>) -> Self {
        Self(Box::new(RejectionData { status, error, id, headers: vec![JSON] }))
    }

    /// The same rejection with one more header field, its name in lower case: what is allowed, when to try again, how to
    /// authenticate.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.0.headers.push((name, value.into()));
        self
    }

    /// 401: the request is not authenticated. `challenge` goes into `WWW-Authenticate` (RFC 9110, 11.6.1), e.g.
    /// `Bearer resource_metadata="https://example.com/.well-known/oauth-protected-resource"`.
    pub fn unauthorized(challenge: impl Into<Cow<'static, str>>) -> Self {
        Self::new(401, "Unauthorized: authentication required")
            .with(HeaderName::WwwAuthenticate.as_str(), challenge)
    }

    /// 403: the caller may not do this. `challenge` goes into `WWW-Authenticate` (RFC 6750, 3.1), e.g.
    /// `Bearer error="insufficient_scope", scope="files:write"`.
    pub fn forbidden(challenge: impl Into<Cow<'static, str>>) -> Self {
        Self::new(403, "Forbidden: the caller may not do this")
            .with(HeaderName::WwwAuthenticate.as_str(), challenge)
    }

    /// 429: the caller sends too many requests. `retry_after` is rounded up to seconds.
    pub fn too_many_requests(retry_after: Duration) -> Self {
        let seconds = retry_after.as_secs().saturating_add((retry_after.subsec_nanos() > 0).into());
        Self::new(429, "Too many requests: try again later").with("retry-after", seconds.to_string())
    }

    /// The same with another JSON-RPC error in its body.
    #[must_use]
    pub fn with_error(mut self, error: Error) -> Self {
        self.error = error;
        self
    }

    /// The body: a JSON-RPC error response, with the request's id when it could be read.
    pub fn body(&self) -> String {
        self.0.error.response(self.0.id.as_ref(), None)
    }
}

impl fmt::Display for HttpRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "status {}: {}", self.0.status, self.0.error)
    }
}

impl core::error::Error for HttpRejection {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(&self.0.error)
    }
}

impl From<InvalidMessage> for HttpRejection {
    fn from(refusal: InvalidMessage) -> Self {
        let InvalidMessage { id, error } = refusal;
        Self::of(status_of(error.code(), Revision::LATEST), error, id)
    }
}

impl From<Error> for HttpRejection {
    fn from(error: Error) -> Self {
        InvalidMessage { id: None, error }.into()
    }
}

/// The error for a header field that is missing, malformed, or differs from the body.
pub(crate) fn mismatch(message: impl Into<Cow<'static, str>>) -> Error {
    Error::new(ErrorCode::HEADER_MISMATCH, message)
}

/// The status of a JSON-RPC error. Before 2026-07-28 it is 200: the error is the answer to a
/// request, as a result would be.
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
