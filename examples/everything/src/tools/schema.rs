//! A schema that no Rust type can say.

use pulseengine_mcp::schema::{Keyword, Shape};
use pulseengine_mcp::{Context, FreeTool, Running, ToolHints, ToolInfo};

/// Written as it stands into the list of tools.
const INPUT: &str = r##"{
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {
        "address": {
            "$anchor": "addressDef",
            "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}}
        }
    },
    "properties": {
        "name": {"type": "string"},
        "address": {"$ref": "#/$defs/address"},
        "contactMethod": {"type": "string", "enum": ["phone", "email"]},
        "phone": {"type": "string"},
        "email": {"type": "string"}
    },
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": false
}"##;

/// What `#[tool]` would write for a function, written by hand: the schema is shown, not checked.
#[allow(non_camel_case_types, reason = "it has the name of the tool")]
pub struct json_schema_2020_12_tool;

impl FreeTool for json_schema_2020_12_tool {
    const INFO: ToolInfo = ToolInfo {
        name: "json_schema_2020_12_tool",
        title: None,
        description: Some("Tool with JSON Schema 2020-12 features for conformance testing (SEP-1613)"),
        input: Shape::of(&[Keyword::Verbatim(INPUT)]),
        members: &[],
        output: None,
        hints: ToolHints { read_only: None, destructive: None, idempotent: None, open_world: None },
        icons: &[],
        meta: None,
    };

    fn call(cx: Context) -> Running {
        Running::ready(cx.finish_tool("JSON Schema 2020-12 tool called"))
    }
}
