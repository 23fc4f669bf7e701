//! The rounds of one call (2026-07-28): what has been answered, what is asked now.

use pulseengine_mcp_protocol::json::{Reader, Writer};
use pulseengine_mcp_protocol::params::Key;
use pulseengine_mcp_protocol::{Call, Method, VecMap};
use pulseengine_mcp_protocol::{Outcome, Reply};

use super::{InputError, Kind, seal};
use crate::Context;
use crate::response::Response;

/// Questions asked and answers given, by key, as JSON text.
#[derive(Debug, Default)]
pub(crate) struct Round {
    answers: VecMap<String, String>,
    questions: VecMap<String, String>,
}

impl Round {
    /// What the call brings along: the answers of earlier rounds out of its `requestState`, and its `inputResponses`.
    pub fn of(cx: &Context) -> Result<Self, InputError> {
        let call = cx.call();
        let mut round = Self::default();
        if !call.text(Key::RequestState).is_empty() {
            let sealed = call.string(Key::RequestState).ok_or(InputError(Kind::State(seal::REFUSED)))?;
            let opened = seal::open(cx, &sealed).map_err(|why| InputError(Kind::State(why)))?;
            round.take(&opened);
        }
        round.take(call.text(Key::InputResponses));
        Ok(round)
    }

    /// Adds the members of an object to the answers. Whatever is no object holds no answers.
    fn take(&mut self, object: &str) {
        let mut r = Reader::new(object);
        let Ok(mut members) = r.object() else { return };
        while let Ok(Some(key)) = members.next(&mut r) {
            let Ok(value) = r.raw() else { return };
            self.answers.remove(&*key);
            self.answers.insert(key.into_owned(), value.into());
        }
    }

    /// The answer to the question `key`, if it is there and `fits`.
    pub fn answer(&self, key: &str, fits: impl FnOnce(&str) -> bool) -> Option<&str> {
        self.answers.get(key).map(String::as_str).filter(|answer| fits(answer))
    }

    /// Asks `key` in this round.
    pub fn ask(&mut self, key: &str, method: Method, params: &str) {
        self.answers.remove(key);
        self.questions.remove(key);
        self.questions.insert(key.into(), question(method, params));
    }

    fn answers_json(&self) -> String {
        let mut w = Writer::default();
        w.begin_object();
        for (key, answer) in self.answers.iter() {
            w.key(key).raw(answer);
        }
        w.end_object();
        w.into_text()
    }
}

/// A question as clients are sent it: an object with `method` and `params`.
pub(super) fn question(method: Method, params: &str) -> String {
    let mut w = Writer::with_capacity(params.len() + 64);
    w.begin_object();
    w.key("method").string(method.name());
    if !params.is_empty() {
        w.key("params").raw(params);
    }
    w.end_object();
    w.into_text()
}

/// The result that asks for what is missing.
pub(super) fn suspend(cx: &Context, round: &Round) -> Reply {
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
