//! The tables of the specification and of SEP-2243, and what holds for every text.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use std::format;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

use super::{Malformed, ParamHeaders, decode, encode, from_base64, mirror};
use crate::json::Writer;
use crate::schema::{Annotations, Keyword, Member, Shape, Types, mirrored};
use crate::{Error, ErrorCode};

/// What a client sends for a text.
const ENCODED: &[(&str, &str)] = &[
    ("us-west1", "us-west1"),
    ("Hello, 世界", "=?base64?SGVsbG8sIOS4lueVjA==?="),
    (" padded ", "=?base64?IHBhZGRlZCA=?="),
    ("line1\nline2", "=?base64?bGluZTEKbGluZTI=?="),
    ("=?base64?literal?=", "=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?="),
    (" us-west1", "=?base64?IHVzLXdlc3Qx?="),
    ("us-west1 ", "=?base64?dXMtd2VzdDEg?="),
    (" us-west1 ", "=?base64?IHVzLXdlc3QxIA==?="),
    ("us west 1", "us west 1"),
    ("日本語", "=?base64?5pel5pys6Kqe?="),
    ("line1\r\nline2", "=?base64?bGluZTENCmxpbmUy?="),
    ("\tindented", "=?base64?CWluZGVudGVk?="),
    ("a\tb", "=?base64?YQli?="),
    ("", ""),
    ("my-tool_name.v2", "my-tool_name.v2"),
    ("file:///path/to/file%20name.txt", "file:///path/to/file%20name.txt"),
    ("https://example.com/resource?id=123", "https://example.com/resource?id=123"),
    ("=?base64?open", "=?base64?open"),
    ("\u{7f}", "=?base64?fw==?="),
];

#[test]
fn texts_are_encoded_where_they_have_to_be() {
    for (text, value) in ENCODED {
        assert_eq!(encode(text), *value, "{text:?}");
        assert_eq!(decode(value.as_bytes()).unwrap(), *text, "{value:?}");
    }
}

#[test]
fn what_a_value_stands_for() {
    use Malformed::{Base64, Characters, Utf8};
    let table: &[(&[u8], Result<&str, Malformed>)] = &[
        (b"=?base64?SGVsbG8=?=", Ok("Hello")),
        (b"=?base64?SGVsbG8?=", Err(Base64)),
        (b"=?base64?SGVs!!!bG8=?=", Err(Base64)),
        (b"SGVsbG8=", Ok("SGVsbG8=")),
        (b"=?base64?SGVsbG8=", Ok("=?base64?SGVsbG8=")),
        (b"=?BASE64?SGVsbG8=?=", Ok("=?BASE64?SGVsbG8=?=")),
        (b"=?base64?SGVsbG8=?", Ok("=?base64?SGVsbG8=?")),
        (b"=?Base64?SGVsbG8=?=", Ok("=?Base64?SGVsbG8=?=")),
        (b" \t =?base64?SGVsbG8=?=\t", Ok("Hello")),
        (b"=?base64??=", Ok("")),
        (b"=?base64?=", Ok("=?base64?=")),
        (b"=?base64? SGVsbG8=?=", Err(Base64)),
        (b"=?base64?SGVs bG8=?=", Err(Base64)),
        (b"=?base64?SGVsbG8==?=", Err(Base64)),
        (b"=?base64?SGVsbG9=?=", Err(Base64)),
        (b"=?base64?SGVsbG8=\t?=", Err(Base64)),
        (b"=?base64?_-8=?=", Err(Base64)),
        (b"=?base64?SGVsbG8=?=?=", Err(Base64)),
        (b"=?base64?/w==?=", Err(Utf8)),
        (b"=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?=", Ok("=?base64?literal?=")),
        (b"  foo ", Ok("foo")),
        (b"", Ok("")),
        (b"a\tb", Ok("a\tb")),
        (b"a\x0bb", Err(Characters)),
        (b"\x0cab", Err(Characters)),
        (b"a\0b", Err(Characters)),
        (b"a\x7f", Err(Characters)),
        ("é".as_bytes(), Err(Characters)),
        (b"\xe9", Err(Characters)),
    ];
    for (value, expected) in table {
        assert_eq!(decode(value).as_deref().map_err(|e| *e), *expected, "{}", String::from_utf8_lossy(value));
    }
}

/// The fields of a header, the value in the body, and what is wrong.
const FIELDS: &[(&[&str], Option<&str>, Option<&str>)] = &[
    (&["us-west1"], Some(r#""us-west1""#), None),
    (&["us-west1"], Some(r#""us-west\u0031""#), None),
    (&["  us-west1\t"], Some(r#""us-west1""#), None),
    (&["US-WEST1"], Some(r#""us-west1""#), Some("differs")),
    (&["=?base64?SGVsbG8=?="], Some(r#""Hello""#), None),
    (&["=?base64?SGVsbG8=?="], Some(r#""hello""#), Some("differs")),
    (&["=?base64?SGVsbG8?="], Some(r#""Hello""#), Some("malformed base64")),
    (&["=?base64?/w==?="], Some(r#""x""#), Some("not UTF-8")),
    (&["é"], Some(r#""é""#), Some("characters")),
    (&[""], Some(r#""""#), None),
    (&[""], Some(r#""x""#), Some("differs")),
    (&[], Some(r#""x""#), Some("is missing")),
    (&[], Some(r#""""#), Some("is missing")),
    (&[], Some("null"), None),
    (&[], None, None),
    (&["x"], None, Some("no such value")),
    (&["null"], Some("null"), Some("no such value")),
    (&["x", "x"], Some(r#""x""#), Some("more than once")),
    (&["x", "y"], None, Some("more than once")),
    (&["true"], Some("true"), None),
    (&["false"], Some("false"), None),
    (&["True"], Some("true"), Some("differs")),
    (&["1"], Some("true"), Some("differs")),
    (&["=?base64?dHJ1ZQ==?="], Some("true"), None),
    (&["42"], Some("42"), None),
    (&["42.0"], Some("42"), None),
    (&["42"], Some("42.0"), None),
    (&["4.2e1"], Some("42"), None),
    (&["-7"], Some("-7"), None),
    (&["-0"], Some("0"), None),
    (&["042"], Some("42"), Some("differs")),
    (&["+42"], Some("42"), Some("differs")),
    (&["42 "], Some("42"), None),
    (&["42,42"], Some("42"), Some("differs")),
    (&["0x2a"], Some("42"), Some("differs")),
    (&["42.5"], Some("42"), Some("differs")),
    (&[""], Some("0"), Some("differs")),
    (&["9007199254740991"], Some("9007199254740991"), None),
    (&["-9007199254740991"], Some("-9007199254740991"), None),
    (&["9007199254740992"], Some("9007199254740992"), Some("beyond 2^53-1")),
    (&["-9007199254740992"], Some("-9007199254740992"), Some("beyond 2^53-1")),
    (&["9007199254740993"], Some("9007199254740992"), Some("beyond 2^53-1")),
    (&["1e400"], Some("1"), Some("differs")),
    (&["18446744073709551616"], Some("18446744073709551616"), Some("beyond 2^53-1")),
    // Whatever is wrong with these is for the check of the arguments to say.
    (&["[]"], Some("[]"), None),
    (&["3.14"], Some("3.14"), None),
];

#[test]
fn fields_and_values_agree_or_not() {
    for (fields, value, wrong) in FIELDS {
        let param_headers = ParamHeaders::new(fields.iter().map(|value| ("region", value.as_bytes())));
        let verdict = param_headers.check("Region", *value);
        match (&verdict, wrong) {
            (Ok(()), None) => {}
            (Err(error), Some(wrong)) => {
                assert_eq!(error.code(), ErrorCode::HEADER_MISMATCH);
                let message = error.message();
                assert!(
                    message.starts_with("Header mismatch: Mcp-Param-Region ") && message.contains(wrong),
                    "{message}"
                );
            }
            _ => panic!("{fields:?} {value:?}: {verdict:?}"),
        }
    }
}

/// Values of a body, and what a client sends for them.
const MIRRORED: &[(&str, Result<Option<&str>, &str>)] = &[
    (r#""us-west1""#, Ok(Some("us-west1"))),
    (r#""us-west\u0031""#, Ok(Some("us-west1"))),
    (r#"" a ""#, Ok(Some("=?base64?IGEg?="))),
    (r#""日本語""#, Ok(Some("=?base64?5pel5pys6Kqe?="))),
    (r#""=?base64?literal?=""#, Ok(Some("=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?="))),
    (r#""""#, Ok(Some(""))),
    ("true", Ok(Some("true"))),
    ("false", Ok(Some("false"))),
    ("null", Ok(None)),
    ("42", Ok(Some("42"))),
    ("-7", Ok(Some("-7"))),
    ("-0", Ok(Some("0"))),
    ("42.0", Ok(Some("42"))),
    ("4.2e1", Ok(Some("42"))),
    ("-9007199254740991", Ok(Some("-9007199254740991"))),
    ("9007199254740992", Err("2^53-1")),
    ("1e400", Err("2^53-1")),
    ("3.14", Ok(Some("3.14"))),
    ("[]", Err("a list")),
    ("{}", Err("a list")),
    (r#""\ud800""#, Err("no JSON")),
    ("tru", Err("no JSON")),
    ("", Err("no JSON")),
];

#[test]
fn values_are_mirrored_as_the_check_wants_them() {
    for (json, expected) in MIRRORED {
        match (mirror(json), expected) {
            (Ok(value), Ok(expected)) => {
                assert_eq!(value.as_deref(), *expected, "{json}");
                let fields = value.iter().map(|value| ("a", value.as_bytes()));
                assert_eq!(ParamHeaders::new(fields).check("A", Some(json)), Ok(()), "{json}");
            }
            (Err(error), Err(expected)) => assert!(error.to_string().contains(expected), "{json}: {error}"),
            (result, _) => panic!("{json}: {result:?}"),
        }
    }
}

#[test]
fn fields_of_another_name_do_not_matter() {
    let fields = [("other", "x".as_bytes()), ("region", b"y"), ("other", b"z"), ("regio", b"\xff")];
    assert_eq!(ParamHeaders::new(fields).check("REGION", Some(r#""y""#)), Ok(()));
}

fn json(text: &str) -> String {
    let mut w = Writer::default();
    w.string(text);
    w.into_text()
}

proptest! {
    #[test]
    fn what_is_encoded_is_decoded(text in any::<String>()) {
        let value = encode(&text).into_owned();
        prop_assert!(value.bytes().all(|b| matches!(b, 0x20..=0x7e)));
        prop_assert!(!value.starts_with(' ') && !value.ends_with(' '));
        prop_assert_eq!(&*decode(value.as_bytes()).unwrap(), &*text);
        let param_headers = ParamHeaders::new([("a", value.as_bytes())]);
        prop_assert_eq!(param_headers.check("A", Some(&json(&text))), Ok(()));
    }

    #[test]
    fn what_looks_like_markers_is_decoded(text in "(=\\?base64\\?)?[A-Za-z=? ]{0,8}(\\?=)?") {
        let value = encode(&text);
        prop_assert_eq!(&*decode(value.as_bytes()).unwrap(), &*text);
    }

    #[test]
    fn texts_that_differ_do_not_agree(a in any::<String>(), b in any::<String>()) {
        let value = encode(&a).into_owned();
        let param_headers = ParamHeaders::new([("a", value.as_bytes())]);
        prop_assert_eq!(param_headers.check("a", Some(&json(&b))).is_ok(), a == b);
    }

    #[test]
    fn integers_agree_as_numbers(a in -(1i64 << 53) + 1..1i64 << 53, b in any::<i64>(), zeros in 0usize..4) {
        let value = if zeros == 0 { a.to_string() } else { format!("{a}.{}", "0".repeat(zeros)) };
        let param_headers = ParamHeaders::new([("a", value.as_bytes())]);
        prop_assert_eq!(param_headers.check("a", Some(&a.to_string())), Ok(()));
        prop_assert_eq!(param_headers.check("a", Some(&b.to_string())).is_ok(), a == b);
    }

    #[test]
    fn no_bytes_are_a_panic(value in proptest::collection::vec(any::<u8>(), 0..64)) {
        let param_headers = ParamHeaders::new([("a", &*value)]);
        for json in ["null", "true", "-1", "\"x\"", "{}"] {
            let _ = param_headers.check("a", Some(json));
        }
        let _ = decode(&value);
    }
}

#[test]
fn base64_is_read_as_the_crate_reads_it() {
    // Every text of up to four characters out of those that matter at the edges, and some longer ones.
    let letters = b"AQg/+=9z-";
    let mut texts: Vec<Vec<u8>> = alloc::vec![Vec::new()];
    for length in 0..4 {
        let longer: Vec<Vec<u8>> = texts
            .iter()
            .filter(|text| text.len() == length)
            .flat_map(|text| letters.iter().map(move |letter| [text.as_slice(), &[*letter]].concat()))
            .collect();
        texts.extend(longer);
    }
    let quads: Vec<Vec<u8>> = texts.iter().filter(|text| text.len() == 4).cloned().collect();
    texts.extend(quads.iter().step_by(7).map(|quad| [quad.as_slice(), b"QUJD"].concat()));
    texts.extend(quads.iter().step_by(5).map(|quad| [b"QUJD", quad.as_slice()].concat()));
    for text in texts {
        assert_eq!(from_base64(&text), STANDARD.decode(&text).ok(), "{}", String::from_utf8_lossy(&text));
    }
}

const fn named(name: &'static str, keywords: &'static [Keyword]) -> Member {
    Member { name, aliases: &[], required: false, shape: Shape::of(keywords) }
}

/// What a case gives, what comes of it, and the complaint.
type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);

#[test]
fn arguments_are_compared_at_their_path() {
    static INNER: &[Member] = &[named("a", &[Keyword::Type(Types::INTEGER), Keyword::Header("Deep")])];
    static ALIASED: Member = Member {
        aliases: &["other"],
        ..named("r", &[Keyword::Type(Types::STRING), Keyword::Header("Region")])
    };
    static ALL: &[Member] = &[ALIASED, named("o", &[Keyword::Type(Types::OBJECT), Keyword::Members(INNER)])];
    let table: &[Case<'_>] = &[
        ("{}", &[], ""),
        (r#"{"r":"x","o":{"a":1}}"#, &[("region", "x"), ("deep", "1")], ""),
        (r#"{"r":"x","o":{"a":1}}"#, &[("region", "x")], "Mcp-Param-Deep is missing"),
        (r#"{"r":"x","a":1}"#, &[("region", "x"), ("deep", "1")], "Mcp-Param-Deep is there, but"),
        (r#"{"r":"x","o":null}"#, &[("region", "x")], ""),
        (r#"{"r":"x","o":{"o":{"a":1}}}"#, &[("region", "x")], ""),
        (r#"{"r":"x","o":[{"a":1}]}"#, &[("region", "x")], ""),
        (r#"{"other":"x"}"#, &[], "Mcp-Param-Region is missing"),
        (r#"{"\u0072":"x"}"#, &[], "Mcp-Param-Region is missing"),
        (r#"{"r":"y"}"#, &[("region", "x")], "Mcp-Param-Region differs"),
        (r#"{"r":"x"}"#, &[("region", "x"), ("unknown", "?"), ("unknown", "!")], ""),
    ];
    for (arguments, fields, wrong) in table {
        let param_headers = ParamHeaders::new(fields.iter().map(|(name, value)| (*name, value.as_bytes())));
        match mirrored(ALL, arguments, &mut |name, value| param_headers.check(name, value)) {
            Ok(()) => assert_eq!("", *wrong, "{arguments} {fields:?}"),
            Err(error) => {
                assert!(
                    !wrong.is_empty() && error.message().contains(wrong),
                    "{arguments} {fields:?}: {error}"
                );
            }
        }
    }
}

fn compare(annotations: &Annotations, param_headers: &ParamHeaders, arguments: &str) -> Result<(), Error> {
    annotations.values(arguments).try_for_each(|(header, value)| param_headers.check(header, value))
}

#[test]
fn arguments_are_compared_with_annotations() {
    let schema =
        r#"{"properties":{"o":{"type":"object","properties":{"a":{"type":"integer","x-mcp-header":"A"}}}}}"#;
    let annotations = Annotations::read(schema).unwrap();
    let param_headers = ParamHeaders::new([("a", "7".as_bytes())]);
    assert_eq!(compare(&annotations, &param_headers, r#"{"o":{"a":7}}"#), Ok(()));
    for arguments in [r#"{"o":{"a":8}}"#, r#"{"a":7}"#, r#"{"o":[7]}"#, "{}"] {
        assert!(compare(&annotations, &param_headers, arguments).is_err(), "{arguments}");
    }
    assert_eq!(compare(&annotations, &ParamHeaders::default(), r#"{"o":{"a":null}}"#), Ok(()));
    assert_eq!(compare(&annotations, &ParamHeaders::default(), "{}"), Ok(()));
    assert!(compare(&annotations, &ParamHeaders::default(), r#"{"o":{"a":8}}"#).is_err());
}
