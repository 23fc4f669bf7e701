//! Identifiers that tie messages together: request ids and progress tokens.

use alloc::string::String;
use core::fmt;
use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::{Serialize, Serializer};

macro_rules! identifier {
    ($(#[$meta:meta])* $name:ident, $expecting:literal) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            /// A whole number.
            Number(i64),
            /// A string.
            String(String),
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    Self::Number(number) => number.fmt(f),
                    Self::String(text) => text.fmt(f),
                }
            }
        }

        impl From<i64> for $name {
            fn from(number: i64) -> Self {
                Self::Number(number)
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::String(text)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::String(text.into())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    Self::Number(number) => serializer.serialize_i64(*number),
                    Self::String(text) => serializer.serialize_str(text),
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct StringOrNumber;
                impl Visitor<'_> for StringOrNumber {
                    type Value = $name;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($expecting)
                    }
                    fn visit_i64<E: de::Error>(self, number: i64) -> Result<$name, E> {
                        Ok($name::Number(number))
                    }
                    fn visit_u64<E: de::Error>(self, number: u64) -> Result<$name, E> {
                        i64::try_from(number)
                            .map($name::Number)
                            .map_err(|_| E::invalid_value(de::Unexpected::Unsigned(number), &self))
                    }
                    fn visit_str<E: de::Error>(self, text: &str) -> Result<$name, E> {
                        Ok($name::String(text.into()))
                    }
                    fn visit_string<E: de::Error>(self, text: String) -> Result<$name, E> {
                        Ok($name::String(text))
                    }
                }
                deserializer.deserialize_any(StringOrNumber)
            }
        }
    };
}

identifier! {
    /// The id of a JSON-RPC request: a string or a whole number of at most 64 bits, never null
    /// (section "Messages"). Unique among the requests its sender has open.
    RequestId, "a string or a whole number as request id"
}

identifier! {
    /// The token a requester puts into `_meta.progressToken` to receive progress notifications
    /// (section "Progress"). Unique among the tokens its sender has in use.
    ProgressToken, "a string or a whole number as progress token"
}

impl From<RequestId> for ProgressToken {
    fn from(id: RequestId) -> Self {
        match id {
            RequestId::Number(number) => Self::Number(number),
            RequestId::String(text) => Self::String(text),
        }
    }
}
