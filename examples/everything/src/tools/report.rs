//! What a tool says while it works: log messages, progress, failure.

use std::time::Duration;

use pulseengine_mcp::prelude::*;
use pulseengine_mcp::runtime::sleep;

/// How long a step takes.
const STEP: Duration = Duration::from_millis(50);

/// Tests tool that emits log messages during execution.
#[tool]
pub async fn test_tool_with_logging(cx: &Context) -> &'static str {
    cx.log(LoggingLevel::Info, "Tool execution started").await;
    sleep(STEP).await;
    cx.log(LoggingLevel::Info, "Tool processing data").await;
    sleep(STEP).await;
    cx.log(LoggingLevel::Info, "Tool execution completed").await;
    "Tool with logging executed successfully"
}

/// Tests that log messages are only sent to clients that ask for them.
#[tool]
pub async fn test_logging_tool(cx: &Context) -> &'static str {
    cx.log_as(LoggingLevel::Info, Some("test_logging_tool"), "The tool was called").await;
    "Logged"
}

/// Tests tool that reports progress notifications.
#[tool]
pub async fn test_tool_with_progress(cx: &Context) -> &'static str {
    cx.progress_with(0.0, Some(100.0), Some("Started")).await;
    sleep(STEP).await;
    cx.progress_with(50.0, Some(100.0), Some("Half done")).await;
    sleep(STEP).await;
    cx.progress_with(100.0, Some(100.0), Some("Done")).await;
    "Tool with progress executed successfully"
}

/// Tests error response handling.
#[tool]
pub fn test_error_handling() -> Result<String, ToolError> {
    Err(ToolError::new("This tool intentionally returns an error for testing"))
}

/// Tests SSE stream disconnection and client reconnection: the connection ends in the middle of the call, and the
/// answer is fetched with another one.
#[tool]
pub async fn test_reconnection(cx: &Context) -> &'static str {
    cx.close_connection(STEP * 10).await;
    sleep(STEP * 2).await;
    "Reconnection test completed successfully"
}
