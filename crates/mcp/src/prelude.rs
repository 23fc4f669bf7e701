//! What a server's source needs: `use pulseengine_mcp::prelude::*;`

pub use crate::input::{Elicited, InputError};
pub use crate::model::{
    AudioContent, CallToolResult, ContentBlock, ImageContent, PromptMessage, Resource, ResourceContents,
};
pub use crate::{
    App, Blob, Context, Json, LoggingLevel, PromptError, PromptMessages, ResourceError, Schema, Server, Text,
    ToolError, completion, prompt, resource, server, tool,
};
