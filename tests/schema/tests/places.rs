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
        (verdict::<External>("7"), "must be a string or an object"),
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
        (verdict::<Untagged>("true"), "must be a whole number or a string or an array or an object or null"),
        (verdict::<Aliased>(r#"{"hue":"red"}"#), "fits"),
        (verdict::<Aliased>(r#"{"hue":1}"#), "/hue: must be a string or null"),
        (verdict::<char>("\"ab\""), "must have at most 1 characters"),
        (verdict::<char>("\"😀\""), "fits"),
    ];
    for (found, expected) in table {
        assert_eq!(found, expected);
    }
}

#[derive(Schema)]
#[schema(crate = "pulseengine_mcp_protocol")]
#[serde(rename_all = "snake_case")]
enum Priority {
    /// Whenever.
    Low,
    Normal,
    /// # At once
    High,
}

#[derive(Schema)]
#[schema(crate = "pulseengine_mcp_protocol")]
#[serde(untagged)]
enum Where {
    City { city: String, country: Option<String> },
    Point { latitude: f64, longitude: f64 },
    Named(Priority),
    Several(Vec<Where>),
}

#[derive(Schema)]
#[schema(crate = "pulseengine_mcp_protocol")]
enum Mark {
    /// The only one.
    Single,
}

#[test]
fn alternatives_say_what_is_allowed_or_what_is_nearest() {
    use enums::{External, ExternalClosed, Level, Untagged};
    const PRIORITIES: &str = "must be one of \"normal\", \"low\", \"high\"";
    let table = [
        // A documented variant changes nothing of the list.
        (verdict::<Priority>(r#""urgent""#), PRIORITIES),
        (verdict::<Option<Priority>>(r#""urgent""#), PRIORITIES),
        (verdict::<Vec<Priority>>(r#"["low","urgent"]"#), &format!("/1: {PRIORITIES}")),
        (verdict::<Priority>("7"), "must be a string"),
        (verdict::<Mark>(r#""double""#), "must be \"Single\""),
        (verdict::<Level>(r#""loud""#), "must be one of \"normal\", \"very-quiet\", \"very-loud\""),
        // A variant with data is none of the strings, and the other way round.
        (verdict::<External>(r#""Nope""#), "must be \"Unit\" or an object"),
        (
            verdict::<External>(r#"{"Nope":1}"#),
            "/Nope: must be one of \"Newtype\", \"Tuple\", \"Struct\", \"Nested\", \"Point\", \"Perhaps\"",
        ),
        (verdict::<External>(r#"{"Tuple":[1]}"#), "/Tuple: must have at least 2 items"),
        (verdict::<External>(r#"{"Struct":{"a":-1}}"#), "/Struct/a: must be at least 0"),
        (
            verdict::<ExternalClosed>(r#"{"first_one":{"aField":1,"another":2}}"#),
            "/first_one/another: unknown member",
        ),
        // Of untagged alternatives: the one of the right type, with a value that is wrong, with the most members.
        (verdict::<Where>("true"), "must be a string or an array or an object"),
        (verdict::<Where>(r#"{"city":7}"#), "/city: must be a string"),
        (verdict::<Where>(r#"{"latitude":1,"longitude":"east"}"#), "/longitude: must be a number"),
        (verdict::<Where>(r#"{"latitude":1}"#), "/longitude: is required"),
        (verdict::<Where>(r#""urgent""#), &format!("{PRIORITIES} or an array or an object")),
        (verdict::<Where>(r#"["low",{"latitude":1,"longitude":"east"}]"#), "/1/longitude: must be a number"),
        (verdict::<Untagged>("256"), "must be at most 255"),
        (verdict::<Untagged>("[1,256]"), "/1: must be at most 255"),
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

mod maybe_hex {
    use serde::{Deserialize as _, Deserializer, Serializer};

    #[expect(clippy::ref_option, reason = "serde calls it so")]
    pub(super) fn serialize<S: Serializer>(n: &Option<u32>, s: S) -> Result<S::Ok, S::Error> {
        match n {
            Some(n) => s.serialize_str(&format!("{n:x}")),
            None => s.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Option<u32>, D::Error> {
        let text = Option::<String>::deserialize(d)?;
        text.map(|text| u32::from_str_radix(&text, 16).map_err(serde::de::Error::custom)).transpose()
    }
}

type MaybeAddress = Option<std::net::Ipv4Addr>;

/// Options of types that only serde knows.
#[derive(Schema)]
#[schema(crate = "pulseengine_mcp_protocol")]
struct Foreigners {
    #[schema(serde, json = r#"{"type":"string"}"#)]
    must: std::net::Ipv4Addr,
    /// Described.
    #[schema(serde, json = r#"{ "type": "string" }"#)]
    option: Option<std::net::Ipv4Addr>,
    #[schema(serde, json = r#"{"type":["string","null"],"description":"Its own."}"#)]
    /// For readers of the code.
    says_null: core::option::Option<std::net::Ipv4Addr>,
    #[schema(serde, json = r#"{"type":"string"}"#)]
    alias: MaybeAddress,
    #[schema(serde, json = "true")]
    boxed: Box<Option<std::net::Ipv4Addr>>,
    #[serde(with = "maybe_hex")]
    #[schema(serde, json = r#"{"type":"string"}"#)]
    with: Option<u32>,
}

#[test]
fn an_option_of_a_foreign_type_may_be_left_out() {
    let written: serde_json::Value = serde_json::from_str(&schema::to_text::<Foreigners>()).unwrap();
    assert_eq!(written["required"], serde_json::json!(["must"]));
    let or_null = serde_json::json!([{"type": "string"}, {"type": "null"}]);
    let expected = serde_json::json!({
        "must": {"type": "string"},
        "option": {"description": "Described.", "anyOf": or_null},
        "says_null": {"type": ["string", "null"], "description": "Its own."},
        "alias": {"anyOf": or_null},
        "boxed": {"anyOf": [{}, {"type": "null"}]},
        "with": {"anyOf": or_null},
    });
    assert_eq!(written["properties"], expected);
    let validator = jsonschema::validator_for(&written).unwrap();
    let table = [
        (r#"{"must":"127.0.0.1"}"#, "fits"),
        (
            r#"{"must":"127.0.0.1","option":null,"says_null":null,"alias":null,"boxed":null,"with":null}"#,
            "fits",
        ),
        (r#"{"must":"127.0.0.1","option":"::1"}"#, "/option: "),
        ("{}", "/must: is required"),
    ];
    for (text, expected) in table {
        assert!(reading::<Foreigners>(text).starts_with(expected), "{text}: {}", reading::<Foreigners>(text));
        if expected == "fits" {
            assert_eq!(verdict::<Foreigners>(text), "fits");
            let value = Foreigners::from_json(&mut schema::Reader::new(text)).unwrap();
            assert!(value.option.is_none() && value.alias.is_none() && value.boxed.is_none());
            assert!(value.with.is_none() && value.says_null.is_none());
            let mut w = schema::Writer::default();
            schema::ToJson::to_json(&value, &mut w);
            assert!(validator.is_valid(&serde_json::from_str(w.text()).unwrap()), "{}", w.text());
        }
    }
}

#[derive(schemars::JsonSchema, serde::Serialize, serde::Deserialize)]
enum Kind {
    /// Described.
    One,
    Two,
}

#[derive(schemars::JsonSchema, serde::Serialize, serde::Deserialize)]
struct Wide {
    any: serde_json::Value,
    map: std::collections::BTreeMap<String, serde_json::Value>,
    small: Option<u8>,
    kind: Option<Kind>,
    pair: (u64, Option<String>),
    #[serde(default)]
    list: Option<Vec<Option<bool>>>,
}

#[test]
fn types_of_schemars_are_written_in_our_words() {
    const MEMBERS: &[schema::Member] =
        &[schema::Member { name: "wide", aliases: &[], required: true, shape: <Schemars<Wide>>::SHAPE }];
    const INPUT: &schema::Described = &schema::Described {
        shape: schema::Shape {
            base: None,
            keywords: &[schema::Keyword::Type(schema::Types::OBJECT), schema::Keyword::Members(MEMBERS)],
        },
        engine: schema::Engine::of_members(MEMBERS),
    };
    let mut w = schema::Writer::default();
    INPUT.write(&mut w);
    let written: serde_json::Value = serde_json::from_str(w.text()).unwrap();
    let wide = &written["properties"]["wide"]["properties"];
    let kind = serde_json::json!({"oneOf": [
        {"type": "string", "enum": ["Two"]},
        {"type": "string", "const": "One", "description": "Described."},
    ]});
    let expected = serde_json::json!({
        "any": {},
        "map": {"type": "object", "additionalProperties": {}},
        "small": {"type": "integer", "minimum": 0, "maximum": 255},
        "kind": kind,
        "pair": {
            "type": "array",
            "items": {},
            "prefixItems": [{"type": "integer", "minimum": 0}, {"type": "string"}],
            "minItems": 2,
            "maxItems": 2,
        },
        "list": {"type": "array", "items": {"type": "boolean"}},
    });
    assert_eq!(*wide, expected);
    let null = r#"{"wide":{"any":null,"map":{},"small":null,"kind":null,"pair":[1,null],"list":null}}"#;
    assert_eq!(INPUT.check(null), Ok(()));
    let wrong = r#"{"wide":{"any":1,"map":{},"kind":"Three","pair":[1,null]}}"#;
    let mismatch = INPUT.check(wrong).unwrap_err().to_string();
    assert_eq!(mismatch, "/wide/kind: must be one of \"Two\", \"One\"");
    // What is sent says null, and nothing is a boolean there either.
    let output: serde_json::Value = serde_json::from_str(&schema::to_text::<Schemars<Wide>>()).unwrap();
    assert_eq!(output["properties"]["small"]["type"], serde_json::json!(["integer", "null"]));
    assert_eq!(output["properties"]["any"], serde_json::json!({}));
}

/// Bounds whose type is known late.
#[derive(Schema)]
#[schema(crate = "pulseengine_mcp_protocol")]
struct Ranged<T> {
    #[schema(range(min = 1))]
    value: T,
    #[schema(length(max = 2))]
    list: Vec<T>,
}

#[test]
fn bounds_of_generic_types_hold() {
    assert_eq!(verdict::<Ranged<u8>>(r#"{"value":0,"list":[]}"#), "/value: must be at least 1");
    assert_eq!(verdict::<Ranged<Option<f64>>>(r#"{"list":[1,2,3]}"#), "/list: must have at most 2 items");
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
