//! Tasks: tools that go on after their call (extension `io.modelcontextprotocol/tasks`, SEP-2663; since 2026-07-28).
//!
//! The call is answered with a handle as soon as the task is in the [`Store`](pulseengine_mcp_store::Store). The handler
//! runs on by itself, and each change of its state is written there; `tasks/get` reads it. Only tools that may become
//! tasks refer to all this: a server without does not carry it.

mod manager;
mod record;
mod running;

use std::sync::Arc;
use std::time::Duration;

use pulseengine_mcp_protocol::conversation::Announcing;
use pulseengine_mcp_protocol::json::Writer;
use pulseengine_mcp_protocol::model::TASKS_EXTENSION;
use pulseengine_mcp_protocol::{Call, Principal};
use pulseengine_mcp_runtime::BoxFuture;
use pulseengine_mcp_transport::{Instance, Peer};

use crate::input::InputError;
use crate::service::HandlerFuture;
use crate::tools::Work;
use crate::{Context, Server};

/// That a tool may become a task, and how.
#[derive(Clone, Copy)]
pub struct TaskInfo {
    required: bool,
    asks_first: bool,
    pub(crate) code: &'static Code,
}

/// What a server with tasks does about them. Only a [`TaskInfo`] refers to it.
pub(crate) struct Code {
    /// Writes the capabilities under `extensions`, if the instance can keep tasks.
    pub declare: fn(&mut Writer, Instance),
    /// Runs a tool whose arguments have been checked, as a task if there can be one.
    pub start: fn(&Server, TaskInfo, Context, Work) -> HandlerFuture,
    /// Serves `tasks/get`, `tasks/update` and `tasks/cancel`.
    pub serve: fn(&Server, Call, Instance) -> HandlerFuture,
    /// Tells one who listens to them how tasks stand.
    pub tell: fn(&Server, &Arc<Peer>, Option<&Principal>, Vec<String>),
    /// What announces how they go on.
    pub announcing: &'static Announcing,
}

impl TaskInfo {
    /// `required`: it cannot be called by clients without the extension. `asks_first`: it is an ordinary call until it
    /// says [`Context::begin_task`].
    #[must_use]
    pub const fn new(required: bool, asks_first: bool) -> Self {
        Self { required, asks_first, code: &manager::CODE }
    }

    /// Whether clients without the extension cannot call the tool.
    #[must_use]
    pub const fn is_required(&self) -> bool {
        self.required
    }
}

impl std::fmt::Debug for TaskInfo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.required { "required" } else { "optional" })
    }
}

/// How tasks are kept.
#[derive(Clone, Copy, Debug)]
pub struct TaskOptions {
    pub(crate) ttl: Duration,
    pub(crate) poll_interval: Duration,
    pub(crate) most: usize,
}

impl TaskOptions {
    /// How long after its making a task is kept, and may run. Default an hour.
    #[must_use]
    pub const fn ttl(mut self, ttl: Duration) -> Self {
        self.ttl = ttl;
        self
    }

    /// How long clients are to wait between two looks at a task. Default a second.
    #[must_use]
    pub const fn poll_interval(mut self, interval: Duration) -> Self {
        self.poll_interval = interval;
        self
    }

    /// How many tasks may run at once. Default 256; how many are kept is up to the store.
    #[must_use]
    pub const fn most(mut self, tasks: usize) -> Self {
        self.most = tasks;
        self
    }
}

impl Default for TaskOptions {
    fn default() -> Self {
        Self { ttl: Duration::from_secs(3600), poll_interval: Duration::from_secs(1), most: 256 }
    }
}

/// What keeps a server's tasks. A trait, so that a server without does not carry it.
pub(crate) trait TaskManager: Send + Sync {
    /// Makes a task of a tool's call.
    fn start(self: Arc<Self>, asks_first: bool, cx: Context, work: Work) -> HandlerFuture;
    /// Serves a call that is about a task.
    fn serve(self: Arc<Self>, server: &Server, call: Call) -> HandlerFuture;
    /// Tells how tasks stand.
    fn tell(self: Arc<Self>, peer: Arc<Peer>, principal: Option<Principal>, tasks: Vec<String>);
}

/// A task, as its handler sees it.
pub(crate) trait TaskHandle: Send + Sync {
    /// Whether it is a task by now.
    fn has_begun(&self) -> bool;
    /// Becomes a task.
    fn begin(self: Arc<Self>) -> BoxFuture<()>;
    /// Asks the client; `question` makes the request's text.
    fn ask(self: Arc<Self>, key: String, question: String) -> BoxFuture<Result<String, InputError>>;
}

impl Server {
    /// What says how tasks work here: the first tool that may become one.
    pub(crate) fn tasks(&self) -> Option<TaskInfo> {
        let definition = self.core().definition;
        let free = definition.free.iter().map(|entry| entry.info);
        let known = definition.tools.iter().chain(free).find_map(|tool| tool.task);
        known.or_else(|| self.with_catalog(|catalog| catalog.free.iter().find_map(|entry| entry.info.task)))
    }
}

impl Context {
    /// Becomes a task, where the tool says `ask_first` and the client supports tasks: the client gets its handle, and what
    /// follows runs on by itself. Anywhere else nothing happens.
    ///
    /// # Errors
    ///
    /// When a question that was put before has no answer yet: return it with `?`.
    pub async fn begin_task(&self) -> Result<(), InputError> {
        if self.inner().input.is_open() {
            return Err(InputError::suspended());
        }
        if let Some(task) = &self.inner().task {
            Arc::clone(task).begin().await;
        }
        Ok(())
    }

    /// Whether the handler runs as a task.
    pub fn is_task(&self) -> bool {
        self.inner().task.as_ref().is_some_and(|task| task.has_begun())
    }
}

/// Writes the value of the capability `extensions`: it is the same for clients and servers.
fn write_extension(w: &mut Writer) {
    w.begin_object();
    w.key(TASKS_EXTENSION).begin_object();
    w.end_object();
    w.end_object();
}

/// Whether the call's client can have tasks: the extension is one of 2026-07-28.
fn can_have(call: &Call) -> bool {
    call.revision.has_tasks_extension() && call.client_can(&["extensions", TASKS_EXTENSION])
}
