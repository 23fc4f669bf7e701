//! A server asks the client's model (section "Sampling"; deprecated since 2026-07-28).

use super::macros::{constructors, open_object, setters};
use super::{Meta, Role, SamplingContents, Settings, TaskMetadata, Tool};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};

/// A message to or from a model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SamplingMessage {
    /// Who speaks.
    pub role: Role,
    /// What is said.
    pub content: SamplingContents,
    /// Metadata. Since 2025-11-25.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
}

impl SamplingMessage {
    /// The user speaks.
    #[must_use]
    pub fn user(content: impl Into<SamplingContents>) -> Self {
        Self { role: Role::User, content: content.into(), meta: None }
    }

    /// The assistant speaks.
    #[must_use]
    pub fn assistant(content: impl Into<SamplingContents>) -> Self {
        Self { role: Role::Assistant, content: content.into(), meta: None }
    }

    setters! { meta: Meta }
}

/// Params of `sampling/createMessage`, server to client. Until 2025-11-25 a request of its own; since
/// 2026-07-28 one of the values in `inputRequests`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateMessageParams {
    /// Metadata. Until 2025-11-25.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// The conversation so far.
    pub messages: Vec<SamplingMessage>,
    /// Which model is wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_preferences: Option<ModelPreferences>,
    /// System prompt wanted; the client may change or drop it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system_prompt: Option<String>,
    /// Context of servers wanted; absent means none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include_context: Option<ContextInclusion>,
    /// Temperature, on the scale of the model.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "super::number::serialize_some")]
    pub temperature: Option<f64>,
    /// The most tokens to sample.
    pub max_tokens: u64,
    /// Texts at which to stop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_sequences: Option<Vec<String>>,
    /// Passed through to the provider of the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Settings>,
    /// Tools the model may use. Since 2025-11-25, for clients with that capability.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tools: Option<Vec<Tool>>,
    /// Whether it may or must use them. Since 2025-11-25, for clients with that capability.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_choice: Option<ToolChoice>,
    /// Asks for the request to run as a task. 2025-11-25 only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskMetadata>,
}

impl CreateMessageParams {
    constructors! {
        /// Asks for an answer to a conversation, of at most so many tokens.
        new(messages: Vec<SamplingMessage>, max_tokens: u64);
    }

    setters! {
        model_preferences: ModelPreferences,
        system_prompt: String,
        include_context: ContextInclusion,
        temperature: f64,
        stop_sequences: Vec<String>,
        metadata: Settings,
        tools: Vec<Tool>,
        tool_choice: ToolChoice,
        task: TaskMetadata,
        meta: Meta,
    }
}

/// Whose context to give the model. All but none are deprecated since 2025-11-25.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum ContextInclusion {
    /// None.
    None,
    /// Of the server that asks.
    ThisServer,
    /// Of all servers of the client.
    AllServers,
}

/// Whether the model uses tools. Since 2025-11-25.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolChoice {
    /// Absent means [`ToolChoiceMode::Auto`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<ToolChoiceMode>,
}

impl From<ToolChoiceMode> for ToolChoice {
    fn from(mode: ToolChoiceMode) -> Self {
        Self { mode: Some(mode) }
    }
}

/// Whether the model uses tools. Since 2025-11-25.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ToolChoiceMode {
    /// The model decides.
    Auto,
    /// At least one.
    Required,
    /// None.
    None,
}

/// Which model a server would like; the client decides. Each priority goes from 0 (does not matter) to 1
/// (matters most).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ModelPreferences {
    /// Names, best first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hints: Option<Vec<ModelHint>>,
    /// Being cheap.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "super::number::serialize_some")]
    pub cost_priority: Option<f64>,
    /// Being fast.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "super::number::serialize_some")]
    pub speed_priority: Option<f64>,
    /// Being capable.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "super::number::serialize_some")]
    pub intelligence_priority: Option<f64>,
}

impl ModelPreferences {
    setters! { hints: Vec<ModelHint>, cost_priority: f64, speed_priority: f64, intelligence_priority: f64 }
}

open_object! {
    /// A hint at a model. Members beside the name are up to the client.
    ModelHint {
        /// Part of the name of a model, such as `sonnet`.
        name: String = "name",
    }
}

/// A model with this in its name.
impl From<&str> for ModelHint {
    fn from(name: &str) -> Self {
        Self { name: Some(name.into()), ..Self::default() }
    }
}

/// Result of `sampling/createMessage`, client to server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateMessageResult {
    /// Metadata.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// Who speaks: the assistant.
    pub role: Role,
    /// What the model says.
    pub content: SamplingContents,
    /// Name of the model.
    pub model: String,
    /// Why it stopped, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_reason: Option<StopReason>,
}

impl CreateMessageResult {
    /// A model says something.
    #[must_use]
    pub fn new(model: impl Into<String>, content: impl Into<SamplingContents>) -> Self {
        Self {
            meta: None,
            role: Role::Assistant,
            content: content.into(),
            model: model.into(),
            stop_reason: None,
        }
    }

    setters! { stop_reason: StopReason, meta: Meta }
}

/// Why a model stopped.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StopReason {
    /// It was done.
    EndTurn,
    /// It came to a stop sequence.
    StopSequence,
    /// It came to the most tokens allowed.
    MaxTokens,
    /// It wants tools called. Since 2025-11-25.
    ToolUse,
    /// A reason of the provider's own.
    Other(String),
}

impl StopReason {
    fn name(&self) -> &str {
        match self {
            Self::EndTurn => "endTurn",
            Self::StopSequence => "stopSequence",
            Self::MaxTokens => "maxTokens",
            Self::ToolUse => "toolUse",
            Self::Other(name) => name,
        }
    }
}

/// The name on the wire.
impl fmt::Display for StopReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl From<&str> for StopReason {
    fn from(name: &str) -> Self {
        match name {
            "endTurn" => Self::EndTurn,
            "stopSequence" => Self::StopSequence,
            "maxTokens" => Self::MaxTokens,
            "toolUse" => Self::ToolUse,
            _ => Self::Other(name.into()),
        }
    }
}

impl Serialize for StopReason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for StopReason {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Name;
        impl Visitor<'_> for Name {
            type Value = StopReason;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a stop reason")
            }
            fn visit_str<E: de::Error>(self, name: &str) -> Result<StopReason, E> {
                Ok(name.into())
            }
        }
        deserializer.deserialize_str(Name)
    }
}
