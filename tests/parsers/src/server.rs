//! A server that is called without a connection.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use pulseengine_mcp::{Limits, Server};
use pulseengine_mcp_protocol::conversation::Offer;
use pulseengine_mcp_protocol::envelope::parse;
use pulseengine_mcp_protocol::sessionless::{Sessionless, receive};
use pulseengine_mcp_transport::{Handler, Instance, Peer};
use serde_json::{Value, json};

/// The response to a request of 2026-07-28. `params` is an object.
pub fn respond(server: &Server, method: &str, mut params: Value) -> Value {
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {"elicitation": {}},
    });
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).to_string();
    let text = match receive(parse(message.into_bytes(), &Limits::DEFAULT), None, Offer::default()) {
        Sessionless::Call(call) => {
            let id = call.id.clone();
            let serving = server.serve(*call, &Arc::new(Peer::new(Instance::REQUEST)));
            let serving = pin!(serving.await_value());
            let Poll::Ready(reply) = serving.poll(&mut Context::from_waker(Waker::noop())) else {
                panic!("the handler waits")
            };
            reply.into_message(&id)
        }
        Sessionless::Answer(text) => text,
        other => panic!("{other:?} to {method}"),
    };
    serde_json::from_str(&text).unwrap()
}

/// Whether the response is the error for params that are wrong.
pub fn is_invalid_params(response: &Value) -> bool {
    response["error"]["code"] == -32602
}
