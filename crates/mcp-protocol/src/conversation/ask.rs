//! Requests from server to client (revisions up to 2025-11-25): sampling, elicitation, roots.

use alloc::string::String;
use core::time::Duration;

use super::{Conversation, Effect, Origin};
use crate::json::Writer;
use crate::{Error, Method, RequestId, params};

/// Names a question put to the client; also its id on the wire.
pub type AskId = u64;

#[derive(Debug)]
pub(super) struct Ask {
    /// The client's request that the question belongs to.
    pub call: RequestId,
    pub origin: Origin,
    pub deadline: Duration,
}

/// What deals with answers to questions.
#[derive(Debug)]
pub(super) struct Asks {
    pub answered: fn(&mut Conversation, &RequestId, Result<&str, &str>),
    pub forget: fn(&mut Conversation, &RequestId),
    pub fail: fn(&mut Conversation, &'static str),
}

static ASKS: Asks = Asks {
    answered: Conversation::answered,
    forget: Conversation::forget_asked,
    fail: Conversation::fail_asked,
};

impl Conversation {
    /// Puts a question to the client on behalf of a request in flight. `params` is a JSON object.
    ///
    /// `None` when that request is no longer served. Otherwise the answer comes as [`Effect::Answered`], at the
    /// latest when `deadline` has passed.
    pub fn ask(
        &mut self,
        call: &RequestId,
        method: Method,
        params: &str,
        deadline: Duration,
    ) -> Option<AskId> {
        let live = self.live.get(call).filter(|_| !self.closed)?;
        let origin = live.origin;
        self.asks = Some(&ASKS);
        let id = self.next_ask;
        self.next_ask += 1;
        let mut w = Writer::with_capacity(params.len() + 64);
        w.begin_object();
        w.key("jsonrpc").string("2.0");
        w.key("id").unsigned(id);
        w.key("method").string(method.name());
        if !params.is_empty() {
            w.key("params").raw(params);
        }
        w.end_object();
        self.asked.insert(id, Ask { call: call.clone(), origin, deadline });
        self.effects.push_back(Effect::Send(w.into_text(), origin));
        Some(id)
    }

    /// Gives up on a question: the client is told to stop.
    pub fn withdraw(&mut self, id: AskId) {
        if let Some(ask) = self.asked.remove(&id) {
            self.effects.push_back(Effect::Send(cancelled(id), ask.origin));
        }
    }

    /// Fails the questions whose deadline has passed.
    pub fn expire(&mut self, now: Duration) {
        let late: alloc::vec::Vec<AskId> =
            self.asked.iter().filter(|(_, ask)| ask.deadline <= now).map(|(id, _)| *id).collect();
        for id in late {
            self.withdraw(id);
            let error = Error::internal("the client did not answer in time");
            self.effects.push_back(Effect::Answered(id, Err(error)));
        }
    }

    fn answered(&mut self, id: &RequestId, outcome: Result<&str, &str>) {
        let RequestId::Number(id) = id else { return };
        let Ok(id) = AskId::try_from(*id) else { return };
        if self.asked.remove(&id).is_some() {
            let outcome = outcome.map(String::from).map_err(client_error);
            self.effects.push_back(Effect::Answered(id, outcome));
        }
    }

    fn forget_asked(&mut self, call: &RequestId) {
        let open: alloc::vec::Vec<AskId> =
            self.asked.iter().filter(|(_, ask)| ask.call == *call).map(|(id, _)| *id).collect();
        for id in open {
            self.withdraw(id);
        }
    }

    fn fail_asked(&mut self, why: &'static str) {
        for (id, _) in self.asked.take() {
            self.effects.push_back(Effect::Answered(id, Err(Error::internal(why))));
        }
    }
}

fn cancelled(id: AskId) -> String {
    let mut w = Writer::with_capacity(96);
    w.begin_object();
    w.key("jsonrpc").string("2.0");
    w.key("method").string(Method::Cancelled.name());
    w.key("params").begin_object();
    w.key("requestId").unsigned(id);
    w.end_object();
    w.end_object();
    w.into_text()
}

/// The client's error object as an error of ours.
fn client_error(object: &str) -> Error {
    let code = params::member(object, "code")
        .and_then(|c| c.parse().ok())
        .map_or(crate::ErrorCode::INTERNAL, crate::ErrorCode);
    let message = params::member(object, "message").and_then(params::string);
    Error::new(
        code,
        crate::error::join("the client refused: ", message.as_deref().unwrap_or("no reason given")),
    )
}
