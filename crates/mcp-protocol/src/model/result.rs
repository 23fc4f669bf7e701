//! The result without members of its own, and the three kinds of result since 2026-07-28.

use super::{CreateTaskResult, DecodeError, InputRequiredResult, Meta, ResultType, macros::open_object};
use alloc::boxed::Box;
use serde::de::{DeserializeOwned, Deserializer, Error as _};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

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
#[non_exhaustive]
pub enum Outcome<R> {
    /// The method's own result.
    Complete(R),
    /// Input is needed: ask the user, then send the request again with the answers.
    InputRequired(InputRequiredResult),
    /// The work goes on as a task (tasks extension; so far only for `tools/call`).
    Task(CreateTaskResult),
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
        let probe: Probe = serde_json::from_str(result.get())?;
        Ok(match probe.result_type {
            None | Some(ResultType::Complete) => serde_json::from_str(result.get()).map(Self::Complete)?,
            Some(ResultType::InputRequired) => serde_json::from_str(result.get()).map(Self::InputRequired)?,
            Some(ResultType::Task) => serde_json::from_str(result.get()).map(Self::Task)?,
            Some(ResultType::Other(name)) => {
                return Err(DecodeError::UnknownResultType(name));
            }
        })
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
