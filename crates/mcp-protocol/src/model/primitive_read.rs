//! Reading the fields of a form: the members decide which kind of field it is.

use super::primitive_schema::{
    BooleanSchema, NumberKind, NumberSchema, PrimitiveSchema, StringFormat, StringSchema,
};
use super::select_schema::{Choice, MultiOptions, MultiSelectSchema, SingleOptions, SingleSelectSchema};
use alloc::string::String;
use alloc::vec::Vec;
use serde::Deserialize;
use serde::de::{Deserializer, Error};
use serde_json::Value;

/// The members of all kinds of field.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FieldWire {
    #[serde(rename = "type")]
    kind: FieldKind,
    title: Option<String>,
    description: Option<String>,
    default: Option<Value>,
    min_length: Option<u64>,
    max_length: Option<u64>,
    format: Option<StringFormat>,
    minimum: Option<f64>,
    maximum: Option<f64>,
    #[serde(rename = "enum")]
    values: Option<Vec<String>>,
    enum_names: Option<Vec<String>>,
    one_of: Option<Vec<Choice>>,
    items: Option<ItemsWire>,
    min_items: Option<u64>,
    max_items: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum FieldKind {
    String,
    Number,
    Integer,
    Boolean,
    Array,
}

#[derive(Deserialize)]
struct ItemsWire {
    #[serde(rename = "enum")]
    values: Option<Vec<String>>,
    #[serde(rename = "anyOf")]
    any_of: Option<Vec<Choice>>,
}

/// Reads a default as the type of its field.
fn typed<'de, T: Deserialize<'de>, E: Error>(default: Option<Value>) -> Result<Option<T>, E> {
    default.map(T::deserialize).transpose().map_err(|error| E::custom(format_args!("default: {error}")))
}

impl FieldWire {
    fn string<E: Error>(self) -> Result<PrimitiveSchema, E> {
        let (title, description) = (self.title, self.description);
        let default_value = typed(self.default)?;
        let options = match (self.one_of, self.values, self.enum_names) {
            (Some(choices), _, _) => SingleOptions::Titled(choices),
            (None, Some(values), None) => SingleOptions::Untitled(values),
            (None, Some(values), Some(names)) => SingleOptions::Legacy { values, names },
            (None, None, _) => {
                let (min_length, max_length, format) = (self.min_length, self.max_length, self.format);
                let schema =
                    StringSchema { title, description, min_length, max_length, format, default_value };
                return Ok(schema.into());
            }
        };
        Ok(SingleSelectSchema { title, description, options, default_value }.into())
    }

    fn array<E: Error>(self) -> Result<PrimitiveSchema, E> {
        let options = match self.items {
            Some(ItemsWire { any_of: Some(choices), .. }) => MultiOptions::Titled(choices),
            Some(ItemsWire { values: Some(values), .. }) => MultiOptions::Untitled(values),
            _ => return Err(E::custom("an array field needs `items` with `enum` or `anyOf`")),
        };
        Ok(PrimitiveSchema::MultiSelect(MultiSelectSchema {
            title: self.title,
            description: self.description,
            min_items: self.min_items,
            max_items: self.max_items,
            options,
            default_value: typed(self.default)?,
        }))
    }

    fn number<E: Error>(self, kind: NumberKind) -> Result<PrimitiveSchema, E> {
        Ok(PrimitiveSchema::Number(NumberSchema {
            kind,
            title: self.title,
            description: self.description,
            minimum: self.minimum,
            maximum: self.maximum,
            default_value: typed(self.default)?,
        }))
    }
}

impl<'de> Deserialize<'de> for PrimitiveSchema {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wire = FieldWire::deserialize(deserializer)?;
        match wire.kind {
            FieldKind::String => wire.string(),
            FieldKind::Number => wire.number(NumberKind::Number),
            FieldKind::Integer => wire.number(NumberKind::Integer),
            FieldKind::Boolean => Ok(Self::Boolean(BooleanSchema {
                title: wire.title,
                description: wire.description,
                default_value: typed(wire.default)?,
            })),
            FieldKind::Array => wire.array(),
        }
    }
}

impl<'de> Deserialize<'de> for SingleSelectSchema {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match PrimitiveSchema::deserialize(deserializer)? {
            PrimitiveSchema::SingleSelect(schema) => Ok(schema),
            _ => Err(D::Error::custom("expected a field for one of some values")),
        }
    }
}

impl<'de> Deserialize<'de> for MultiSelectSchema {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match PrimitiveSchema::deserialize(deserializer)? {
            PrimitiveSchema::MultiSelect(schema) => Ok(schema),
            _ => Err(D::Error::custom("expected a field for any of some values")),
        }
    }
}
