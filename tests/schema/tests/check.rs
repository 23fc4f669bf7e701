//! The verdict of `check` equals that of the jsonschema crate on the schema we write, and values travel as with serde.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test's own machinery"
)]

use proptest::prelude::{ProptestConfig, TestCaseError, prop_assert, prop_assert_eq};
use pulseengine_mcp_protocol::schema::check_text;
use schema_tests::{Case, corpus};
use serde_json::{Map, Value, json};

/// A small generator of random numbers, seeded by proptest.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % n.max(1)
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        all.get(self.below(all.len()))
    }
}

/// A value that probably fits `schema`.
fn fitting(schema: &Value, root: &Value, random: &mut Random, depth: u32) -> Value {
    if schema.as_object().is_some_and(Map::is_empty) || depth > 12 {
        return anything(random, 2);
    }
    let mut value = Value::Null;
    if let Some(reference) = schema["$ref"].as_str() {
        let target = root.pointer(reference.trim_start_matches('#')).expect("a definition");
        value = fitting(target, root, random, depth + 1);
    } else if let Some(of) = schema["oneOf"].as_array().or(schema["anyOf"].as_array()) {
        let at = if depth > 6 { 0 } else { random.below(of.len()) };
        value = fitting(&of[at], root, random, depth + 1);
    }
    if let Some(constant) = schema.get("const") {
        return constant.clone();
    }
    if let Some(names) = schema["enum"].as_array() {
        return random.of(names).cloned().unwrap_or_default();
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        _ => return value,
    };
    match *random.of(&types).unwrap() {
        "boolean" => json!(random.below(2) == 0),
        "integer" => integer(schema, random),
        "number" => {
            [json!(1.5), json!(-0.25), json!(3), json!(0), json!(1e3), json!(0.3)][random.below(6)].clone()
        }
        "string" => text(schema, random),
        "array" => array(schema, root, random, depth),
        "object" => object(schema, value, root, random, depth),
        _ => Value::Null,
    }
}

fn integer(schema: &Value, random: &mut Random) -> Value {
    let low = schema["minimum"].as_i64().unwrap_or(-5);
    let high = schema["maximum"].as_i64().unwrap_or(low.max(0) + 300);
    let some = low + random.below((high - low + 1) as usize) as i64;
    [json!(low), json!(high), json!(some), json!(low - 1), json!(high + 1), json!(some as f64), json!(5)]
        [random.below(7)]
    .clone()
}

fn text(schema: &Value, random: &mut Random) -> Value {
    let max = schema["maxLength"].as_u64().unwrap_or(8) as usize;
    let min = schema["minLength"].as_u64().unwrap_or(0) as usize;
    let length = min + random.below(max - min + 1);
    let all = ["a", "b", "z", "-", "é", "\"", "~", "/", "😀", "0"];
    let plain = schema.get("pattern").is_some() && random.below(3) > 0;
    Value::String((0..length).map(|_| all[random.below(if plain { 3 } else { all.len() })]).collect())
}

fn array(schema: &Value, root: &Value, random: &mut Random, depth: u32) -> Value {
    let tuple = schema["prefixItems"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut all: Vec<Value> = tuple.iter().map(|item| fitting(item, root, random, depth + 1)).collect();
    if let Some(items) = schema.get("items") {
        let min = schema["minItems"].as_u64().unwrap_or(0) as usize;
        let max = schema["maxItems"].as_u64().unwrap_or(if depth > 4 { 1 } else { 3 }) as usize;
        for _ in 0..min + random.below(max.saturating_sub(min) + 1) {
            all.push(fitting(items, root, random, depth + 1));
        }
    }
    Value::Array(all)
}

fn object(schema: &Value, base: Value, root: &Value, random: &mut Random, depth: u32) -> Value {
    let mut all = match base {
        Value::Object(all) => all,
        _ => Map::new(),
    };
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let properties = schema["properties"].as_object().cloned().unwrap_or_default();
    for (name, property) in &properties {
        if required.contains(&json!(name)) || (depth < 5 && random.below(2) == 0) {
            all.insert(name.clone(), fitting(property, root, random, depth + 1));
        }
    }
    if let Some(values) = schema.get("additionalProperties").filter(|values| **values != json!(false)) {
        for _ in 0..random.below(3) {
            all.insert(
                ["k1", "a/b", "k~"][random.below(3)].to_owned(),
                fitting(values, root, random, depth + 1),
            );
        }
    }
    Value::Object(all)
}

fn anything(random: &mut Random, depth: u32) -> Value {
    match random.below(if depth == 0 { 8 } else { 10 }) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(-1),
        3 => json!(256),
        4 => json!(1.5),
        5 => json!("text"),
        6 => json!(2.0),
        7 => json!(""),
        8 => Value::Array((0..random.below(3)).map(|_| anything(random, depth - 1)).collect()),
        _ => json!({ "x": anything(random, depth - 1), "y": anything(random, depth - 1) }),
    }
}

/// Changes one place of a value.
fn mutate(value: &mut Value, random: &mut Random) {
    match value {
        Value::Array(items) if !items.is_empty() && random.below(4) > 0 => {
            let at = random.below(items.len());
            match random.below(5) {
                0 => drop(items.remove(at)),
                1 => items.push(items[at].clone()),
                _ => mutate(&mut items[at], random),
            }
        }
        Value::Object(members) if !members.is_empty() && random.below(4) > 0 => {
            let key = members.keys().nth(random.below(members.len())).cloned().unwrap();
            match random.below(6) {
                0 => drop(members.remove(&key)),
                1 => drop(members.insert("unknown".to_owned(), anything(random, 1))),
                _ => mutate(&mut members[&key], random),
            }
        }
        other => *other = anything(random, 1),
    }
}

fn validators() -> Vec<(Case, Value, jsonschema::Validator)> {
    corpus()
        .into_iter()
        .map(|case| {
            let schema: Value = serde_json::from_str(&(case.ours)()).unwrap();
            let validator = jsonschema::validator_for(&schema).expect(case.name);
            (case, schema, validator)
        })
        .collect()
}

/// Floats that are whole are the same number.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(x), Value::Number(y)) => x == y || x.as_f64() == y.as_f64(),
        (Value::Array(x), Value::Array(y)) => x.len() == y.len() && x.iter().zip(y).all(|(x, y)| same(x, y)),
        (Value::Object(x), Value::Object(y)) => {
            x.len() == y.len() && x.iter().all(|(key, x)| y.get(key).is_some_and(|y| same(x, y)))
        }
        _ => a == b,
    }
}

/// Whole numbers written with a fraction, which serde refuses for integers.
fn has_written_fraction(value: &Value) -> bool {
    match value {
        Value::Number(n) => n.is_f64(),
        Value::Array(items) => items.iter().any(has_written_fraction),
        Value::Object(members) => members.values().any(has_written_fraction),
        _ => false,
    }
}

/// What `from_json` may say although `check` is content: a bound of the Rust type that the schema does not show.
fn documented(message: &str) -> bool {
    message.ends_with("is out of range")
}

fn judge(case: &Case, validator: &jsonschema::Validator, value: &Value) -> Result<bool, TestCaseError> {
    let text = value.to_string();
    let ours = check_text(case.shape, &text);
    let theirs = validator.validate(value);
    prop_assert_eq!(ours.is_ok(), theirs.is_ok(), "{}\n{}\n{:?}\n{:?}", case.name, text, ours, theirs.err());
    let round = (case.round)(&text);
    if let (true, Err(message)) = (ours.is_ok(), &round.ours) {
        // An untagged alternative hides why none of its variants can be read.
        let hidden = message.ends_with("is not one of the alternatives");
        prop_assert!(documented(message) || hidden, "{}\n{}\n{}", case.name, text, message);
    }
    // Where the schema is content, serde reads what we read; elsewhere it is laxer (a struct from an array).
    if ours.is_ok() && !has_written_fraction(value) {
        match (&round.ours, &round.theirs) {
            (Ok(ours), Ok(theirs)) => {
                prop_assert!(same(ours, theirs), "{}\n{}\n{}\n{}", case.name, text, ours, theirs);
            }
            (Err(_), Err(_)) => {}
            (ours, theirs) => prop_assert!(false, "{}\n{}\n{:?}\n{:?}", case.name, text, ours, theirs),
        }
    }
    Ok(ours.is_ok())
}

#[test]
fn verdicts_agree_on_valid_and_broken_values() {
    let all = validators();
    let fitted = std::cell::Cell::new(0);
    let total = std::cell::Cell::new(0);
    let wrong = std::cell::RefCell::new(std::collections::BTreeMap::new());
    let mut runner =
        proptest::test_runner::TestRunner::new(ProptestConfig { cases: 192, ..ProptestConfig::default() });
    runner
        .run(&(1u64..), |seed| {
            let mut random = Random(seed);
            for (case, schema, validator) in &all {
                let mut value = fitting(schema, schema, &mut random, 0);
                for _ in 0..4 {
                    total.set(total.get() + 1);
                    match judge(case, validator, &value) {
                        Ok(fits) => fitted.set(fitted.get() + u32::from(fits)),
                        Err(error) => drop(wrong.borrow_mut().entry(case.name).or_insert(error.to_string())),
                    }
                    mutate(&mut value, &mut random);
                }
            }
            Ok(())
        })
        .unwrap();
    println!("{} of {} values fit", fitted.get(), total.get());
    wrong.borrow().iter().for_each(|(name, error)| println!("{name}: {error}"));
    assert!(wrong.borrow().is_empty());
    assert!(fitted.get() * 5 > total.get(), "the generator makes too few values that fit");
}
