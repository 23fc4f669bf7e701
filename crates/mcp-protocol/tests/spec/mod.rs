//! The official schemas, read from the folder `MCP_SPEC_DIR`, and the table from their names to Rust types.

pub mod generate;
pub mod table;

use serde_json::{Map, Value, json};
use std::path::PathBuf;

/// All revisions, oldest first.
pub const REVISIONS: [&str; 5] = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"];

/// The folder with one folder per revision, or `None` after saying why the test is skipped.
pub fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("MCP_SPEC_DIR").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/spec"),
        PathBuf::from,
    );
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!(
        "SKIPPED: no folder {}; set MCP_SPEC_DIR to the folder of the official schemas to run this test",
        folder.display()
    );
    None
}

/// The schema of one revision.
pub struct Schema {
    pub revision: &'static str,
    document: Value,
    key: &'static str,
}

impl Schema {
    /// Reads `<folder>/<revision>/schema.json`.
    pub fn load(folder: &std::path::Path, revision: &'static str) -> Self {
        let text = std::fs::read_to_string(folder.join(revision).join("schema.json")).unwrap();
        let document: Value = serde_json::from_str(&text).unwrap();
        // Draft-07 files call them `definitions`, 2020-12 files `$defs`.
        let key = if document.get("$defs").is_some() { "$defs" } else { "definitions" };
        Self { revision, document, key }
    }

    /// All named types.
    pub fn types(&self) -> &Map<String, Value> {
        self.document[self.key].as_object().unwrap()
    }

    /// The type a `$ref` names.
    pub fn target(&self, reference: &str) -> &Value {
        &self.types()[reference.rsplit('/').next().unwrap()]
    }

    /// True when the type is a whole JSON-RPC message.
    pub fn is_message(&self, name: &str) -> bool {
        self.types()[name]["required"].as_array().is_some_and(|required| required.contains(&json!("jsonrpc")))
    }

    /// The validator of one type, in the dialect of the file.
    pub fn validator(&self, name: &str) -> jsonschema::Validator {
        let schema = json!({
            "$schema": self.document["$schema"],
            "allOf": [{ "$ref": format!("#/{}/{name}", self.key) }],
            (self.key): self.types(),
        });
        jsonschema::validator_for(&schema).unwrap()
    }
}

/// What is wrong with a value, or nothing.
pub fn faults(validator: &jsonschema::Validator, value: &Value) -> Vec<String> {
    validator.iter_errors(value).map(|error| format!("{} at {}", error, error.instance_path())).collect()
}

/// Equal as JSON, numbers by their value.
pub fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}

/// A message with empty params means the same as one without, wherever in the value it is.
pub fn without_empty_params(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(without_empty_params).collect(),
        Value::Object(members) => {
            let kept = members.iter().filter(|(name, member)| {
                !(*name == "params" && members.contains_key("method") && **member == json!({}))
            });
            Value::Object(kept.map(|(name, member)| (name.clone(), without_empty_params(member))).collect())
        }
        _ => value.clone(),
    }
}
