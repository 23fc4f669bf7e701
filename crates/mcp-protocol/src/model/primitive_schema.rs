//! The kinds of field a form can have.

use super::macros::{constructors, setters};
use super::select_schema::{MultiSelectSchema, SingleSelectSchema};
use alloc::string::String;
use serde::{Deserialize, Serialize};

/// One field of a form.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
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
#[non_exhaustive]
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
    constructors! {
        /// Any number of that kind.
        new(kind: NumberKind) none(title, description, minimum, maximum, default_value);
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
    setters! { title: String, description: String, default_value: bool }
}
