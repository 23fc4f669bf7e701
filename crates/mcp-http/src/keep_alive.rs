//! Comments that keep a silent stream of events open, and the time at which the stream ends.

use std::future::Future;
use std::pin::Pin;
use std::task::Context;
use std::time::Duration;

use pulseengine_mcp_protocol::frame::COMMENT;
use pulseengine_mcp_runtime::{Instant, Sleep, deadline, sleep_until};

/// The timer of a stream.
pub(crate) struct KeepAlive {
    every: Duration,
    /// When the stream has to end, whatever happens.
    end: Option<Instant>,
    timer: Option<Pin<Box<Sleep>>>,
}

impl KeepAlive {
    pub(crate) const fn new(every: Duration) -> Self {
        Self { every, end: None, timer: None }
    }

    /// Ends the stream at that time.
    pub(crate) const fn end_at(&mut self, end: Option<Instant>) {
        self.end = end;
    }

    /// Whether the stream has to end.
    pub(crate) fn has_ended(&self) -> bool {
        self.end.is_some_and(|end| Instant::now() >= end)
    }

    /// Adds a comment at the next poll.
    pub(crate) fn comment_now(&mut self) {
        self.timer = Some(Box::pin(sleep_until(Instant::now())));
    }

    /// Something was sent.
    pub(crate) fn sent(&mut self) {
        self.timer = None;
    }

    /// Adds a comment when nothing has been sent for a while; at the end it wakes the task instead. Otherwise the task is
    /// woken when one of the two is due.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>, out: &mut Vec<u8>) {
        let next = deadline(Instant::now(), self.every);
        let next = self.end.map_or(next, |end| end.min(next));
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(next)));
        if timer.as_mut().poll(cx).is_pending() {
            return;
        }
        self.timer = None;
        if self.has_ended() {
            cx.waker().wake_by_ref();
        } else {
            out.extend_from_slice(COMMENT);
        }
    }
}
