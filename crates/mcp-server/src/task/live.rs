//! A task at work.

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

use super::record::{self, Stamp, State};
use super::{Place, record::members};
use crate::input::InputError;

/// Where a task is kept in the store.
pub(super) fn place(id: &str) -> String {
    let mut key = String::from("task/");
    key.push_str(id);
    key
}

/// Milliseconds since 1970.
pub(super) fn now() -> u64 {
    u64::try_from(unix_time().as_millis()).unwrap_or(u64::MAX)
}

/// How long a task is still kept.
pub(super) fn left(stamp: &Stamp) -> Duration {
    Duration::from_millis(stamp.made.saturating_add(stamp.ttl).saturating_sub(now()))
}

/// A task at work. Its state is written by whoever holds the lock, one after the other.
pub(super) struct Live {
    pub stamp: Stamp,
    store: Arc<dyn Store>,
    course: Mutex<Course>,
    start: Lock<Start>,
}

/// What has come of it so far.
#[derive(Default)]
pub(super) struct Course {
    version: Version,
    ended: bool,
    questions: Vec<Question>,
    /// The keys of all questions ever asked: none may be used again.
    keys: Vec<String>,
    /// Who is told of each change.
    listeners: Vec<Weak<Peer>>,
}

struct Question {
    key: String,
    request: String,
    answer: oneshot::Sender<String>,
}

/// How it begins and can be stopped.
#[derive(Default)]
struct Start {
    wanted: bool,
    begun: bool,
    waiting: Option<Waker>,
    abort: Option<AbortHandle>,
}

impl Live {
    pub fn new(stamp: Stamp, store: Arc<dyn Store>) -> Self {
        Self { stamp, store, course: Mutex::default(), start: Lock::default() }
    }

    fn start(&self) -> MutexGuard<'_, Start> {
        self.start.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts the task into the store. What comes back is what the client is told.
    pub async fn create(&self) -> Result<String, StoreError> {
        let mut course = self.course.lock().await;
        let (key, state, now) = (place(&self.stamp.id), State::Working, now());
        let record = record::write(&self.stamp, &state, now);
        let written = self.store.write(&key, record.as_bytes(), Expect::Absent, left(&self.stamp)).await?;
        course.version = written.ok_or_else(|| StoreError::unavailable("the id is taken"))?;
        Ok(members(&self.stamp, &state, now))
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

    /// What has come of it so far, which stays as it is for as long as what is returned lives.
    pub async fn course(&self) -> impl DerefMut<Target = Course> + Send + use<'_> {
        self.course.lock().await
    }

    /// Writes the last state. False when the task had ended before.
    pub async fn end(&self, state: State) -> bool {
        let mut course = self.course.lock().await;
        if course.ended {
            return false;
        }
        course.ended = true;
        course.questions.clear();
        if self.save(&mut course, &state).await.is_err() {
            // What cannot be kept, a result that is too large above all, is told without.
            let lost = failure(&Error::internal("the result of the task could not be kept"));
            let _ = self.save(&mut course, &lost).await;
        }
        true
    }

    /// Hands over answers: an object with the keys of questions. Others are ignored.
    pub async fn answer(&self, responses: &str) {
        let mut course = self.course.lock().await;
        let mut r = Reader::new(responses);
        let Ok(mut given) = r.object() else { return };
        let mut answered = false;
        while let Ok(Some(key)) = given.next(&mut r) {
            let Ok(value) = r.raw() else { return };
            if let Some(at) = course.questions.iter().position(|question| question.key == *key) {
                // A handler that no longer waits needs no answer.
                let _ = course.questions.swap_remove(at).answer.send(value.into());
                answered = true;
            }
        }
        if answered && !course.ended {
            // The answers are with the handler; the state that clients see follows with the next write at the latest.
            let _ = self.save_questions(&mut course).await;
        }
    }

    async fn put(&self, key: String, question: String) -> Result<String, InputError> {
        let (sender, receiver) = oneshot::channel();
        let mut course = self.course.lock().await;
        let key = course.fresh(key);
        course.questions.push(Question { key, request: question, answer: sender });
        if self.save_questions(&mut course).await.is_err() {
            return Err(InputError::of_client(Error::internal("the question could not be kept")));
        }
        drop(course);
        let gone = |_| InputError::of_client(Error::internal("the task has ended"));
        receiver.await.map_err(gone)
    }

    async fn save_questions(&self, course: &mut Course) -> Result<(), StoreError> {
        course.questions.retain(|question| !question.answer.is_closed());
        if course.questions.is_empty() {
            return self.save(course, &State::Working).await;
        }
        let mut w = Writer::with_capacity(256);
        w.begin_object();
        for question in &course.questions {
            w.key(&question.key).raw(&question.request);
        }
        w.end_object();
        self.save(course, &State::InputRequired(w.into_text())).await
    }

    /// A write whose future was dropped may still arrive: the version tells, and this one is repeated.
    async fn save(&self, course: &mut Course, state: &State) -> Result<(), StoreError> {
        let key = place(&self.stamp.id);
        let now = now();
        let record = record::write(&self.stamp, state, now);
        loop {
            let expect = Expect::Version(course.version);
            let written = self.store.write(&key, record.as_bytes(), expect, left(&self.stamp)).await?;
            if let Some(version) = written {
                course.version = version;
                course.announce(&self.stamp, state, now);
                return Ok(());
            }
            let found = self.store.read(&key).await?;
            course.version = found.ok_or_else(|| StoreError::unavailable("the task has expired"))?.version;
        }
    }
}

impl Course {
    /// From now on that connection is told of each change, as long as it lives.
    pub fn hear(&mut self, peer: &Arc<Peer>) {
        self.listeners.retain(|known| known.strong_count() > 0 && known.as_ptr() != Arc::as_ptr(peer));
        self.listeners.push(Arc::downgrade(peer));
    }

    fn announce(&self, stamp: &Stamp, state: &State, now: u64) {
        let mut listeners = self.listeners.iter().filter_map(Weak::upgrade).peekable();
        if listeners.peek().is_none() {
            return;
        }
        let change = Change::Task(stamp.id.clone(), members(stamp, state, now));
        for peer in listeners {
            peer.announce(change.clone());
        }
    }

    /// A key that no question of this task had, as near to the wanted one as can be.
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

impl Place for Live {
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

/// The state of a task that an error ended.
pub(super) fn failure(error: &Error) -> State {
    let mut w = Writer::default();
    error.write(&mut w);
    State::Failed(w.into_text(), error.message().into())
}

/// The state that a handler's reply leaves.
pub(super) fn outcome(reply: &Reply) -> State {
    match reply.result() {
        Ok(result) => State::Completed(result.into()),
        Err(error) => failure(error),
    }
}
