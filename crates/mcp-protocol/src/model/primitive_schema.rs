//! The kinds of field a form can have.

use super::macros::setters;
use super::select_schema::{Choice, MultiOptions, MultiSelectSchema, SingleOptions, SingleSelectSchema};
use alloc::string::String;
use alloc::vec::Vec;
use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One field of a form.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum PrimitiveSchema {
    /// Text.
    String(StringSchema),
    /// A number.
    Number(NumberSchema),
    /// Yes or no.
    Boolean(BooleanSchema),
    /// One of some values.
    SingleSelect(SingleSelectSchema),
    /// Any of some values. Since 2025-11-25.
    MultiSelect(MultiSelectSchema),
}

impl PrimitiveSchema {
    pub(super) fn title_mut(&mut self) -> &mut Option<String> {
        match self {
            Self::String(schema) => &mut schema.title,
            Self::Number(schema) => &mut schema.title,
            Self::Boolean(schema) => &mut schema.title,
            Self::SingleSelect(schema) => &mut schema.title,
            Self::MultiSelect(schema) => &mut schema.title,
        }
    }

    pub(super) fn description_mut(&mut self) -> &mut Option<String> {
        match self {
            Self::String(schema) => &mut schema.description,
            Self::Number(schema) => &mut schema.description,
            Self::Boolean(schema) => &mut schema.description,
            Self::SingleSelect(schema) => &mut schema.description,
            Self::MultiSelect(schema) => &mut schema.description,
        }
    }
}

macro_rules! from_schema {
    ($($variant:ident($schema:ty)),*) => { $(
        impl From<$schema> for PrimitiveSchema {
            fn from(schema: $schema) -> Self {
                Self::$variant(schema)
            }
        }
    )* };
}

from_schema! {
    String(StringSchema), Number(NumberSchema), Boolean(BooleanSchema), SingleSelect(SingleSelectSchema),
    MultiSelect(MultiSelectSchema)
}

/// The members of all kinds of field.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Members {
    #[serde(rename = "type")]
    kind: Kind,
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
    items: Option<Items>,
    min_items: Option<u64>,
    max_items: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    String,
    Number,
    Integer,
    Boolean,
    Array,
}

#[derive(Deserialize)]
struct Items {
    #[serde(rename = "enum")]
    values: Option<Vec<String>>,
    #[serde(rename = "anyOf")]
    any_of: Option<Vec<Choice>>,
}

/// Reads a default as the type of its field.
fn typed<'de, T: Deserialize<'de>, E: Error>(default: Option<Value>) -> Result<Option<T>, E> {
    default.map(T::deserialize).transpose().map_err(|error| E::custom(format_args!("default: {error}")))
}

impl Members {
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
            Some(Items { any_of: Some(choices), .. }) => MultiOptions::Titled(choices),
            Some(Items { values: Some(values), .. }) => MultiOptions::Untitled(values),
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
        let members = Members::deserialize(deserializer)?;
        match members.kind {
            Kind::String => members.string(),
            Kind::Number => members.number(NumberKind::Number),
            Kind::Integer => members.number(NumberKind::Integer),
            Kind::Boolean => Ok(Self::Boolean(BooleanSchema {
                title: members.title,
                description: members.description,
                default_value: typed(members.default)?,
            })),
            Kind::Array => members.array(),
        }
    }
}

/// A field for text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "string", rename_all = "camelCase")]
pub struct StringSchema {
    /// Name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What to fill in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Fewest characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_length: Option<u64>,
    /// Most characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u64>,
    /// What the text is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<StringFormat>,
    /// Filled in to begin with. Since 2025-11-25.
    #[serde(rename = "default", skip_serializing_if = "Option::is_none")]
    pub default_value: Option<String>,
}

impl StringSchema {
    /// Any text.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    setters! {
        title: String,
        description: String,
        min_length: u64,
        max_length: u64,
        format: StringFormat,
        default_value: String,
    }
}

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StringFormat {
    /// An e-mail address.
    Email,
    /// A URI.
    Uri,
    /// A date, `2025-01-12`.
    Date,
    /// A date and time, `2025-01-12T15:00:58Z`.
    DateTime,
}

/// A field for a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NumberSchema {
    /// Whole or not.
    #[serde(rename = "type")]
    pub kind: NumberKind,
    /// Name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What to fill in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Least number.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "super::number::serialize_some")]
    pub minimum: Option<f64>,
    /// Greatest number.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "super::number::serialize_some")]
    pub maximum: Option<f64>,
    /// Filled in to begin with. Since 2025-11-25.
    #[serde(
        rename = "default",
        skip_serializing_if = "Option::is_none",
        serialize_with = "super::number::serialize_some"
    )]
    pub default_value: Option<f64>,
}

impl NumberSchema {
    fn of(kind: NumberKind) -> Self {
        Self { kind, title: None, description: None, minimum: None, maximum: None, default_value: None }
    }

    /// Any number.
    #[must_use]
    pub fn number() -> Self {
        Self::of(NumberKind::Number)
    }

    /// Any whole number.
    #[must_use]
    pub fn integer() -> Self {
        Self::of(NumberKind::Integer)
    }

    setters! { title: String, description: String, minimum: f64, maximum: f64, default_value: f64 }
}

/// Whether a number is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NumberKind {
    /// Any number.
    Number,
    /// Whole numbers.
    Integer,
}

/// A field for yes or no.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "boolean")]
pub struct BooleanSchema {
    /// Name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What to fill in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Filled in to begin with.
    #[serde(rename = "default", skip_serializing_if = "Option::is_none")]
    pub default_value: Option<bool>,
}

impl BooleanSchema {
    /// Yes or no.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    setters! { title: String, description: String, default_value: bool }
}
