//! JSON-RPC errors.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;

use crate::json::Writer;
use crate::{ErrorCode, RequestId, Revision};

/// A JSON-RPC error: what happened, in a code, a sentence and optional data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<ErrorData>);

/// Boxed: errors are rare, and a `Result` that can be an error is moved often.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ErrorData {
    code: ErrorCode,
    message: Cow<'static, str>,
    data: Option<String>,
}

impl Error {
    /// An error with a message for a person.
    pub fn new(code: ErrorCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(ErrorData { code, message: message.into(), data: None }))
    }

    /// The method does not exist or is not offered.
    pub fn method_not_found(method: &str) -> Self {
        Self::new(ErrorCode::METHOD_NOT_FOUND, join("Method not found: ", method))
    }

    /// The params name something that does not exist: `prefix`, and as much of `name` as fits into a message.
    pub fn unknown(prefix: &str, name: &str) -> Self {
        Self::invalid_params(join(prefix, name))
    }

    /// No such resource, with the code of `revision` and the URI as data.
    pub fn resource_not_found(uri: &str, revision: Revision) -> Self {
        let mut w = Writer::default();
        w.begin_object();
        w.key("uri").string(uri);
        w.end_object();
        Self::new(revision.resource_not_found(), "Resource not found").with_data(w.into_text())
    }

    /// The request needs capabilities that the client did not declare; `required` is a JSON object.
    pub fn missing_capability(required: &str) -> Self {
        let mut w = Writer::default();
        w.begin_object();
        w.key("requiredCapabilities").raw(required);
        w.end_object();
        Self::new(ErrorCode::MISSING_CAPABILITY, "Missing required client capability")
            .with_data(w.into_text())
    }

    /// The revision asked for is not supported.
    pub(crate) fn unsupported_revision(requested: &str) -> Self {
        let mut w = Writer::default();
        w.begin_object();
        w.key("supported");
        Revision::write_all(&mut w);
        w.key("requested").string(requested);
        w.end_object();
        Self::new(ErrorCode::UNSUPPORTED_REVISION, "Unsupported protocol version").with_data(w.into_text())
    }

    /// The same error carrying `json`, any JSON value, as data.
    #[must_use]
    pub fn with_data(mut self, json: String) -> Self {
        self.0.data = Some(json);
        self
    }

    /// The code.
    pub const fn code(&self) -> ErrorCode {
        self.0.code
    }

    /// The message.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The data as JSON text.
    pub fn data(&self) -> Option<&str> {
        self.0.data.as_deref()
    }

    /// Writes the error object.
    pub fn write(&self, w: &mut Writer) {
        w.begin_object();
        w.key("code").integer(self.0.code.0);
        w.key("message").string(&self.0.message);
        if let Some(data) = &self.0.data {
            w.key("data").raw(data);
        }
        w.end_object();
    }

    /// The whole error response. Without an id the member is left out from 2025-11-25 on, where the schema
    /// makes it optional, and null before, as JSON-RPC 2.0 has it.
    pub fn response(&self, id: Option<&RequestId>, revision: Option<Revision>) -> String {
        let mut w = Writer::with_capacity(128);
        w.begin_object();
        w.key("jsonrpc").string("2.0");
        match id {
            Some(id) => id.write(w.key("id")),
            None if revision.is_some_and(Revision::errors_need_an_id) => w.key("id").null(),
            None => {}
        }
        self.write(w.key("error"));
        w.end_object();
        w.into_text()
    }
}

macro_rules! errors_of {
    ($($(#[$doc:meta])* $name:ident = $code:ident;)*) => {
        impl Error { $(
            $(#[$doc])*
            pub fn $name(message: impl Into<Cow<'static, str>>) -> Self {
                Self::new(ErrorCode::$code, message)
            }
        )* }
    };
}

errors_of! {
    /// The params do not fit.
    invalid_params = INVALID_PARAMS;
    /// The message is not a valid request.
    invalid_request = INVALID_REQUEST;
    /// The server failed. The client sees the message: it must hold no internals and no secrets.
    internal = INTERNAL;
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl core::error::Error for Error {}

/// `prefix` and `rest` as one message.
pub(crate) fn join(prefix: &str, rest: &str) -> Cow<'static, str> {
    // Names come from outside: a message quotes at most this much of them.
    const SHOWN: usize = 128;
    let shown = rest.get(..rest.floor_char_boundary(SHOWN)).unwrap_or_default();
    let mut message = String::with_capacity(prefix.len() + shown.len());
    message.push_str(prefix);
    message.push_str(shown);
    Cow::Owned(message)
}
