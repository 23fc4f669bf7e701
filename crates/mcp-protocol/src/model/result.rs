//! What all results have in common: their type, and the alternatives a server may answer with.

use super::{CreateTaskResult, DecodeError, InputRequiredResult, Meta, macros::open_object};
use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;
use serde::de::{self, DeserializeOwned, Deserializer, Error as _, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

/// How to read a result: the member `resultType`. Since 2026-07-28, where every result of a server has it;
/// a result without it is complete.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ResultType {
    /// The request is done.
    Complete,
    /// The server wants input first: the result is an [`InputRequiredResult`].
    InputRequired,
    /// The work goes on as a task: the result is a [`CreateTaskResult`] (tasks extension).
    Task,
    /// A type another extension brings.
    Other(String),
}

impl ResultType {
    /// The name on the wire.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Complete => "complete",
            Self::InputRequired => "input_required",
            Self::Task => "task",
            Self::Other(name) => name,
        }
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

/// The members every result of a server has since 2026-07-28, so that one place can stamp them for the revision spoken.
pub trait ResultFields {
    /// The `_meta` member, where a server puts [`super::meta::key::SERVER_INFO`].
    fn meta_mut(&mut self) -> &mut Option<Meta>;

    /// The `resultType` member; to be `None` before that revision.
    fn result_type_mut(&mut self) -> &mut Option<ResultType>;
}

macro_rules! result_fields {
    ($($name:ty),* $(,)?) => { $(
        impl ResultFields for $name {
            fn meta_mut(&mut self) -> &mut Option<Meta> {
                &mut self.meta
            }
            fn result_type_mut(&mut self) -> &mut Option<ResultType> {
                &mut self.result_type
            }
        }
    )* };
}

result_fields! {
    EmptyResult, InputRequiredResult,
    super::CallToolResult, super::CompleteResult, super::DiscoverResult, super::GetPromptResult,
    super::ListPromptsResult, super::ListResourceTemplatesResult, super::ListResourcesResult,
    super::ListToolsResult, super::ReadResourceResult, super::SubscriptionsListenResult, super::Task,
}

open_object! {
    /// A result that only says that it worked.
    EmptyResult {
        /// Metadata.
        meta: Meta = "_meta",
        /// Since 2026-07-28.
        result_type: ResultType = "resultType",
    }
}

/// What a server answers `tools/call`, `prompts/get` and `resources/read` with since 2026-07-28.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome<R> {
    /// The method's own result.
    Complete(R),
    /// Input is needed: ask the user, then send the request again with the answers.
    InputRequired(InputRequiredResult),
    /// The work goes on as a task (tasks extension; so far only for `tools/call`).
    Task(CreateTaskResult),
}

impl<R> Outcome<R> {
    /// The method's own result, if that is what came.
    pub fn complete(self) -> Option<R> {
        match self {
            Self::Complete(result) => Some(result),
            Self::InputRequired(_) | Self::Task(_) => None,
        }
    }
}

impl<R: DeserializeOwned> Outcome<R> {
    /// Reads a result by its `resultType`.
    ///
    /// # Errors
    /// When the type is none of the three, or the result does not have the shape of its type.
    pub fn decode(result: &RawValue) -> Result<Self, DecodeError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Probe {
            result_type: Option<ResultType>,
        }
        let probe: Probe = serde_json::from_str(result.get()).map_err(DecodeError::shape)?;
        match probe.result_type {
            None | Some(ResultType::Complete) => serde_json::from_str(result.get()).map(Self::Complete),
            Some(ResultType::InputRequired) => serde_json::from_str(result.get()).map(Self::InputRequired),
            Some(ResultType::Task) => serde_json::from_str(result.get()).map(Self::Task),
            Some(ResultType::Other(name)) => {
                return Err(DecodeError::shape(format_args!("unknown result type `{name}`")));
            }
        }
        .map_err(DecodeError::shape)
    }
}

impl<R: Serialize> Serialize for Outcome<R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Complete(result) => result.serialize(serializer),
            Self::InputRequired(result) => result.serialize(serializer),
            Self::Task(result) => result.serialize(serializer),
        }
    }
}

impl<'de, R: DeserializeOwned> Deserialize<'de> for Outcome<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Self::decode(&raw).map_err(D::Error::custom)
    }
}
