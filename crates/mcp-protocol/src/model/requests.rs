//! The macro that declares messages that differ in their method.

use super::{DecodeError, Params};
use serde_json::value::RawValue;

/// Reads params; absent ones are an empty object.
pub(super) fn params<P: Params>(params: Option<&RawValue>) -> Result<P, DecodeError> {
    Ok(serde_json::from_str(params.map_or("{}", RawValue::get))?)
}

/// The name of a method: of one in the table of methods, or of one that is not served here.
macro_rules! name {
    ($method:ident) => {
        $crate::Method::$method.name()
    };
    ($name:literal) => {
        $name
    };
}

pub(super) use name;

/// Declares an enum of messages that differ in `method`, with `{"method": .., "params": ..}` as its JSON.
macro_rules! requests {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident($params:ty) = $method:tt),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        #[allow(clippy::large_enum_variant, reason = "moved once, then matched")]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_meta])* $variant($params),)*
        }

        impl $name {
            /// The name of the method.
            #[must_use]
            pub const fn method(&self) -> &'static str {
                match self { $(Self::$variant(_) => $crate::model::requests::name!($method),)* }
            }

            /// Reads the params of a method; absent params are an empty object.
            ///
            /// # Errors
            /// When the method is none of these, or the params do not have its shape.
            pub fn decode(
                method: &str,
                params: Option<&serde_json::value::RawValue>,
            ) -> Result<Self, $crate::model::DecodeError> {
                $(if method == $crate::model::requests::name!($method) {
                    return $crate::model::requests::params(params).map(Self::$variant);
                })*
                Err($crate::model::DecodeError::UnknownMethod(method.into()))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;
                let mut map = serializer.serialize_map(None)?;
                map.serialize_entry("method", self.method())?;
                match self { $(
                    Self::$variant(params) => {
                        if !$crate::model::Params::is_empty(params) {
                            map.serialize_entry("params", params)?;
                        }
                    }
                )* }
                map.end()
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                #[derive(serde::Deserialize)]
                struct MethodAndParams {
                    method: alloc::string::String,
                    params: Option<alloc::boxed::Box<serde_json::value::RawValue>>,
                }
                let wire = MethodAndParams::deserialize(deserializer)?;
                Self::decode(&wire.method, wire.params.as_deref()).map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(super) use requests;
