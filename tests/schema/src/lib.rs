//! The types that the tests hold against schemars, jsonschema and serde, and what the tests do with each.
#![allow(missing_docs, dead_code, deprecated)]

pub mod enums;
pub mod plain;
pub mod structs;

use pulseengine_mcp_protocol::schema::{self, FromJson, Schema, Shape, ToJson};
use serde_json::Value;

/// One type of the corpus.
pub struct Case {
    pub name: &'static str,
    pub shape: &'static Shape,
    /// The schema this project writes.
    pub ours: fn() -> String,
    /// The schema schemars writes.
    pub theirs: fn() -> Value,
    /// Reads with both; the value as each writes it again, or why it does not read.
    pub round: fn(&str) -> Round,
}

/// What became of a text.
pub struct Round {
    pub ours: Result<Value, String>,
    pub theirs: Result<Value, String>,
}

pub fn case<T>(name: &'static str) -> Case
where
    T: Schema + FromJson + ToJson + schemars::JsonSchema + serde::Serialize + serde::de::DeserializeOwned,
{
    Case {
        name,
        shape: const { &T::SHAPE },
        ours: schema::to_text::<T>,
        theirs: || schemars::schema_for!(T).to_value(),
        round: |text| Round {
            ours: T::from_json(&mut schema::Reader::new(text)).map_err(|e| e.to_string()).map(|value| {
                let mut w = schema::Writer::default();
                value.to_json(&mut w);
                serde_json::from_str(w.text()).unwrap_or_else(|e| Value::String(format!("{e}: {}", w.text())))
            }),
            theirs: serde_json::from_str::<T>(text)
                .and_then(serde_json::to_value)
                .map_err(|e| e.to_string())
                // As text and back, so that floats and wide integers meet as JSON.
                .map(|value| serde_json::from_str(&value.to_string()).unwrap_or(value)),
        },
    }
}

#[macro_export]
macro_rules! cases {
    ($($ty:ty),* $(,)?) => {
        vec![$($crate::case::<$ty>(stringify!($ty))),*]
    };
}

/// The whole corpus.
pub fn corpus() -> Vec<Case> {
    let mut all = plain::cases();
    all.extend(structs::cases());
    all.extend(enums::cases());
    all
}
