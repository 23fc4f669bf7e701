//! Rules for names: of tools, and of keys in `_meta`.

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

/// Whether `key` may stand in `_meta`: an optional prefix of dot-separated labels and a slash, then a name
/// (specification 2026-07-28, basic, "_meta").
///
/// ```
/// use pulseengine_mcp_protocol::is_meta_key;
/// assert!(is_meta_key("com.example/trace-id"));
/// assert!(is_meta_key("progressToken"));
/// assert!(!is_meta_key("com..example/x"));
/// ```
pub fn is_meta_key(key: &str) -> bool {
    let (prefix, name) = key.rsplit_once('/').map_or((None, key), |(prefix, name)| (Some(prefix), name));
    prefix.is_none_or(|p| p.split('.').all(is_label)) && is_meta_name(name)
}

/// Whether the key's prefix is reserved for the protocol and its extensions: its second label is
/// `modelcontextprotocol` or `mcp`.
pub fn is_reserved_meta_key(key: &str) -> bool {
    key.rsplit_once('/')
        .is_some_and(|(prefix, _)| matches!(prefix.split('.').nth(1), Some("modelcontextprotocol" | "mcp")))
}

fn is_label(label: &str) -> bool {
    let bytes = label.as_bytes();
    bytes.first().is_some_and(u8::is_ascii_alphabetic)
        && bytes.last().is_some_and(u8::is_ascii_alphanumeric)
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-')
}

fn is_meta_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    let ends = |b: Option<&u8>| b.is_none_or(u8::is_ascii_alphanumeric);
    ends(bytes.first())
        && ends(bytes.last())
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}
