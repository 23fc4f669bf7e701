//! A request on its way through a server, with layers or without.

use std::fmt;
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use pulseengine_mcp_protocol::{Call, Reply};
use pulseengine_mcp_runtime::Instant;

use crate::cache::Cached;
use crate::entry::Entry;
use crate::lists::List;

/// A request, as layers see it: the [`Call`], and what it is about. Cheap to clone.
///
/// [`Call::principal`] is the authenticated caller and [`Call::http`] the head of the HTTP request. Reading them has no
/// effect on the result.
#[derive(Clone)]
pub struct Request {
    shared: Arc<Shared>,
}

/// What all clones of a request share.
pub(crate) struct Shared {
    pub call: Call,
    pub server: Arc<dyn LayeredServer>,
    pub began: Instant,
    /// The call ends with its task.
    pub is_task: AtomicBool,
    /// The entry that the call is about, once it has been looked up.
    pub found: OnceLock<Option<Box<dyn Found>>>,
}

impl Request {
    pub(crate) fn new(call: Call, server: Arc<dyn LayeredServer>) -> Self {
        let (began, is_task, found) = (Instant::now(), AtomicBool::new(false), OnceLock::new());
        Self { shared: Arc::new(Shared { call, server, began, is_task, found }) }
    }

    /// The time since [`Layer::before`](crate::Layer::before) of the first layer was called.
    pub fn elapsed(&self) -> Duration {
        self.shared.began.elapsed()
    }

    /// Whether the call ends with its task.
    pub(crate) fn is_task(&self) -> bool {
        self.shared.is_task.load(Ordering::Relaxed)
    }

    /// The tool that is called, the resource that is read, the prompt that is filled in or, by a completion, the prompt or
    /// template that it completes; `None` when there is none of that name, and for other methods.
    pub fn entry(&self) -> Option<Entry<'_>> {
        let find = || Arc::clone(&self.shared.server).find(&self.shared.call);
        self.shared.found.get_or_init(find).as_ref().map(|found| found.entry())
    }
}

impl Deref for Request {
    type Target = Call;

    fn deref(&self) -> &Call {
        &self.shared.call
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Request").field(&self.shared.call).finish()
    }
}

/// A server with layers. A trait, so that a server without layers does not carry the code.
pub(crate) trait LayeredServer: Send + Sync {
    /// What a call is about.
    fn find(self: Arc<Self>, call: &Call) -> Option<Box<dyn Found>>;

    /// The reply to a list request, when a layer decides what the caller sees of it.
    fn list(self: Arc<Self>, request: &Request, list: &List, key: &str, of: Cached) -> Option<Reply>;

    /// A task has ended with that reply, which layers may change, or was cancelled.
    fn end_task(self: Arc<Self>, request: &Request, reply: Option<&mut Reply>);
}

/// What a call is about.
pub(crate) trait Found: Send + Sync {
    fn entry(&self) -> Entry<'_>;
}

/// A call that has become a task. Dropping it means that the task was cancelled.
pub(crate) struct TaskEnd(Option<Request>);

impl TaskEnd {
    /// The task has ended with this reply; returns it as the layers changed it.
    pub fn end(mut self, mut reply: Reply) -> Reply {
        if let Some(request) = self.0.take() {
            Arc::clone(&request.shared.server).end_task(&request, Some(&mut reply));
        }
        reply
    }
}

impl Drop for TaskEnd {
    fn drop(&mut self) {
        if let Some(request) = self.0.take() {
            Arc::clone(&request.shared.server).end_task(&request, None);
        }
    }
}

/// The call that is served.
#[derive(Clone)]
pub(crate) enum ServedCall {
    /// No layer has seen it.
    Plain(Call),
    Layered(Request),
}

impl ServedCall {
    /// See [`LayeredServer::list`].
    pub fn list(&self, list: &List, key: &str, of: Cached) -> Option<Reply> {
        match self {
            Self::Plain(_) => None,
            Self::Layered(request) => Arc::clone(&request.shared.server).list(request, list, key, of),
        }
    }

    /// The call goes on as a task.
    pub fn begin_task(&self) -> TaskEnd {
        match self {
            Self::Plain(_) => TaskEnd(None),
            Self::Layered(request) => {
                request.shared.is_task.store(true, Ordering::Relaxed);
                TaskEnd(Some(request.clone()))
            }
        }
    }
}

impl Deref for ServedCall {
    type Target = Call;

    fn deref(&self) -> &Call {
        match self {
            Self::Plain(call) => call,
            Self::Layered(request) => request,
        }
    }
}
