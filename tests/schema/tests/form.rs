//! What a type looks like as a form: words that elicitation has, and no others.

use pulseengine_mcp_macros::Schema;
use pulseengine_mcp_protocol::schema::{Schema, Writer, write_form};
use serde_json::{Value, json};

#[derive(Schema)]
#[schema(crate = "pulseengine_mcp_protocol")]
#[serde(rename_all = "lowercase")]
#[allow(dead_code, reason = "only its shape is looked at")]
enum Status {
    Active,
    Inactive,
}

/// How it is made.
#[derive(Schema)]
#[schema(crate = "pulseengine_mcp_protocol")]
#[allow(dead_code, reason = "only its shape is looked at")]
enum Tea {
    /// Steamed
    Green,
    Black,
}

#[derive(Schema)]
#[schema(crate = "pulseengine_mcp_protocol")]
#[allow(dead_code, reason = "only its shape is looked at")]
struct Form {
    /// A name
    #[schema(default = "John", length(max = 20))]
    name: String,
    #[schema(format = "email")]
    email: Option<String>,
    #[schema(range(min = 1, max = 9))]
    age: Option<u8>,
    score: f64,
    verified: Option<bool>,
    /// The status
    status: Status,
    other: Option<Status>,
    tea: Tea,
    #[schema(length(min = 1))]
    teas: Vec<Tea>,
    several: Option<Vec<Status>>,
    // A form has four formats; clients refuse a question with another.
    #[schema(format = "uuid")]
    id: String,
    // Clients take no `null` as a default.
    #[serde(default)]
    left_out: Option<String>,
    /// Known to serde.
    #[schema(serde, json = r#"{"type":"string","format":"date"}"#)]
    day: Option<std::net::Ipv4Addr>,
}

#[test]
fn a_form_has_plain_fields() {
    let mut w = Writer::default();
    write_form(const { &Form::SHAPE }, &mut w);
    let titled = json!([{"const": "Black", "title": "Black"}, {"const": "Green", "title": "Steamed"}]);
    let expected = json!({
        "type": "object",
        "properties": {
            "name": {"description": "A name", "type": "string", "maxLength": 20, "default": "John"},
            "email": {"type": "string", "format": "email"},
            "age": {"type": "integer", "minimum": 1, "maximum": 9},
            "score": {"type": "number"},
            "verified": {"type": "boolean"},
            "status": {"description": "The status", "type": "string", "enum": ["active", "inactive"]},
            "other": {"type": "string", "enum": ["active", "inactive"]},
            "tea": {"description": "How it is made.", "type": "string", "oneOf": titled},
            "teas": {"type": "array", "minItems": 1, "items": {"description": "How it is made.", "anyOf": titled}},
            "several": {"type": "array", "items": {"type": "string", "enum": ["active", "inactive"]}},
            "id": {"type": "string"},
            "left_out": {"type": "string"},
            "day": {"type": "string", "format": "date", "description": "Known to serde."},
        },
        "required": ["score", "status", "tea", "teas", "id"],
    });
    assert_eq!(serde_json::from_str::<Value>(w.text()).unwrap(), expected);
}

#[derive(Schema)]
#[schema(crate = "pulseengine_mcp_protocol")]
struct Holds<T> {
    value: T,
    #[serde(skip)]
    skipped: Vec<Vec<u8>>,
}

#[derive(Schema)]
#[schema(crate = "pulseengine_mcp_protocol")]
struct New<T>(T);

#[derive(Schema)]
#[schema(crate = "pulseengine_mcp_protocol")]
#[serde(transparent)]
struct Clear {
    form: Form,
}

#[derive(Schema)]
#[schema(crate = "pulseengine_mcp_protocol")]
struct Flattened {
    #[serde(flatten)]
    form: Form,
    more: bool,
}

/// Contains itself: a type that is no form, and is compiled all the same.
#[derive(Schema)]
#[schema(crate = "pulseengine_mcp_protocol")]
struct Itself {
    next: Option<Box<Itself>>,
    list: Vec<Itself>,
}

/// What is no form or no field is in `tests/macros/tests/ui/form_*.rs`.
#[test]
fn what_a_form_can_ask_for() {
    use std::collections::{BTreeSet, HashSet};

    use pulseengine_mcp_protocol::schema::{self, FormChoice, FormField};
    use schema_tests::enums::{Color, Level};
    fn form<T: schema::Form>() -> usize {
        T::SHAPE.keywords.len()
    }
    fn field<T: FormField>() -> usize {
        T::SHAPE.keywords.len()
    }
    fn choice<T: FormChoice>() -> usize {
        field::<T>() + field::<Vec<T>>()
    }
    let forms = [form::<Form>(), form::<New<Form>>(), form::<Box<Clear>>(), form::<Option<Flattened>>()];
    let generic = [form::<Holds<Option<Status>>>(), form::<Holds<New<char>>>(), form::<Holds<Vec<Level>>>()];
    let fields = [
        field::<bool>(),
        field::<u8>(),
        field::<i128>(),
        field::<f32>(),
        field::<Box<str>>(),
        field::<serde_json::Number>(),
        field::<New<f64>>(),
    ];
    let lists = [
        field::<[Status; 2]>(),
        field::<Option<BTreeSet<Status>>>(),
        field::<HashSet<Status>>(),
        field::<Vec<Option<Tea>>>(),
    ];
    let choices = [choice::<Color>(), choice::<Level>(), choice::<Option<Tea>>(), choice::<New<Tea>>()];
    let all = [&forms[..], &generic, &fields, &lists, &choices].concat();
    assert!(all.iter().all(|statements| *statements > 0), "{all:?}");
    let text = schema::to_text::<Itself>();
    assert!(text.contains("Itself") || text.contains(r##""$ref":"#""##), "{text}");
}
