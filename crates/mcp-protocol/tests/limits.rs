//! Each bound of [`Limits`] on one message: one less, exactly as much, one more. (`message` belongs to the transport,
//! `in_flight` to the conversation.)
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use pulseengine_mcp_protocol::json::{Reader, SyntaxErrorKind};
use pulseengine_mcp_protocol::{Limits, RequestId};

/// Whether text that holds `size` of something is within `limits`; a refusal has to be about the limit.
fn within(text: &str, limits: &Limits) -> bool {
    let mut reader = Reader::with_limits(text, limits);
    match reader.skip().and_then(|()| reader.end()) {
        Ok(()) => true,
        Err(syntax) => {
            assert_eq!(syntax.kind, SyntaxErrorKind::Limit, "{syntax:?}");
            false
        }
    }
}

#[test]
fn each_limit_is_exact() {
    let small = Limits { depth: 5, nodes: 20, members: 4, number: 6, ..Limits::DEFAULT };
    type Make = fn(usize) -> String;
    type Limit = fn(&Limits) -> usize;
    let rows: &[(&str, Limit, Make)] = &[
        ("depth of arrays", |l| l.depth as usize, |n| "[".repeat(n) + &"]".repeat(n)),
        ("depth of objects", |l| l.depth as usize, |n| "{\"a\":".repeat(n - 1) + "{}" + &"}".repeat(n - 1)),
        ("nodes of an array", |l| l.nodes as usize, |n| format!("[{}]", vec!["0"; n - 1].join(","))),
        ("nodes of strings", |l| l.nodes as usize, |n| format!("[{}]", vec!["\"\""; n - 1].join(","))),
        (
            "members",
            |l| l.members as usize,
            |n| {
                let members: Vec<String> = (0..n).map(|at| format!("\"{at}\":0")).collect();
                format!("{{{}}}", members.join(","))
            },
        ),
        ("digits", |l| l.number, |n| "1".repeat(n)),
        ("characters of a number", |l| l.number, |n| format!("-{}e1", "1".repeat(n - 3))),
    ];
    for limits in [&small, &Limits::DEFAULT] {
        for (what, limit, make) in rows {
            let limit = limit(limits);
            let verdicts = [limit - 1, limit, limit + 1].map(|size| within(&make(size), limits));
            assert_eq!(verdicts, [true, true, false], "{what} around {limit}");
        }
    }
}

#[test]
fn keys_count_as_nodes() {
    let limits = Limits { nodes: 5, ..Limits::DEFAULT };
    assert!(within(r#"{"a":1,"b":2}"#, &limits));
    assert!(!within(r#"{"a":1,"b":2,"c":3}"#, &limits));
}

#[test]
fn ids_are_bounded() {
    let limits = Limits::DEFAULT;
    let string = |length: usize| format!("\"{}\"", "x".repeat(length));
    for (text, valid) in [
        (string(limits.id - 1), true),
        (string(limits.id), true),
        (string(limits.id + 1), false),
        // Bytes count, after escapes are resolved.
        (format!("\"{}\"", "é".repeat(limits.id / 2)), true),
        (format!("\"{}\"", "é".repeat(limits.id / 2 + 1)), false),
        (format!("\"{}\"", "\\u0041".repeat(limits.id)), true),
        ("9007199254740990".into(), true),
        ("9007199254740991".into(), true),
        ("9007199254740992".into(), true),
        ("-9007199254740992".into(), true),
        ("9223372036854775807".into(), true),
        ("9223372036854775808".into(), false),
        ("-9223372036854775807".into(), true),
        ("-9223372036854775808".into(), false),
        ("18446744073709551616".into(), false),
        ("0".into(), true),
        ("-0".into(), true),
        ("1.0".into(), true),
        ("-1.0".into(), true),
        ("1.00".into(), false),
        ("1.5".into(), false),
        (".0".into(), false),
        ("1e0".into(), false),
        ("null".into(), false),
        ("true".into(), false),
        ("[1]".into(), false),
        ("{}".into(), false),
        ("\"\"".into(), true),
    ] {
        assert_eq!(RequestId::parse(&text, &limits).is_some(), valid, "{text}");
    }
}

#[test]
fn deep_nesting_needs_no_stack() {
    for open in ["[", "{\"a\":", "[[{\"a\":["] {
        let text = open.repeat(200_000);
        assert_eq!(Reader::new(&text).skip().unwrap_err().kind, SyntaxErrorKind::Limit);
    }
}
