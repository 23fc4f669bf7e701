//! A client's handle to its connection, and what serves the requests of the server.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use pulseengine_mcp_protocol::conversation::ClientEvent;
use pulseengine_mcp_protocol::{Call, Error, Reply};
use pulseengine_mcp_runtime::MaybeFuture;
use pulseengine_mcp_runtime::sync::{mpsc, oneshot};

/// Serves the requests of the server: `sampling/createMessage`, `elicitation/create`, `roots/list`. They exist up to
/// 2025-11-25.
pub trait ClientHandler: Send + Sync + 'static {
    /// Serves one request.
    fn serve(&self, call: Call) -> MaybeFuture<'static, Reply>;
}

/// Refuses every request of the server, for a client without capabilities.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoRequests;

impl ClientHandler for NoRequests {
    fn serve(&self, call: Call) -> MaybeFuture<'static, Reply> {
        MaybeFuture::Ready(Reply::error(Error::method_not_found(call.method.name())))
    }
}

/// What the server sends besides answers. The channel is not bounded.
#[derive(Debug)]
pub struct Events(mpsc::UnboundedReceiver<ClientEvent>);

/// The sending end of [`Events`].
#[derive(Clone, Debug)]
pub struct EventSender(mpsc::UnboundedSender<ClientEvent>);

impl Events {
    /// A channel.
    pub fn channel() -> (EventSender, Self) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (EventSender(sender), Self(receiver))
    }

    /// The next event; `None` when there will be none any more.
    pub async fn next(&mut self) -> Option<ClientEvent> {
        self.0.recv().await
    }

    /// The next event, if it is there.
    pub fn try_next(&mut self) -> Option<ClientEvent> {
        self.0.try_recv().ok()
    }
}

impl EventSender {
    pub(crate) fn send(&self, event: ClientEvent) {
        // An event that the program does not read is dropped.
        let _ = self.0.send(event);
    }
}

/// A request to be sent.
#[derive(Clone, Debug, Default)]
pub struct ClientRequest {
    /// The method.
    pub method: String,
    /// The params, a JSON object; empty for none.
    pub params: String,
    /// Whether the server may report progress.
    pub progress: bool,
    /// How long the server may take; `None`: as long as the connection lasts.
    pub patience: Option<Duration>,
    /// Takes the progress of this request and the notifications of this `subscriptions/listen`, instead of the events of
    /// the connection.
    pub events: Option<EventSender>,
}

/// What the program wants the connection to do.
pub(crate) enum ClientCommand {
    Request(u64, ClientRequest, oneshot::Sender<Result<String, Error>>),
    /// The request of that key is not wanted any more.
    Withdraw(u64),
    Notify(String, String),
    Line(String),
}

/// A handle to a connection. Cheap to clone; requests and notifications go out in the order in which they are made.
#[derive(Clone)]
pub struct ClientPeer {
    handle: Arc<Handle>,
}

/// Closes the connection when the last clone is dropped.
struct Handle {
    shared: Arc<ClientShared>,
}

/// What handles and the connection share.
pub struct ClientShared {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    commands: VecDeque<ClientCommand>,
    next: u64,
    /// The program wants no more requests.
    closing: bool,
    /// The connection is gone.
    gone: bool,
    driver: Option<Waker>,
}

impl ClientPeer {
    pub(crate) fn new() -> (Self, Arc<ClientShared>) {
        let shared = Arc::new(ClientShared { state: Mutex::default() });
        (Self { handle: Arc::new(Handle { shared: Arc::clone(&shared) }) }, shared)
    }

    /// Sends a request. `params` is a JSON object, or empty. The future gives the text of the result; dropping it cancels
    /// the request.
    pub fn request(&self, method: &str, params: &str) -> PendingAnswer {
        self.request_with(ClientRequest {
            method: method.into(),
            params: params.into(),
            ..ClientRequest::default()
        })
    }

    /// Sends a request with a deadline or its own events.
    pub fn request_with(&self, request: ClientRequest) -> PendingAnswer {
        let (sender, answer) = oneshot::channel();
        let mut state = self.handle.shared.lock();
        let key = state.next;
        state.next += 1;
        state.push(ClientCommand::Request(key, request, sender));
        PendingAnswer { peer: self.clone(), key, answer, done: false }
    }

    /// Sends a notification. `params` is a JSON object, or empty; anything else is dropped.
    pub fn notify(&self, method: &str, params: &str) {
        self.handle.shared.lock().push(ClientCommand::Notify(method.into(), params.into()));
    }

    /// Sends a message as it is, outside of the conversation.
    pub fn send_message(&self, message: String) {
        self.handle.shared.lock().push(ClientCommand::Line(message));
    }

    /// Ends the input of the server. Requests that were made before may still be answered, later ones fail.
    pub fn close(&self) {
        self.handle.shared.lock().close();
    }
}

impl fmt::Debug for ClientPeer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientPeer").finish_non_exhaustive()
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.shared.lock().close();
    }
}

/// A request on its way: a future of the text of its result. Dropping it cancels the request.
#[derive(Debug)]
#[must_use = "dropping it cancels the request"]
pub struct PendingAnswer {
    peer: ClientPeer,
    key: u64,
    answer: oneshot::Receiver<Result<String, Error>>,
    done: bool,
}

impl Future for PendingAnswer {
    type Output = Result<String, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let answer = Pin::new(&mut self.answer).poll(cx);
        answer.map(|answer| {
            self.done = true;
            answer.unwrap_or_else(|_| Err(Error::internal("the connection is closed")))
        })
    }
}

impl Drop for PendingAnswer {
    fn drop(&mut self) {
        if !self.done {
            self.peer.handle.shared.lock().push(ClientCommand::Withdraw(self.key));
        }
    }
}

impl ClientShared {
    /// The next command; with none left, `cx` is woken by the next one.
    pub(crate) fn poll_command(&self, cx: &mut Context<'_>) -> Poll<ClientCommand> {
        let mut state = self.lock();
        match state.commands.pop_front() {
            Some(command) => Poll::Ready(command),
            None => {
                state.driver = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }

    /// Whether everything was sent that will be sent.
    pub(crate) fn is_closing(&self) -> bool {
        let state = self.lock();
        state.closing && state.commands.is_empty()
    }

    /// Closes the queue: drops the waiting commands and refuses new ones.
    pub(crate) fn end(&self) {
        let commands = {
            let mut state = self.lock();
            state.gone = true;
            std::mem::take(&mut state.commands)
        };
        drop(commands);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// A command that is dropped here fails its request.
    fn push(&mut self, command: ClientCommand) {
        let cancels = matches!(command, ClientCommand::Withdraw(_));
        if self.gone || (self.closing && !cancels) {
            return;
        }
        self.commands.push_back(command);
        self.wake();
    }

    fn close(&mut self) {
        self.closing = true;
        self.wake();
    }

    fn wake(&mut self) {
        if let Some(driver) = self.driver.take() {
            driver.wake();
        }
    }
}
