//! What a mismatch says and where it points.

use pulseengine_mcp_macros::Schema;
use pulseengine_mcp_protocol::schema::{
    self, Bounds, FromJson, Schema as _, SchemaError, Schemars, Validator,
};
use schema_tests::{enums, structs};

fn verdict<T: schema::Schema>(text: &str) -> String {
    schema::check_text(const { &T::SHAPE }, text).map_or_else(|e| e.to_string(), |()| "fits".to_owned())
}

fn reading<T: schema::FromJson>(text: &str) -> String {
    T::from_json(&mut schema::Reader::new(text)).map_or_else(|e| e.to_string(), |_| "fits".to_owned())
}

#[test]
fn the_check_points_to_the_place() {
    use enums::{Adjacent, Color, External, Internal, InternalClosed, Untagged};
    use structs::{Aliased, Closed, Outer, Point, Tree};
    let table = [
        (verdict::<Point>("[]"), "must be an object"),
        (verdict::<Point>("{}"), "/x: is required"),
        (verdict::<Point>(r#"{"x":1,"y":2.5}"#), "/y: must be a whole number"),
        (verdict::<Point>(r#"{"x":1.0,"y":2e2}"#), "fits"),
        (verdict::<Point>(r#"{"x":1,"x":1,"y":1}"#), "/x: duplicate member"),
        (verdict::<Point>(r#"{"x":1,"y":1,"z":{"a":[{"b":1,"b":2}]}}"#), "/z/a/0/b: duplicate member"),
        (verdict::<Point>(r#"{"x":1,"y":1} x"#), "something follows the value"),
        (verdict::<Closed>(r#"{"ONE-TWO":1,"a/b~":1}"#), "/a~1b~0: unknown member"),
        (verdict::<Closed>(r#"{"ONE-TWO":256}"#), "/ONE-TWO: must be at most 255"),
        (verdict::<Closed>(r#"{"ONE-TWO":1,"THREE":[1,-1]}"#), "/THREE/1: must be at least 0"),
        (verdict::<Closed>(r#"{"ONE-TWO":1,"THREE":7}"#), "/THREE: must be an array or null"),
        (verdict::<Color>("\"Pink\""), "must be one of \"Red\", \"Green\", \"BLUE!\""),
        (verdict::<Outer>(r#"{"many":[{"x":1,"y":"1"}]}"#), "/many/0/y: must be a whole number"),
        (
            verdict::<Tree>(r#"{"value":1,"more":[{"value":1,"more":[{"more":[]}]}]}"#),
            "/more/0/more/0/value: is required",
        ),
        (verdict::<External>(r#"{"Struct":{"a":-1}}"#), "/Struct/a: must be at least 0"),
        (verdict::<External>("7"), "is not one of the alternatives"),
        (verdict::<Internal>(r#"{"a":"x","kind":"Struct"}"#), "/a: must be a whole number"),
        (
            verdict::<Internal>(r#"{"kind":"Child","child":{"kind":"Struct"},"kinds":[]}"#),
            "/child/a: is required",
        ),
        (
            verdict::<Internal>(r#"{"kind":"Nope"}"#),
            "/kind: must be one of \"Unit\", \"Struct\", \"Newtype\", \"ClosedNewtype\", \"Map\", \"tree-like\", \"Child\"",
        ),
        (verdict::<InternalClosed>(r#"{"type":"unit","x":1}"#), "/x: unknown member"),
        (verdict::<Adjacent>(r#"{"t":"Tuple","c":[1]}"#), "/c: must have at least 2 items"),
        (
            verdict::<Adjacent>(r#"{"t":"Many","c":[{"t":"Newtype","c":true}]}"#),
            "/c/0/c: must be a whole number",
        ),
        (verdict::<Untagged>("true"), "is not one of the alternatives"),
        (verdict::<Aliased>(r#"{"hue":"red"}"#), "fits"),
        (verdict::<Aliased>(r#"{"hue":1}"#), "/hue: must be a string or null"),
        (verdict::<char>("\"ab\""), "must have at most 1 characters"),
        (verdict::<char>("\"😀\""), "fits"),
    ];
    for (found, expected) in table {
        assert_eq!(found, expected);
    }
}

#[test]
fn the_check_names_the_bound() {
    use structs::Bounded;
    let bounded = |member: &str| {
        let base = r#""a":1,"b":0,"c":"abc","d":[1],"f":"","i":"","j":[null],"l":1"#;
        let key = member.split('"').nth(1).unwrap();
        let rest: Vec<&str> =
            base.split(",\"").filter(|m| !m.trim_start_matches('"').starts_with(key)).collect();
        let rest: Vec<String> = rest.iter().map(|m| format!("\"{}", m.trim_start_matches('"'))).collect();
        verdict::<Bounded>(&format!("{{{member},{}}}", rest.join(",")))
    };
    let table = [
        (bounded(r#""a":0"#), "/a: must be at least 1"),
        (bounded(r#""b":99.75"#), "/b: must be at most 99.5"),
        (bounded(r#""c":"é""#), "/c: must have at least 2 characters"),
        (bounded(r#""d":[1,1.0]"#), "/d: must not hold the same item twice"),
        (bounded(r#""e":"A""#), "/e: must match the pattern ^[a-z]+(-[a-z]+)*$"),
        (bounded(r#""g":7"#), "/g: must be a multiple of 5"),
        (bounded(r#""g":0"#), "/g: must be greater than 0"),
        (bounded(r#""h":0.3"#), "fits"),
        (bounded(r#""h":0.35"#), "/h: must be a multiple of 0.1"),
        (bounded(r#""h":2.5"#), "/h: must be less than 2.5"),
    ];
    for (found, expected) in table {
        assert_eq!(found, expected);
    }
}

#[test]
fn reading_points_to_the_place() {
    use enums::{External, Internal};
    use structs::{Aliased, Outer, Point};
    let deep = format!("{}1{}", "[".repeat(65), "]".repeat(65));
    let table = [
        (reading::<u64>("3.0"), "fits"),
        (reading::<u64>("18446744073709551615"), "fits"),
        (reading::<u64>("18446744073709551616"), "is out of range"),
        (reading::<i128>("170141183460469231731687303715884105727"), "fits"),
        (reading::<i32>("2147483648"), "is out of range"),
        (reading::<Point>(r#"{"x":1,"y":3000000000}"#), "/y: is out of range"),
        (reading::<Outer>(r#"{"many":[{"x":1}]}"#), "/clear: is required"),
        (reading::<Vec<Point>>(r#"[{"x":1,"y":1},{"x":1}]"#), "/1/y: is required"),
        (reading::<External>(r#"{"Tuple":[1]}"#), "/Tuple: has too few items"),
        (reading::<Internal>(r#"{"kind":"Map","a":-1}"#), "/a: is out of range"),
        (reading::<Aliased>(r#"{"color":"a","hue":"b"}"#), "/hue: duplicate member"),
        (reading::<serde_json::Value>(&deep), "exceeds a limit (depth, members or values)"),
    ];
    for (found, expected) in table {
        assert_eq!(found, expected);
    }
}

#[derive(schemars::JsonSchema, serde::Serialize, serde::Deserialize)]
struct Theirs {
    #[schemars(range(min = 1))]
    n: u8,
    next: Option<Box<Theirs>>,
}

mod hex {
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(n: &u32, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&format!("{n:x}"))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<u32, D::Error> {
        let text = String::deserialize(d)?;
        u32::from_str_radix(&text, 16).map_err(serde::de::Error::custom)
    }
}

#[derive(Schema)]
#[schema(crate = "pulseengine_mcp_protocol")]
struct Through {
    #[serde(with = "hex")]
    #[schema(serde, json = r#"{"type":"string"}"#)]
    color: u32,
    #[schema(serde, json = r#"{"type":["string","null"]}"#)]
    #[serde(default)]
    address: Option<std::net::Ipv4Addr>,
    theirs: Schemars<Theirs>,
    #[schema(default = 5)]
    five: u8,
    #[schema(default = "x")]
    x: String,
    #[schema(default = vec![1, 2])]
    list: Vec<u8>,
}

#[test]
fn other_crates_types_travel_with_serde() {
    let text = r#"{"color":"ff","address":"127.0.0.1","theirs":{"n":1,"next":{"n":2,"next":null}}}"#;
    assert_eq!(verdict::<Through>(text), "fits");
    let value = Through::from_json(&mut schema::Reader::new(text)).unwrap();
    assert_eq!(
        (value.color, value.five, value.x.as_str(), value.list.as_slice()),
        (255, 5, "x", &[1, 2][..])
    );
    let mut w = schema::Writer::default();
    schema::ToJson::to_json(&value, &mut w);
    assert_eq!(
        w.text(),
        r#"{"color":"ff","address":"127.0.0.1","theirs":{"n":1,"next":{"n":2,"next":null}},"five":5,"x":"x","list":[1,2]}"#
    );
    assert_eq!(reading::<Through>(r#"{"color":"xyz"}"#), "/color: invalid digit found in string");
    let wrong = verdict::<Through>(r#"{"color":"f","theirs":{"n":0}}"#);
    assert!(wrong.starts_with("/theirs/n: "), "{wrong}");
    let written: serde_json::Value = serde_json::from_str(&schema::to_text::<Through>()).unwrap();
    assert_eq!(written["properties"]["list"]["default"], serde_json::json!([1, 2]));
    assert_eq!(written["required"], serde_json::json!(["color", "theirs"]));
    let validator = jsonschema::validator_for(&written).unwrap();
    assert!(validator.is_valid(&serde_json::from_str(text).unwrap()));
    const { assert!(!Through::OPTIONAL) };
}

#[test]
fn schemas_at_run_time_are_bounded() {
    let code = |schema: &str| match Validator::new(schema, Bounds::default()) {
        Ok(_) => "usable",
        Err(SchemaError::Syntax(_) | SchemaError::Json(_)) => "syntax",
        Err(SchemaError::Depth) => "depth",
        Err(SchemaError::Subschemas) => "subschemas",
        Err(SchemaError::Hops(_)) => "ref_hops",
        Err(SchemaError::External(_)) => "external_ref",
        Err(SchemaError::Dialect(_)) => "dialect",
        Err(SchemaError::Invalid(_)) => "invalid",
        Err(error) => panic!("{schema}: {error}"),
    };
    let nested = format!("{}true{}", r#"{"items":"#.repeat(40), "}".repeat(40));
    let many = format!(r#"{{"anyOf":[{}]}}"#, vec!["{}"; 2_001].join(","));
    let table = [
        (code("{}"), "usable"),
        (code("true"), "usable"),
        (code("{"), "syntax"),
        (code(&nested), "depth"),
        (code(&many), "subschemas"),
        (code(r#"{"$schema":"http://json-schema.org/draft-07/schema#"}"#), "usable"),
        (code(r#"{"$schema":"https://json-schema.org/draft/2020-12/schema"}"#), "usable"),
        (code(r#"{"$schema":"http://json-schema.org/draft-04/schema#"}"#), "dialect"),
        (code(r#"{"$schema":"https://example.com/mine"}"#), "dialect"),
        (code(r#"{"$ref":"https://example.com/x"}"#), "external_ref"),
        (code(r#"{"properties":{"const":{"$ref":"file:///etc/passwd"}}}"#), "external_ref"),
        (code(r##"{"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/a"}}}"##), "ref_hops"),
        (code(r##"{"$ref":"#/$defs/a","$defs":{"a":{"type":"string"}}}"##), "usable"),
        (code(r#"{"type":"strange"}"#), "invalid"),
        (code(r#"{"const":{"$ref":"https://example.com"}}"#), "usable"),
    ];
    for (index, (found, expected)) in table.into_iter().enumerate() {
        assert_eq!(found, expected, "row {index}");
    }
    let validator =
        Validator::new(r#"{"properties":{"a/b":{"items":{"minimum":1}}}}"#, Bounds::default()).unwrap();
    let error = validator.validate(r#"{"a/b":[1,0]}"#).unwrap_err();
    assert_eq!(error.pointer(), "/a~1b/1");
    assert_eq!(validator.validate(r#"{"x":1,"x":2}"#).unwrap_err().to_string(), "/x: duplicate member");
}

#[derive(Schema)]
#[schema(crate = "pulseengine_mcp_protocol")]
#[serde(untagged)]
enum Twice {
    A { child: Box<Twice>, a: u8 },
    B { child: Box<Twice>, b: u8 },
}

#[test]
fn alternatives_do_not_multiply_without_bound() {
    let deep = format!("{}{}", r#"{"child":"#.repeat(60) + "1", "}".repeat(60));
    let started = std::time::Instant::now();
    let found = verdict::<Twice>(&deep);
    assert!(found.ends_with("has too many alternatives to check"), "{found}");
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

#[test]
fn arguments_are_split_by_a_table() {
    const MEMBERS: &[schema::Member] = &[
        schema::Member { name: "a", aliases: &[], required: true, shape: u8::SHAPE },
        schema::Member { name: "b", aliases: &["c"], required: false, shape: <Option<bool>>::SHAPE },
    ];
    let mut slots = [None; 2];
    schema::split(r#"{ "c" : true , "a" : 7 }"#, MEMBERS, true, &mut slots).unwrap();
    let [a, b] = slots;
    assert_eq!((schema::take::<u8>(a, "a"), schema::take::<Option<bool>>(b, "b")), (Ok(7), Ok(Some(true))));
    assert_eq!(schema::take::<u8>(None, "a").unwrap_err().to_string(), "/a: is required");
    assert_eq!(schema::take::<Option<bool>>(None, "b"), Ok(None));
    assert_eq!(schema::take_or(None, "b", || 5u8), Ok(5));
    for (text, expected) in [
        ("[]", "must be an object"),
        (r#"{"d":1}"#, "/d: unknown member"),
        (r#"{"b":1,"c":1}"#, "/c: duplicate member"),
    ] {
        assert_eq!(schema::split(text, MEMBERS, true, &mut [None; 2]).unwrap_err().to_string(), expected);
    }
}
