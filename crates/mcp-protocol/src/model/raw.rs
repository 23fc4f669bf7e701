//! JSON kept as text: schemas, tool arguments and structured results pass through unread and unchanged.

use super::DecodeError;
use alloc::borrow::ToOwned as _;
use alloc::boxed::Box;
use alloc::string::{String, ToString as _};
use core::fmt;
use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::Error as _;
use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

/// A JSON value as the text it was written in: key order, number spelling and white space survive.
///
/// Line breaks survive too, so a transport that ends messages with one must write them as spaces; in JSON they stand
/// only between tokens. It is read and written by `serde_json` only. Two values are equal when their texts are equal.
#[derive(Clone)]
pub struct RawJson(Text);

#[derive(Clone)]
enum Text {
    Static(&'static str),
    Owned(Box<RawValue>),
}

impl RawJson {
    /// A value whose text is known at compile time; nothing is allocated.
    /// Writing a message with a text that is not JSON is an error, so test such constants.
    #[must_use]
    pub const fn from_static(text: &'static str) -> Self {
        Self(Text::Static(text))
    }

    /// Checks that a text is one JSON value and keeps it.
    ///
    /// # Errors
    /// When the text is not one JSON value.
    pub fn parse(text: impl Into<String>) -> Result<Self, DecodeError> {
        Ok(RawValue::from_string(text.into())?.into())
    }

    /// Writes a value as JSON.
    ///
    /// # Errors
    /// When the value cannot be JSON, such as a map whose keys are not strings.
    pub fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Self, DecodeError> {
        Ok(serde_json::value::to_raw_value(value)?.into())
    }

    /// Reads the value into a type.
    ///
    /// # Errors
    /// When the JSON does not have the shape of `T`.
    pub fn decode<'a, T: Deserialize<'a>>(&'a self) -> Result<T, DecodeError> {
        Ok(serde_json::from_str(self.text())?)
    }

    /// The JSON text.
    #[must_use]
    pub fn text(&self) -> &str {
        match &self.0 {
            Text::Static(text) => text,
            Text::Owned(raw) => raw.get(),
        }
    }

    /// True when the value is a JSON object.
    pub(super) fn is_object(&self) -> bool {
        self.text().trim_start().starts_with('{')
    }
}

impl From<Box<RawValue>> for RawJson {
    fn from(raw: Box<RawValue>) -> Self {
        Self(Text::Owned(raw))
    }
}

impl From<Value> for RawJson {
    fn from(value: Value) -> Self {
        // The text of a `Value` is always JSON; null is there only so that nothing can panic.
        Self(Text::Owned(
            RawValue::from_string(value.to_string()).unwrap_or_else(|_| RawValue::NULL.to_owned()),
        ))
    }
}

impl PartialEq for RawJson {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl Eq for RawJson {}

impl fmt::Debug for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl Serialize for RawJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Text::Static(text) => {
                serde_json::from_str::<&RawValue>(text).map_err(S::Error::custom)?.serialize(serializer)
            }
            Text::Owned(raw) => raw.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for RawJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(Self::from)
    }
}

/// Reads a member that must be an object.
pub(super) fn object<'de, D: Deserializer<'de>>(deserializer: D) -> Result<RawJson, D::Error> {
    let raw = RawJson::deserialize(deserializer)?;
    if raw.is_object() { Ok(raw) } else { Err(D::Error::custom("expected an object")) }
}

/// Reads an optional member that must be an object when it is there.
pub(super) fn some_object<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<RawJson>, D::Error> {
    object(deserializer).map(Some)
}

/// Reads an optional member for which `null` is a value and not absence.
pub(super) fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
