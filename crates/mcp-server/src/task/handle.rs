//! A task, as its handler sees it.

use std::sync::Arc;

use pulseengine_mcp_runtime::BoxFuture;

use crate::error::InputError;

/// A task, as its handler sees it. A trait, so that a server without tasks does not carry their code.
pub(crate) trait TaskHandle: Send + Sync {
    /// Whether it is a task by now.
    fn has_begun(&self) -> bool;
    /// Becomes a task.
    fn begin(self: Arc<Self>) -> BoxFuture<()>;
    /// Asks the client; `question` is the text of the request.
    fn ask(self: Arc<Self>, key: String, question: String) -> BoxFuture<Result<String, InputError>>;
}
