//! Changes that are announced to clients.

use pulseengine_mcp::prelude::*;

use super::schema;

/// Adds the tool test_runtime_tool, or removes it if it is there: the list of tools has changed.
#[tool]
pub fn test_trigger_tool_change(cx: &Context) -> Result<&'static str, ToolError> {
    if cx.server().remove_tool(schema::GREETER)? {
        return Ok("Tool removed");
    }
    cx.server().add_tool(schema::greeter().map_err(ToolError::protocol)?)?;
    Ok("Tool added")
}

/// Tells clients that the list of prompts has changed.
#[tool]
pub fn test_trigger_prompt_change(cx: &Context) -> &'static str {
    cx.server().notify_prompts_changed();
    "Prompt list change announced"
}

/// Tells clients that subscribed to test://watched-resource that it has changed.
#[tool]
pub fn test_trigger_resource_change(cx: &Context) -> &'static str {
    cx.server().notify_resource_updated("test://watched-resource");
    "Resource change announced"
}
