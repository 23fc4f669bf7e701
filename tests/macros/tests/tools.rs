//! Tools: what the macros say of them, and what calls of them give.
#![deny(warnings, missing_docs, unreachable_pub, clippy::pedantic, rust_2018_idioms)]
#![allow(clippy::unused_async, clippy::unnecessary_wraps, reason = "handlers of every kind")]

use macro_tests::{ask, call, input, tool};
use pulseengine_mcp::prelude::*;
use pulseengine_mcp::{App, Service};
use serde_json::{Value, json};

#[derive(Clone, Default)]
struct Calculator {
    offset: f64,
}

/// A quotient and what is left.
#[derive(Schema)]
struct Quotient {
    whole: f64,
    rest: f64,
}

/// Calculates.
///
/// Carefully.
#[server]
impl Calculator {
    const START: f64 = 10.0;

    /// Adds two numbers.
    ///
    /// Plus an offset.
    #[tool]
    async fn add(&self, a: f64, b: f64) -> f64 {
        std::future::ready(a + b + self.offset).await
    }

    #[tool(
        name = "calc.divide",
        title = "Divide",
        description = "Divides.",
        read_only,
        destructive = false,
        idempotent = true,
        open_world = false,
        icon(src = "https://example.com/a.png", mime_type = "image/png", sizes = ["48x48", "any"], theme = "dark"),
        icon(src = "data:,"),
        meta = r#"{ "k" : [1,
            2] }"#,
        deny_unknown
    )]
    fn divide(
        &self,
        /// The dividend.
        a: f64,
        #[schema(description = "The divisor.", default = Self::START)] mut b: f64,
    ) -> Result<Json<Quotient>, ToolError> {
        if b < 0.0 {
            b = -b;
        }
        if b == 0.0 {
            return Err(ToolError::new("division by zero"));
        }
        Ok(Json(Quotient { whole: (a / b).floor(), rest: a % b }))
    }

    #[tool]
    fn nothing(&self) {}

    #[tool]
    async fn r#type(&self, r#in: Option<String>, cx: &Context) -> String {
        format!("{:?} {}", r#in, cx.name().unwrap_or_default())
    }

    #[tool]
    fn borrowed<'a>(&'a self, cx: &'a Context, args: String) -> &'a str {
        let _ = cx;
        if args.is_empty() { "empty" } else { "full" }
    }

    #[tool(description = concat!("Made by ", "macros"), title = TITLE)]
    fn texts(&self) {}

    fn helper(&self) -> f64 {
        self.offset
    }
}

const TITLE: &str = "A constant";

fn calculator() -> Calculator {
    Calculator { offset: 1.0 }
}

#[test]
fn definition() {
    let server = calculator();
    let _ = server.helper();
    let definition = server.definition();
    assert_eq!(definition.server.name, "calculator");
    assert_eq!(definition.server.version, env!("CARGO_PKG_VERSION"));
    assert_eq!(definition.server.instructions, Some("Calculates.\n\nCarefully."));
    let names: Vec<_> = definition.tools.iter().map(|tool| tool.name).collect();
    assert_eq!(names, ["add", "calc.divide", "nothing", "type", "borrowed", "texts"]);
    let [add, divide, nothing, ..] = definition.tools else { panic!("tools") };
    assert_eq!(add.description, Some("Adds two numbers.\n\nPlus an offset."));
    assert!(divide.output.is_some() && nothing.output.is_none());
    assert_eq!((divide.title, divide.description), (Some("Divide"), Some("Divides.")));
    let hints = divide.annotations;
    let hints = [hints.read_only, hints.destructive, hints.idempotent, hints.open_world];
    assert_eq!(hints, [Some(true), Some(false), Some(true), Some(false)]);
    assert_eq!(add.annotations.read_only, None);
    assert_eq!(divide.icons.len(), 2);
    assert_eq!(divide.icons[0].sizes, ["48x48", "any"]);
    assert_eq!(divide.icons[0].theme, Some("dark"));
    assert_eq!(divide.meta, Some(r#"{"k":[1,2]}"#));
    let texts = tool(&server, "texts");
    assert_eq!((texts.title, texts.description), (Some("A constant"), Some("Made by macros")));
}

#[test]
fn schemas() {
    let server = calculator();
    let divide = input(tool(&server, "calc.divide"));
    assert_eq!(divide["properties"]["a"]["description"], "The dividend.");
    assert_eq!(divide["properties"]["b"]["description"], "The divisor.");
    assert_eq!(divide["properties"]["b"]["default"], 10.0);
    assert_eq!(divide["required"], json!(["a"]));
    assert_eq!(divide["additionalProperties"], false);
    let r#type = input(tool(&server, "type"));
    assert!(r#type["properties"]["in"].is_object());
    assert_eq!(r#type["required"], Value::Null);
    assert_eq!(r#type["additionalProperties"], Value::Null);
    assert_eq!(input(tool(&server, "nothing"))["type"], "object");
}

#[test]
fn calls() {
    let table = [
        ("add", json!({"a": 1, "b": 2.5}), "4.5"),
        ("add", json!({"a": 1}), "error: Invalid arguments: /b is required"),
        ("add", json!({"a": 1, "b": 2, "c": 3}), "4.0"),
        // PHP writes an empty object so.
        ("add", json!([]), "error: Invalid arguments: /a is required"),
        ("nothing", json!([]), ""),
        ("add", json!([1]), "Invalid params: arguments is not an object"),
        ("calc.divide", json!({"a": 25}), r#"{"whole":2.0,"rest":5.0}"#),
        ("calc.divide", json!({"a": 5, "b": -2}), r#"{"whole":2.0,"rest":1.0}"#),
        ("calc.divide", json!({"a": 5, "b": 0}), "error: division by zero"),
        ("calc.divide", json!({"a": "x"}), "error: Invalid arguments: /a must be a number"),
        ("calc.divide", json!({"a": 5, "x": 0}), "error: Invalid arguments: /x unknown member"),
        ("nothing", json!({}), ""),
        ("type", json!({}), "None type"),
        ("type", json!({"in": "a"}), "Some(\"a\") type"),
        ("borrowed", json!({"args": ""}), "empty"),
        ("other", json!({}), "Unknown tool: other"),
    ];
    for (tool, arguments, expected) in table {
        assert_eq!(call(calculator(), tool, &arguments), expected, "{tool} {arguments}");
    }
}

/// Echoes.
#[tool(title = "Echo")]
async fn echo(message: String, cx: &Context) -> String {
    format!("{message} {}", cx.name().unwrap_or_default())
}

mod free {
    /// Answers.
    #[pulseengine_mcp::tool(name = "ping-pong", deny_unknown)]
    pub(super) fn r#ping(#[schema(default = 3)] times: u32) -> Vec<String> {
        vec!["pong".to_owned(); times as usize]
    }
}

struct Hands;

#[server(tools = [echo, free::ping])]
impl Hands {
    #[tool]
    fn own(&self) -> bool {
        true
    }
}

#[test]
fn free_functions() {
    let [first, second] = Hands.definition().free else { panic!("two tools") };
    assert_eq!(
        (first.info.name, first.info.title, first.info.description),
        ("echo", Some("Echo"), Some("Echoes."))
    );
    assert_eq!(second.info.name, "ping-pong");
    assert_eq!(free::ping(2).len(), 2);
    let app = || App::new("free", "1.0.0").tool::<echo>().tool::<free::ping>();
    for result in
        [call(Hands, "echo", &json!({"message": "hi"})), call(app(), "echo", &json!({"message": "hi"}))]
    {
        assert_eq!(result, "hi echo");
    }
    let pongs = ask(app(), "tools/call", json!({"name": "ping-pong"}));
    assert_eq!(pongs["content"].as_array().map(Vec::len), Some(3));
    assert_eq!(call(Hands, "own", &json!({})), "true");
    assert_eq!(ask(Hands, "tools/list", json!({}))["tools"].as_array().map(Vec::len), Some(3));
}

#[test]
fn a_service_an_app_and_a_server_are_servers() {
    let hi = json!({"message": "hi"});
    let server: pulseengine_mcp::Server = Hands.into();
    for result in [
        call(Hands, "echo", &hi),
        call(App::of(Hands), "echo", &hi),
        call(server.clone(), "echo", &hi),
        call(server, "echo", &hi),
    ] {
        assert_eq!(result, "hi echo");
    }
}

struct Maps;

#[server]
impl Maps {
    #[tool]
    fn count(
        &self,
        ages: std::collections::HashMap<String, u8>,
        names: std::collections::HashSet<String>,
    ) -> String {
        format!("{} {}", ages.len(), names.len())
    }
}

#[test]
fn hash_maps_and_sets() {
    let table = [
        (json!({"ages": {"a": 1, "b": 2}, "names": ["x"]}), "2 1"),
        (json!({"ages": {"a": 300}, "names": []}), "error: Invalid arguments: /ages/a must be at most 255"),
    ];
    for (arguments, expected) in table {
        assert_eq!(call(Maps, "count", &arguments), expected);
    }
}
