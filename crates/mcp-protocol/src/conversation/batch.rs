//! JSON-RPC batches, which only 2025-03-26 has: the answers go out together, when the last one is there.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Conversation, Effect, Origin};
use crate::envelope::{self, InvalidMessage, Message, Unit};
use crate::params::Span;
use crate::{Error, Method};

/// Longest batch: every member may cost an answer.
const MAX_MEMBERS: usize = 256;

/// The refusal of a batch with so many members, if they are too many.
pub(crate) fn too_many_members(count: usize) -> Option<InvalidMessage> {
    let error = Error::invalid_request("Invalid request: the batch has more than 256 members");
    (count > MAX_MEMBERS).then_some(InvalidMessage { id: None, error })
}

pub(super) type BatchId = u64;

#[derive(Debug)]
pub(super) struct Batch {
    origin: Origin,
    /// Members that have still to be taken in or answered.
    open: usize,
    answers: Vec<String>,
}

impl Conversation {
    pub(super) fn receive_batch(&mut self, members: Vec<String>, origin: Origin) {
        if let Some(refusal) = too_many_members(members.len()) {
            return self.refuse(refusal, None, origin);
        }
        let id = self.next_batch;
        self.next_batch += 1;
        self.batches.insert(id, Batch { origin, open: members.len(), answers: Vec::new() });
        for text in members {
            self.receive_member(id, text, origin);
        }
    }

    fn receive_member(&mut self, batch: BatchId, text: String, origin: Origin) {
        let limits = self.limits;
        match envelope::parse(&text, false, &limits) {
            Unit::One(Ok(Message::Request { id, method, .. })) if method == Method::Initialize.name() => {
                let error = Error::invalid_request("Invalid request: initialize cannot be part of a batch");
                self.refuse(InvalidMessage { id: Some(id), error }, Some(batch), origin);
            }
            Unit::One(Ok(Message::Request { id, method, params })) => {
                let params = Span::of(&text, params.unwrap_or_default());
                let method = envelope::settle(&method);
                self.receive_request(text, id, &method, params, Some(batch), origin);
            }
            Unit::One(Ok(Message::Notification { method, params })) => {
                self.receive_notification(&method, params.unwrap_or_default());
                self.close_in_batch(batch);
            }
            Unit::One(Ok(Message::Response { id, outcome })) => {
                self.receive_response(&id, outcome);
                self.close_in_batch(batch);
            }
            Unit::One(Err(refusal)) => self.refuse(refusal, Some(batch), origin),
            Unit::One(Ok(Message::Stray)) | Unit::Batch(_) => self.close_in_batch(batch),
        }
    }

    pub(super) fn answer_in_batch(&mut self, batch: BatchId, message: String) {
        if let Some(found) = self.batches.value_mut(&batch) {
            found.answers.push(message);
        }
        self.close_in_batch(batch);
    }

    /// One member less to wait for.
    pub(super) fn close_in_batch(&mut self, batch: BatchId) {
        let Some(found) = self.batches.value_mut(&batch) else { return };
        found.open = found.open.saturating_sub(1);
        if found.open > 0 {
            return;
        }
        let Some(done) = self.batches.remove(&batch) else { return };
        if !done.answers.is_empty() {
            let mut message = String::from("[");
            message.push_str(&done.answers.join(","));
            message.push(']');
            self.effects.push_back(Effect::Send(message, done.origin));
        }
        self.done(done.origin);
    }
}
