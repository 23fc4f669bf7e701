//! A schema made at run time, put into the words that clients, validators and the interfaces of models understand: those that
//! `text.rs` writes. What it admits stays the same, but for `null` in input.

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde_json::{Map, Value, json};

/// Formats that Rust programs write and that are not registered.
const UNREGISTERED: [&str; 11] =
    ["int", "int8", "int16", "int128", "uint", "uint8", "uint16", "uint32", "uint64", "uint128", "char"];

/// Keywords with one schema.
const ONE: [&str; 12] = [
    "items",
    "additionalItems",
    "additionalProperties",
    "contains",
    "contentSchema",
    "else",
    "if",
    "not",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];
/// Keywords with a list of schemas.
const LIST: [&str; 5] = ["allOf", "anyOf", "items", "oneOf", "prefixItems"];
/// Keywords with schemas under names.
const NAMED: [&str; 5] = ["$defs", "definitions", "dependentSchemas", "patternProperties", "properties"];

/// Rewrites a schema and those inside of it; `plain`: an option says nothing of `null`, as in what `write_input` writes.
pub(super) fn portable(schema: &mut Value, plain: bool) {
    match schema {
        Value::Bool(true) => *schema = json!({}),
        Value::Bool(false) => *schema = json!({"not": {}}),
        Value::Object(keywords) => object(keywords, plain),
        _ => {}
    }
}

fn object(keywords: &mut Map<String, Value>, plain: bool) {
    if keywords.get("format").and_then(Value::as_str).is_some_and(|name| UNREGISTERED.contains(&name)) {
        keywords.remove("format");
    }
    if plain {
        without_null(keywords);
        complete(keywords);
    }
    for (keyword, value) in keywords.iter_mut() {
        let name = keyword.as_str();
        match value {
            // Whether more may follow: a statement of its own, which clients know.
            Value::Bool(false) => {}
            Value::Bool(true) | Value::Object(_) if ONE.contains(&name) => portable(value, plain),
            Value::Array(all) if LIST.contains(&name) => {
                all.iter_mut().for_each(|value| portable(value, plain));
            }
            Value::Object(all) if NAMED.contains(&name) => {
                all.values_mut().for_each(|value| portable(value, plain));
            }
            _ => {}
        }
    }
}

/// Takes `null` out of the types, the values and the alternatives, where anything else is left.
fn without_null(keywords: &mut Map<String, Value>) {
    let mut said = false;
    if let Some(Value::Array(types)) = keywords.get_mut("type")
        && types.len() > 1
    {
        types.retain(|one| one != "null");
        said = true;
        if let [one] = types.as_slice() {
            let one = one.clone();
            keywords.insert("type".to_owned(), one);
        }
    }
    if let Some(Value::Array(values)) = keywords.get_mut("enum")
        && values.len() > 1
        && values.iter().any(Value::is_null)
    {
        values.retain(|value| !value.is_null());
        said = true;
    }
    for keyword in ["anyOf", "oneOf"] {
        let Some(Value::Array(all)) = keywords.get_mut(keyword) else { continue };
        let before = all.len();
        all.retain(|one| *one != json!({"type": "null"}));
        said |= all.len() < before;
        if let ([Value::Object(only)], true) = (all.as_slice(), before > 1) {
            let only: Vec<(String, Value)> = only.clone().into_iter().collect();
            keywords.remove(keyword);
            for (name, value) in only {
                keywords.entry(name).or_insert(value);
            }
        }
    }
    if said && keywords.get("default").is_some_and(Value::is_null) {
        keywords.remove("default");
    }
}

/// Adds what the interfaces of models miss in an object and in an array.
fn complete(keywords: &mut Map<String, Value>) {
    let is = |name: &str| keywords.get("type").is_some_and(|found| found == name);
    let map = ["additionalProperties", "patternProperties"]
        .iter()
        .any(|name| keywords.get(*name).is_some_and(|values| *values != false));
    if is("object") && !map && !keywords.contains_key("properties") {
        keywords.insert("properties".to_owned(), json!({}));
    } else if is("array") && !keywords.contains_key("items") {
        keywords.insert("items".to_owned(), json!({}));
    }
}

/// The schema of a tool's arguments as it is listed: an object with `properties`, without schemas that are booleans. `None` when
/// `text` says of itself that it is no object.
pub fn tool_schema(text: &str) -> Option<String> {
    let Ok(given) = serde_json::from_str::<Value>(text) else { return Some(text.to_owned()) };
    let mut schema = given.clone();
    portable(&mut schema, false);
    let Value::Object(keywords) = &mut schema else { return Some(text.to_owned()) };
    match keywords.get("type") {
        Some(Value::String(name)) if name != "object" => return None,
        Some(Value::Array(names)) if !names.iter().any(|name| name == "object") => return None,
        _ => {}
    }
    keywords.insert("type".to_owned(), json!("object"));
    keywords.entry("properties").or_insert_with(|| json!({}));
    // The author's own text, in its order, where it says all that already.
    Some(if schema == given { text.to_owned() } else { schema.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemas_are_objects() {
        let table = [
            (json!({"items": true}), json!({"items": {}})),
            (json!({"prefixItems": [true, false]}), json!({"prefixItems": [{}, {"not": {}}]})),
            (json!({"items": [true]}), json!({"items": [{}]})),
            (
                json!({"properties": {"a": true, "const": true}}),
                json!({"properties": {"a": {}, "const": {}}}),
            ),
            (json!({"$defs": {"a": {"anyOf": [true]}}}), json!({"$defs": {"a": {"anyOf": [{}]}}})),
            (json!({"additionalProperties": true}), json!({"additionalProperties": {}})),
            (json!({"additionalProperties": false}), json!({"additionalProperties": false})),
            // Values, not schemas.
            (
                json!({"const": true, "default": true, "enum": [true]}),
                json!({"const": true, "default": true, "enum": [true]}),
            ),
            (
                json!({"uniqueItems": true, "deprecated": true}),
                json!({"uniqueItems": true, "deprecated": true}),
            ),
            (json!({"type": "integer", "format": "uint8"}), json!({"type": "integer"})),
            (json!({"type": "integer", "format": "int64"}), json!({"type": "integer", "format": "int64"})),
            (json!({"type": "string", "format": "uuid"}), json!({"type": "string", "format": "uuid"})),
        ];
        for (mut given, expected) in table {
            portable(&mut given, false);
            assert_eq!(given, expected);
        }
    }

    #[test]
    fn options_are_plain_in_input() {
        let table = [
            (json!({"type": ["string", "null"], "default": null}), json!({"type": "string"})),
            (json!({"type": ["null"]}), json!({"type": ["null"]})),
            (json!({"type": "null", "default": null}), json!({"type": "null", "default": null})),
            (
                json!({"enum": ["a", null], "type": ["string", "null"]}),
                json!({"enum": ["a"], "type": "string"}),
            ),
            (
                json!({"description": "x", "anyOf": [{"$ref": "#/$defs/a"}, {"type": "null"}]}),
                json!({"description": "x", "$ref": "#/$defs/a"}),
            ),
            (
                json!({"anyOf": [{"type": "string"}, {"type": "boolean"}, {"type": "null"}]}),
                json!({"anyOf": [{"type": "string"}, {"type": "boolean"}]}),
            ),
            (json!({"type": ["array", "null"]}), json!({"type": "array", "items": {}})),
            (json!({"type": "object"}), json!({"type": "object", "properties": {}})),
            (
                json!({"type": "object", "additionalProperties": true}),
                json!({"type": "object", "additionalProperties": {}}),
            ),
            (
                json!({"type": "object", "additionalProperties": false}),
                json!({"type": "object", "properties": {}, "additionalProperties": false}),
            ),
        ];
        for (mut given, expected) in table {
            portable(&mut given, true);
            assert_eq!(given, expected);
        }
    }

    #[test]
    fn tools_take_objects() {
        let kept = r#"{"type":"object","properties":{"z":{},"a":{"type":"string"}},"required":["a"]}"#;
        let table = [
            (kept, Some(kept)),
            (r#"{"type":"object"}"#, Some(r#"{"properties":{},"type":"object"}"#)),
            ("{}", Some(r#"{"properties":{},"type":"object"}"#)),
            ("true", Some(r#"{"properties":{},"type":"object"}"#)),
            (r#"{"type":["object","null"],"properties":{}}"#, Some(r#"{"properties":{},"type":"object"}"#)),
            (r#"{"type":"array"}"#, None),
            (r#"{"type":["string","null"]}"#, None),
        ];
        for (given, expected) in table {
            let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap();
            let found = tool_schema(given);
            assert_eq!(found.as_deref().map(parsed), expected.map(parsed), "{given}");
            if expected == Some(given) {
                assert_eq!(found.as_deref(), expected);
            }
        }
    }
}
