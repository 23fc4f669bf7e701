//! The way from a handler back to the connection, besides the answer itself.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use pulseengine_mcp_protocol::conversation::Change;
use pulseengine_mcp_protocol::{Error, Method, RequestId};
use pulseengine_mcp_runtime::sync::oneshot;

use crate::Instance;
use crate::driver::Driver;

/// How many messages may wait to be written before handlers wait.
const CAPACITY: usize = 256;

/// How many messages may wait for a client that does not read before it is given up: announcements wait for nobody.
const FORGOTTEN: usize = 1024;

/// What a handler wants the connection to do.
pub(crate) enum Wish {
    /// Send a notification that belongs to a request.
    Notify(RequestId, String),
    /// Something that needs code of its own, which is linked only where it is wished for.
    Do(Box<dyn Do>),
    /// Announce a change.
    Announce(Change),
    /// End the connection of a request for now; the client is to come back after that time.
    Suspend(RequestId, Duration),
    /// End the conversation in good order.
    End,
}

/// A wish that brings along how it is fulfilled.
pub(crate) trait Do: Send {
    fn fulfil(self: Box<Self>, driver: &mut Driver);
}

impl Do for Question {
    fn fulfil(self: Box<Self>, driver: &mut Driver) {
        driver.ask(*self);
    }
}

pub(crate) struct Question {
    pub call: RequestId,
    pub method: Method,
    pub params: String,
    pub patience: Duration,
    pub answer: oneshot::Sender<Result<String, Error>>,
}

/// One connection, as seen by handlers. Cheap to use from several tasks.
pub struct Peer {
    state: Mutex<State>,
    instance: Instance,
}

#[derive(Default)]
struct State {
    wishes: VecDeque<Wish>,
    closed: bool,
    /// The driver, while it sleeps.
    driver: Option<Waker>,
    /// Handlers that wait for room.
    waiting: Vec<Waker>,
}

/// Whether a notification could be queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// It is on its way.
    Queued,
    /// The connection is gone.
    Closed,
}

impl Peer {
    pub(crate) fn new(instance: Instance) -> Self {
        Self { state: Mutex::default(), instance }
    }

    /// What the instance that serves this connection can do.
    pub const fn instance(&self) -> Instance {
        self.instance
    }

    /// Ends the conversation in good order: subscriptions get their last word.
    pub(crate) fn end(&self) {
        let mut state = self.lock();
        if !state.closed {
            state.push(Wish::End);
        }
    }

    /// Ends the connection that the request `call` came with, where its answer can still be fetched later (a session
    /// over HTTP since 2025-11-25); elsewhere nothing happens. The client is to come back after `retry`.
    pub async fn suspend(&self, call: &RequestId, retry: Duration) -> Room {
        let mut wish = Some(Wish::Suspend(call.clone(), retry));
        poll_fn(|cx| self.poll_push(&mut wish, cx)).await
    }

    /// Queues a notification for the request `call`, waiting while too many messages wait to be written.
    pub async fn notify(&self, call: &RequestId, message: String) -> Room {
        let mut wish = Some(Wish::Notify(call.clone(), message));
        poll_fn(|cx| self.poll_push(&mut wish, cx)).await
    }

    /// Announces a change. Never waits: changes are few, and equal ones are announced once.
    pub fn announce(&self, change: Change) -> Room {
        let mut state = self.lock();
        if state.closed {
            return Room::Closed;
        }
        if state.wishes.len() >= FORGOTTEN {
            state.close();
            return Room::Closed;
        }
        let known = state.wishes.iter().any(|w| matches!(w, Wish::Announce(waiting) if *waiting == change));
        if !known {
            state.push(Wish::Announce(change));
        }
        Room::Queued
    }

    /// Asks the client something on behalf of the request `call` (revisions up to 2025-11-25), and waits for the
    /// text of its result.
    ///
    /// # Errors
    ///
    /// The client's error, or an internal one when the connection closes or `patience` is over.
    pub async fn ask(
        &self,
        call: &RequestId,
        method: Method,
        params: String,
        patience: Duration,
    ) -> Result<String, Error> {
        if !self.instance.concurrent {
            // The answer would be a request, which is not taken in before this one is answered.
            return Err(Error::internal("the client cannot be asked: one request is served at a time here"));
        }
        let (answer, answered) = oneshot::channel();
        let question = Question { call: call.clone(), method, params, patience, answer };
        let mut wish = Some(Wish::Do(Box::new(question)));
        poll_fn(|cx| self.poll_push(&mut wish, cx)).await;
        answered.await.unwrap_or_else(|_| Err(Error::internal("the connection is closed")))
    }

    fn poll_push(&self, wish: &mut Option<Wish>, cx: &mut Context<'_>) -> Poll<Room> {
        let mut state = self.lock();
        if state.closed {
            return Poll::Ready(Room::Closed);
        }
        if state.wishes.len() >= CAPACITY {
            state.waiting.push(cx.waker().clone());
            return Poll::Pending;
        }
        if let Some(wish) = wish.take() {
            state.push(wish);
        }
        Poll::Ready(Room::Queued)
    }

    /// The next wish; with none left, `cx` is woken by the next one.
    pub(crate) fn poll_wish(&self, cx: &mut Context<'_>) -> Poll<Wish> {
        let mut state = self.lock();
        match state.wishes.pop_front() {
            Some(wish) => {
                if state.wishes.is_empty() {
                    state.waiting.drain(..).for_each(Waker::wake);
                }
                Poll::Ready(wish)
            }
            None => {
                state.driver = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }

    /// Refuses everything from now on and forgets what waits.
    pub(crate) fn close(&self) {
        self.lock().close();
    }

    /// Whether nothing will come any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.lock().closed
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn close(&mut self) {
        self.closed = true;
        self.wishes.clear();
        self.waiting.drain(..).for_each(Waker::wake);
        if let Some(driver) = self.driver.take() {
            driver.wake();
        }
    }

    fn push(&mut self, wish: Wish) {
        self.wishes.push_back(wish);
        if let Some(driver) = self.driver.take() {
            driver.wake();
        }
    }
}
