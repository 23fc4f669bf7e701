//! Tasks: tools that go on after their call (extension `io.modelcontextprotocol/tasks`, SEP-2663; since 2026-07-28).
//!
//! The call is answered with a handle as soon as the task is in the [`Store`](pulseengine_mcp_store::Store). The handler
//! continues in a task of the runtime and each change of its state is written to the store, where `tasks/get` reads it.
//! Only tools that may become tasks refer to this code, so that a server without such tools does not carry it.

mod handle;
mod info;
mod manager;
mod options;
mod places;
mod record;
mod running;

pub(crate) use handle::TaskHandle;
pub use info::TaskInfo;
pub(crate) use info::TaskManager;
pub use options::TaskOptions;
