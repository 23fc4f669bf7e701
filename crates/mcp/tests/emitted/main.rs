//! Every message that the library can send, in every revision, against the official schema of that revision: as a
//! JSON-RPC message, and as the result, notification or request that it is.
//!
//! The schemas are not in this repository: see [`schemas::folder`].
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test that is skipped says so, one that ran says of what"
)]
#![allow(missing_docs, clippy::unused_async, reason = "handlers of every kind")]

mod schemas;
mod server;

use std::collections::{BTreeMap, BTreeSet};

use pulseengine_mcp::testing::{self, Client, Value, json};
use pulseengine_mcp::{App, Method, Revision};
use pulseengine_mcp_protocol::method::{METHODS, MessageKind, Sender};
use schemas::Schemas;
use server::Talkative;

#[test]
fn in_2024_11_05() {
    every_message_fits(Revision::V2024_11_05);
}

#[test]
fn in_2025_03_26() {
    every_message_fits(Revision::V2025_03_26);
}

#[test]
fn in_2025_06_18() {
    every_message_fits(Revision::V2025_06_18);
}

#[test]
fn in_2025_11_25() {
    every_message_fits(Revision::V2025_11_25);
}

#[test]
fn in_2026_07_28() {
    every_message_fits(Revision::V2026_07_28);
}

fn every_message_fits(revision: Revision) {
    let Some(folder) = schemas::folder() else { return };
    let mut talk = testing::run(converse(
        revision,
        json!({"elicitation": {"form": {}, "url": {}}, "sampling": {}, "roots": {}}),
    ));
    // A client that can do nothing, and pages of one entry.
    talk.extend(testing::run(converse(revision, json!({}))));
    let mut schemas = Schemas::load(&folder, revision);
    let mut faults = Vec::new();
    for (message, answers) in &talk {
        let found = schemas.check(message, answers.as_deref());
        if !found.is_empty() {
            faults.push(format!("{message}\n  {}", found.join("\n  ")));
        }
    }
    println!("{} messages in {}", talk.len(), revision.as_str());
    assert!(faults.is_empty(), "{} of {} messages:\n{}", faults.len(), talk.len(), faults.join("\n"));
    let missing = unsaid(revision, &talk);
    assert!(missing.is_empty(), "never sent in {}: {missing:?}", revision.as_str());
}

/// What the revision lets a server send, and none of these messages is.
fn unsaid(revision: Revision, talk: &[(Value, Option<String>)]) -> BTreeSet<&'static str> {
    let mut said: BTreeSet<&str> = BTreeSet::new();
    for (message, answers) in talk {
        said.extend(message.get("method").and_then(Value::as_str));
        said.extend(answers.as_deref().filter(|_| message.get("result").is_some()));
        let asked = message.pointer("/result/inputRequests").and_then(Value::as_object);
        said.extend(asked.into_iter().flatten().filter_map(|(_, question)| question["method"].as_str()));
    }
    let rows = METHODS.iter().filter(|row| row.is_in(revision));
    let from_server = rows.filter(|row| row.sender != Sender::Client || row.kind == MessageKind::Request);
    let names = from_server.filter(|row| match row.method {
        // A server only sends it for a question that is withdrawn, which 2026-07-28 has not.
        Method::Cancelled => !revision.is_stateless(),
        // Clients send it too; the library never does, nor announces the end of a visit.
        Method::Ping | Method::ElicitationComplete => false,
        // An extension, which the official schema does not have.
        Method::GetTask | Method::UpdateTask | Method::CancelTask | Method::TaskChanged => false,
        _ => true,
    });
    names.map(|row| row.name).filter(|name| !said.contains(name)).collect()
}

struct Talk {
    client: Client,
    revision: Revision,
    capabilities: Value,
    next: i64,
    heard: Vec<(Value, Option<String>)>,
    asked: BTreeMap<i64, String>,
}

async fn converse(revision: Revision, capabilities: Value) -> Vec<(Value, Option<String>)> {
    let page_size = if capabilities == json!({}) { 1 } else { 100 };
    let app = App::of(Talkative).announce_changes().subscriptions().page_size(page_size).state_key([7; 32]);
    let client = Client::with_revision(app, revision);
    let mut talk =
        Talk { client, revision, capabilities, next: 0, heard: Vec::new(), asked: BTreeMap::new() };
    talk.begin().await;
    for tool in [
        "text", "nothing", "point", "points", "contents", "fails", "panics", "tells", "asks", "sends",
        "samples", "looks", "insists", "changes", "unknown",
    ] {
        talk.request("tools/call", json!({"name": tool, "_meta": {"progressToken": tool}})).await;
    }
    talk.request("tools/call", json!({"name": "number", "arguments": {"x": 1e300}})).await;
    talk.request("tools/call", json!({"name": "number", "arguments": {"x": "1"}})).await;
    for uri in ["talk:text", "talk:blob", "talk:json", "talk:fails", "talk://a", "talk://none", "x:y"] {
        talk.request("resources/read", json!({"uri": uri})).await;
    }
    for name in ["review", "plain", "asking", "unknown"] {
        talk.request("prompts/get", json!({"name": name, "arguments": {"code": "c"}})).await;
    }
    talk.request("prompts/get", json!({"name": "review"})).await;
    for list in ["tools/list", "prompts/list", "resources/list", "resources/templates/list"] {
        let page = talk.request(list, json!({})).await;
        if let Some(cursor) = page.pointer("/result/nextCursor") {
            talk.request(list, json!({"cursor": cursor})).await;
        }
        talk.request(list, json!({"cursor": "nonsense"})).await;
    }
    for (reference, argument) in [
        (json!({"type": "ref/prompt", "name": "review"}), "style"),
        (json!({"type": "ref/prompt", "name": "review"}), "code"),
        (json!({"type": "ref/resource", "uri": "talk://{id}"}), "id"),
        (json!({"type": "ref/prompt", "name": "unknown"}), "style"),
    ] {
        let argument = json!({"name": argument, "value": "s"});
        talk.request("completion/complete", json!({"ref": reference, "argument": argument})).await;
    }
    talk.request("does/not/exist", json!({})).await;
    talk.refused().await;
    talk.end().await
}

impl Talk {
    async fn begin(&mut self) {
        if self.revision.is_stateless() {
            self.request("server/discover", json!({})).await;
            let all = json!({"toolsListChanged": true, "promptsListChanged": true, "resourcesListChanged": true,
                "resourceSubscriptions": ["talk:text"]});
            self.send("subscriptions/listen", json!({"notifications": all})).await;
            let version = "io.modelcontextprotocol/protocolVersion";
            self.request("tools/list", json!({"_meta": {(version): "1900-01-01"}})).await;
            self.request("tools/list", json!({"_meta": {(version): 1}})).await;
            return;
        }
        self.request("initialize", json!({"protocolVersion": 1})).await;
        let hello = json!({
            "protocolVersion": self.revision.as_str(),
            "capabilities": self.capabilities,
            "clientInfo": {"name": "c", "version": "1"},
        });
        self.request("initialize", hello.clone()).await;
        self.client.send_line(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#).await;
        self.request("initialize", hello).await;
        self.request("ping", json!({})).await;
        self.request("logging/setLevel", json!({"level": "debug"})).await;
        self.request("logging/setLevel", json!({"level": "loud"})).await;
        self.request("resources/subscribe", json!({"uri": "talk:text"})).await;
        self.request("resources/subscribe", json!({"uri": "talk:blob"})).await;
        self.request("resources/unsubscribe", json!({"uri": "talk:blob"})).await;
    }

    /// Messages that are refused without an id, and a batch.
    async fn refused(&mut self) {
        for line in ["{", "[]", "1", "{}", r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#] {
            self.client.send_line(line).await;
            self.hear().await;
        }
        self.client.send_line(r#"[1,{"jsonrpc":"2.0","id":0,"method":"does/not/exist"}]"#).await;
        self.hear().await;
    }

    /// A call is cancelled while it asks; then the input ends.
    async fn end(mut self) -> Vec<(Value, Option<String>)> {
        if !self.revision.is_stateless() && self.capabilities != json!({}) {
            let id = self.send("tools/call", json!({"name": "looks"})).await;
            self.hear().await;
            let cancelled =
                json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": id}});
            self.client.send_line(&cancelled.to_string()).await;
            self.hear().await;
        }
        for message in self.client.close().await {
            let answers = message["id"].as_i64().and_then(|id| self.asked.get(&id).cloned());
            self.heard.push((message, answers));
        }
        self.heard
    }

    async fn send(&mut self, method: &str, mut params: Value) -> i64 {
        self.next += 1;
        if self.revision.is_stateless() {
            let prefix = "io.modelcontextprotocol";
            let mut meta = json!({
                format!("{prefix}/protocolVersion"): self.revision.as_str(),
                format!("{prefix}/clientCapabilities"): self.capabilities,
                format!("{prefix}/logLevel"): "debug",
            });
            for (key, value) in params["_meta"].as_object().into_iter().flatten() {
                meta[key] = value.clone();
            }
            params["_meta"] = meta;
        }
        let request = json!({"jsonrpc": "2.0", "id": self.next, "method": method, "params": params});
        self.asked.insert(self.next, method.to_owned());
        self.client.send_line(&request.to_string()).await;
        self.next
    }

    /// Sends a request, answers what is asked, in this round or in another; the last answer.
    async fn request(&mut self, method: &str, mut params: Value) -> Value {
        loop {
            let id = self.send(method, params.clone()).await;
            let answer = loop {
                let message = self.hear().await;
                if message.get("method").is_none() && message["id"] == json!(id) {
                    break message;
                }
                if let (Some(asked), Some(question)) = (message["method"].as_str(), message.get("id")) {
                    let answer =
                        json!({"jsonrpc": "2.0", "id": question, "result": answer_to(asked, &message)});
                    self.client.send_line(&answer.to_string()).await;
                }
            };
            let Some(questions) = answer.pointer("/result/inputRequests") else { return answer };
            let questions = questions.as_object().unwrap().iter();
            let answers = questions.map(|(key, question)| {
                (key.clone(), answer_to(question["method"].as_str().unwrap(), question))
            });
            params["inputResponses"] = Value::Object(answers.collect());
            params["requestState"] = answer["result"]["requestState"].clone();
        }
    }

    async fn hear(&mut self) -> Value {
        let message = self.client.receive().await.unwrap();
        if message.get("method").is_none() && message.is_object() {
            let answers = message["id"].as_i64().and_then(|id| self.asked.get(&id).cloned());
            self.heard.push((message.clone(), answers));
        } else {
            let members = message.as_array().cloned().unwrap_or_else(|| vec![message.clone()]);
            self.heard.extend(members.into_iter().map(|message| (message, None)));
        }
        message
    }
}

fn answer_to(method: &str, question: &Value) -> Value {
    match method {
        "roots/list" => json!({"roots": [{"uri": "file:///a"}]}),
        "sampling/createMessage" => {
            json!({"role": "assistant", "content": {"type": "text", "text": "I"}, "model": "m"})
        }
        _ if question.pointer("/params/mode") == Some(&json!("url")) => json!({"action": "accept"}),
        _ => {
            json!({"action": "accept", "content": {"name": "Tom", "tame": true, "kind": "Cat", "colour": "Black"}})
        }
    }
}
