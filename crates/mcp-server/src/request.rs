//! A request on its way through a server, with layers or without.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use pulseengine_mcp_protocol::{Call, Reply};

use crate::cache::Cached;
use crate::entry::Entry;
use crate::lists::List;

/// A request, as layers see it: the [`Call`], and what it is about. Cheap to clone.
///
/// [`Call::principal`] is the authenticated caller and [`Call::http`] the head of the HTTP request. Reading them has no
/// effect on the result.
#[derive(Clone)]
pub struct Request {
    shared: Arc<Shared<dyn Layered>>,
}

/// What all clones of a request share.
pub(crate) struct Shared<L: ?Sized> {
    pub call: Call,
    pub layered: L,
}

impl Request {
    pub(crate) const fn new(shared: Arc<Shared<dyn Layered>>) -> Self {
        Self { shared }
    }

    /// The tool that is called, the resource that is read, the prompt that is filled in or, by a completion, the prompt or
    /// template that it completes; `None` when there is none of that name, and for other methods.
    pub fn entry(&self) -> Option<Entry<'_>> {
        self.shared.layered.entry(&self.shared.call)
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

/// A call that layers see. A trait, so that a server without layers does not carry their code.
pub(crate) trait Layered: Send + Sync {
    fn entry(&self, call: &Call) -> Option<Entry<'_>>;

    /// The reply to a list request, when a layer decides what the caller sees of it.
    fn list(&self, request: &Request, list: &List, key: &str, of: Cached) -> Option<Reply>;

    /// From now on the call ends with the task that its handler has become.
    fn begin_task(&self);

    /// The task has ended with that reply, or was cancelled; returns what the layers made of the reply.
    fn end_task(&self, request: &Request, reply: Option<Reply>) -> Reply;
}

/// A call that has become a task. Dropping it means that the task was cancelled.
pub(crate) struct TaskEnd(Option<Request>);

impl TaskEnd {
    /// The task has ended with this reply; returns what the layers made of it.
    pub fn end(mut self, reply: Reply) -> Reply {
        match self.0.take() {
            Some(request) => request.shared.layered.end_task(&request, Some(reply)),
            None => reply,
        }
    }
}

impl Drop for TaskEnd {
    fn drop(&mut self) {
        if let Some(request) = self.0.take() {
            request.shared.layered.end_task(&request, None);
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
    /// See [`Layered::list`].
    pub fn list(&self, list: &List, key: &str, of: Cached) -> Option<Reply> {
        match self {
            Self::Plain(_) => None,
            Self::Layered(request) => request.shared.layered.list(request, list, key, of),
        }
    }

    /// The call goes on as a task.
    pub fn begin_task(&self) -> TaskEnd {
        match self {
            Self::Plain(_) => TaskEnd(None),
            Self::Layered(request) => {
                request.shared.layered.begin_task();
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
