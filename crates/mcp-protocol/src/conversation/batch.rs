//! JSON-RPC batches, which only 2025-03-26 has: the answers go out together, when the last one is there.

use alloc::string::String;
use alloc::vec::Vec;

use crate::envelope::InvalidMessage;
use crate::{Error, VecMap};

/// Longest batch: every member may cost an answer.
const MAX_MEMBERS: usize = 256;

/// The refusal of a batch with so many members, if it is one of none or of too many.
pub(crate) fn check_size(members: usize) -> Result<(), InvalidMessage> {
    let why = match members {
        0 => "Invalid request: the batch is empty",
        1..=MAX_MEMBERS => return Ok(()),
        _ => "Invalid request: the batch has more than 256 members",
    };
    Err(InvalidMessage { id: None, error: Error::invalid_request(why) })
}

pub(super) type BatchId = u64;

/// The batches that are not answered yet; `O` is where each came from.
#[derive(Debug)]
pub(super) struct Batches<O> {
    open: VecMap<BatchId, Batch<O>>,
    next: BatchId,
}

#[derive(Debug)]
struct Batch<O> {
    origin: O,
    /// Members that have still to be taken in or answered.
    members: usize,
    answers: Vec<String>,
}

impl<O> Batches<O> {
    pub(crate) const fn new() -> Self {
        Self { open: VecMap::new(), next: 0 }
    }

    /// Begins a batch.
    pub(crate) fn begin(&mut self, members: usize, origin: O) -> BatchId {
        let id = self.next;
        self.next += 1;
        self.open.insert(id, Batch { origin, members, answers: Vec::new() });
        id
    }

    /// One member is done, with its answer if it has one. After the last one: where the batch came from, and its message if
    /// there is anything to answer.
    pub(crate) fn member_done(&mut self, id: BatchId, answer: Option<String>) -> Option<(O, Option<String>)> {
        let batch = self.open.value_mut(&id)?;
        batch.answers.extend(answer);
        batch.members = batch.members.saturating_sub(1);
        if batch.members > 0 {
            return None;
        }
        let done = self.open.remove(&id)?;
        let message = (!done.answers.is_empty()).then(|| {
            let mut message = String::from("[");
            message.push_str(&done.answers.join(","));
            message.push(']');
            message
        });
        Some((done.origin, message))
    }
}
