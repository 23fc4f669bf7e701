//! The state of a call's input, a part of its context.

use std::sync::{Mutex, MutexGuard, PoisonError};

use pulseengine_mcp_protocol::Reply;

use super::round::InputRound;
use crate::Context;

/// The state of a call's input. Empty until the handler asks for some.
#[derive(Default)]
pub(crate) struct Input {
    state: Mutex<InputState>,
}

#[derive(Default)]
pub(super) struct InputState {
    /// How many questions without a key of their own were asked.
    pub unnamed: u32,
    /// The rounds of this call so far; read when the first question is asked.
    pub round: Option<InputRound>,
    /// Ends the call with `input_required`. Set by the first question that has no answer yet, so that a server that never
    /// asks does not carry the code.
    pub suspend: Option<fn(&Context, &InputRound) -> Reply>,
}

impl Input {
    /// The reply that asks for more input, when a question is open.
    pub fn suspended(&self, cx: &Context) -> Option<Reply> {
        let state = self.lock();
        let suspend = state.suspend?;
        state.round.as_ref().map(|round| suspend(cx, round))
    }

    /// Whether a question of this round has no answer yet.
    pub fn is_open(&self) -> bool {
        self.lock().suspend.is_some()
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, InputState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
