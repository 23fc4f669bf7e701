//! The errors of handlers.

use std::borrow::Cow;
use std::fmt;

use pulseengine_mcp_protocol::Error;
use pulseengine_mcp_protocol::schema::Mismatch;

/// Why a handler has no result. The client receives the reason, unless the call waits for input.
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

        impl std::error::Error for $name {
            fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
                match &self.0 {
                    Failure::Protocol(error) => Some(error),
                    _ => None,
                }
            }
        }

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

/// All that is wrong with a `requestState` is one message, so that a client learns nothing from trying.
const INVALID_STATE: &str =
    "Invalid params: requestState was altered, is too old, or belongs to another request";

/// Why there is no input. `?` turns it into the error of the handler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputError(InputFailure);

/// Why a client cannot be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Missing {
    /// Whose limit it is, and which.
    pub(crate) why: String,
    /// The capability as a JSON object: set if the client has not declared it and the revision has an error for that.
    pub(crate) capability: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum InputFailure {
    /// The call has to end here and will be repeated with the answer (2026-07-28).
    Suspended,
    /// The client cannot be asked this.
    Missing(Missing),
    /// The client answered with an error.
    Client(Error),
    /// The client's answer is not what was asked for.
    Malformed(Mismatch),
    /// The `requestState` is not one that this server gave for this request.
    State,
}

impl InputError {
    pub(crate) const fn suspended() -> Self {
        Self(InputFailure::Suspended)
    }

    /// The client cannot be asked.
    pub(crate) const fn missing(missing: Missing) -> Self {
        Self(InputFailure::Missing(missing))
    }

    /// There is no answer, for this reason.
    pub(crate) const fn of_client(error: Error) -> Self {
        Self(InputFailure::Client(error))
    }

    /// The answer does not have the form that was asked for, for this reason.
    pub(crate) const fn malformed(why: Mismatch) -> Self {
        Self(InputFailure::Malformed(why))
    }

    /// The `requestState` is not valid.
    pub(crate) const fn invalid_state() -> Self {
        Self(InputFailure::State)
    }

    /// Whether the call only waits for its answers. A handler that gets this error should return it.
    pub const fn is_suspended(&self) -> bool {
        matches!(self.0, InputFailure::Suspended)
    }

    /// Whether the client cannot be asked this.
    pub const fn is_unsupported(&self) -> bool {
        matches!(self.0, InputFailure::Missing(..))
    }

    pub(crate) fn into_failure(self) -> Failure {
        match self.0 {
            InputFailure::Suspended => Failure::Suspended,
            InputFailure::Missing(Missing { capability: Some(required), .. }) => {
                Failure::Protocol(Error::missing_capability(&required))
            }
            InputFailure::State => Failure::Protocol(Error::invalid_params(INVALID_STATE)),
            other => Failure::Said(Self(other).to_string().into()),
        }
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            InputFailure::Suspended => f.write_str("waiting for input from the client"),
            InputFailure::Missing(missing) => f.write_str(&missing.why),
            InputFailure::Client(error) => f.write_str(error.message()),
            InputFailure::Malformed(why) => {
                f.write_str("the client's answer does not fit: ")?;
                why.fmt(f)
            }
            InputFailure::State => f.write_str(INVALID_STATE),
        }
    }
}

impl std::error::Error for InputError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            InputFailure::Client(error) => Some(error),
            InputFailure::Malformed(mismatch) => Some(mismatch),
            _ => None,
        }
    }
}
