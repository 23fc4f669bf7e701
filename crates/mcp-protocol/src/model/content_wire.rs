//! The members of all kinds of content in one struct: one pass over the JSON, whatever their order.
//!
//! An enum tagged by `type` would make serde copy each piece, pictures included, before reading it.

use super::raw;
use super::{
    Annotations, AudioContent, ContentBlock, EmbeddedResource, Icon, ImageContent, Meta, RawJson, Resource,
    ResourceContents, ResourceLink, SamplingContent, TextContent, ToolResultContent, ToolUseContent,
};
use alloc::string::String;
use alloc::vec::Vec;
use serde::Deserialize;
use serde::de::{Deserializer, Error};

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ContentKind {
    Text,
    Image,
    Audio,
    ResourceLink,
    Resource,
    ToolUse,
    ToolResult,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ContentWire {
    #[serde(rename = "type")]
    kind: ContentKind,
    text: Option<String>,
    data: Option<String>,
    mime_type: Option<String>,
    resource: Option<ResourceContents>,
    uri: Option<String>,
    name: Option<String>,
    title: Option<String>,
    description: Option<String>,
    size: Option<u64>,
    icons: Option<Vec<Icon>>,
    id: Option<String>,
    input: Option<RawJson>,
    tool_use_id: Option<String>,
    content: Option<Vec<ContentBlock>>,
    #[serde(default, deserialize_with = "raw::present")]
    structured_content: Option<RawJson>,
    is_error: Option<bool>,
    annotations: Option<Annotations>,
    #[serde(rename = "_meta")]
    meta: Option<Meta>,
}

fn required<T, E: Error>(member: Option<T>, name: &'static str) -> Result<T, E> {
    member.ok_or_else(|| E::missing_field(name))
}

impl ContentWire {
    fn text<E: Error>(self) -> Result<TextContent, E> {
        Ok(TextContent { text: required(self.text, "text")?, annotations: self.annotations, meta: self.meta })
    }

    fn image<E: Error>(self) -> Result<ImageContent, E> {
        Ok(ImageContent {
            data: required(self.data, "data")?,
            mime_type: required(self.mime_type, "mimeType")?,
            annotations: self.annotations,
            meta: self.meta,
        })
    }

    fn audio<E: Error>(self) -> Result<AudioContent, E> {
        Ok(AudioContent {
            data: required(self.data, "data")?,
            mime_type: required(self.mime_type, "mimeType")?,
            annotations: self.annotations,
            meta: self.meta,
        })
    }

    fn resource_link<E: Error>(self) -> Result<ResourceLink, E> {
        Ok(ResourceLink(Resource {
            uri: required(self.uri, "uri")?,
            name: required(self.name, "name")?,
            title: self.title,
            description: self.description,
            mime_type: self.mime_type,
            size: self.size,
            icons: self.icons,
            annotations: self.annotations,
            meta: self.meta,
        }))
    }

    fn embedded_resource<E: Error>(self) -> Result<EmbeddedResource, E> {
        Ok(EmbeddedResource {
            resource: required(self.resource, "resource")?,
            annotations: self.annotations,
            meta: self.meta,
        })
    }

    fn tool_use<E: Error>(self) -> Result<ToolUseContent, E> {
        let input = required(self.input, "input")?;
        if !input.is_object() {
            return Err(E::custom("`input` must be an object"));
        }
        Ok(ToolUseContent {
            id: required(self.id, "id")?,
            name: required(self.name, "name")?,
            input,
            meta: self.meta,
        })
    }

    fn tool_result<E: Error>(self) -> Result<ToolResultContent, E> {
        Ok(ToolResultContent {
            tool_use_id: required(self.tool_use_id, "toolUseId")?,
            content: required(self.content, "content")?,
            structured_content: self.structured_content,
            is_error: self.is_error,
            meta: self.meta,
        })
    }
}

impl<'de> Deserialize<'de> for ContentBlock {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wire = ContentWire::deserialize(deserializer)?;
        match wire.kind {
            ContentKind::Text => wire.text().map(Self::Text),
            ContentKind::Image => wire.image().map(Self::Image),
            ContentKind::Audio => wire.audio().map(Self::Audio),
            ContentKind::ResourceLink => wire.resource_link().map(Self::ResourceLink),
            ContentKind::Resource => wire.embedded_resource().map(Self::Resource),
            ContentKind::ToolUse | ContentKind::ToolResult => {
                Err(D::Error::custom("tool use is content of sampling only"))
            }
        }
    }
}

impl<'de> Deserialize<'de> for SamplingContent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wire = ContentWire::deserialize(deserializer)?;
        match wire.kind {
            ContentKind::Text => wire.text().map(Self::Text),
            ContentKind::Image => wire.image().map(Self::Image),
            ContentKind::Audio => wire.audio().map(Self::Audio),
            ContentKind::ToolUse => wire.tool_use().map(Self::ToolUse),
            ContentKind::ToolResult => wire.tool_result().map(Self::ToolResult),
            ContentKind::ResourceLink | ContentKind::Resource => {
                Err(D::Error::custom("resources are not content of sampling"))
            }
        }
    }
}
