//! Messages of a native program to the person who starts it.

use pulseengine_mcp_runtime::io::{AsyncWriteExt, stderr};

/// Writes a message to standard error.
pub(crate) async fn say(text: &str) {
    // If standard error is closed, there is no other place to report it.
    let _ = stderr().write_all(text.as_bytes()).await;
}
