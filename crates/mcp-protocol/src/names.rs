//! The rule for the names of tools.

/// Whether `name` follows the rule for tool names: 1 to 128 of `A-Z a-z 0-9 _ - .`
/// (specification 2026-07-28, server/tools, "Tool Names").
///
/// ```
/// use pulseengine_mcp_protocol::is_tool_name;
/// assert!(is_tool_name("admin.tools.list"));
/// assert!(!is_tool_name("no spaces"));
/// ```
pub fn is_tool_name(name: &str) -> bool {
    (1..=128).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
}
