//! The way from a handler back to the connection, besides the answer itself.

use std::any::Any;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::PoisonError;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use pulseengine_mcp_protocol::conversation::Change;
use pulseengine_mcp_protocol::{Error, Method, RequestId};
use pulseengine_mcp_runtime::sync::oneshot;

use crate::Instance;
use crate::std_sync::{Mutex, MutexGuard};

/// How many messages may wait to be written before handlers wait.
#[cfg(not(all(test, mcp_loom)))]
const CAPACITY: usize = 256;
#[cfg(all(test, mcp_loom))]
const CAPACITY: usize = 2;

/// How many bytes of messages may wait likewise. A message that is longer waits alone.
const CAPACITY_BYTES: usize = 64 << 10;

/// How many messages may wait for a client that does not read before its connection is closed: announcements do not wait.
const FORGOTTEN: usize = 1024;

/// How many bytes likewise.
const FORGOTTEN_BYTES: usize = 1 << 20;

/// How many announcements are remembered for a client that does not hear them, and how long one of them may be.
const UNHEARD: usize = 8;
const UNHEARD_BYTES: usize = 1 << 10;

/// A request of a handler to its connection.
pub enum Command {
    /// Send a notification that belongs to a request.
    Notify(RequestId, String),
    /// Something that needs code of its own, which is linked only where it is used.
    Run(Box<dyn DriverAction>),
    /// Announce a change.
    Announce(Change),
    /// End the connection of a request for now; the client is to come back after that time.
    Suspend(RequestId, Duration),
    /// End the conversation in good order.
    End,
    /// Cancel the handlers that still run, and answer their requests with an error.
    Abort,
}

impl Command {
    /// Bytes that it takes, as far as they are not few.
    fn bytes(&self) -> usize {
        match self {
            Self::Notify(_, message) => message.len(),
            Self::Run(action) => action.bytes(),
            Self::Announce(change) => change.bytes(),
            Self::Suspend(..) | Self::End | Self::Abort => 0,
        }
    }
}

/// A command that brings its own code.
pub trait DriverAction: Send {
    /// Bytes that it takes, as far as they are not few.
    fn bytes(&self) -> usize {
        0
    }

    /// Carries the command out. `driver` is the [`Driver`](crate::Driver) of the connection: not by its type, since a table of
    /// its functions would link all of them into every server.
    fn run(self: Box<Self>, driver: &mut dyn Any);
}

/// A request to the client on behalf of one of its own.
pub struct Question {
    /// The client's request.
    pub call: RequestId,
    /// The method of the request to the client.
    pub method: Method,
    /// Its params, a JSON object; empty for none.
    pub params: String,
    /// How long the client may take.
    pub patience: Duration,
    /// Takes the text of the result, or the error.
    pub answer: oneshot::Sender<Result<String, Error>>,
}

/// One connection, as seen by handlers. Cheap to use from several tasks.
pub struct Peer {
    state: Mutex<State>,
    instance: Instance,
}

#[derive(Default)]
struct State {
    commands: VecDeque<Command>,
    /// Bytes of these.
    bytes: usize,
    closed: bool,
    /// The last announcements to a client that does not hear them now; `None`: it does.
    unheard: Option<Vec<Change>>,
    /// The driver, while it sleeps.
    driver: Option<Waker>,
    /// Handlers that wait for room.
    waiting: Vec<Waker>,
}

/// Whether a notification could be queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendStatus {
    /// It is on its way.
    Queued,
    /// The connection is gone.
    Closed,
}

impl Peer {
    /// A connection served by such an instance.
    pub fn new(instance: Instance) -> Self {
        Self { state: Mutex::default(), instance }
    }

    /// What the instance that serves this connection can do.
    pub const fn instance(&self) -> Instance {
        self.instance
    }

    /// Ends the conversation in good order: subscriptions get their last word.
    pub fn end(&self) {
        self.command(Command::End);
    }

    /// Cancels the handlers that still run: their requests are answered with an error.
    pub fn abort(&self) {
        self.command(Command::Abort);
    }

    fn command(&self, command: Command) {
        let mut state = self.lock();
        if !state.closed {
            state.push(command);
        }
    }

    /// Ends the connection that the request `call` came with, where its answer can still be fetched later (a session
    /// over HTTP since 2025-11-25); elsewhere nothing happens. The client is to come back after `retry`.
    pub async fn suspend(&self, call: &RequestId, retry: Duration) -> SendStatus {
        let mut command = Some(Command::Suspend(call.clone(), retry));
        poll_fn(|cx| self.poll_push(&mut command, cx)).await
    }

    /// Queues a notification for the request `call`, waiting while too many messages wait to be written.
    pub async fn notify(&self, call: &RequestId, message: String) -> SendStatus {
        let mut command = Some(Command::Notify(call.clone(), message));
        poll_fn(|cx| self.poll_push(&mut command, cx)).await
    }

    /// Announces a change. Never waits: changes are few, and equal ones are announced once.
    pub fn announce(&self, change: Change) -> SendStatus {
        let mut state = self.lock();
        if state.closed {
            return SendStatus::Closed;
        }
        if let Some(unheard) = &mut state.unheard {
            if unheard.contains(&change) {
                return SendStatus::Queued;
            }
            if unheard.len() < UNHEARD && change.bytes() <= UNHEARD_BYTES {
                unheard.push(change.clone());
            }
        }
        if state.commands.len() >= FORGOTTEN || state.bytes >= FORGOTTEN_BYTES {
            state.close();
            return SendStatus::Closed;
        }
        let known =
            state.commands.iter().any(|w| matches!(w, Command::Announce(waiting) if *waiting == change));
        if !known {
            state.push(Command::Announce(change));
        }
        SendStatus::Queued
    }

    /// Sets whether the client reads announcements as they are sent. While it does not, an announcement that is kept already is not
    /// kept a second time.
    pub fn hears(&self, hears: bool) {
        self.lock().unheard = if hears { None } else { Some(Vec::new()) };
    }

    /// What was announced before need not be known to the client: it may have subscribed to it only now.
    pub fn announce_again(&self) {
        if let Some(unheard) = &mut self.lock().unheard {
            unheard.clear();
        }
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
            return Err(Error::internal(
                "the client cannot be asked: this instance of the server serves one request at a time",
            ));
        }
        let (answer, answered) = oneshot::channel();
        let question = Question { call: call.clone(), method, params, patience, answer };
        let mut command = Some(Command::Run(Box::new(question)));
        poll_fn(|cx| self.poll_push(&mut command, cx)).await;
        // A closed connection has not taken it, and it holds the sender of the answer.
        drop(command);
        answered.await.unwrap_or_else(|_| Err(Error::internal("the connection is closed")))
    }

    /// Waits until few messages wait to be written, or the connection is gone: for announcements that are made by reading what
    /// they say.
    pub async fn room(&self) -> SendStatus {
        poll_fn(|cx| self.poll_push(&mut None, cx)).await
    }

    fn poll_push(&self, command: &mut Option<Command>, cx: &mut Context<'_>) -> Poll<SendStatus> {
        let mut state = self.lock();
        if state.closed {
            return Poll::Ready(SendStatus::Closed);
        }
        if !state.has_room() {
            state.waiting.push(cx.waker().clone());
            return Poll::Pending;
        }
        if let Some(command) = command.take() {
            state.push(command);
        }
        Poll::Ready(SendStatus::Queued)
    }

    /// The next command; with none left, `cx` is woken by the next one.
    pub fn poll_command(&self, cx: &mut Context<'_>) -> Poll<Command> {
        let mut state = self.lock();
        match state.commands.pop_front() {
            Some(command) => {
                state.bytes -= command.bytes();
                if state.commands.is_empty() {
                    state.waiting.drain(..).for_each(Waker::wake);
                }
                Poll::Ready(command)
            }
            None => {
                state.driver = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }

    /// Closes the queue: drops the waiting commands and refuses new ones.
    pub fn close(&self) {
        self.lock().close();
    }

    /// Whether nothing will come any more.
    pub fn is_closed(&self) -> bool {
        self.lock().closed
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn close(&mut self) {
        self.closed = true;
        self.commands.clear();
        self.bytes = 0;
        self.waiting.drain(..).for_each(Waker::wake);
        if let Some(driver) = self.driver.take() {
            driver.wake();
        }
    }

    fn has_room(&self) -> bool {
        self.commands.len() < CAPACITY && self.bytes < CAPACITY_BYTES
    }

    fn push(&mut self, command: Command) {
        self.bytes += command.bytes();
        self.commands.push_back(command);
        if let Some(driver) = self.driver.take() {
            driver.wake();
        }
    }
}

#[cfg(all(test, mcp_loom))]
mod tests;
