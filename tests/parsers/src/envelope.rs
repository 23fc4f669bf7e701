//! The envelope of messages.

use pulseengine_mcp::{ErrorCode, Limits};
use pulseengine_mcp_protocol::RequestId;
use pulseengine_mcp_protocol::envelope::{InvalidMessage, Message, Unit, parse};
use pulseengine_mcp_protocol::json::{JsonKind, Reader, SyntaxError, Writer};
use serde_json::{Value, json};

const LIMITS: Limits = Limits::DEFAULT;

/// A message is refused as no JSON where the JSON reader refuses it, at the same place; what is taken is what `serde_json` finds in
/// the text; a message that is written again is taken for the same; and a batch holds what its members are by themselves.
pub fn envelope(data: &[u8]) {
    let unit = parse(data.to_vec(), &LIMITS);
    let Ok(text) = str::from_utf8(data) else {
        return assert_eq!(code(&unit), Some(ErrorCode::PARSE));
    };
    // A byte order mark in front is passed over.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let grammar = whole(text);
    match (&grammar, &unit) {
        (Err(syntax), Unit::One(Err(invalid))) => refused(text, *syntax, invalid),
        (Err(syntax), _) => panic!("taken although {syntax:?}"),
        (Ok(()), Unit::One(message)) => one(text, message),
        (Ok(()), Unit::Batch(members)) => batch(text, members),
    }
}

fn code(unit: &Unit) -> Option<ErrorCode> {
    match unit {
        Unit::One(Err(invalid)) => Some(invalid.error.code()),
        _ => None,
    }
}

fn whole(text: &str) -> Result<(), SyntaxError> {
    let mut r = Reader::with_limits(text, &LIMITS);
    r.skip()?;
    r.end()
}

fn refused(text: &str, syntax: SyntaxError, invalid: &InvalidMessage) {
    assert_eq!(invalid.error.code(), ErrorCode::PARSE);
    if let Some(id) = &invalid.id {
        assert!(stands_in(id, text), "{id:?} is not in {text}");
    }
    let place = format!("at byte {}", syntax.at);
    assert!(invalid.error.message().ends_with(&place), "{} and not {place}", invalid.error.message());
}

/// Whether an id was read from the text: as it stands there, or escaped.
fn stands_in(id: &RequestId, text: &str) -> bool {
    match id {
        RequestId::Number(number) => text.contains(&number.to_string()) || text.contains(['e', 'E', '.']),
        RequestId::String(string) => text.contains(string) || text.contains('\\'),
    }
}

fn batch(text: &str, members: &[Result<Message, InvalidMessage>]) {
    let mut r = Reader::new(text);
    let mut items = r.array().unwrap();
    for member in members {
        assert!(items.next(&mut r).unwrap());
        let is_array = r.peek() == Ok(JsonKind::Array);
        let alone = r.raw().unwrap();
        match parse(alone.as_bytes().to_vec(), &LIMITS) {
            Unit::One(message) => assert_eq!(message, *member),
            Unit::Batch(_) => assert!(is_array && member.is_err()),
        }
    }
    assert!(!items.next(&mut r).unwrap());
}

fn one(text: &str, message: &Result<Message, InvalidMessage>) {
    if let Err(invalid) = message {
        assert_ne!(invalid.error.code(), ErrorCode::PARSE);
    }
    // A number that no `f64` holds is none for serde_json.
    let Ok(value) = serde_json::from_str::<Value>(text) else { return };
    match message {
        Ok(Message::Request(request)) => {
            assert_eq!(
                (&value["jsonrpc"], &value["method"]),
                (&"2.0".into(), &request.method.as_str().into())
            );
            assert_eq!(value["id"], id(&request.id));
            params(&value, request.params());
            let again = written(Some(&request.id), request.method.as_str(), request.params());
            let Unit::One(Ok(Message::Request(same))) = parse(again.into_bytes(), &LIMITS) else {
                panic!("{text}")
            };
            assert_eq!(
                (&same.id, &same.method, same.params()),
                (&request.id, &request.method, request.params())
            );
        }
        Ok(Message::Notification(notice)) => {
            assert_eq!(
                (&value["jsonrpc"], &value["method"]),
                (&"2.0".into(), &notice.method.as_str().into())
            );
            assert_eq!(value.get("id"), None);
            params(&value, notice.params());
            let again = written(None, notice.method.as_str(), notice.params());
            let Unit::One(Ok(Message::Notification(same))) = parse(again.into_bytes(), &LIMITS) else {
                panic!("{text}")
            };
            assert_eq!(same.params(), notice.params());
        }
        Ok(Message::Response(response)) => {
            assert_eq!((&value["jsonrpc"], value.get("method")), (&"2.0".into(), None));
            assert_eq!(value["id"], id(&response.id));
            let (name, other, content) = match response.outcome() {
                Ok(result) => ("result", "error", result),
                Err(error) => ("error", "result", error),
            };
            assert_eq!(value.get(other), None);
            assert_eq!(value[name], serde_json::from_str::<Value>(content).unwrap());
            assert_eq!(response.message(), text);
        }
        Ok(Message::Stray) => {
            let answer = value.get("result").is_some() || value.get("error").is_some();
            assert!(answer || value.get("id").is_none(), "a request is not answered: {text}");
        }
        Err(invalid) => {
            if let Some(known) = &invalid.id {
                assert_eq!(value["id"], id(known));
            }
        }
    }
}

fn id(id: &RequestId) -> Value {
    let mut w = Writer::default();
    id.write(&mut w);
    assert_eq!(RequestId::parse(w.text(), &LIMITS).as_ref(), Some(id));
    serde_json::from_str(w.text()).unwrap()
}

fn params(message: &Value, text: &str) {
    // Null and an empty array stand for params that are absent.
    match message.get("params").filter(|params| !params.is_null() && **params != json!([])) {
        Some(params) => assert_eq!(*params, serde_json::from_str::<Value>(text).unwrap()),
        None => assert_eq!(text, ""),
    }
}

fn written(id: Option<&RequestId>, method: &str, params: &str) -> String {
    let mut w = Writer::default();
    w.begin_object();
    if !params.is_empty() {
        w.key("params").raw(params);
    }
    w.key("method").string(method);
    if let Some(id) = id {
        id.write(w.key("id"));
    }
    w.key("jsonrpc").string("2.0");
    w.end_object();
    w.into_text()
}
