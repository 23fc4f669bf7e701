//! The pause between the notifications of a handler and its answer.
//!
//! The official TypeScript clients handle a response when they read it, and a notification a moment later: progress that they
//! read together with the response is lost. So an answer does not follow at once on what was sent before it.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::task::{Context as Polling, Poll, ready};
use std::time::Duration;

use pulseengine_mcp_runtime::{Instant, Sleep, sleep};

use crate::Context;

/// A pause is several short sleeps. One that ends late does not count: the processors are busy, and the client is late as well.
const SLEEPS: u8 = 8;
const SLEEP: Duration = Duration::from_millis(1);
const LATE: Duration = Duration::from_millis(4);
/// So many sleeps at most, late ones included.
const MOST: u8 = 48;

/// A pause, if there has to be one.
#[doc(hidden)]
#[derive(Debug)]
pub struct Pause {
    /// Sleeps in time that are still to be made, and all that may be.
    left: u8,
    most: u8,
    sleep: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl Future for Pause {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Polling<'_>) -> Poll<()> {
        while self.left > 0 && self.most > 0 {
            let (begun, timer) = self.sleep.get_or_insert_with(|| (Instant::now(), Box::pin(sleep(SLEEP))));
            ready!(timer.as_mut().poll(cx));
            let late = begun.elapsed() > LATE;
            self.sleep = None;
            self.most -= 1;
            if !late {
                self.left -= 1;
            }
        }
        Poll::Ready(())
    }
}

impl Context {
    /// The pause before the answer: none after a handler that has sent nothing.
    #[doc(hidden)]
    pub fn pause(&self) -> Pause {
        let notified = self.inner().notified.load(Ordering::Relaxed);
        Pause { left: if notified { SLEEPS } else { 0 }, most: MOST, sleep: None }
    }
}
