//! The reader, the envelope and the writer, held against serde_json over generated, mutated and arbitrary input.
//!
//! Where ours differs, on purpose:
//! - bounds: depth 64 (serde_json: 128), and on nodes, members and characters of a number;
//! - a number such as `1e400` is JSON; it is kept as text and refused where a float is read;
//! - a member of the envelope that appears twice is refused (serde_json keeps the last).
//!
//! Lone surrogates are refused by both.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use pulseengine_mcp_protocol::envelope::{self, Message, Unit};
use pulseengine_mcp_protocol::json::{JsonKind, Reader, SyntaxError, Writer};
use pulseengine_mcp_protocol::{Conversation, Limits, conversation::Offer};
use serde_json::{Map, Value, json};

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        select(vec!["", "\u{0}\u{1f}\u{7f}", "\"\\/\u{8}\u{c}\n\r\t", "\u{10ffff}\u{ffff}", "😀é"])
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 48, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            btree_map(any::<String>(), inner, 0..6).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// JSON text, in one of the forms in which others write it.
fn any_text() -> impl Strategy<Value = String> {
    (any_json(), 0..3).prop_map(|(value, form)| match form {
        0 => value.to_string(),
        1 => serde_json::to_string_pretty(&value).unwrap(),
        _ => escaped(&value.to_string()),
    })
}

/// The same JSON with every character beyond ASCII escaped: they only stand in strings.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
        }
    }
    out
}

/// Pieces that make JSON into something else, or into other JSON.
const PIECES: &[&str] = &[
    "",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\\u",
    "\\ud800",
    "\\udc00",
    "\\ud83d\\ude00",
    "\\x",
    "0",
    "-",
    "+",
    ".",
    "e",
    "E9",
    "1e400",
    "01",
    "true",
    "nul",
    "null",
    "NaN",
    " ",
    "\t",
    "\n",
    "\u{b}",
    "\u{0}",
    "\u{7f}",
    "\u{a0}",
    "\u{feff}",
    "/",
    "//",
    "'",
    "\u{e9}",
    "1",
];

fn mutated() -> impl Strategy<Value = String> {
    let cut = (any::<Index>(), 0_usize..4, select(PIECES));
    (any_text(), vec(cut, 1..4)).prop_map(|(mut text, cuts)| {
        for (at, length, piece) in cuts {
            let chars: Vec<char> = text.chars().collect();
            let at = at.index(chars.len() + 1);
            let (before, after) = (&chars[..at], &chars[(at + length).min(chars.len())..]);
            text = before.iter().collect::<String>() + piece + &after.iter().collect::<String>();
        }
        text
    })
}

fn check(text: &str, limits: &Limits) -> Result<(), SyntaxError> {
    let mut reader = Reader::with_limits(text, limits);
    reader.skip()?;
    reader.end()
}

/// A tree, built through every entry of the reader.
fn read(r: &mut Reader<'_>) -> Result<Value, SyntaxError> {
    Ok(match r.peek()? {
        JsonKind::Null => r.null().map(|()| Value::Null)?,
        JsonKind::Boolean => r.boolean()?.into(),
        JsonKind::Number => serde_json::from_str(r.number()?).unwrap_or(Value::Null),
        JsonKind::String => r.string()?.into_owned().into(),
        JsonKind::Array => {
            let (mut items, mut values) = (r.array()?, Vec::new());
            while items.next(r)? {
                values.push(read(r)?);
            }
            values.into()
        }
        JsonKind::Object => {
            let (mut members, mut values) = (r.object()?, Map::new());
            while let Some(key) = members.next(r)? {
                let value = read(r)?;
                values.insert(key.into_owned(), value);
            }
            values.into()
        }
    })
}

fn write(value: &Value, w: &mut Writer) {
    match value {
        Value::Null => w.null(),
        Value::Bool(value) => w.boolean(*value),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(number), _) => w.integer(number),
            (None, Some(number)) => w.unsigned(number),
            (None, None) => w.raw(&number.to_string()),
        },
        Value::String(value) => w.string(value),
        Value::Array(values) => {
            w.begin_array();
            values.iter().for_each(|value| write(value, w));
            w.end_array();
        }
        Value::Object(members) => {
            w.begin_object();
            members.iter().for_each(|(key, value)| write(value, w.key(key)));
            w.end_object();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn valid_json_is_read_as_serde_json_reads_it(text in any_text()) {
        let mut reader = Reader::new(&text);
        let ours = read(&mut reader).and_then(|value| reader.end().map(|()| value));
        prop_assert_eq!(ours, Ok(serde_json::from_str::<Value>(&text).unwrap()), "{}", &text);
        prop_assert_eq!(check(&text, &Limits::DEFAULT), Ok(()));
        let framed = format!(" \t\r\n{text}\n ");
        prop_assert_eq!(Reader::new(&framed).raw(), Ok(text.trim_matches([' ', '\t', '\r', '\n'])));
    }

    #[test]
    fn what_serde_json_refuses_is_refused_and_the_other_way_round(text in mutated()) {
        let theirs = serde_json::from_str::<Value>(&text);
        let out_of_range = theirs.as_ref().is_err_and(|error| error.to_string().contains("number out of range"));
        let ours = check(&text, &Limits::DEFAULT);
        prop_assert!(ours.is_ok() == theirs.is_ok() || out_of_range, "{:?}: {:?}, {:?}", &text, ours, theirs);
        let mut reader = Reader::new(&text);
        let tree = read(&mut reader).and_then(|value| reader.end().map(|()| value));
        prop_assert_eq!(tree.is_ok(), ours.is_ok(), "{:?}: {:?}, {:?}", &text, tree, ours);
        if let (Ok(tree), Ok(theirs)) = (tree, theirs) {
            prop_assert_eq!(tree, theirs, "{:?}", &text);
        }
    }

    #[test]
    fn what_is_written_is_read_back(value in any_json()) {
        let mut w = Writer::default();
        write(&value, &mut w);
        prop_assert_eq!(serde_json::from_str::<Value>(w.text()).unwrap(), value, "{}", w.text());
        prop_assert!(!w.text().contains('\n'));
    }

    #[test]
    fn numbers_keep_their_value(integer in any::<i64>(), unsigned in any::<u64>(), float in any::<f64>()) {
        let mut w = Writer::default();
        w.begin_array();
        w.integer(integer);
        w.unsigned(unsigned);
        w.float(float);
        w.end_array();
        let text = w.into_text();
        let parts: Vec<&str> = text.trim_matches(['[', ']']).split(',').collect();
        prop_assert_eq!(parts[0].parse::<i64>().unwrap(), integer);
        prop_assert_eq!(parts[1].parse::<u64>().unwrap(), unsigned);
        if float.is_finite() {
            prop_assert_eq!(parts[2].parse::<f64>().unwrap().to_bits(), float.to_bits(), "{}", parts[2]);
        } else {
            prop_assert_eq!(parts[2], "null");
        }
        prop_assert_eq!(check(&text, &Limits::DEFAULT), Ok(()));
    }

    #[test]
    fn any_bytes_are_survived_and_the_next_message_is_served(messages in vec(vec(any::<u8>(), 0..64), 1..4)) {
        survives(messages);
    }

    #[test]
    fn broken_messages_are_survived_and_the_next_one_is_served(text in broken_message()) {
        survives([text.into_bytes()]);
    }

    #[test]
    fn a_message_is_what_its_members_say(members in envelope_members()) {
        let text = Value::Object(members.clone()).to_string();
        let Unit::One(parsed) = envelope::parse(text.clone().into_bytes(), &Limits::DEFAULT) else { panic!("{text}") };
        let ours = match parsed {
            Ok(Message::Request(request)) => format!("request {}", json!(request.id)),
            Ok(Message::Notification(_)) => "notification".to_owned(),
            Ok(Message::Response(response)) => format!("response {}", json!(response.id)),
            Ok(Message::Stray) => "nothing".to_owned(),
            Err(refusal) => format!("{} {}", refusal.error.code().0, json!(refusal.id)),
        };
        prop_assert_eq!(ours, verdict(&members), "{}", text);
    }
}

fn survives(messages: impl IntoIterator<Item = Vec<u8>>) {
    let mut conversation = Conversation::new(Offer::default(), Limits::DEFAULT);
    messages.into_iter().for_each(|message| conversation.receive(message));
    while conversation.poll().is_some() {}
    conversation.receive(br#"{"jsonrpc":"2.0","id":"still there","method":"ping"}"#.to_vec());
    let answer = format!("{:?}", conversation.poll());
    assert!(answer.contains("still there") && answer.contains("result"), "{answer}");
}

/// Messages of which some member is not what it should be.
fn broken_message() -> impl Strategy<Value = String> {
    let cut = (any::<Index>(), 0_usize..3, select(PIECES));
    (envelope_members(), vec(cut, 0..3)).prop_map(|(members, cuts)| {
        let mut text = Value::Object(members).to_string();
        for (at, length, piece) in cuts {
            let at = at.index(text.len() + 1);
            let end = (at + length).min(text.len());
            if text.is_char_boundary(at) && text.is_char_boundary(end) {
                text.replace_range(at..end, piece);
            }
        }
        text
    })
}

fn envelope_members() -> impl Strategy<Value = Map<String, Value>> {
    let odd = vec![json!(null), json!(true), json!(0), json!(1.5), json!(""), json!([]), json!({})];
    let one_of = |usual: Vec<Value>| {
        let (usual, odd) = (select(usual), select(odd.clone()));
        prop_oneof![1 => Just(None), 6 => usual.prop_map(Some), 1 => odd.prop_map(Some)]
    };
    let rarely = |usual: Vec<Value>| prop_oneof![4 => Just(None), 1 => one_of(usual)];
    let id = vec![json!(1), json!("a"), json!(-7), json!(9_007_199_254_740_992_i64), json!("x".repeat(257))];
    let method = vec![json!("ping"), json!("tools/list"), json!("notifications/cancelled")];
    (
        one_of(vec![json!("2.0"), json!("2.0"), json!("2.0"), json!("1.0")]),
        one_of(id),
        one_of(method),
        one_of(vec![json!({}), json!({"name": "a", "_meta": {"progressToken": 1}})]),
        rarely(vec![json!({})]),
        rarely(vec![json!({"code": 1, "message": "no"})]),
    )
        .prop_map(|(version, id, method, params, result, error)| {
            let names = ["jsonrpc", "id", "method", "params", "result", "error"];
            let values = [version, id, method, params, result, error];
            let named = names.into_iter().zip(values);
            named.filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
        })
}

/// The rules of JSON-RPC and of the specification (basic/index, "Messages"), over a tree.
fn verdict(members: &Map<String, Value>) -> String {
    let id = members.get("id").and_then(|id| match id {
        Value::String(text) => (text.len() <= 256).then(|| id.clone()),
        Value::Number(number) => {
            let text = number.to_string();
            let whole = text.strip_suffix(".0").unwrap_or(&text).parse::<i64>().ok();
            whole.filter(|id| *id != i64::MIN).map(Value::from)
        }
        _ => None,
    });
    // Null is the same as absent, but for the id and for a result without an error.
    let given = |name: &str| members.get(name).is_some_and(|value| !value.is_null());
    let outcomes = ["result", "error"].into_iter().filter(|name| given(name)).count();
    let right_version = members.get("jsonrpc") == Some(&json!("2.0"));
    if (members.contains_key("result") || members.contains_key("error")) && !given("method") {
        let one = outcomes == 1 || (outcomes == 0 && members.contains_key("result"));
        return match id {
            Some(id) if one && right_version => format!("response {id}"),
            _ => "nothing".to_owned(),
        };
    }
    let invalid = format!("-32600 {}", id.as_ref().unwrap_or(&Value::Null));
    if (members.contains_key("id") && id.is_none()) || !right_version || outcomes > 0 {
        return invalid;
    }
    if !members.get("method").is_some_and(Value::is_string) {
        return invalid;
    }
    let nothing = !given("params") || members["params"] == json!([]);
    match (id, nothing || members["params"].is_object()) {
        (Some(id), true) => format!("request {id}"),
        (Some(id), false) => format!("-32602 {id}"),
        (None, true) => "notification".to_owned(),
        (None, false) => "nothing".to_owned(),
    }
}
