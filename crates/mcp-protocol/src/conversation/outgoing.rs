//! Requests that are sent: to the client (sampling, elicitation, roots, up to 2025-11-25), or to the server.

use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use super::core::{Conversation, Effect, Outgoing, OutgoingCode, OutgoingId, Role};
use crate::envelope::Response;
use crate::json::Writer;
use crate::{Error, Method, RequestId};

impl<R: Role> Conversation<R> {
    pub(super) const OUTGOING: &'static OutgoingCode<R> =
        &OutgoingCode { answered: Self::answered, forget: Self::forget_outgoing, fail: Self::fail_outgoing };

    /// Sends a request on behalf of a request in flight. `params` is a JSON object, or empty.
    ///
    /// `None` when that request is no longer served. Otherwise the answer comes as [`Effect::Answered`], at the
    /// latest when `deadline` has passed.
    pub fn ask(
        &mut self,
        call: &RequestId,
        method: Method,
        params: &str,
        deadline: Duration,
    ) -> Option<OutgoingId> {
        let origin = self.serving.get(call).filter(|_| !self.closed)?.origin;
        let outgoing = Outgoing { call: Some(call.clone()), origin, deadline: Some(deadline) };
        let id = self.next_outgoing;
        self.send_request(method.name(), params, outgoing);
        Some(id)
    }

    /// Sends a request with the next id.
    pub(super) fn send_request(&mut self, method: &str, params: &str, outgoing: Outgoing) {
        self.outgoing_code = Some(Self::OUTGOING);
        let id = self.next_outgoing;
        self.next_outgoing += 1;
        self.effects.push_back(Effect::Send(message(Some(id), method, params), outgoing.origin));
        self.outgoing.insert(id, outgoing);
    }

    /// Cancels a request that was sent: the other side is notified, and no answer comes. A request that still waits for
    /// the handshake is not sent.
    pub fn withdraw(&mut self, id: OutgoingId) {
        if let Some(outgoing) = self.outgoing.remove(&id)
            && !self.role.unqueue(id)
        {
            self.effects.push_back(Effect::Send(cancelled(id), outgoing.origin));
        }
    }

    /// When [`Conversation::expire`] has to be called next, on the clock of [`Conversation::ask`].
    pub fn deadline(&self) -> Option<Duration> {
        self.outgoing.iter().filter_map(|(_, outgoing)| outgoing.deadline).min()
    }

    /// Fails the requests whose deadline has passed.
    pub fn expire(&mut self, now: Duration) {
        let late = |outgoing: &Outgoing| outgoing.deadline.is_some_and(|deadline| deadline <= now);
        for id in self.outgoing_where(late) {
            self.withdraw(id);
            let error = Error::internal(R::OTHER_SIDE.late);
            self.effects.push_back(Effect::Answered(id, Err(error)));
        }
    }

    fn answered(&mut self, response: &Response) {
        let RequestId::Number(id) = response.id else { return };
        let Ok(id) = OutgoingId::try_from(id) else { return };
        if self.outgoing.remove(&id).is_some() {
            let outcome = response.outcome().map(String::from).map_err(R::error_of_response);
            self.effects.push_back(Effect::Answered(id, outcome));
        } else {
            R::answered(self, id, response);
        }
    }

    fn forget_outgoing(&mut self, call: &RequestId) {
        for id in self.outgoing_where(|outgoing| outgoing.call.as_ref() == Some(call)) {
            self.withdraw(id);
        }
    }

    fn fail_outgoing(&mut self, why: &'static str) {
        for (id, _) in core::mem::take(&mut self.outgoing) {
            self.effects.push_back(Effect::Answered(id, Err(Error::internal(why))));
        }
    }

    fn outgoing_where(&self, matches: impl Fn(&Outgoing) -> bool) -> Vec<OutgoingId> {
        self.outgoing.iter().filter(|(_, outgoing)| matches(outgoing)).map(|(id, _)| *id).collect()
    }
}

/// A request, or without an id a notification. `params` is a JSON object, or empty.
pub(super) fn message(id: Option<OutgoingId>, method: &str, params: &str) -> String {
    let mut w = Writer::with_capacity(params.len() + 64);
    w.begin_object();
    w.key("jsonrpc").string("2.0");
    if let Some(id) = id {
        w.key("id").unsigned(id);
    }
    w.key("method").string(method);
    if !params.is_empty() {
        w.key("params").raw(params);
    }
    w.end_object();
    w.into_text()
}

fn cancelled(id: OutgoingId) -> String {
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
