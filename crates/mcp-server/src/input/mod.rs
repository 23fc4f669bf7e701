//! Input from the client in the middle of a call: elicitation, sampling, roots.
//!
//! One line in the handler, `cx.elicit::<Name>("What is your name?").await?`, is a request to the client on the open
//! connection up to 2025-11-25. Since 2026-07-28 the call ends with `input_required` and comes again with the answer:
//! the handler runs anew, and the line returns at once. What was answered in earlier rounds travels in a sealed
//! `requestState` (specification: basic/patterns/mrtr). A handler should therefore ask before it acts.

mod ask;
mod round;
mod seal;

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use pulseengine_mcp_protocol::Error;
use pulseengine_mcp_protocol::Reply;

pub use ask::{Elicited, InputRequest};
use round::Round;

use crate::Context;
use crate::error::Failure;

/// What is known of a call's input. Empty until a handler asks for some.
#[derive(Default)]
pub(crate) struct Input {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// How many questions without a key of their own were asked.
    unnamed: u32,
    /// The rounds of this call so far; read when the first question is asked.
    round: Option<Round>,
    /// Ends the call with `input_required`. Set by the first question that has no answer yet: a server that never
    /// asks does not carry the code.
    suspend: Option<fn(&Context, &Round) -> Reply>,
}

impl Input {
    /// The reply that asks for more input, when a question is open.
    pub fn suspended(&self, cx: &Context) -> Option<Reply> {
        let state = self.lock();
        let suspend = state.suspend?;
        state.round.as_ref().map(|round| suspend(cx, round))
    }

    /// Whether a question was put in this round that has no answer yet.
    pub fn is_open(&self) -> bool {
        self.lock().suspend.is_some()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why there is no input. `?` turns it into the error of the handler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputError(Kind);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// The call has to end here and will be repeated with the answer (2026-07-28).
    Suspended,
    /// The client lacks a capability; the JSON object of it, and whether the revision has an error for that.
    Missing(String, bool),
    /// The client answered with an error.
    Client(Error),
    /// The client's answer is not what was asked for.
    Malformed(String),
    /// The `requestState` is not one that this server gave for this request.
    State(&'static str),
}

impl InputError {
    pub(crate) const fn suspended() -> Self {
        Self(Kind::Suspended)
    }

    /// The client lacks this, a JSON object of capabilities; `coded`: the revision has an error for that.
    pub(crate) const fn missing(capabilities: String, coded: bool) -> Self {
        Self(Kind::Missing(capabilities, coded))
    }

    /// There is no answer, for this reason.
    pub(crate) const fn of_client(error: Error) -> Self {
        Self(Kind::Client(error))
    }

    /// Whether the call only waits for its answers. A handler that gets this error should return it.
    pub const fn is_suspended(&self) -> bool {
        matches!(self.0, Kind::Suspended)
    }

    /// Whether the client cannot be asked this.
    pub const fn is_unsupported(&self) -> bool {
        matches!(self.0, Kind::Missing(..))
    }

    pub(crate) fn into_failure(self) -> Failure {
        match self.0 {
            Kind::Suspended => Failure::Suspended,
            Kind::Missing(required, true) => Failure::Protocol(Error::missing_capability(&required)),
            Kind::State(why) => Failure::Protocol(Error::invalid_params(why)),
            other => Failure::Said(Self(other).to_string().into()),
        }
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Suspended => f.write_str("waiting for input from the client"),
            Kind::Missing(required, _) => {
                f.write_str("the client does not support what is needed: ")?;
                f.write_str(required)
            }
            Kind::Client(error) => f.write_str(error.message()),
            Kind::Malformed(why) => {
                f.write_str("the client's answer does not fit: ")?;
                f.write_str(why)
            }
            Kind::State(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for InputError {}
