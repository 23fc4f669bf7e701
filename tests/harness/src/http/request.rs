//! From a message to the POST that carries it, as a conforming client makes it.

use serde_json::Value;

use super::wire::Request;

/// What a client knows of its session.
#[derive(Debug, Default, Clone)]
pub(super) struct Session {
    /// `Mcp-Session-Id`, when the server gave one.
    pub(super) id: Option<String>,
    /// The revision that was negotiated.
    pub(super) revision: Option<String>,
}

/// Revisions that do not have the field `MCP-Protocol-Version`.
const WITHOUT_FIELD: [&str; 2] = ["2024-11-05", "2025-03-26"];

/// A POST of `text`, which `message` is, if it is JSON.
pub(super) fn post(target: &str, text: &[u8], message: &Value, session: &Session) -> Request {
    let mut request = bare("POST", target);
    request.set("Content-Type", Some("application/json"));
    request.set("Accept", Some("application/json, text/event-stream"));
    request.body = Some(text.to_vec());
    match version_of(message) {
        Some(version) => mirror(&mut request, Some(version), message),
        None => within(&mut request, session),
    }
    request
}

/// Sets what 2026-07-28 repeats of a message, as far as a field can say it.
pub(super) fn mirror(request: &mut Request, version: Option<&str>, message: &Value) {
    let version = version.filter(|version| is_field(version)).unwrap_or(super::STATELESS);
    let method = message["method"].as_str().filter(|method| is_field(method)).unwrap_or("tools/list");
    request.set("MCP-Protocol-Version", Some(version));
    request.set("Mcp-Method", Some(method));
    request.set("Mcp-Name", name_of(message).map(field_value).as_deref());
}

/// Whether a text can be the value of a field as it is.
pub fn is_field(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~')) && text.trim() == text
}

/// A GET or DELETE of a session.
pub(super) fn other(method: &str, target: &str, session: &Session) -> Request {
    let mut request = bare(method, target);
    if method == "GET" {
        request.set("Accept", Some("text/event-stream"));
    }
    within(&mut request, session);
    request
}

fn bare(method: &str, target: &str) -> Request {
    Request { method: method.into(), target: target.into(), fields: Vec::new(), body: None }
}

fn within(request: &mut Request, session: &Session) {
    request.set("Mcp-Session-Id", session.id.as_deref());
    let revision = session.revision.as_deref().filter(|revision| !WITHOUT_FIELD.contains(revision));
    request.set("MCP-Protocol-Version", revision);
}

/// The revision that a stateless message names.
pub(super) fn version_of(message: &Value) -> Option<&str> {
    message.get("params")?.get("_meta")?.get("io.modelcontextprotocol/protocolVersion")?.as_str()
}

fn name_of(message: &Value) -> Option<&str> {
    let member = match message["method"].as_str()? {
        "tools/call" | "prompts/get" => "name",
        "resources/read" => "uri",
        "tasks/get" | "tasks/update" | "tasks/cancel" => "taskId",
        _ => return None,
    };
    message["params"][member].as_str()
}

/// A name as the value of a field: as base64 between marks where it would not survive as it is.
fn field_value(name: &str) -> String {
    if is_field(name) && !name.starts_with("=?") {
        return name.to_owned();
    }
    format!("=?base64?{}?=", base64(name.as_bytes()))
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            let index = (bits >> (18 - 6 * digit)) as usize & 63;
            let known = DIGITS.get(index).map_or('=', |&digit| char::from(digit));
            text.push(if digit > group.len() { '=' } else { known });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_survive_as_fields() {
        for (name, value) in [
            ("add", "add"),
            ("a b", "a b"),
            (" a", "=?base64?IGE=?="),
            ("Zoë", "=?base64?Wm/Dqw==?="),
            ("=?x", "=?base64?PT94?="),
        ] {
            assert_eq!(field_value(name), value);
        }
    }
}
