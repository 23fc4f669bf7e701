//! The schema text equals that of schemars 1.2.
//!
//! Deliberate differences: no `$schema`, no `title` at the root that only repeats the name of the type, and what clients,
//! validators and the interfaces of models refuse, which [`as_ours`] names.

use schema_tests::corpus;
use serde_json::Value;

/// Puts what has no order into one.
fn sorted(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if let Some(Value::Array(required)) = members.get_mut("required") {
                required.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
            }
            members.values_mut().for_each(sorted);
        }
        Value::Array(items) => items.iter_mut().for_each(sorted),
        _ => {}
    }
}

/// A schema of schemars in our words. What differs here was the same before; the reports that it follows are named in
/// `tests/macros/tests/inputs.rs`.
fn as_ours(theirs: &mut Value) {
    // Some clients drop the whole list at a schema that is a boolean.
    match theirs {
        Value::Bool(true) => *theirs = serde_json::json!({}),
        Value::Bool(false) => *theirs = serde_json::json!({"not": {}}),
        _ => {}
    }
    let Value::Object(keywords) = theirs else { return };
    // Validators warn of formats that are not registered; a bound says it.
    let format = keywords.get("format").and_then(Value::as_str).unwrap_or_default().to_owned();
    if format == "uint32" {
        keywords.entry("maximum").or_insert(u32::MAX.into());
    }
    if format.starts_with("uint") || ["int", "int8", "int16", "int128"].contains(&&*format) {
        keywords.remove("format");
    }
    // The interfaces of models refuse an object without properties; `null` may stand beside.
    let is_object = keywords.get("type").is_some_and(|found| {
        found == "object" || found.as_array().is_some_and(|all| all.contains(&"object".into()))
    });
    let is_map = keywords.get("additionalProperties").is_some_and(|values| *values != false);
    if is_object && !is_map && !keywords.contains_key("properties") {
        keywords.insert("properties".to_owned(), serde_json::json!({}));
    }
    for (keyword, value) in keywords.iter_mut() {
        match (keyword.as_str(), value) {
            ("additionalProperties", Value::Bool(false)) => {}
            ("items" | "additionalProperties" | "not", value) => as_ours(value),
            ("properties" | "$defs", Value::Object(all)) => all.values_mut().for_each(as_ours),
            ("oneOf" | "anyOf" | "prefixItems", Value::Array(all)) => all.iter_mut().for_each(as_ours),
            _ => {}
        }
    }
}

#[test]
fn every_type_of_the_corpus() {
    let all = corpus();
    assert!(all.len() >= 60, "{} types", all.len());
    let mut wrong = 0;
    for case in &all {
        let mut ours: Value = serde_json::from_str(&(case.ours)()).expect("our text is JSON");
        let mut theirs = (case.theirs)();
        let members = theirs.as_object_mut().unwrap();
        members.remove("$schema");
        if ours.get("title").is_none() {
            members.remove("title");
        }
        as_ours(&mut theirs);
        sorted(&mut ours);
        sorted(&mut theirs);
        if ours != theirs {
            wrong += 1;
            println!("{}\n  ours:   {ours}\n  theirs: {theirs}", case.name);
        }
    }
    assert_eq!(wrong, 0, "of {}", all.len());
}
