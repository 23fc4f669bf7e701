//! Time in a call and in `block_on`.

use std::pin::Pin;
use std::task::{Context, Poll};

use wasip2::clocks::monotonic_clock::now;
use wasip3::clocks::monotonic_clock::wait_for;

use super::super::super::reactor::Wait;
use super::inside;
use super::local::{Local, local};

/// Waits for a moment, in a call or in `block_on`.
pub(in super::super) struct Timer {
    outside: Wait,
    inside: Option<Local<()>>,
}

impl Timer {
    pub(in super::super) const fn new() -> Self {
        Self { outside: Wait::new(), inside: None }
    }

    /// Ready when the monotonic clock has reached `deadline` (nanoseconds).
    pub(in super::super) fn poll_until(&mut self, deadline: u64, cx: &mut Context<'_>) -> Poll<()> {
        if !inside() {
            self.inside = None;
            return self.outside.poll_until(deadline, cx);
        }
        if self.inside.is_none() {
            let wait = deadline.saturating_sub(now());
            if wait == 0 {
                return Poll::Ready(());
            }
            self.outside = Wait::new();
            self.inside = Some(local(wait_for(wait)));
        }
        let poll = self.inside.as_mut().map_or(Poll::Ready(()), |timer| Pin::new(timer).poll(cx));
        if poll.is_ready() {
            self.inside = None;
        }
        poll
    }
}
