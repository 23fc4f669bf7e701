//! Content of sampling messages: what a model is given and what it says, tool use included.

use super::macros::{constructors, setters};
use super::raw;
use super::{AudioContent, ContentBlock, ImageContent, Meta, RawJson, TextContent};
use alloc::string::String;
use alloc::vec::Vec;
use core::{fmt, slice};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

/// One piece of content in a sampling message.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum SamplingContent {
    /// Text, `type: "text"`.
    Text(TextContent),
    /// A picture, `type: "image"`.
    Image(ImageContent),
    /// A sound, `type: "audio"`. Since 2025-03-26.
    Audio(AudioContent),
    /// The model wants a tool called, `type: "tool_use"`. Since 2025-11-25.
    ToolUse(ToolUseContent),
    /// What the tool answered, `type: "tool_result"`. Since 2025-11-25.
    ToolResult(ToolResultContent),
}

impl SamplingContent {
    /// Text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(TextContent::new(text))
    }

    /// The text, if it is text.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(content) => Some(&content.text),
            _ => None,
        }
    }
}

/// The `content` of a sampling message: one piece, or a list of them since 2025-11-25.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum SamplingContents {
    /// One piece, written as an object; understood by every revision.
    One(SamplingContent),
    /// Any number of pieces, written as an array.
    Many(Vec<SamplingContent>),
}

impl SamplingContents {
    /// The pieces.
    #[must_use]
    pub fn pieces(&self) -> &[SamplingContent] {
        match self {
            Self::One(content) => slice::from_ref(content),
            Self::Many(contents) => contents,
        }
    }
}

impl From<SamplingContent> for SamplingContents {
    fn from(content: SamplingContent) -> Self {
        Self::One(content)
    }
}

impl From<Vec<SamplingContent>> for SamplingContents {
    fn from(contents: Vec<SamplingContent>) -> Self {
        Self::Many(contents)
    }
}

impl From<&str> for SamplingContents {
    fn from(text: &str) -> Self {
        Self::One(SamplingContent::text(text))
    }
}

impl From<String> for SamplingContents {
    fn from(text: String) -> Self {
        Self::One(SamplingContent::text(text))
    }
}

impl<'de> Deserialize<'de> for SamplingContents {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMany;
        impl<'de> Visitor<'de> for OneOrMany {
            type Value = SamplingContents;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("content or an array of it")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<SamplingContents, A::Error> {
                SamplingContent::deserialize(MapAccessDeserializer::new(map)).map(SamplingContents::One)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<SamplingContents, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(seq)).map(SamplingContents::Many)
            }
        }
        deserializer.deserialize_any(OneOrMany)
    }
}

/// The model wants a tool called. Since 2025-11-25.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "tool_use")]
pub struct ToolUseContent {
    /// Id by which the result refers to this use.
    pub id: String,
    /// Name of the tool.
    pub name: String,
    /// Arguments, an object.
    #[serde(deserialize_with = "raw::object")]
    pub input: RawJson,
    /// Metadata, to be kept when the message is sent again.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
}

impl ToolUseContent {
    constructors! {
        /// A use of a tool with arguments.
        new(id: impl Into<String>, name: impl Into<String>, input: impl Into<RawJson>) none(meta);
    }

    setters! { meta: Meta }
}

/// What a tool answered. Since 2025-11-25.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "tool_result", rename_all = "camelCase")]
pub struct ToolResultContent {
    /// The id of the use this answers.
    pub tool_use_id: String,
    /// The answer as content.
    pub content: Vec<ContentBlock>,
    /// The answer as JSON: an object in 2025-11-25, any value since 2026-07-28.
    #[serde(default, deserialize_with = "raw::present", skip_serializing_if = "Option::is_none")]
    pub structured_content: Option<RawJson>,
    /// True when the tool failed; absent means false.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_error: Option<bool>,
    /// Metadata, to be kept when the message is sent again.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
}

impl ToolResultContent {
    constructors! {
        /// The answer to a use.
        new(tool_use_id: impl Into<String>, content: Vec<ContentBlock>);
    }

    setters! { structured_content: RawJson, is_error: bool, meta: Meta }
}
