//! Fields of a form that offer values to choose from.

use super::macros::{constructors, setters};
use alloc::string::String;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize, Serializer};

/// A value to choose and what people read. Since 2025-11-25.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The value.
    #[serde(rename = "const")]
    pub value: String,
    /// What people read.
    pub title: String,
}

impl Choice {
    constructors! {
        /// A value with what people read.
        new(value: impl Into<String>, title: impl Into<String>) none();
    }
}

/// A field for one of some values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SingleSelectSchema {
    /// Name for people.
    pub title: Option<String>,
    /// What to choose.
    pub description: Option<String>,
    /// The values.
    pub options: SingleOptions,
    /// Chosen to begin with. Since 2025-11-25.
    pub default_value: Option<String>,
}

/// The values of a single choice, in the three ways of writing them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SingleOptions {
    /// Values that people read as they are: `enum`.
    Untitled(Vec<String>),
    /// Values with what people read: `oneOf`. Since 2025-11-25.
    Titled(Vec<Choice>),
    /// Values with what people read: `enum` and `enumNames`. The only way in 2025-06-18, legacy since.
    Legacy {
        /// The values.
        values: Vec<String>,
        /// What people read, in the same order.
        names: Vec<String>,
    },
}

impl SingleSelectSchema {
    constructors! {
        /// A choice among these values.
        new(options: impl Into<SingleOptions>) none(title, description, default_value);
    }

    setters! { title: String, description: String, default_value: String }
}

impl Serialize for SingleSelectSchema {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Default, Serialize)]
        #[serde(tag = "type", rename = "string", rename_all = "camelCase")]
        struct SingleSelectWire<'a> {
            #[serde(skip_serializing_if = "Option::is_none")]
            title: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            description: Option<&'a str>,
            #[serde(rename = "enum", skip_serializing_if = "Option::is_none")]
            values: Option<&'a [String]>,
            #[serde(skip_serializing_if = "Option::is_none")]
            enum_names: Option<&'a [String]>,
            #[serde(skip_serializing_if = "Option::is_none")]
            one_of: Option<&'a [Choice]>,
            #[serde(skip_serializing_if = "Option::is_none")]
            default: Option<&'a str>,
        }
        let mut wire = SingleSelectWire {
            title: self.title.as_deref(),
            description: self.description.as_deref(),
            default: self.default_value.as_deref(),
            ..SingleSelectWire::default()
        };
        match &self.options {
            SingleOptions::Untitled(values) => wire.values = Some(values),
            SingleOptions::Titled(choices) => wire.one_of = Some(choices),
            SingleOptions::Legacy { values, names } => {
                wire.values = Some(values);
                wire.enum_names = Some(names);
            }
        }
        wire.serialize(serializer)
    }
}

macro_rules! from_values {
    ($($options:ident),*) => { $(
        /// Values that people read as they are.
        impl<V: Into<String>, const N: usize> From<[V; N]> for $options {
            fn from(values: [V; N]) -> Self {
                Self::Untitled(values.into_iter().map(Into::into).collect())
            }
        }

        /// Values that people read as they are.
        impl From<Vec<String>> for $options {
            fn from(values: Vec<String>) -> Self {
                Self::Untitled(values)
            }
        }

        /// Values with what people read.
        impl From<Vec<Choice>> for $options {
            fn from(choices: Vec<Choice>) -> Self {
                Self::Titled(choices)
            }
        }
    )* };
}

from_values! { SingleOptions, MultiOptions }

/// A field for any of some values. Since 2025-11-25.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MultiSelectSchema {
    /// Name for people.
    pub title: Option<String>,
    /// What to choose.
    pub description: Option<String>,
    /// Fewest values to choose.
    pub min_items: Option<u64>,
    /// Most values to choose.
    pub max_items: Option<u64>,
    /// The values.
    pub options: MultiOptions,
    /// Chosen to begin with.
    pub default_value: Option<Vec<String>>,
}

/// The values of a multiple choice, in the two ways of writing them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MultiOptions {
    /// Values that people read as they are: `items.enum`.
    Untitled(Vec<String>),
    /// Values with what people read: `items.anyOf`.
    Titled(Vec<Choice>),
}

impl MultiSelectSchema {
    constructors! {
        /// A choice among these values.
        new(options: impl Into<MultiOptions>) none(title, description, min_items, max_items, default_value);
    }

    setters! { title: String, description: String, min_items: u64, max_items: u64, default_value: Vec<String> }
}

impl Serialize for MultiSelectSchema {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(tag = "type", rename = "array", rename_all = "camelCase")]
        struct MultiSelectWire<'a> {
            #[serde(skip_serializing_if = "Option::is_none")]
            title: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            description: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            min_items: Option<u64>,
            #[serde(skip_serializing_if = "Option::is_none")]
            max_items: Option<u64>,
            items: MultiItemsWire<'a>,
            #[serde(skip_serializing_if = "Option::is_none")]
            default: Option<&'a [String]>,
        }
        #[derive(Serialize)]
        #[serde(untagged)]
        enum MultiItemsWire<'a> {
            Untitled {
                r#type: &'static str,
                r#enum: &'a [String],
            },
            Titled {
                #[serde(rename = "anyOf")]
                any_of: &'a [Choice],
            },
        }
        let items = match &self.options {
            MultiOptions::Untitled(values) => MultiItemsWire::Untitled { r#type: "string", r#enum: values },
            MultiOptions::Titled(choices) => MultiItemsWire::Titled { any_of: choices },
        };
        MultiSelectWire {
            title: self.title.as_deref(),
            description: self.description.as_deref(),
            min_items: self.min_items,
            max_items: self.max_items,
            items,
            default: self.default_value.as_deref(),
        }
        .serialize(serializer)
    }
}
