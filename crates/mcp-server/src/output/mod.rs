//! What handlers return, and how it becomes a result: written once, straight into the response.

mod completion;
mod content;
mod prompt;
mod resource;
mod tool;

pub use completion::{CompletionOutput, CompletionResult};
pub use prompt::{PromptMessages, PromptOutput, PromptResult};
pub use resource::{Blob, ListedResources, ResourceOutput, ResourceResult, Text};
#[cfg(feature = "jsonschema")]
pub(crate) use tool::matches;
pub use tool::{Failed, Json, ToolOutput, ToolResult};
