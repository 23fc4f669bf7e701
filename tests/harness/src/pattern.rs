//! Compares an answer with what a test file expects of it.
//!
//! A pattern is JSON. It fits when it is equal, where
//! - the strings `"<any>"`, `"<string>"`, `"<number>"`, `"<object>"`, `"<array>"` stand for such a value;
//! - a member `"..."` lets an object have members that are not named;
//! - a last element `"..."` lets an array be longer.

use serde_json::Value;

/// `None` if `value` fits `pattern`; otherwise the place (a JSON pointer) and what differs there.
pub fn mismatch(pattern: &Value, value: &Value) -> Option<String> {
    compare(pattern, value, "")
}

fn compare(pattern: &Value, value: &Value, at: &str) -> Option<String> {
    match (pattern, value) {
        (Value::String(kind), _) if kind.starts_with('<') && kind.ends_with('>') => {
            let fits = match kind.as_str() {
                "<any>" => true,
                "<string>" => value.is_string(),
                "<number>" => value.is_number(),
                "<object>" => value.is_object(),
                "<array>" => value.is_array(),
                _ => pattern == value,
            };
            (!fits).then(|| differs(pattern, value, at))
        }
        (Value::Object(wanted), Value::Object(found)) => {
            let open = wanted.contains_key("...");
            for (key, wanted) in wanted.iter().filter(|(key, _)| *key != "...") {
                let Some(found) = found.get(key) else { return Some(format!("{at}/{key} is missing")) };
                if let Some(message) = compare(wanted, found, &format!("{at}/{key}")) {
                    return Some(message);
                }
            }
            let extra = found.keys().find(|key| !open && !wanted.contains_key(*key));
            extra.map(|key| format!("{at}/{key} is not expected"))
        }
        (Value::Array(wanted), Value::Array(found)) => {
            let open = wanted.last().is_some_and(|last| last == "...");
            let wanted = wanted.get(..wanted.len() - usize::from(open)).unwrap_or_default();
            if found.len() < wanted.len() || (!open && found.len() > wanted.len()) {
                return Some(format!("{at} has {} elements, expected {}", found.len(), wanted.len()));
            }
            let mut pairs = wanted.iter().zip(found).enumerate();
            pairs.find_map(|(index, (wanted, found))| compare(wanted, found, &format!("{at}/{index}")))
        }
        _ => (pattern != value).then(|| differs(pattern, value, at)),
    }
}

fn differs(pattern: &Value, value: &Value, at: &str) -> String {
    let place = if at.is_empty() { "the message" } else { at };
    format!("{place} is {value}, expected {pattern}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn patterns_fit_or_say_where_they_do_not() {
        for (pattern, value, expected) in [
            (json!({"a": 1}), json!({"a": 1}), None),
            (json!({"a": 1}), json!({"a": 2}), Some("/a is 2, expected 1")),
            (json!({"a": 1}), json!({}), Some("/a is missing")),
            (json!({}), json!({"b": 1}), Some("/b is not expected")),
            (json!({"...": "<any>"}), json!({"b": 1}), None),
            (json!({"a": "<string>"}), json!({"a": "x"}), None),
            (json!({"a": "<string>"}), json!({"a": 1}), Some("/a is 1, expected \"<string>\"")),
            (json!({"a": "<number>"}), json!({"a": 1.5}), None),
            (json!("<other>"), json!("<other>"), None),
            (json!([1, "..."]), json!([1, 2, 3]), None),
            (json!([1]), json!([1, 2]), Some(" has 2 elements, expected 1")),
            (json!([{"x": 1}]), json!([{"x": null}]), Some("/0/x is null, expected 1")),
            (json!(1), json!(2), Some("the message is 2, expected 1")),
        ] {
            assert_eq!(mismatch(&pattern, &value).as_deref(), expected, "{pattern} {value}");
        }
    }
}
