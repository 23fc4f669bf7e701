//! The part of a session that outlives the process, where the server has a store: the result of `initialize`, the level of log
//! messages and the subscriptions. Its open requests end with the process, as they do with a connection.

use std::sync::Arc;
use std::time::Duration;

use pulseengine_mcp_protocol::json::{Reader, Writer};
use pulseengine_mcp_protocol::params::{member, string};
use pulseengine_mcp_protocol::{Conversation, LoggingLevel, Principal, Revision, ServerSide, Session};
use pulseengine_mcp_store::{Expect, Store};

use crate::caller::Caller;

/// The store's key of a session.
fn key(id: &str) -> String {
    ["session/", id].concat()
}

/// The state of its owner's conversation as JSON text; `None` before `initialize`.
pub(super) fn text(conversation: &Conversation<ServerSide>, owner: Option<&Principal>) -> Option<String> {
    let session = conversation.session()?;
    let mut w = Writer::default();
    w.begin_object();
    w.key("protocolVersion").string(session.revision.as_str());
    w.key("capabilities").raw(&session.capabilities);
    w.key("clientInfo").raw(&session.client_info);
    if let Some(level) = conversation.level() {
        w.key("level").string(level.as_str());
    }
    if let Some(owner) = owner {
        w.key("principal").string(owner.id());
    }
    w.key("subscribed").begin_array();
    conversation.subscribed().iter().for_each(|uri| w.string(uri));
    w.end_array();
    w.end_object();
    Some(w.into_text())
}

/// Keeps a session's state. Whether it could: a session that cannot be kept lives on in memory.
pub(super) async fn write(store: &dyn Store, id: &str, text: &str, ttl: Duration) -> bool {
    store.write(&key(id), text.as_bytes(), Expect::Any, ttl).await.is_ok()
}

/// Forgets a session's state.
pub(super) async fn remove(store: &dyn Store, id: &str) {
    // One that cannot be removed expires.
    let _ = store.remove(&key(id), Expect::Any).await;
}

/// The conversation of a session that another process began for this caller.
pub(super) async fn read(
    caller: Caller<'_>,
    store: &dyn Store,
    id: &str,
) -> Option<Conversation<ServerSide>> {
    let entry = store.read(&key(id)).await.ok()??;
    let text = String::from_utf8(entry.value).ok()?;
    let revision = Revision::parse(&string(member(&text, "protocolVersion")?)?)?;
    let session = Session {
        revision,
        capabilities: member(&text, "capabilities")?.into(),
        client_info: member(&text, "clientInfo")?.into(),
    };
    let level = member(&text, "level").and_then(string).and_then(|name| LoggingLevel::parse(&name));
    let owner = member(&text, "principal").and_then(string);
    if owner.as_deref() != caller.principal().map(Principal::id) {
        return None;
    }
    let shared = &caller.shared;
    let offer = caller.handler().offer(shared.instance);
    let subscribed = subscribed(member(&text, "subscribed")?)?;
    Some(Conversation::resume(offer, shared.limits, Arc::new(session), level, subscribed))
}

fn subscribed(text: &str) -> Option<Vec<String>> {
    let mut r = Reader::new(text);
    let mut items = r.array().ok()?;
    let mut uris = Vec::new();
    while items.next(&mut r).ok()? {
        uris.push(r.string().ok()?.into_owned());
    }
    Some(uris)
}
