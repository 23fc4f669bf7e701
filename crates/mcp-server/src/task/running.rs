//! A running task.

use std::future::poll_fn;
use std::ops::DerefMut;
use std::sync::{Arc, Mutex as Lock, MutexGuard, PoisonError, Weak};
use std::task::{Poll, Waker};
use std::time::Duration;

use pulseengine_mcp_protocol::conversation::Change;
use pulseengine_mcp_protocol::json::{Reader, Writer};
use pulseengine_mcp_protocol::{Error, Reply};
use pulseengine_mcp_runtime::sync::{Mutex, oneshot};
use pulseengine_mcp_runtime::{AbortHandle, BoxFuture, unix_time};
use pulseengine_mcp_store::{Expect, Store, StoreError, Version};
use pulseengine_mcp_transport::Peer;

use super::handle::TaskHandle;
use super::record::{self, TaskHeader, TaskState, members};
use crate::error::InputError;

/// The key of a task in the store.
pub(super) fn store_key(id: &str) -> String {
    let mut key = String::from("task/");
    key.push_str(id);
    key
}

/// Milliseconds since 1970.
pub(super) fn now() -> u64 {
    u64::try_from(unix_time().as_millis()).unwrap_or(u64::MAX)
}

/// The time until a task expires.
pub(super) fn left(header: &TaskHeader) -> Duration {
    Duration::from_millis(header.made.saturating_add(header.ttl).saturating_sub(now()))
}

/// A running task. The holder of the lock of `progress` writes the state.
pub(super) struct RunningTask {
    pub header: TaskHeader,
    store: Arc<dyn Store>,
    progress: Mutex<TaskProgress>,
    start: Lock<Start>,
}

/// The state of a running task that changes.
#[derive(Default)]
pub(super) struct TaskProgress {
    version: Version,
    ended: bool,
    questions: Vec<Question>,
    /// The keys of all questions ever asked: none may be used again.
    keys: Vec<String>,
    /// The connections that each change is announced to.
    listeners: Vec<Weak<Peer>>,
}

struct Question {
    key: String,
    request: String,
    answer: oneshot::Sender<String>,
}

/// How a handler becomes a task and is stopped.
#[derive(Default)]
struct Start {
    wanted: bool,
    begun: bool,
    waiting: Option<Waker>,
    abort: Option<AbortHandle>,
}

impl RunningTask {
    pub fn new(header: TaskHeader, store: Arc<dyn Store>) -> Self {
        Self { header, store, progress: Mutex::default(), start: Lock::default() }
    }

    fn start(&self) -> MutexGuard<'_, Start> {
        self.start.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts the task into the store, and returns the members of the answer to the client.
    pub async fn create(&self) -> Result<String, StoreError> {
        let mut progress = self.progress.lock().await;
        let (key, state, now) = (store_key(&self.header.id), TaskState::Working, now());
        let record = record::write(&self.header, &state, now);
        let written = self.store.write(&key, record.as_bytes(), Expect::Absent, left(&self.header)).await?;
        progress.version = written.ok_or_else(|| StoreError::unavailable("the id is taken"))?;
        Ok(members(&self.header, &state, now))
    }

    /// Whether the handler wants to go on as a task.
    pub fn is_wanted(&self) -> bool {
        self.start().wanted
    }

    /// From now on the handler runs as a task.
    pub fn set_begun(&self) {
        let waiting = {
            let mut start = self.start();
            start.begun = true;
            start.waiting.take()
        };
        if let Some(waker) = waiting {
            waker.wake();
        }
    }

    /// How to stop the handler.
    pub fn set_abort(&self, abort: AbortHandle) {
        self.start().abort = Some(abort);
    }

    /// Stops the handler.
    pub fn abort(&self) {
        if let Some(abort) = self.start().abort.take() {
            abort.abort();
        }
    }

    /// Locks the state: it does not change while the guard lives.
    pub async fn progress(&self) -> impl DerefMut<Target = TaskProgress> + Send + use<'_> {
        self.progress.lock().await
    }

    /// Writes the last state. False when the task had ended before.
    pub async fn end(&self, state: TaskState) -> bool {
        let mut progress = self.progress.lock().await;
        if progress.ended {
            return false;
        }
        progress.ended = true;
        progress.questions.clear();
        if self.save(&mut progress, &state).await.is_err() {
            // The store refused the result, for example because it is too large.
            let lost = failure(&Error::internal("the result of the task could not be kept"));
            let _ = self.save(&mut progress, &lost).await;
        }
        true
    }

    /// Gives the handler its answers, an object with the keys of questions. Other keys are ignored.
    pub async fn answer(&self, responses: &str) {
        let mut progress = self.progress.lock().await;
        let mut r = Reader::new(responses);
        let Ok(mut given) = r.object() else { return };
        let mut answered = false;
        while let Ok(Some(key)) = given.next(&mut r) {
            let Ok(value) = r.raw() else { return };
            if let Some(at) = progress.questions.iter().position(|question| question.key == *key) {
                // A handler that no longer waits needs no answer.
                let _ = progress.questions.swap_remove(at).answer.send(value.into());
                answered = true;
            }
        }
        if answered && !progress.ended {
            // The handler has the answers. If this write fails, the next one updates the record.
            let _ = self.save_questions(&mut progress).await;
        }
    }

    async fn put(&self, key: String, question: String) -> Result<String, InputError> {
        let (sender, receiver) = oneshot::channel();
        let mut progress = self.progress.lock().await;
        let key = progress.fresh(key);
        progress.questions.push(Question { key, request: question, answer: sender });
        if self.save_questions(&mut progress).await.is_err() {
            return Err(InputError::of_client(Error::internal("the question could not be kept")));
        }
        drop(progress);
        let gone = |_| InputError::of_client(Error::internal("the task has ended"));
        receiver.await.map_err(gone)
    }

    async fn save_questions(&self, progress: &mut TaskProgress) -> Result<(), StoreError> {
        progress.questions.retain(|question| !question.answer.is_closed());
        if progress.questions.is_empty() {
            return self.save(progress, &TaskState::Working).await;
        }
        let mut w = Writer::with_capacity(256);
        w.begin_object();
        for question in &progress.questions {
            w.key(&question.key).raw(&question.request);
        }
        w.end_object();
        self.save(progress, &TaskState::InputRequired(w.into_text())).await
    }

    /// Writes the record. An earlier write whose future was dropped may still arrive; then the version differs, and this
    /// write is repeated.
    async fn save(&self, progress: &mut TaskProgress, state: &TaskState) -> Result<(), StoreError> {
        let key = store_key(&self.header.id);
        let now = now();
        let record = record::write(&self.header, state, now);
        loop {
            let expect = Expect::Version(progress.version);
            let written = self.store.write(&key, record.as_bytes(), expect, left(&self.header)).await?;
            if let Some(version) = written {
                progress.version = version;
                progress.announce(&self.header, state, now);
                return Ok(());
            }
            let found = self.store.read(&key).await?;
            progress.version = found.ok_or_else(|| StoreError::unavailable("the task has expired"))?.version;
        }
    }
}

impl TaskProgress {
    /// Announces each change from now on to that connection, as long as it lives.
    pub fn add_listener(&mut self, peer: &Arc<Peer>) {
        self.listeners.retain(|known| known.strong_count() > 0 && known.as_ptr() != Arc::as_ptr(peer));
        self.listeners.push(Arc::downgrade(peer));
    }

    fn announce(&self, header: &TaskHeader, state: &TaskState, now: u64) {
        let mut listeners = self.listeners.iter().filter_map(Weak::upgrade).peekable();
        if listeners.peek().is_none() {
            return;
        }
        let change = Change::Task(header.id.clone(), members(header, state, now).into());
        for peer in listeners {
            peer.announce(change.clone());
        }
    }

    /// A key that no question of this task had: the wanted one, with a number if it was used before.
    fn fresh(&mut self, wanted: String) -> String {
        let numbered = |name: &str, count| {
            let mut w = Writer::default();
            w.unsigned(count);
            [name, w.text()].join("-")
        };
        let unnamed = wanted.is_empty();
        let name = if unnamed { "input" } else { &wanted };
        let mut key = if unnamed { numbered(name, 1) } else { wanted.clone() };
        let mut count = 2;
        while self.keys.contains(&key) {
            key = numbered(name, count);
            count += 1;
        }
        self.keys.push(key.clone());
        key
    }
}

impl TaskHandle for RunningTask {
    fn has_begun(&self) -> bool {
        self.start().begun
    }

    fn begin(self: Arc<Self>) -> BoxFuture<()> {
        Box::pin(poll_fn(move |cx| {
            let mut start = self.start();
            start.wanted = true;
            if start.begun {
                return Poll::Ready(());
            }
            start.waiting = Some(cx.waker().clone());
            Poll::Pending
        }))
    }

    fn ask(self: Arc<Self>, key: String, question: String) -> BoxFuture<Result<String, InputError>> {
        Box::pin(async move { self.put(key, question).await })
    }
}

/// The state of a task that ended with an error.
pub(super) fn failure(error: &Error) -> TaskState {
    let mut w = Writer::default();
    error.write(&mut w);
    TaskState::Failed(w.into_text(), error.message().into())
}

/// The state of a task after the reply of its handler.
pub(super) fn outcome(reply: &Reply) -> TaskState {
    match reply.result() {
        Ok(result) => TaskState::Completed(result.into()),
        Err(error) => failure(error),
    }
}
