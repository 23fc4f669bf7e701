//! Suggestions while an argument is typed (section "Completion").

use super::{
    Meta, ResultType,
    macros::{constructors, setters},
};
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize};

/// Whose argument is being typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Reference {
    /// A prompt's, `type: "ref/prompt"`.
    Prompt(PromptReference),
    /// A resource template's, `type: "ref/resource"`.
    Resource(ResourceReference),
}

impl From<PromptReference> for Reference {
    fn from(reference: PromptReference) -> Self {
        Self::Prompt(reference)
    }
}

impl From<ResourceReference> for Reference {
    fn from(reference: ResourceReference) -> Self {
        Self::Resource(reference)
    }
}

impl<'de> Deserialize<'de> for Reference {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        enum ReferenceKind {
            #[serde(rename = "ref/prompt")]
            Prompt,
            #[serde(rename = "ref/resource")]
            Resource,
        }
        #[derive(Deserialize)]
        struct ReferenceWire {
            #[serde(rename = "type")]
            kind: ReferenceKind,
            name: Option<String>,
            title: Option<String>,
            uri: Option<String>,
        }
        let wire = ReferenceWire::deserialize(deserializer)?;
        match wire.kind {
            ReferenceKind::Prompt => {
                let name = wire.name.ok_or_else(|| D::Error::missing_field("name"))?;
                Ok(Self::Prompt(PromptReference { name, title: wire.title }))
            }
            ReferenceKind::Resource => {
                let uri = wire.uri.ok_or_else(|| D::Error::missing_field("uri"))?;
                Ok(Self::Resource(ResourceReference { uri }))
            }
        }
    }
}

/// Names a prompt.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "ref/prompt")]
pub struct PromptReference {
    /// Name of the prompt.
    pub name: String,
    /// Name for people. Since 2025-06-18.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

impl PromptReference {
    constructors! {
        /// The prompt of that name.
        new(name: impl Into<String>);
    }
}

/// Names a resource or resource template.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "ref/resource")]
pub struct ResourceReference {
    /// URI or URI template of RFC 6570.
    pub uri: String,
}

impl ResourceReference {
    constructors! {
        /// The resource at a URI, or the resources of a template.
        new(uri: impl Into<String>) none();
    }
}

/// Params of `completion/complete`, client to server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompleteParams {
    /// Metadata.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// Whose argument it is.
    #[serde(rename = "ref")]
    pub reference: Reference,
    /// The argument as typed so far.
    pub argument: CompletionArgument,
    /// What is already known. Since 2025-06-18.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<CompletionContext>,
}

impl CompleteParams {
    constructors! {
        /// Asks how the value of an argument could go on.
        new(reference: impl Into<Reference>, argument: CompletionArgument) none(meta, context);
    }

    setters! { context: CompletionContext, meta: Meta }
}

/// An argument as typed so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompletionArgument {
    /// Name of the argument.
    pub name: String,
    /// What has been typed.
    pub value: String,
}

impl CompletionArgument {
    constructors! {
        /// An argument and what has been typed of it.
        new(name: impl Into<String>, value: impl Into<String>) none();
    }
}

/// What is known when completing. Since 2025-06-18.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompletionContext {
    /// Arguments that have their values, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arguments: Option<BTreeMap<String, String>>,
}

impl CompletionContext {
    setters! { arguments: BTreeMap<String, String> }
}

/// Result of `completion/complete`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CompleteResult {
    /// Metadata.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// Since 2026-07-28, where it is required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result_type: Option<ResultType>,
    /// The suggestions.
    pub completion: Completion,
}

impl CompleteResult {
    constructors! {
        /// These suggestions.
        new(completion: Completion);
    }

    setters! { meta: Meta }
}

/// Suggestions for an argument.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Completion {
    /// The suggestions, best first; at most [`Completion::MAX_VALUES`].
    pub values: Vec<String>,
    /// How many there are in all, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// True when there are more than these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_more: Option<bool>,
}

impl Completion {
    /// How many values one answer may hold.
    pub const MAX_VALUES: usize = 100;

    /// The first [`Self::MAX_VALUES`] of these; when some are cut off, `total` and `has_more` say so.
    #[must_use]
    pub fn new(mut values: Vec<String>) -> Self {
        if values.len() <= Self::MAX_VALUES {
            return Self { values, total: None, has_more: None };
        }
        let total = u64::try_from(values.len()).ok();
        values.truncate(Self::MAX_VALUES);
        Self { values, total, has_more: Some(true) }
    }

    setters! { total: u64, has_more: bool }
}
