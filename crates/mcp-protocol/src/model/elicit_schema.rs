//! The form of an elicitation: a flat list of named fields in the order they are shown.

use super::PrimitiveSchema;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};

/// The fields of a form: a JSON Schema of an object without nesting.
///
/// ```
/// use pulseengine_mcp_protocol::model::{ElicitSchema, NumberKind, NumberSchema, SingleSelectSchema, StringSchema};
/// let form = ElicitSchema::default()
///     .field("name", StringSchema::default().title("Your name"))
///     .required()
///     .field("age", NumberSchema::new(NumberKind::Integer))
///     .field("color", SingleSelectSchema::new(["red", "green"]).description("What you like"));
/// assert_eq!(form.required.as_deref(), Some(["name".to_string()].as_slice()));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "object")]
pub struct ElicitSchema {
    /// Dialect of JSON Schema. Since 2025-11-25; absent means 2020-12.
    #[serde(rename = "$schema", skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The fields in order, by name. On the wire an object.
    #[serde(serialize_with = "write_fields", deserialize_with = "read_fields")]
    pub properties: Vec<(String, PrimitiveSchema)>,
    /// Names of the fields that must be filled in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required: Option<Vec<String>>,
}

impl ElicitSchema {
    /// Adds a field of any kind.
    #[must_use]
    pub fn field(mut self, name: impl Into<String>, schema: impl Into<PrimitiveSchema>) -> Self {
        self.properties.push((name.into(), schema.into()));
        self
    }

    /// The field added last must be filled in.
    #[must_use]
    pub fn required(mut self) -> Self {
        if let Some((name, _)) = self.properties.last() {
            self.required.get_or_insert_default().push(name.clone());
        }
        self
    }
}

fn write_fields<S: Serializer>(
    fields: &[(String, PrimitiveSchema)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(fields.iter().map(|(name, schema)| (name, schema)))
}

fn read_fields<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<(String, PrimitiveSchema)>, D::Error> {
    struct Fields;
    impl<'de> Visitor<'de> for Fields {
        type Value = Vec<(String, PrimitiveSchema)>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object of field schemas")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut fields = Vec::new();
            while let Some(field) = map.next_entry()? {
                fields.push(field);
            }
            Ok(fields)
        }
    }
    deserializer.deserialize_map(Fields)
}
