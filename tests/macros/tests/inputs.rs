//! What a tool's schemas look like to clients, to validators and to the interfaces of models, and what the tool takes.
//!
//! Each row of a table follows public reports: of an object without `properties` (containers/kubernetes-mcp-server 340,
//! spring-projects/spring-ai 4776, inboxapi/cli 106), of a `type` that is a list (aoci-spec/aoci-code 61,
//! baruchiro/paperless-mcp 138), also inside of a list (github/copilot-cli 4623), of a schema that is `true`
//! (github/copilot-cli 4623, googleapis/python-genai 2563), of an array without `items` (microsoft/vscode 244467,
//! gaopengbin/cesium-mcp 37).

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test's own machinery")]

use std::collections::{BTreeMap, HashMap};

use macro_tests::{ask, call};
use pulseengine_mcp::prelude::*;
use pulseengine_mcp::{App, DynamicTool};
use serde_json::{Value, json};

#[derive(Schema)]
struct Point {
    x: i32,
    /// Not always known.
    y: Option<i32>,
}

#[derive(Schema)]
enum Color {
    /// Like blood.
    Red,
    Green,
}

#[derive(Schema)]
struct Nothing {}

#[derive(Schema)]
struct Tree {
    value: Option<Value>,
    next: Option<Box<Tree>>,
    #[serde(default)]
    color: Option<Color>,
}

#[derive(Schema)]
#[serde(untagged)]
enum Either {
    Any(Value),
    None,
}

struct S;

#[server(name = "s")]
impl S {
    #[tool]
    fn none(&self) {}

    #[tool]
    fn any(
        &self,
        a: Value,
        b: Vec<Value>,
        c: BTreeMap<String, Value>,
        d: HashMap<String, Vec<Value>>,
    ) -> String {
        format!("{a} {} {} {}", b.len(), c.len(), d.len())
    }

    #[tool]
    fn more_any(&self, a: (Value, u8), b: [Value; 2], c: Option<Value>, d: Either) -> String {
        let d = match d {
            Either::Any(value) => value,
            Either::None => Value::Null,
        };
        format!("{} {} {} {c:?} {d}", a.0, a.1, b.len())
    }

    #[tool]
    fn options(
        &self,
        text: Option<String>,
        /// How many.
        #[schema(range(min = 1, max = 9))]
        count: Option<u8>,
        list: Option<Vec<String>>,
        /// Where.
        point: Option<Point>,
        color: Option<Color>,
        holes: Option<Vec<Option<bool>>>,
        pair: Option<(u8, Option<String>)>,
        map: Option<BTreeMap<String, Option<f64>>>,
        twice: Option<Option<bool>>,
    ) -> String {
        let holes = holes.map(|all| all.len());
        let point = point.map(|point| (point.x, point.y));
        let color = color.map(|color| matches!(color, Color::Red));
        format!("{text:?} {count:?} {list:?} {point:?} {color:?} {holes:?} {pair:?} {map:?} {twice:?}")
    }

    #[tool]
    fn nested(&self, tree: Tree, nothing: Nothing) -> Json<Tree> {
        let Nothing {} = nothing;
        Json(tree)
    }

    #[tool]
    fn numbers(
        &self,
        a: i8,
        b: u8,
        c: i16,
        d: u16,
        e: u32,
        f: u64,
        g: usize,
        h: isize,
        i: i32,
        j: i64,
        k: i128,
        l: u128,
        m: f32,
        n: f64,
    ) -> f64 {
        let wide = (k as f64) + (l as f64);
        (a as f64)
            + f64::from(b)
            + f64::from(c)
            + f64::from(d)
            + f64::from(e)
            + f as f64
            + g as f64
            + h as f64
            + f64::from(i)
            + j as f64
            + wide
            + f64::from(m)
            + n
    }

    #[tool]
    fn point(&self, point: Point) -> Json<Point> {
        Json(point)
    }
}

fn app() -> App {
    App::from(S)
}

fn listed(app: impl Into<pulseengine_mcp::Server>) -> BTreeMap<String, Value> {
    let result = ask(app, "tools/list", json!({}));
    let tools = result["tools"].as_array().unwrap().iter();
    tools.map(|tool| (tool["name"].as_str().unwrap().to_owned(), tool.clone())).collect()
}

fn input(tool: &str) -> Value {
    listed(app())[tool]["inputSchema"].clone()
}

#[test]
fn a_tool_without_parameters_has_properties() {
    assert_eq!(input("none"), json!({"type": "object", "properties": {}}));
    assert_eq!(input("nested")["properties"]["nothing"], json!({"type": "object", "properties": {}}));
}

#[test]
fn any_value_is_an_empty_schema() {
    let properties = input("any")["properties"].clone();
    assert_eq!(
        properties,
        json!({
            "a": {},
            "b": {"type": "array", "items": {}},
            "c": {"type": "object", "additionalProperties": {}},
            "d": {"type": "object", "additionalProperties": {"type": "array", "items": {}}},
        })
    );
    let more = input("more_any");
    assert_eq!(more["properties"]["a"]["prefixItems"][0], json!({}));
    assert_eq!(more["properties"]["b"]["items"], json!({}));
    assert_eq!(more["properties"]["c"], json!({}));
    assert_eq!(more["properties"]["d"]["anyOf"][0], json!({}));
    assert_eq!(more["required"], json!(["a", "b", "d"]));
}

#[test]
fn an_option_is_the_plain_type() {
    let schema = input("options");
    assert_eq!(schema.get("required"), None);
    assert_eq!(
        schema["properties"],
        json!({
            "text": {"type": "string"},
            "count": {"description": "How many.", "type": "integer", "minimum": 1, "maximum": 9},
            "list": {"type": "array", "items": {"type": "string"}},
            "point": {
                "description": "Where.",
                "type": "object",
                "properties": {
                    "x": {"type": "integer", "format": "int32"},
                    "y": {"description": "Not always known.", "type": "integer", "format": "int32"},
                },
                "required": ["x"],
            },
            "color": color(),
            "holes": {"type": "array", "items": {"type": "boolean"}},
            "pair": {
                "type": "array",
                "items": {},
                "prefixItems": [{"type": "integer", "minimum": 0, "maximum": 255}, {"type": "string"}],
                "minItems": 2,
                "maxItems": 2,
            },
            "map": {"type": "object", "additionalProperties": {"type": "number", "format": "double"}},
            "twice": {"type": "boolean"},
        })
    );
    assert_eq!(schema.get("$defs"), None);
}

fn color() -> Value {
    let red = json!({"description": "Like blood.", "type": "string", "const": "Red"});
    json!({"oneOf": [{"type": "string", "enum": ["Green"]}, red]})
}

#[test]
fn only_a_type_that_holds_itself_is_referred_to() {
    let schema = input("nested");
    let tree = &schema["properties"]["tree"];
    let own = json!({"$ref": "#/$defs/Tree"});
    assert_eq!(tree["type"], "object");
    let inner = &schema["$defs"]["Tree"];
    assert_eq!(inner["properties"]["next"], own, "{schema}");
    assert_eq!(tree["properties"]["next"], own, "{schema}");
    assert_eq!(schema["$defs"].as_object().unwrap().len(), 1, "{schema}");
    assert_eq!(inner["properties"]["color"], color());
}

#[test]
fn null_is_taken_for_what_is_left_out() {
    let nothing = "None None None None None None None None None";
    let table = [
        (json!({}), nothing),
        (
            json!({"text": null, "count": null, "list": null, "point": null, "color": null, "holes": null, "pair": null, "map": null, "twice": null}),
            nothing,
        ),
        (
            json!({"point": {"x": 1, "y": null}, "color": "Red", "holes": [true, null], "pair": [1, null], "map": {"a": null}}),
            "None None None Some((1, None)) Some(true) Some(2) Some((1, None)) Some({\"a\": None}) None",
        ),
        (json!({"text": 1}), "error: Invalid arguments: /text must be a string or null"),
        (json!({"count": 10}), "error: Invalid arguments: /count must be at most 9"),
        (json!({"color": "Blue"}), "error: Invalid arguments: /color must be one of \"Green\", \"Red\""),
    ];
    for (arguments, expected) in table {
        assert_eq!(call(app(), "options", &arguments), expected, "{arguments}");
    }
}

#[test]
fn an_output_says_null() {
    let tools = listed(app());
    let point = &tools["point"];
    assert_eq!(point["outputSchema"]["properties"]["y"]["type"], json!(["integer", "null"]));
    assert_eq!(point["inputSchema"]["properties"]["point"]["properties"]["y"]["type"], "integer");
    let color = &tools["nested"]["outputSchema"]["properties"]["color"];
    assert_eq!(*color, json!({"anyOf": [{"$ref": "#/$defs/Color"}, {"type": "null"}], "default": null}));
    assert_eq!(tools["nested"]["inputSchema"]["properties"]["tree"]["properties"]["color"], self::color());
}

#[test]
fn formats_are_registered() {
    let whole =
        |minimum: i64, maximum: i64| json!({"type": "integer", "minimum": minimum, "maximum": maximum});
    assert_eq!(
        input("numbers")["properties"],
        json!({
            "a": whole(-128, 127),
            "b": whole(0, 255),
            "c": whole(-32768, 32767),
            "d": whole(0, 65535),
            "e": whole(0, 4_294_967_295),
            "f": {"type": "integer", "minimum": 0},
            "g": {"type": "integer", "minimum": 0},
            "h": {"type": "integer"},
            "i": {"type": "integer", "format": "int32"},
            "j": {"type": "integer", "format": "int64"},
            "k": {"type": "integer"},
            "l": {"type": "integer", "minimum": 0},
            "m": {"type": "number", "format": "float"},
            "n": {"type": "number", "format": "double"},
        })
    );
}

/// Visits each schema in a schema.
fn each(schema: &Value, visit: &mut dyn FnMut(&Value)) {
    visit(schema);
    let Value::Object(keywords) = schema else { return };
    for (keyword, value) in keywords {
        match (keyword.as_str(), value) {
            ("additionalProperties", Value::Bool(false)) => {}
            ("items" | "additionalProperties" | "not", value) => each(value, visit),
            ("properties" | "$defs", Value::Object(all)) => all.values().for_each(|value| each(value, visit)),
            ("oneOf" | "anyOf" | "prefixItems", Value::Array(all)) => {
                all.iter().for_each(|value| each(value, visit))
            }
            _ => {}
        }
    }
}

#[test]
fn all_schemas_keep_the_rules() {
    let mut seen = 0;
    for (name, tool) in listed(app()) {
        for key in ["inputSchema", "outputSchema"] {
            let Some(schema) = tool.get(key) else { continue };
            each(schema, &mut |schema| {
                seen += 1;
                let place = format!("{name} {key}: {schema}");
                assert!(schema.is_object(), "{place}");
                let map = schema.get("additionalProperties").is_some_and(Value::is_object);
                assert!(schema["type"] != "object" || map || schema["properties"].is_object(), "{place}");
                if key == "inputSchema" {
                    assert!(!schema["type"].is_array(), "{place}");
                    assert!(schema["type"] != "array" || schema["items"].is_object(), "{place}");
                    assert!(schema.get("default") != Some(&Value::Null), "{place}");
                }
            });
        }
    }
    assert!(seen > 60, "{seen}");
}

#[test]
fn a_tool_made_at_run_time_is_listed_in_these_words() {
    let table = [
        ("{}", json!({"type": "object", "properties": {}})),
        ("true", json!({"type": "object", "properties": {}})),
        (r#"{"type":"object"}"#, json!({"type": "object", "properties": {}})),
        (
            r#"{"type":"object","properties":{"a":true},"additionalProperties":false}"#,
            json!({"type": "object", "properties": {"a": {}}, "additionalProperties": false}),
        ),
        // An author's own words stay.
        (
            r#"{"type":"object","properties":{"a":{"type":["string","null"]}}}"#,
            json!({"type": "object", "properties": {"a": {"type": ["string", "null"]}}}),
        ),
    ];
    for (given, expected) in table {
        let tool = DynamicTool::new("made", given).unwrap().handler(|_, _| async { "called" });
        let server = app().build();
        server.add_tool(tool).unwrap();
        assert_eq!(listed(server.clone())["made"]["inputSchema"], expected);
        assert_eq!(call(server, "made", &json!({"a": 1})).contains("called"), !given.contains("null"));
    }
    let refused = DynamicTool::new("made", r#"{"type":"string"}"#).unwrap_err().to_string();
    assert!(refused.contains("of type object"), "{refused}");
}
