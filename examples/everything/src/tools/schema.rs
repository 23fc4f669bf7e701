//! What schemas can say: an argument that HTTP repeats in a header, and tools made at run time, one with a schema that no
//! Rust type can say and one that comes and goes.

use pulseengine_mcp::prelude::*;
use pulseengine_mcp::{DynamicTool, Error};

/// Takes a value that is repeated in the header Mcp-Param-Value.
#[tool]
pub fn test_custom_header(
    /// Any text.
    #[schema(header = "Value")]
    value: String,
) -> String {
    format!("Value: {value}")
}

/// Listed as it stands here; arguments are validated against it.
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

/// The name of the tool that [`greeter`] makes.
pub const GREETER: &str = "test_runtime_tool";

/// A tool with everything that JSON Schema 2020-12 has for it.
pub fn json_schema_2020_12_tool() -> Result<DynamicTool, Error> {
    Ok(DynamicTool::new("json_schema_2020_12_tool", INPUT)?
        .description("Tool with JSON Schema 2020-12 features for conformance testing (SEP-1613)")
        .handler(
            |arguments, _cx| async move { format!("JSON Schema 2020-12 tool called with: {arguments}") },
        ))
}

/// A tool to add and to remove while the server runs.
pub fn greeter() -> Result<DynamicTool, Error> {
    let input = r#"{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}"#;
    Ok(DynamicTool::new(GREETER, input)?.description("Greets someone.").handler(
        |arguments, _cx| async move {
            let name = arguments.get("name").and_then(|name| name.as_str()).unwrap_or("stranger");
            format!("Hello, {name}!")
        },
    ))
}
