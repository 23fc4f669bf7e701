//! Between two rounds of a call (2026-07-28): the answers travel in the sealed `requestState`.

use pulseengine_mcp_protocol::params::Key;
use pulseengine_mcp_protocol::{Call, Outcome, Reply};

use super::round::InputRound;
use super::seal;
use crate::Context;
use crate::error::InputError;
use crate::response::Response;

/// The round that a call begins: the answers of earlier rounds from its `requestState`, and its `inputResponses`.
pub(super) fn resume(cx: &Context) -> Result<InputRound, InputError> {
    let call = cx.call();
    let mut round = InputRound::default();
    if !call.text(Key::RequestState).is_empty() {
        let sealed = call.string(Key::RequestState).ok_or(InputError::invalid_state())?;
        let opened = seal::open(cx, &sealed).ok_or(InputError::invalid_state())?;
        round.take(&opened);
    }
    round.take(call.text(Key::InputResponses));
    Ok(round)
}

/// Ends the call with the result that asks the open questions.
pub(super) fn suspend(cx: &Context, round: &InputRound) -> Reply {
    let call: &Call = cx.call();
    let sealed = match seal::seal(cx, &round.answers_json()) {
        Ok(sealed) => sealed,
        Err(error) => return Reply::error(error),
    };
    let mut response = Response::of_type(call, cx.server().result_meta(), 512, "input_required");
    let w = &mut response.result.w;
    w.key("inputRequests").begin_object();
    for (key, question) in round.questions.iter() {
        w.key(key).raw(question);
    }
    w.end_object();
    w.key("requestState").string(&sealed);
    response.end(Outcome::InputRequired)
}
