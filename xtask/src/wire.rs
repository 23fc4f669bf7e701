//! The requests the commands send, in the stateless protocol (2026-07-28) and the one with a handshake.

use serde_json::{Value, json};

/// A request of the stateless protocol: it carries all that is needed.
pub fn stateless(id: u32, method: &str, mut params: Value) -> Value {
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "xtask", "version": "1.0.0"},
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    session(id, method, params)
}

/// A request of the protocol with a handshake.
pub fn session(id: u32, method: &str, params: Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})
}

/// The first request of the protocol with a handshake.
pub fn initialize(id: u32) -> Value {
    let client = json!({"name": "xtask", "version": "1.0.0"});
    session(
        id,
        "initialize",
        json!({"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client}),
    )
}

/// What follows the handshake.
pub fn initialized() -> Value {
    json!({"jsonrpc": "2.0", "method": "notifications/initialized"})
}
