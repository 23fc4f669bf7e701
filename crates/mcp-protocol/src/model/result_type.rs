//! The type of a result.

use alloc::string::String;
use core::fmt;
use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};

/// How to read a result: the member `resultType`. Since 2026-07-28, where every result of a server has it;
/// a result without it is complete.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ResultType {
    /// The request is done.
    Complete,
    /// The server wants input first: the result is an [`InputRequiredResult`](super::InputRequiredResult).
    InputRequired,
    /// The work goes on as a task: the result is a [`CreateTaskResult`](super::CreateTaskResult) (tasks extension).
    Task,
    /// A type another extension brings.
    Other(String),
}

impl ResultType {
    fn name(&self) -> &str {
        match self {
            Self::Complete => "complete",
            Self::InputRequired => "input_required",
            Self::Task => "task",
            Self::Other(name) => name,
        }
    }
}

/// The name on the wire.
impl fmt::Display for ResultType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl From<&str> for ResultType {
    fn from(name: &str) -> Self {
        match name {
            "complete" => Self::Complete,
            "input_required" => Self::InputRequired,
            "task" => Self::Task,
            _ => Self::Other(name.into()),
        }
    }
}

impl Serialize for ResultType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for ResultType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Name;
        impl Visitor<'_> for Name {
            type Value = ResultType;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a result type")
            }
            fn visit_str<E: de::Error>(self, name: &str) -> Result<ResultType, E> {
                Ok(name.into())
            }
        }
        deserializer.deserialize_str(Name)
    }
}
