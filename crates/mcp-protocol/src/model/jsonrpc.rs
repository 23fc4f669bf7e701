//! The member `jsonrpc`, which is always `"2.0"`.

use core::fmt;
use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::{Serialize, Serializer};

#[derive(Clone, Copy, Debug)]
pub(super) struct JsonRpc;

impl Serialize for JsonRpc {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("2.0")
    }
}

impl<'de> Deserialize<'de> for JsonRpc {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Version;
        impl Visitor<'_> for Version {
            type Value = JsonRpc;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`2.0`")
            }
            fn visit_str<E: de::Error>(self, version: &str) -> Result<JsonRpc, E> {
                if version == "2.0" {
                    Ok(JsonRpc)
                } else {
                    Err(E::invalid_value(de::Unexpected::Str(version), &self))
                }
            }
        }
        deserializer.deserialize_str(Version)
    }
}
