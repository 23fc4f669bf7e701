//! Pieces of content: what prompts and tool results are made of (section "Tool Result", "Prompts").

use super::encoding::{base64, bytes};
use super::macros::{constructors, setters};
use super::{Annotations, DecodeError, Meta, Resource, ResourceContents};
use alloc::string::String;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize, Serializer};

/// One piece of content in a prompt message or tool result.
///
/// What a model is given or says when sampling is [`super::SamplingContent`].
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum ContentBlock {
    /// Text, `type: "text"`.
    Text(TextContent),
    /// A picture, `type: "image"`.
    Image(ImageContent),
    /// A sound, `type: "audio"`. Since 2025-03-26.
    Audio(AudioContent),
    /// A resource to read, `type: "resource_link"`. Since 2025-06-18.
    ResourceLink(ResourceLink),
    /// A resource that was read, `type: "resource"`.
    Resource(EmbeddedResource),
}

impl ContentBlock {
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

macro_rules! from_content {
    ($($content:ty => $variant:ident),* $(,)?) => { $(
        impl From<$content> for ContentBlock {
            fn from(content: $content) -> Self {
                Self::$variant(content.into())
            }
        }
    )* };
}

from_content! {
    TextContent => Text, ImageContent => Image, AudioContent => Audio, ResourceLink => ResourceLink,
    Resource => ResourceLink, EmbeddedResource => Resource, ResourceContents => Resource,
}

impl From<&str> for ContentBlock {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for ContentBlock {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

/// Text for or from a model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "text")]
pub struct TextContent {
    /// The text.
    pub text: String,
    /// Hints for the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotations: Option<Annotations>,
    /// Metadata. Since 2025-06-18.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
}

impl TextContent {
    constructors! {
        /// Text without hints.
        new(text: impl Into<String>);
    }

    setters! { annotations: Annotations, meta: Meta }
}

macro_rules! media {
    ($(#[$meta:meta])* $name:ident, $tag:literal) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "type", rename = $tag, rename_all = "camelCase")]
        pub struct $name {
            /// The bytes in base64 with padding.
            pub data: String,
            /// MIME type.
            pub mime_type: String,
            /// Hints for the client.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub annotations: Option<Annotations>,
            /// Metadata. Since 2025-06-18.
            #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
            pub meta: Option<Meta>,
        }

        impl $name {
            constructors! {
                /// From base64.
                new(data: impl Into<String>, mime_type: impl Into<String>);
            }

            /// From bytes.
            #[must_use]
            pub fn from_bytes(bytes: impl AsRef<[u8]>, mime_type: impl Into<String>) -> Self {
                Self::new(base64(bytes.as_ref()), mime_type)
            }

            /// The bytes.
            ///
            /// # Errors
            /// When `data` is not base64.
            pub fn bytes(&self) -> Result<Vec<u8>, DecodeError> {
                bytes(&self.data)
            }

            setters! { annotations: Annotations, meta: Meta }
        }
    };
}

media! {
    /// A picture for or from a model.
    ImageContent, "image"
}

media! {
    /// A sound for or from a model. Since 2025-03-26.
    AudioContent, "audio"
}

/// A resource the client may read; it need not be in any list. Since 2025-06-18.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct ResourceLink(pub Resource);

impl From<Resource> for ResourceLink {
    fn from(resource: Resource) -> Self {
        Self(resource)
    }
}

impl Serialize for ResourceLink {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(tag = "type", rename_all = "snake_case")]
        enum Tagged<'a> {
            ResourceLink(&'a Resource),
        }
        Tagged::ResourceLink(&self.0).serialize(serializer)
    }
}

/// A resource that was read, inside other content.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "resource")]
pub struct EmbeddedResource {
    /// What was read.
    pub resource: ResourceContents,
    /// Hints for the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotations: Option<Annotations>,
    /// Metadata. Since 2025-06-18.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
}

impl EmbeddedResource {
    constructors! {
        /// A resource that was read, without hints.
        new(resource: impl Into<ResourceContents>) none(annotations, meta);
    }

    setters! { annotations: Annotations, meta: Meta }
}

impl From<ResourceContents> for EmbeddedResource {
    fn from(resource: ResourceContents) -> Self {
        Self::new(resource)
    }
}
