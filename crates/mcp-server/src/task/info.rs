//! The function tables through which a server reaches its tasks. Only the tables of tools that may become tasks point to
//! the functions.

use std::sync::Arc;

use pulseengine_mcp_protocol::Principal;
use pulseengine_mcp_protocol::conversation::Announcing;
use pulseengine_mcp_protocol::json::Writer;
use pulseengine_mcp_transport::{Instance, Peer};

use crate::handler::HandlerFuture;
use crate::request::ServedCall;
use crate::service::ToolFunction;
use crate::{Context, Server};

/// That a tool may become a task, and how.
#[derive(Clone, Copy)]
pub struct TaskInfo {
    pub(super) required: bool,
    pub(super) asks_first: bool,
    pub(crate) functions: &'static TaskFunctions,
}

/// The functions of tasks. Only a [`TaskInfo`] refers to them.
pub(crate) struct TaskFunctions {
    /// Writes the capabilities under `extensions`, if the instance can keep tasks.
    pub declare: fn(&mut Writer, Instance),
    /// Runs a tool whose arguments have been checked, as a task if there can be one.
    pub start: fn(&Server, TaskInfo, Context, ToolFunction) -> HandlerFuture,
    /// Serves `tasks/get`, `tasks/update` and `tasks/cancel`.
    pub serve: fn(&Server, ServedCall, Instance) -> HandlerFuture,
    /// Sends the current state of tasks to a new subscriber, and each change from then on.
    pub subscribe: fn(&Server, &Arc<Peer>, Option<&Principal>, Vec<String>),
    /// What announces their changes.
    pub announcing: &'static Announcing,
}

impl TaskInfo {
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

/// What keeps a server's tasks. A trait, so that a server without tasks does not carry it.
pub(crate) trait TaskManager: Send + Sync {
    /// Makes a task of a tool's call.
    fn start(self: Arc<Self>, asks_first: bool, cx: Context, work: ToolFunction) -> HandlerFuture;
    /// Serves a call that is about a task.
    fn serve(self: Arc<Self>, server: &Server, call: ServedCall) -> HandlerFuture;
    /// Sends the current state of tasks to a new subscriber, and each change from then on.
    fn subscribe(self: Arc<Self>, peer: Arc<Peer>, principal: Option<Principal>, tasks: Vec<String>);
}
