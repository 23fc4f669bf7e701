//! Input from the client in the middle of a call: elicitation, sampling, roots.
//!
//! One line in the handler, `cx.elicit::<Name>("What is your name?").await?`, is a request to the client on the open
//! connection up to 2025-11-25. Since 2026-07-28 the call ends with `input_required` and comes again with the answer:
//! the handler runs again, and the line returns at once. Answers of earlier rounds travel in a sealed
//! `requestState` (specification: basic/patterns/mrtr). A handler should therefore ask before it acts.

mod ask;
mod round;
mod seal;
mod state;
mod suspend;

pub use ask::{Elicited, InputRequest};
pub(crate) use state::Input;

pub use crate::error::InputError;
