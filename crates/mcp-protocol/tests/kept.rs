//! What a conversation keeps of a client is small, whatever the client sends: names, tokens, URIs, `clientInfo`, capabilities.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use pulseengine_mcp_protocol::conversation::{ANNOUNCING, Change, Offer, ServerSide};
use pulseengine_mcp_protocol::{Conversation, Effect, Limits};
use serde_json::{Value, json};

fn conversation() -> Conversation<ServerSide> {
    let offer =
        Offer { resource_updates: true, tasks: true, announcing: Some(&ANNOUNCING), ..Offer::default() };
    Conversation::new(offer, Limits::DEFAULT)
}

/// What is sent for a request: its messages, and the number of calls that the program gets.
fn send(conversation: &mut Conversation<ServerSide>, message: &Value) -> (Vec<Value>, usize) {
    conversation.receive(message.to_string().into_bytes());
    let (mut sent, mut calls) = (Vec::new(), 0);
    while let Some(effect) = conversation.poll() {
        match effect {
            Effect::Send(message, _) => sent.push(serde_json::from_str(&message).unwrap()),
            Effect::Call(_) => calls += 1,
            _ => {}
        }
    }
    (sent, calls)
}

fn request(id: u64, method: &str, params: &Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})
}

fn initialize(capabilities: &Value, client_info: &Value) -> Value {
    let params =
        json!({"protocolVersion": "2025-11-25", "capabilities": capabilities, "clientInfo": client_info});
    request(1, "initialize", &params)
}

/// A conversation with a session.
fn in_session() -> Conversation<ServerSide> {
    let mut begun = conversation();
    assert_eq!(send(&mut begun, &initialize(&json!({}), &json!({"name": "c", "version": "1"}))).1, 1);
    begun
}

#[test]
fn long_client_facts_are_shortened_to_what_a_server_uses() {
    let icon = format!("data:image/png;base64,{}", "A".repeat(40_000));
    let long = json!({"name": "c", "title": "C", "version": "1", "icons": [{"src": icon}], "websiteUrl": "https://c"});
    let short = json!({"name": "c", "title": "C", "version": "1"});
    let declared = json!({"sampling": {"tools": {}}, "experimental": {"x": "y".repeat(3_000)}, "roots": {}});
    for (capabilities, info, kept) in [
        (json!({}), short.clone(), Some((json!({}), short.clone()))),
        (json!({"experimental": {"x": {}}}), long.clone(), Some((json!({"experimental": {"x": {}}}), short))),
        (
            declared,
            json!({"name": "c", "version": "1"}),
            Some((json!({"sampling": {"tools": {}}, "roots": {}}), json!({"name": "c", "version": "1"}))),
        ),
        (json!({}), json!({"name": "n".repeat(3_000), "version": "1"}), None),
        (json!({"extensions": {"e": "x".repeat(3_000)}}), json!({"name": "c", "version": "1"}), None),
    ] {
        let mut begun = conversation();
        let (sent, calls) = send(&mut begun, &initialize(&capabilities, &info));
        let session = begun.session().map(|session| {
            let read = |text: &str| serde_json::from_str::<Value>(text).unwrap();
            (read(&session.capabilities), read(&session.client_info))
        });
        assert_eq!(session, kept);
        match kept {
            Some(_) => assert_eq!((sent.len(), calls), (0, 1)),
            None => {
                assert_eq!(sent[0]["error"]["code"], -32602);
                let message = sent[0]["error"]["message"].as_str().unwrap();
                assert!(message.ends_with(" is longer than 2048 bytes"), "{message}");
            }
        }
    }
}

#[test]
fn names_that_a_client_chooses_are_short() {
    let long = |length: usize| "x".repeat(length);
    type Params = fn(String) -> Value;
    let rows: [(&str, &str, usize, Params); 4] = [
        ("resources/read", "uri", 8_192, |uri| json!({"uri": uri})),
        ("tools/list", "cursor", 8_192, |cursor| json!({"cursor": cursor})),
        ("tools/call", "progressToken", 256, |token| json!({"_meta": {"progressToken": token}})),
        ("resources/subscribe", "uri", 8_192, |uri| json!({"uri": uri})),
    ];
    for (method, member, most, params) in rows {
        for (length, fits) in [(most - 1, true), (most, true), (most + 1, false), (100 * most, false)] {
            let (sent, calls) = send(&mut in_session(), &request(2, method, &params(long(length))));
            let refused = sent.iter().find(|message| message["error"]["code"] == -32602);
            assert_eq!(refused.is_none(), fits, "{method} {length}");
            assert_eq!(calls, usize::from(fits && method != "resources/subscribe"), "{method} {length}");
            if let Some(refused) = refused {
                let message = refused["error"]["message"].as_str().unwrap();
                assert!(
                    message.contains(member) && message.ends_with(&format!(" {most} bytes")),
                    "{message}"
                );
                assert_eq!(refused["id"], 2);
            }
        }
    }
}

fn listen(id: u64, uris: &[String], tasks: &[String]) -> Value {
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {"extensions": {"io.modelcontextprotocol/tasks": {}}},
    });
    let notifications = json!({"resourceSubscriptions": uris, "taskIds": tasks});
    request(id, "subscriptions/listen", &json!({"notifications": notifications, "_meta": meta}))
}

#[test]
fn the_names_of_a_filter_are_short() {
    let refused = |uris: &[String], tasks: &[String]| {
        let (sent, _) = send(&mut conversation(), &listen(1, uris, tasks));
        sent[0]["error"]["message"].as_str().map(str::to_owned)
    };
    let name = |length: usize| [String::from("a"), "x".repeat(length)];
    assert_eq!(refused(&name(8_192), &name(256)), None);
    let uri = refused(&name(8_193), &[]).unwrap();
    assert_eq!(uri, "Invalid params: a URI is longer than 8192 bytes");
    let task = refused(&[], &name(257)).unwrap();
    assert_eq!(task, "Invalid params: a task id is longer than 256 bytes");
}

#[test]
fn subscriptions_are_bounded_in_number_and_in_bytes() {
    let subscribe = |begun: &mut Conversation<ServerSide>, at: usize, length: usize| {
        let uri = format!("{at:0>length$}");
        let (sent, _) = send(begun, &request(2, "resources/subscribe", &json!({"uri": uri})));
        sent[0]["error"]["code"].as_i64()
    };
    for (length, most) in [(6, 1_024), (6_500, 10), (8_192, 8)] {
        let mut begun = in_session();
        for at in 0..most {
            assert_eq!(subscribe(&mut begun, at, length), None, "{at} of {length}");
        }
        assert_eq!(subscribe(&mut begun, most, length), Some(-32603));
        // One that is there already needs no room.
        assert_eq!(subscribe(&mut begun, 3, length), None);
        let (sent, _) = send(
            &mut begun,
            &request(2, "resources/unsubscribe", &json!({"uri": format!("{:0>length$}", 3)})),
        );
        assert!(sent[0]["result"].is_object());
        assert_eq!(subscribe(&mut begun, most, length), None);
        assert_eq!(begun.subscribed().len(), most);
    }
}

#[test]
fn the_filters_of_one_conversation_share_the_room() {
    let mut begun = conversation();
    let uris =
        |from: usize, length: usize| (from..from + 8).map(|at| format!("{at:0>length$}")).collect::<Vec<_>>();
    let mut acknowledged = Vec::new();
    for (id, length) in [(1, 4_096), (2, 8_192), (3, 10)] {
        let (sent, _) = send(&mut begun, &listen(id, &uris(8 * id as usize, length), &[]));
        let names = &sent[0]["params"]["notifications"]["resourceSubscriptions"];
        acknowledged.push(names.as_array().unwrap().len());
    }
    assert_eq!(acknowledged, [8, 4, 0]);
    begun.changed(&Change::Resource(format!("{:0>8192}", 17)));
    assert!(matches!(begun.poll(), Some(Effect::Send(..))));
    begun.changed(&Change::Resource(format!("{:0>8192}", 23)));
    assert!(begun.poll().is_none());
}
