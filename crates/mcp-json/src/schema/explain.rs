//! What the jsonschema crate says of a value, in the words of `nearest.rs`: all the values that are allowed, and of alternatives
//! what is wrong with the nearest.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{JsonType, ValidationError};
use serde_json::Value;

use super::nearest::must_be;
use super::{Mismatch, Types};

pub(super) fn explain(error: &ValidationError<'_>) -> Mismatch {
    let text = match error.kind() {
        ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => {
            if let Some(mismatch) = nearest(error, context) {
                return mismatch;
            }
            error.masked_with("the value").to_string()
        }
        kind => match values(kind) {
            Some(values) => one_of(&values),
            None => error.masked_with("the value").to_string(),
        },
    };
    Mismatch::at_pointer(error.instance_path().to_string(), text)
}

fn nearest(error: &ValidationError<'_>, alternatives: &[Vec<ValidationError<'static>>]) -> Option<Mismatch> {
    let here = error.instance_path();
    let mut near: Vec<&ValidationError<'static>> = Vec::new();
    let mut types = Types::NONE;
    for errors in alternatives {
        let mut all = errors.iter();
        let wrong = all.clone().find_map(|one| type_of(one).filter(|_| one.instance_path() == here));
        if let Some(wanted) = wrong {
            types = types.with(wanted);
        } else {
            let first = all.next()?;
            near.push(all.fold(first, |best, one| if rank(one) > rank(best) { one } else { best }));
        }
    }
    if near.is_empty() && !types.is_empty() {
        return Some(Mismatch::at_pointer(here.to_string(), must_be(types).message().to_string()));
    }
    let listed: Option<Vec<Vec<&Value>>> = near.iter().map(|one| values(one.kind())).collect();
    if let Some(values) = listed.filter(|all| !all.is_empty())
        && near.iter().all(|one| one.instance_path() == here)
    {
        return Some(Mismatch::at_pointer(here.to_string(), one_of(&values.concat())));
    }
    let first = *near.first()?;
    Some(explain(near.into_iter().fold(first, |best, one| if rank(one) > rank(best) { one } else { best })))
}

/// The larger, the nearer: a value that is wrong counts more than a member that is missing or unknown, then its depth.
fn rank(error: &ValidationError<'_>) -> (bool, usize) {
    let misplaced = matches!(
        error.kind(),
        ValidationErrorKind::Required { .. } | ValidationErrorKind::AdditionalProperties { .. }
    );
    (!misplaced, error.instance_path().as_str().matches('/').count())
}

/// The types that a value has to be of, where that is what is wrong.
fn type_of(error: &ValidationError<'_>) -> Option<Types> {
    let one = |found: JsonType| match found {
        JsonType::Array => Types::ARRAY,
        JsonType::Boolean => Types::BOOLEAN,
        JsonType::Integer => Types::INTEGER,
        JsonType::Null => Types::NULL,
        JsonType::Number => Types::NUMBER,
        JsonType::Object => Types::OBJECT,
        JsonType::String => Types::STRING,
    };
    match error.kind() {
        ValidationErrorKind::Type { kind: TypeKind::Single(found) } => Some(one(*found)),
        ValidationErrorKind::Type { kind: TypeKind::Multiple(all) } => {
            Some(all.iter().fold(Types::NONE, |types, found| types.with(one(found))))
        }
        _ => None,
    }
}

fn values(kind: &ValidationErrorKind) -> Option<Vec<&Value>> {
    match kind {
        ValidationErrorKind::Enum { options } => options.as_array().map(|all| all.iter().collect()),
        ValidationErrorKind::Constant { expected_value } => Some([&**expected_value].into()),
        _ => None,
    }
}

fn one_of(values: &[&Value]) -> String {
    let mut text = String::from(if values.len() == 1 { "must be " } else { "must be one of " });
    for (at, value) in values.iter().enumerate() {
        if at > 0 {
            text.push_str(", ");
        }
        text.push_str(&value.to_string());
    }
    text
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use crate::schema::{Bounds, Validator};

    #[test]
    fn the_nearest_alternative_is_explained() {
        let colors = r#"{"oneOf":[{"const":"red","description":"x"},{"enum":["green","blue"]}]}"#;
        let many = r#"{"enum":["a","b","c","d","e","f"]}"#;
        let shapes = r#"{"anyOf":[
            {"type":"object","properties":{"radius":{"type":"number","minimum":0}},"required":["radius"]},
            {"type":"object","properties":{"side":{"type":"number"}},"required":["side"]},
            {"type":"string"}
        ]}"#;
        let table = [
            (colors, r#""pink""#, r#"must be one of "red", "green", "blue""#),
            (many, r#""z""#, r#"must be one of "a", "b", "c", "d", "e", "f""#),
            (r#"{"const":7}"#, "8", "must be 7"),
            (shapes, r#"{"side":"long"}"#, r#"/side: the value is not of type "number""#),
            (shapes, "true", "must be a string or an object"),
            (shapes, r#"{"radius":-1}"#, "/radius: the value is less than the minimum of 0"),
        ];
        for (schema, value, expected) in table {
            let validator = Validator::new(schema, Bounds::default()).unwrap();
            assert_eq!(validator.validate(value).unwrap_err().to_string(), expected, "{value}");
        }
    }
}
