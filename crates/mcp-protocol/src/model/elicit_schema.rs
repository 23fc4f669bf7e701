//! The form of an elicitation: a flat list of named fields in the order they are shown.

use super::{
    BooleanSchema, MultiSelectSchema, NumberSchema, PrimitiveSchema, SingleSelectSchema, StringSchema,
};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};

/// The fields of a form: a JSON Schema of an object without nesting.
///
/// ```
/// use pulseengine_mcp_protocol::model::ElicitSchema;
/// let form = ElicitSchema::new()
///     .string("name").title("Your name").required()
///     .integer("age")
///     .choice("color", ["red", "green"]).description("What you like");
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
    /// A form without fields.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a field of any kind.
    #[must_use]
    pub fn field(mut self, name: impl Into<String>, schema: impl Into<PrimitiveSchema>) -> Self {
        self.properties.push((name.into(), schema.into()));
        self
    }

    /// Adds a field for text.
    #[must_use]
    pub fn string(self, name: impl Into<String>) -> Self {
        self.field(name, StringSchema::new())
    }

    /// Adds a field for a number.
    #[must_use]
    pub fn number(self, name: impl Into<String>) -> Self {
        self.field(name, NumberSchema::number())
    }

    /// Adds a field for a whole number.
    #[must_use]
    pub fn integer(self, name: impl Into<String>) -> Self {
        self.field(name, NumberSchema::integer())
    }

    /// Adds a field for yes or no.
    #[must_use]
    pub fn boolean(self, name: impl Into<String>) -> Self {
        self.field(name, BooleanSchema::new())
    }

    /// Adds a field for one of some values.
    #[must_use]
    pub fn choice<V: Into<String>>(
        self,
        name: impl Into<String>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        self.field(name, SingleSelectSchema::new(values))
    }

    /// Adds a field for any of some values. Since 2025-11-25.
    #[must_use]
    pub fn choices<V: Into<String>>(
        self,
        name: impl Into<String>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        self.field(name, MultiSelectSchema::new(values))
    }

    /// The field added last must be filled in.
    #[must_use]
    pub fn required(mut self) -> Self {
        if let Some((name, _)) = self.properties.last() {
            self.required.get_or_insert_default().push(name.clone());
        }
        self
    }

    /// Names the field added last for people.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        if let Some((_, schema)) = self.properties.last_mut() {
            *schema.title_mut() = Some(title.into());
        }
        self
    }

    /// Says what to fill into the field added last.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        if let Some((_, schema)) = self.properties.last_mut() {
            *schema.description_mut() = Some(description.into());
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
