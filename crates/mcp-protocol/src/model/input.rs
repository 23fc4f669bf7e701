//! Input a server needs before it can finish (section "Multi Round-Trip Requests"; since 2026-07-28).
//!
//! The server answers with an [`InputRequiredResult`]; the client asks its user, model or settings and sends the
//! first request again, with the answers in `inputResponses` and with `requestState` as it came.

use super::requests::requests;
use super::{
    CreateMessageParams, CreateMessageResult, ElicitParams, ElicitResult, EmptyParams, ListRootsResult, Meta,
    ResultType, macros::setters,
};
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;
use serde::de::{Deserializer, Error as _, IgnoredAny};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// Questions by a name the server gives them.
pub type InputRequests = BTreeMap<String, InputRequest>;

/// Answers by the names of the questions.
pub type InputResponses = BTreeMap<String, InputResponse>;

requests! {
    /// One question: a request without an id of its own, `{"method": .., "params": ..}`.
    InputRequest {
        /// Ask the user.
        Elicit(ElicitParams) = Elicit,
        /// Ask the model. Deprecated since 2026-07-28.
        CreateMessage(CreateMessageParams) = CreateMessage,
        /// Ask for the roots. Deprecated since 2026-07-28.
        ListRoots(EmptyParams) = ListRoots,
    }
}

/// One answer. The member that only one kind requires decides its kind: `action`, `model` or `roots`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum InputResponse {
    /// What the user did.
    Elicit(ElicitResult),
    /// What the model said.
    CreateMessage(CreateMessageResult),
    /// The roots.
    ListRoots(ListRootsResult),
}

impl<'de> Deserialize<'de> for InputResponse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Probe {
            action: Option<IgnoredAny>,
            model: Option<IgnoredAny>,
            roots: Option<IgnoredAny>,
        }
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let probe: Probe = serde_json::from_str(raw.get()).map_err(D::Error::custom)?;
        match probe {
            Probe { action: Some(_), .. } => serde_json::from_str(raw.get()).map(Self::Elicit),
            Probe { model: Some(_), .. } => serde_json::from_str(raw.get()).map(Self::CreateMessage),
            Probe { roots: Some(_), .. } => serde_json::from_str(raw.get()).map(Self::ListRoots),
            _ => return Err(D::Error::custom("an input response needs `action`, `model` or `roots`")),
        }
        .map_err(D::Error::custom)
    }
}

/// A result that asks for input. It holds questions, a state, or both; after a state alone the client sends the request
/// again later.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InputRequiredResult {
    /// Metadata.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// [`ResultType::InputRequired`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result_type: Option<ResultType>,
    /// The questions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_requests: Option<InputRequests>,
    /// A state for the client to send back unchanged; only the server can read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_state: Option<String>,
}

impl InputRequiredResult {
    setters! { input_requests: InputRequests, request_state: String, meta: Meta }
}

impl Default for InputRequiredResult {
    fn default() -> Self {
        Self {
            meta: None,
            result_type: Some(ResultType::InputRequired),
            input_requests: None,
            request_state: None,
        }
    }
}
