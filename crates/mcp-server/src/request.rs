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
    layered: Arc<dyn Layered>,
}

impl Request {
    pub(crate) const fn new(layered: Arc<dyn Layered>) -> Self {
        Self { layered }
    }

    /// The tool that is called, the resource that is read, the prompt that is filled in or, by a completion, the prompt or
    /// template that it completes; `None` when there is none of that name, and for other methods.
    pub fn entry(&self) -> Option<Entry<'_>> {
        self.layered.entry()
    }
}

impl Deref for Request {
    type Target = Call;

    fn deref(&self) -> &Call {
        self.layered.call()
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Request").field(self.layered.call()).finish()
    }
}

/// A call that layers see. A trait, so that a server without layers does not carry their code.
pub(crate) trait Layered: Send + Sync {
    fn call(&self) -> &Call;

    fn entry(&self) -> Option<Entry<'_>>;

    /// The reply to a list request, when a layer decides what the caller sees of it.
    fn list(&self, request: &Request, list: &List, key: &str, of: Cached) -> Option<Reply>;

    /// From now on the call ends with the task that its handler has become.
    fn hand_over(self: Arc<Self>) -> Box<dyn TaskEnd>;
}

/// What hears how a task ended. Dropping it means that the task was cancelled.
pub(crate) trait TaskEnd: Send {
    /// The task ended with this reply; returns what the layers made of it.
    fn end(self: Box<Self>, reply: Reply) -> Reply;
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
            Self::Layered(request) => request.layered.list(request, list, key, of),
        }
    }

    /// See [`Layered::hand_over`].
    pub fn hand_over(&self) -> Option<Box<dyn TaskEnd>> {
        match self {
            Self::Plain(_) => None,
            Self::Layered(request) => Some(Arc::clone(&request.layered).hand_over()),
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
