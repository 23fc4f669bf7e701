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
        },
        "required": ["score", "status", "tea", "teas"],
    });
    assert_eq!(serde_json::from_str::<Value>(w.text()).unwrap(), expected);
}
