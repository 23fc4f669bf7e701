//! What handlers fail with.

use std::borrow::Cow;
use std::fmt;

use pulseengine_mcp_protocol::Error;
use pulseengine_mcp_protocol::schema::Mismatch;

use crate::input::InputError;

/// Why a handler has no answer: it is told to the client, or more input is needed first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// For the model: a tool's result with `isError`; for a resource or prompt an error.
    Said(Cow<'static, str>),
    /// A JSON-RPC error.
    Protocol(Error),
    /// What was asked for does not exist.
    Missing,
    /// The call waits for the client's input and will be repeated.
    Suspended,
}

macro_rules! handler_error {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name(pub(crate) Failure);

        impl $name {
            /// A failure described to the client. No internals, no secrets.
            pub fn new(message: impl Into<Cow<'static, str>>) -> Self {
                Self(Failure::Said(message.into()))
            }

            /// A JSON-RPC error, sent as it is.
            pub const fn protocol(error: Error) -> Self {
                Self(Failure::Protocol(error))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::error::Error for $name {}

        impl From<&'static str> for $name {
            fn from(message: &'static str) -> Self {
                Self::new(message)
            }
        }

        impl From<String> for $name {
            fn from(message: String) -> Self {
                Self::new(message)
            }
        }

        impl From<pulseengine_mcp_runtime::http::Error> for $name {
            fn from(error: pulseengine_mcp_runtime::http::Error) -> Self {
                Self::new(error.to_string())
            }
        }

        impl From<std::io::Error> for $name {
            fn from(error: std::io::Error) -> Self {
                Self::new(error.to_string())
            }
        }

        impl From<InputError> for $name {
            fn from(error: InputError) -> Self {
                Self(error.into_failure())
            }
        }

        impl From<Error> for $name {
            fn from(error: Error) -> Self {
                Self::protocol(error)
            }
        }

        impl From<Mismatch> for $name {
            fn from(mismatch: Mismatch) -> Self {
                Self::new(mismatch.to_string())
            }
        }
    };
}

handler_error! {
    /// Why a tool failed. The message goes to the model, as a result with `isError` (specification: server/tools,
    /// "Error Handling").
    ToolError
}

handler_error! {
    /// Why a resource could not be read.
    ResourceError
}

handler_error! {
    /// Why a prompt could not be filled in.
    PromptError
}

impl ResourceError {
    /// There is no such resource: the error that the revision names for it.
    pub const fn not_found() -> Self {
        Self(Failure::Missing)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Said(message) => message,
            Self::Protocol(error) => error.message(),
            Self::Missing => "not found",
            Self::Suspended => "waiting for input from the client",
        })
    }
}
