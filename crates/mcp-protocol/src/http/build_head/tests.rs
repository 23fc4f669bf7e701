//! What the client builds, the server accepts; and what is changed on the way, it refuses.

use alloc::borrow::{Cow, ToOwned};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{HeadBuilder, HeadError, OutgoingMessage, RequestHead};
use crate::http::{
    Accepted, CheckedHead, DeclaredVersion, Head, HeaderName, HttpRejection, Policy, RequestKind,
    SingleValue, check_body, check_head, cut,
};
use crate::method::{METHODS, MessageKind, MethodRow, Sender};
use crate::params::Key;
use crate::schema::Annotations;
use crate::{Error, ErrorCode, Limits, Method, Revision};

const SCHEMA: &str = r#"{"type":"object","properties":{
    "text":{"type":"string","x-mcp-header":"Text"},
    "number":{"type":"integer","x-mcp-header":"Number"},
    "flag":{"type":"boolean","x-mcp-header":"Flag"},
    "other":{"type":"string"},
    "inner":{"type":"object","properties":{"text":{"type":["string","null"],"x-mcp-header":"Inner-Text"}}}
}}"#;

/// Checks a head as the server does.
fn checked<'a>(head: &'a RequestHead<'_>) -> Result<CheckedHead<'a>, HttpRejection> {
    let (path, query) =
        cut(head.target, b'?').map_or((head.target, None), |(path, query)| (path, Some(query)));
    let (peer, client_certificate) = (None, None);
    let head =
        Head { method: head.method, path, query, authority: None, fields: head, peer, client_certificate };
    check_head(&head, &Policy::new().hostless().strict(), 1 << 20)
}

/// The code of the JSON-RPC error in a rejection.
fn code(rejection: &HttpRejection) -> i64 {
    let body: Value = serde_json::from_str(&rejection.body()).unwrap();
    body["error"]["code"].as_i64().unwrap()
}

/// Checks head and body as the server does, and then the arguments as a tool does; the code of the error.
fn serve(head: &RequestHead<'_>, body: &Value, annotations: &Annotations) -> Result<Accepted, i64> {
    let checked = checked(head).map_err(|rejection| code(&rejection))?;
    let accepted = check_body(&checked, body.to_string().into_bytes(), &Limits::DEFAULT)
        .map_err(|rejection| code(&rejection))?;
    if let Accepted::Call(call) = &accepted
        && call.method == Method::CallTool
    {
        let compared = annotations
            .values(call.text(Key::Arguments))
            .try_for_each(|(header, value)| call.param_headers.as_ref().unwrap().check(header, value));
        compared.map_err(|error: Error| error.code().0)?;
    }
    Ok(accepted)
}

/// Params of a request that is about `name`.
fn params(row: &MethodRow, name: &str, arguments: &Value, stateless: bool) -> Value {
    let mut params = json!({});
    match row.method.named_by() {
        Some(Key::Name) => params["name"] = name.into(),
        Some(Key::Uri) => params["uri"] = name.into(),
        Some(Key::TaskId) => params["taskId"] = name.into(),
        _ => {}
    }
    if row.method == Method::CallTool {
        params["arguments"] = arguments.clone();
    }
    if row.method == Method::Initialize {
        params["protocolVersion"] = "x".into();
    }
    if stateless {
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": Revision::LATEST.as_str(),
            "io.modelcontextprotocol/clientCapabilities": {},
        });
    }
    params
}

fn message(row: &MethodRow, params: &Value) -> Value {
    let mut message = json!({"jsonrpc": "2.0", "method": row.name, "params": params});
    if row.kind == MessageKind::Request {
        message["id"] = 1.into();
    }
    message
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[ \t]{0,2}[a-zé]{0,3}[ \t]{0,2}",
        "(=\\?base64\\?)?[A-Za-z0-9=? ]{0,8}(\\?=)?",
        "[a-z_/:.-]{1,20}",
    ]
}

fn arguments() -> impl Strategy<Value = Value> {
    let text = || prop_oneof![Just(Value::Null), name().prop_map(Value::from)];
    let number = prop_oneof![Just(Value::Null), (-(1i64 << 53) + 1..1 << 53).prop_map(Value::from)];
    let flag = prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from)];
    let inner = prop_oneof![Just(Value::Null), text().prop_map(|text| json!({"text": text}))];
    let members = (text(), number, flag, text(), inner, any::<u8>());
    members.prop_map(|(text, number, flag, other, inner, present)| {
        let all = [("text", text), ("number", number), ("flag", flag), ("other", other), ("inner", inner)];
        let kept = all.into_iter().enumerate().filter(|(at, _)| present >> at & 1 == 1);
        kept.map(|(_, (key, value))| (key.to_owned(), value)).collect()
    })
}

fn owned(text: &str) -> Cow<'static, str> {
    Cow::Owned(text.to_owned())
}

/// The same head, with one field changed by `change`.
fn changed(head: &RequestHead<'_>, at: usize, change: usize) -> RequestHead<'static> {
    let mut fields: Vec<_> =
        head.clone().fields.into_iter().map(|(name, value)| (name, owned(&value))).collect();
    match change {
        0 => drop(fields.remove(at)),
        1 => fields.push(fields[at].clone()),
        _ => fields[at].1 = owned(&[&*fields[at].1, "x"].concat()),
    }
    RequestHead { method: head.method, target: "/mcp", fields }
}

proptest! {
    #[test]
    fn what_is_built_is_accepted_and_what_is_changed_is_refused(name in name(), arguments in arguments()) {
        let annotations = Annotations::read(SCHEMA).unwrap();
        let revision = Revision::LATEST;
        for row in METHODS {
            let params = params(row, &name, &arguments, true);
            let (text, body) = (params.to_string(), message(row, &params));
            let message = OutgoingMessage { method: Some(row.name), params: &text, annotations: Some(&annotations) };
            let head = HeadBuilder { target: "/mcp?a=b", revision: Some(revision), session: Some("s") }.post(&message).unwrap();
            let served = serve(&head, &body, &annotations);
            let expected = match (row.kind, row.sender) {
                (MessageKind::Notification, _) => matches!(served, Ok(Accepted::Notification)),
                (_, Sender::Client) if row.is_in(revision) => matches!(served, Ok(Accepted::Call(_))),
                _ => served.as_ref().err() == Some(&ErrorCode::METHOD_NOT_FOUND.0),
            };
            prop_assert!(expected, "{} {:?} {:?}", row.name, head, served);
            if row.kind == MessageKind::Notification {
                continue;
            }
            for (at, (field, _)) in head.fields.iter().enumerate() {
                for change in 0..3 {
                    let head = changed(&head, at, change);
                    let refused = match &**field {
                        "accept" if change > 0 => continue,
                        "accept" => checked(&head).unwrap_err().status == 406,
                        "content-type" => checked(&head).unwrap_err().status == 415,
                        _ => serve(&head, &body, &annotations).err() == Some(ErrorCode::HEADER_MISMATCH.0),
                    };
                    prop_assert!(refused, "{} {change} {:?}", row.name, head);
                }
            }
        }
    }

    #[test]
    fn earlier_revisions_repeat_nothing(name in name(), arguments in arguments(), id in "[!-~]{1,20}") {
        let annotations = Annotations::read(SCHEMA).unwrap();
        for revision in Revision::ALL.into_iter().filter(|revision| !revision.is_stateless()) {
            let builder = HeadBuilder { target: "/mcp", revision: Some(revision), session: Some(&id) };
            for row in METHODS.iter().filter(|row| row.is_in(revision)) {
                let params = params(row, &name, &arguments, false);
                let text = params.to_string();
                let head = builder.post(&OutgoingMessage { method: Some(row.name), params: &text, annotations: Some(&annotations) }).unwrap();
                prop_assert_eq!(&head, &builder.post(&OutgoingMessage::PLAIN).unwrap());
                let checked = checked(&head).unwrap();
                let declared = match revision.has_version_header() {
                    true => DeclaredVersion::Known(revision),
                    false => DeclaredVersion::Nothing,
                };
                prop_assert_eq!(checked.declared_version, declared);
                prop_assert_eq!(checked.headers.field(HeaderName::SessionId), SingleValue::Is(id.as_bytes()));
                let accepted = serve(&head, &message(row, &params), &annotations).unwrap();
                prop_assert_eq!(
                    matches!(accepted, Accepted::Initialize(_)),
                    row.method == Method::Initialize
                );
            }
        }
    }
}

/// A head as lines.
fn lines(head: Result<RequestHead<'_>, HeadError>) -> String {
    match head {
        Err(error) => error.to_string(),
        Ok(head) => {
            let first = [head.method, head.target].join(" ");
            let fields = head.fields.iter().map(|(name, value)| [&**name, &**value].join(": "));
            [first].into_iter().chain(fields).collect::<Vec<_>>().join("\n")
        }
    }
}

#[test]
fn heads_as_they_are_sent() {
    let new = HeadBuilder { target: "/mcp", revision: None, session: None };
    let annotations = Annotations::read(SCHEMA).unwrap();
    let latest = HeadBuilder { revision: Some(Revision::LATEST), ..new };
    let post = |method, params| {
        latest.post(&OutgoingMessage { method: Some(method), params, annotations: Some(&annotations) })
    };
    let table = [
        (
            new.post(&OutgoingMessage { method: Some("initialize"), params: "{}", annotations: None }),
            "POST /mcp\naccept: application/json, text/event-stream\ncontent-type: application/json",
        ),
        (
            HeadBuilder { revision: Some(Revision::LATEST_WITH_HANDSHAKE), session: Some("s-1"), ..new }
                .listen(Some("é 7")),
            "GET /mcp\naccept: text/event-stream\nmcp-protocol-version: 2025-11-25\nmcp-session-id: s-1\nlast-event-id: é 7",
        ),
        (
            HeadBuilder { revision: Some(Revision::V2025_03_26), session: Some("s-1"), ..new }.end_session(),
            "DELETE /mcp\naccept: application/json, text/event-stream\nmcp-session-id: s-1",
        ),
        (
            post(
                "tools/call",
                r#"{"name":"añadir","arguments":{"text":" a","number":1e2,"flag":true,"inner":{"text":"b"}}}"#,
            ),
            "POST /mcp\naccept: application/json, text/event-stream\nmcp-protocol-version: 2026-07-28\n\
             content-type: application/json\nmcp-method: tools/call\nmcp-name: =?base64?YcOxYWRpcg==?=\n\
             mcp-param-flag: true\nmcp-param-inner-text: b\nmcp-param-number: 100\nmcp-param-text: =?base64?IGE=?=",
        ),
        (
            post("prompts/get", r#"{"name":"a","arguments":{"text":"b"}}"#),
            "POST /mcp\naccept: application/json, text/event-stream\nmcp-protocol-version: 2026-07-28\n\
             content-type: application/json\nmcp-method: prompts/get\nmcp-name: a",
        ),
        (
            post("x/y", "{}"),
            "POST /mcp\naccept: application/json, text/event-stream\nmcp-protocol-version: 2026-07-28\n\
             content-type: application/json\nmcp-method: x/y",
        ),
    ];
    for (head, expected) in table {
        assert_eq!(lines(head), expected);
    }
}

#[test]
fn what_cannot_be_in_a_head() {
    let new = HeadBuilder { target: "/mcp", revision: None, session: None };
    let annotations = Annotations::read(SCHEMA).unwrap();
    let latest = HeadBuilder { revision: Some(Revision::LATEST), ..new };
    let post = |method, params| {
        latest.post(&OutgoingMessage { method: Some(method), params, annotations: Some(&annotations) })
    };
    let table = [
        (post("a b", "{}"), "the value of mcp-method has characters that a header field must not have"),
        (post("tools/call", "{"), "params: the text ends too early at byte 1"),
        (
            post("tools/call", r#"{"arguments":{"text":[]}}"#),
            "Mcp-Param-Text cannot mirror a list or an object",
        ),
        (
            post("tools/call", r#"{"arguments":{"number":9007199254740992}}"#),
            "Mcp-Param-Number cannot mirror an integer beyond 2^53-1",
        ),
        (
            HeadBuilder { session: Some("a\r\nb: c"), ..new }.end_session(),
            "the value of mcp-session-id has characters that a header field must not have",
        ),
        (
            HeadBuilder { session: Some(""), ..new }.end_session(),
            "the value of mcp-session-id has characters that a header field must not have",
        ),
        (
            new.listen(Some("\u{1}")),
            "the value of last-event-id has characters that a header field must not have",
        ),
    ];
    for (head, expected) in table {
        assert_eq!(lines(head), expected);
    }
    for target in ["", "mcp", "http://a/", "/a b", "/a\n", "/é", "/#a"] {
        let text = lines(HeadBuilder { target, revision: None, session: None }.end_session());
        assert!(text.starts_with("the target is no path"), "{target:?}: {text}");
    }
}

#[test]
fn heads_without_a_body_are_accepted() {
    let builder = HeadBuilder { target: "/mcp", revision: Some(Revision::V2025_11_25), session: Some("s") };
    for (head, kind) in [
        (builder.listen(None), RequestKind::Get),
        (builder.listen(Some("7")), RequestKind::Get),
        (builder.end_session(), RequestKind::Delete),
    ] {
        assert_eq!(checked(&head.unwrap()).unwrap().kind, kind);
    }
}
