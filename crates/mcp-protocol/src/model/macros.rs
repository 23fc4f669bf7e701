//! Macros that keep the message types short: constructors, setters of optional fields, and objects with an open set of
//! members.

/// Writes constructors that take some of the fields and convert each. The other fields are those of `Default`; for a type
/// without it, `none(…)` names the optional fields.
macro_rules! constructors {
    ($(#[$meta:meta])* $name:ident($($field:ident: $ty:ty),*) $(none($($none:ident),*))?;) => {
        $(#[$meta])*
        #[must_use]
        pub fn $name($($field: $ty),*) -> Self {
            constructors!(@ $($field),*; $(none($($none),*))?)
        }
    };
    (@ $($field:ident),*;) => { Self { $($field: $field.into(),)* ..Self::default() } };
    (@ $($field:ident),*; none($($none:ident),*)) => { Self { $($field: $field.into(),)* $($none: None,)* } };
}

/// Writes builder methods that set one optional field each and return the value.
macro_rules! setters {
    ($($name:ident: $ty:ty),* $(,)?) => { $(
        #[doc = concat!("Sets `", stringify!($name), "`.")]
        #[must_use]
        pub fn $name(mut self, $name: impl Into<$ty>) -> Self {
            self.$name = Some($name.into());
            self
        }
    )* };
}

/// Declares a struct of optional members that also keeps every member it does not know, in `other`.
///
/// Written by hand instead of `#[serde(flatten)]`, which would buffer the whole object first.
macro_rules! open_object {
    ($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $ty:ty = $key:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct $name {
            $($(#[$field_meta])* pub $field: Option<$ty>,)*
            /// ObjectVisitor this crate does not know, kept as they came.
            pub other: alloc::collections::BTreeMap<alloc::string::String, serde_json::Value>,
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;
                let mut map = serializer.serialize_map(None)?;
                $(if let Some(value) = &self.$field {
                    map.serialize_entry($key, value)?;
                })*
                for (key, value) in &self.other {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct ObjectVisitor;
                impl<'de> serde::de::Visitor<'de> for ObjectVisitor {
                    type Value = $name;
                    fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                        f.write_str("an object")
                    }
                    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<$name, A::Error> {
                        let mut object = $name::default();
                        while let Some(key) = map.next_key::<alloc::string::String>()? {
                            match key.as_str() {
                                $($key => object.$field = map.next_value()?,)*
                                _ => {
                                    object.other.insert(key, map.next_value()?);
                                }
                            }
                        }
                        Ok(object)
                    }
                }
                deserializer.deserialize_map(ObjectVisitor)
            }
        }
    };
}

pub(super) use constructors;
pub(super) use open_object;
pub(super) use setters;
