//! The schema text equals that of schemars 1.2.
//!
//! Deliberate differences: no `$schema`, and no `title` at the root that only repeats the name of the type.

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
        if ours == Value::Bool(true) {
            ours = Value::Object(serde_json::Map::new());
        }
        sorted(&mut ours);
        sorted(&mut theirs);
        if ours != theirs {
            wrong += 1;
            println!("{}\n  ours:   {ours}\n  theirs: {theirs}", case.name);
        }
    }
    assert_eq!(wrong, 0, "of {}", all.len());
}
