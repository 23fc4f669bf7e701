//! Instances of a JSON Schema, from the smallest to the fullest, so that every member and every alternative occurs.

use super::Schema;
use serde_json::{Map, Value, json};

/// A member the type does not name.
const OTHER: &str = "x-other";
/// How many instances a type may have that is so many references away from the top.
const MOST: [usize; 4] = [40, 24, 8, 8];
/// How many instances a type still further away may have.
const FEW: usize = 2;

/// Instances of a named type: first with nothing optional, then with everything.
pub fn instances(schema: &Schema, name: &str) -> Vec<Value> {
    of(schema, &schema.types()[name], 0)
}

fn of(root: &Schema, schema: &Value, depth: usize) -> Vec<Value> {
    let mut found = alternatives(root, schema, depth);
    found.truncate(MOST.get(depth).copied().unwrap_or(FEW));
    found
}

fn alternatives(root: &Schema, schema: &Value, depth: usize) -> Vec<Value> {
    if let Some(reference) = schema["$ref"].as_str() {
        if reference.ends_with("/JSONValue") {
            // The one type that contains itself; its schema leaves null out.
            return anything().into_iter().filter(|value| !value.is_null()).collect();
        }
        return of(root, root.target(reference), depth + 1);
    }
    if let Some(options) = schema["anyOf"].as_array() {
        let each: Vec<_> = options.iter().map(|option| of(root, option, depth)).collect();
        return interleave(each);
    }
    if let Some(parts) = schema["allOf"].as_array() {
        return together(&parts.iter().map(|part| of(root, part, depth)).collect::<Vec<_>>());
    }
    if let Some(value) = schema.get("const") {
        return vec![value.clone()];
    }
    if let Some(values) = schema["enum"].as_array() {
        return values.clone();
    }
    match &schema["type"] {
        Value::String(kind) => of_type(root, schema, kind, depth),
        Value::Array(kinds) => {
            kinds.iter().flat_map(|kind| of_type(root, schema, kind.as_str().unwrap(), depth)).collect()
        }
        _ => anything(),
    }
}

fn anything() -> Vec<Value> {
    vec![
        json!({ "b": [true, "c"], "a": { "x": 1 } }),
        json!("text"),
        json!(null),
        json!(7),
        json!([1, "two"]),
    ]
}

fn of_type(root: &Schema, schema: &Value, kind: &str, depth: usize) -> Vec<Value> {
    match kind {
        "null" => vec![Value::Null],
        "boolean" => vec![json!(true), json!(false)],
        "integer" => {
            let values = [1_i64, 0, 9_007_199_254_740_991];
            values.iter().filter(|value| in_range(schema, **value as f64)).map(|value| json!(value)).collect()
        }
        "number" => [0.25, 1.0, 0.0, -3.5]
            .iter()
            .filter(|value| in_range(schema, **value))
            .map(|value| json!(value))
            .collect(),
        "string" => match schema["format"].as_str() {
            Some("uri") => vec![json!("https://example.com/a?b=c")],
            Some("uri-template") => vec![json!("https://example.com/{name}")],
            Some("byte") => vec![json!("aGVsbG8="), json!("")],
            _ => vec![json!("text"), json!("\u{e4} \"quoted\"\n")],
        },
        "array" => {
            let items = of(root, &schema["items"], depth);
            vec![json!([]), Value::Array(items)]
        }
        "object" => object(root, schema, depth),
        other => panic!("type {other}"),
    }
}

fn in_range(schema: &Value, value: f64) -> bool {
    schema["minimum"].as_f64().is_none_or(|minimum| value >= minimum)
        && schema["maximum"].as_f64().is_none_or(|maximum| value <= maximum)
}

/// The smallest object, then as many full ones as the member with most alternatives has.
fn object(root: &Schema, schema: &Value, depth: usize) -> Vec<Value> {
    let empty = Map::new();
    let properties = schema["properties"].as_object().unwrap_or(&empty);
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let members: Vec<(&String, bool, Vec<Value>)> = properties
        .iter()
        .map(|(name, member)| {
            (name, required.contains(&json!(name)), of_member(root, properties, name, member, depth))
        })
        .collect();
    let others = match &schema["additionalProperties"] {
        Value::Null | Value::Bool(false) => Vec::new(),
        Value::Bool(true) => anything(),
        member => of(root, member, depth),
    };

    let mut found = vec![
        members
            .iter()
            .filter(|(_, required, _)| *required)
            .map(|(n, _, v)| ((*n).clone(), v[0].clone()))
            .collect(),
    ];
    let most = members.iter().map(|(_, _, values)| values.len()).max().unwrap_or(0).max(others.len());
    for index in 0..most {
        let mut full: Map<String, Value> = members
            .iter()
            .map(|(name, _, values)| ((*name).clone(), values[index % values.len()].clone()))
            .collect();
        if !others.is_empty() {
            full.insert(OTHER.into(), others[index % others.len()].clone());
        }
        found.push(full);
    }
    found.into_iter().map(Value::Object).collect()
}

/// The members called `resultType` are open strings in the schemas, but only one value fits their object.
fn of_member(
    root: &Schema,
    siblings: &Map<String, Value>,
    name: &str,
    member: &Value,
    depth: usize,
) -> Vec<Value> {
    match name {
        "resultType" if siblings.contains_key("inputRequests") => vec![json!("input_required")],
        "resultType" => vec![json!("complete")],
        _ => of(root, member, depth),
    }
}

/// One of each in turn, so that cutting the list off leaves all alternatives in it.
fn interleave(lists: Vec<Vec<Value>>) -> Vec<Value> {
    let most = lists.iter().map(Vec::len).max().unwrap_or(0);
    (0..most).flat_map(|index| lists.iter().filter_map(move |list| list.get(index)).cloned()).collect()
}

/// Objects that are instances of all parts at once; a later part overrides an earlier one. Of the parts only
/// `Result` is open, and its openness is that of all results: unknown members are ignored.
fn together(parts: &[Vec<Value>]) -> Vec<Value> {
    let most = parts.iter().map(Vec::len).max().unwrap_or(0);
    let whole = |index: usize| {
        let mut object = Map::new();
        for part in parts {
            object.extend(part[index.min(part.len() - 1)].as_object().unwrap().clone());
        }
        object.remove(OTHER);
        Value::Object(object)
    };
    (0..most).map(whole).collect()
}
