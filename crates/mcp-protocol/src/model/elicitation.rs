//! A server asks the client's user (section "Elicitation"; since 2025-06-18).

use super::{
    ElicitSchema, Meta, RawJson, TaskMetadata,
    macros::{constructors, setters},
    raw,
};
use alloc::string::String;
use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize};

/// Params of `elicitation/create`, server to client. Until 2025-11-25 a request of its own; since 2026-07-28
/// one of the values in `inputRequests`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum ElicitParams {
    /// Ask with a form, `mode: "form"` or none.
    Form(ElicitFormParams),
    /// Send the user to a URL, `mode: "url"`. Since 2025-11-25.
    Url(ElicitUrlParams),
}

impl From<ElicitFormParams> for ElicitParams {
    fn from(form: ElicitFormParams) -> Self {
        Self::Form(form)
    }
}

impl From<ElicitUrlParams> for ElicitParams {
    fn from(url: ElicitUrlParams) -> Self {
        Self::Url(url)
    }
}

impl<'de> Deserialize<'de> for ElicitParams {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "lowercase")]
        enum Mode {
            Form,
            Url,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct ElicitParamsWire {
            #[serde(rename = "_meta")]
            meta: Option<Meta>,
            mode: Option<Mode>,
            message: String,
            requested_schema: Option<ElicitSchema>,
            url: Option<String>,
            elicitation_id: Option<String>,
            task: Option<TaskMetadata>,
        }
        let ElicitParamsWire { meta, mode, message, requested_schema, url, elicitation_id, task } =
            ElicitParamsWire::deserialize(deserializer)?;
        if let Some(Mode::Url) = mode {
            let url = url.ok_or_else(|| D::Error::missing_field("url"))?;
            return Ok(Self::Url(ElicitUrlParams { meta, message, url, elicitation_id, task }));
        }
        let requested_schema = requested_schema.ok_or_else(|| D::Error::missing_field("requestedSchema"))?;
        let mode = mode.map(|_| FormMode::Form);
        Ok(Self::Form(ElicitFormParams { meta, mode, message, requested_schema, task }))
    }
}

/// Asks with a form, for nothing secret.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ElicitFormParams {
    /// Metadata. Until 2025-11-25.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// Says that this is a form, which absence says too. Since 2025-11-25.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<FormMode>,
    /// The message for the user.
    pub message: String,
    /// The fields of the form.
    pub requested_schema: ElicitSchema,
    /// Asks for the request to run as a task. 2025-11-25 only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskMetadata>,
}

impl ElicitFormParams {
    constructors! {
        /// Asks with a form, in a way every revision understands.
        new(message: impl Into<String>, requested_schema: ElicitSchema);
    }

    setters! { mode: FormMode, task: TaskMetadata, meta: Meta }
}

/// The mode `form`, where it is written out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum FormMode {
    /// The only value.
    #[default]
    Form,
}

/// Sends the user to a URL, where secrets may be asked for. Since 2025-11-25.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "mode", rename = "url", rename_all = "camelCase")]
pub struct ElicitUrlParams {
    /// Metadata. Until 2025-11-25.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// The message for the user.
    pub message: String,
    /// Where to go.
    pub url: String,
    /// Id by which `notifications/elicitation/complete` refers to this. 2025-11-25 only, where it is required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elicitation_id: Option<String>,
    /// Asks for the request to run as a task. 2025-11-25 only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskMetadata>,
}

impl ElicitUrlParams {
    constructors! {
        /// Sends the user to a URL.
        new(message: impl Into<String>, url: impl Into<String>);
    }

    setters! { elicitation_id: String, task: TaskMetadata, meta: Meta }
}

/// The reaction of the user to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ElicitAction {
    /// Answered, or agreed to go to the URL.
    Accept,
    /// Declined.
    Decline,
    /// Closed the question without an answer.
    Cancel,
}

/// Result of `elicitation/create`, client to server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ElicitResult {
    /// Metadata. Until 2025-11-25.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// What the user did.
    pub action: ElicitAction,
    /// The filled-in form, an object of strings, numbers, booleans and, since 2025-11-25, arrays of strings.
    /// Only with [`ElicitAction::Accept`] and only for forms.
    #[serde(default, deserialize_with = "raw::some_object", skip_serializing_if = "Option::is_none")]
    pub content: Option<RawJson>,
}

impl ElicitResult {
    constructors! {
        /// A reaction without the content of a form.
        new(action: ElicitAction) none(meta, content);
    }

    setters! { content: RawJson, meta: Meta }
}

/// Params of `notifications/elicitation/complete`, server to client: the user is done at a URL.
/// 2025-11-25 only.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ElicitationCompleteParams {
    /// Metadata.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// Which elicitation it was.
    pub elicitation_id: String,
}

impl ElicitationCompleteParams {
    constructors! {
        /// The user is done with this elicitation.
        new(elicitation_id: impl Into<String>);
    }
}
