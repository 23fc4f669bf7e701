//! What the traits of results write to: for results of types of your own.

pub use pulseengine_mcp_server::output::{
    CompletionResult, Failed, ListedResources, PromptResult, ResourceResult, ToolResult,
};
