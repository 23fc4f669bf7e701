//! The messages that a session has received and not processed yet.

use std::sync::Arc;
use std::task::{Context, Waker};

use pulseengine_mcp_protocol::RequestContext;
use pulseengine_mcp_protocol::conversation::Origin;
use pulseengine_mcp_protocol::envelope::Unit;

/// A unit, where it came from, and the HTTP request that carried it.
pub(super) type ReceivedUnit = (Origin, Unit, Arc<dyn RequestContext>);

#[derive(Default)]
pub(super) struct Inbox {
    units: Vec<ReceivedUnit>,
    /// Wakes what drives the session.
    driver: Option<Waker>,
    ended: bool,
}

impl Inbox {
    pub(super) fn push(&mut self, arrived: ReceivedUnit) {
        self.units.push(arrived);
        self.wake();
    }

    pub(super) fn end(&mut self) {
        self.ended = true;
        self.wake();
    }

    pub(super) fn wake(&mut self) {
        if let Some(driver) = self.driver.take() {
            driver.wake();
        }
    }

    /// Waits for the client to read; whether the session has ended.
    pub(super) fn wait(&mut self, cx: &Context<'_>) -> bool {
        self.driver = Some(cx.waker().clone());
        self.ended
    }

    /// The messages received since the last call; `None` when the session has ended. `cx` is woken when there is more.
    pub(super) fn take(&mut self, cx: &Context<'_>) -> Option<Vec<ReceivedUnit>> {
        self.driver = Some(cx.waker().clone());
        (!self.ended).then(|| std::mem::take(&mut self.units))
    }
}
