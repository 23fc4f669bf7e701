//! The items that generated code names, as small as the tests of the macros need them.

pub mod context;
pub mod output;
pub mod service;

pub use context::{Context, Reply};
pub use output::{Resource, Text};
pub use pulseengine_mcp_macros::{completion, prompt, resource, server, tool};
pub use pulseengine_mcp_protocol::schema;

/// What a server's source needs.
pub mod prelude {
    pub use crate::{Context, Resource, Text, completion, prompt, resource, server, tool};
}

#[doc(hidden)]
pub mod __private {
    pub use std::sync::Arc;

    pub use crate::Context;
    pub use crate::output::{CompletionOutput, PromptOutput, ResourceOutput, ToolOutput};
    pub use crate::service::*;
}
