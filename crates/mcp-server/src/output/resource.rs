//! Contents of resources.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pulseengine_mcp_protocol::model::{CacheScope, Meta, ReadResourceResult, Resource, ResourceContents};
use pulseengine_mcp_protocol::schema::{Schema, ToJson};
use pulseengine_mcp_protocol::{Outcome, Reply};

use super::Json;
use super::tool::Failed;
use crate::cache::write_hints;
use crate::response::Response;
use crate::{CacheHints, Context, ResourceError};

/// A resource's contents, being written.
#[derive(Debug)]
pub struct ResourceResult<'a> {
    response: Response<'a>,
    uri: String,
    mime_type: Option<&'static str>,
    cache: CacheHints,
}

impl<'a> ResourceResult<'a> {
    pub(crate) fn begin(cx: &'a Context) -> Self {
        let mut response = cx.respond(256);
        response.result.w.key("contents").begin_array();
        let uri = cx.uri().unwrap_or_default().into_owned();
        let resource = cx.inner().target.resource;
        let cache = resource.map_or(CacheHints::NONE, |resource| resource.cache);
        Self { response, uri, mime_type: resource.and_then(|resource| resource.mime_type), cache }
    }

    /// Adds text, under the URI that was asked for.
    pub fn text(&mut self, mime_type: Option<&str>, text: &str) {
        self.content(mime_type, "text", text);
    }

    /// Adds bytes, under the URI that was asked for.
    pub fn blob(&mut self, mime_type: Option<&str>, bytes: &[u8]) {
        self.content(mime_type, "blob", &STANDARD.encode(bytes));
    }

    /// Adds contents with a URI of their own.
    pub fn contents(&mut self, contents: &ResourceContents) {
        if let Ok(text) = serde_json::to_string(contents) {
            self.response.result.w.raw(&text);
        }
    }

    /// Adds to the result's `_meta`. A key that is there already keeps its value: those that the server itself writes are reserved
    /// by the protocol.
    pub fn meta(&mut self, meta: &Meta) {
        self.response.add_meta(meta);
    }

    fn content(&mut self, mime_type: Option<&str>, key: &str, value: &str) {
        let w = &mut self.response.result.w;
        w.begin_object();
        w.key("uri").string(&self.uri);
        if let Some(mime_type) = mime_type.or(self.mime_type) {
            w.key("mimeType").string(mime_type);
        }
        w.key(key).string(value);
        w.end_object();
    }

    pub(crate) fn end(mut self) -> Reply {
        self.response.result.w.end_array();
        write_hints(&mut self.response, self.cache);
        self.response.end(Outcome::Complete)
    }
}

/// What a resource can return.
#[diagnostic::on_unimplemented(
    message = "a resource cannot return `{Self}`",
    label = "these are not the contents of a resource",
    note = "return Text, Blob, String, Vec<u8>, `Json<T>`, `ResourceContents`, a `Vec` of these, \
            `ReadResourceResult`, or `Result<_, ResourceError>` of one"
)]
pub trait ResourceOutput {
    /// Writes the contents.
    ///
    /// # Errors
    ///
    /// When the handler failed.
    fn write(self, out: &mut ResourceResult<'_>) -> Result<(), Failed>;
}

/// Text with a media type of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    text: String,
    mime_type: Option<String>,
}

impl Text {
    /// Text of the media type that the resource declares.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), mime_type: None }
    }

    /// The same of another media type.
    #[must_use]
    pub fn mime_type(mut self, mime_type: impl Into<String>) -> Self {
        self.mime_type = Some(mime_type.into());
        self
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

/// Bytes with a media type of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    bytes: Vec<u8>,
    mime_type: Option<String>,
}

impl Blob {
    /// Bytes of the media type that the resource declares.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self { bytes: bytes.into(), mime_type: None }
    }

    /// The same of another media type.
    #[must_use]
    pub fn mime_type(mut self, mime_type: impl Into<String>) -> Self {
        self.mime_type = Some(mime_type.into());
        self
    }
}

impl ResourceOutput for Text {
    fn write(self, out: &mut ResourceResult<'_>) -> Result<(), Failed> {
        out.text(self.mime_type.as_deref(), &self.text);
        Ok(())
    }
}

impl ResourceOutput for Blob {
    fn write(self, out: &mut ResourceResult<'_>) -> Result<(), Failed> {
        out.blob(self.mime_type.as_deref(), &self.bytes);
        Ok(())
    }
}

impl ResourceOutput for String {
    fn write(self, out: &mut ResourceResult<'_>) -> Result<(), Failed> {
        out.text(None, &self);
        Ok(())
    }
}

impl ResourceOutput for &str {
    fn write(self, out: &mut ResourceResult<'_>) -> Result<(), Failed> {
        out.text(None, self);
        Ok(())
    }
}

impl ResourceOutput for Vec<u8> {
    fn write(self, out: &mut ResourceResult<'_>) -> Result<(), Failed> {
        out.blob(None, &self);
        Ok(())
    }
}

impl<T: Schema + ToJson> ResourceOutput for Json<T> {
    fn write(self, out: &mut ResourceResult<'_>) -> Result<(), Failed> {
        let mut w = pulseengine_mcp_protocol::json::Writer::default();
        self.0.to_json(&mut w);
        let mime_type = if out.mime_type.is_none() { Some("application/json") } else { None };
        out.text(mime_type, w.text());
        Ok(())
    }
}

impl ResourceOutput for ResourceContents {
    fn write(self, out: &mut ResourceResult<'_>) -> Result<(), Failed> {
        out.contents(&self);
        Ok(())
    }
}

impl ResourceOutput for Vec<ResourceContents> {
    fn write(self, out: &mut ResourceResult<'_>) -> Result<(), Failed> {
        self.iter().for_each(|contents| out.contents(contents));
        Ok(())
    }
}

impl ResourceOutput for ReadResourceResult {
    fn write(self, out: &mut ResourceResult<'_>) -> Result<(), Failed> {
        if let Some(meta) = &self.meta {
            out.meta(meta);
        }
        if let Some(ttl) = self.ttl_ms.map(Duration::from_millis) {
            let public = self.cache_scope == Some(CacheScope::Public);
            out.cache = if public { CacheHints::public(ttl) } else { CacheHints::private(ttl) };
        }
        self.contents.write(out)
    }
}

impl<T: ResourceOutput, E: Into<ResourceError>> ResourceOutput for Result<T, E> {
    fn write(self, out: &mut ResourceResult<'_>) -> Result<(), Failed> {
        self.map_err(|e| Failed(e.into().0))?.write(out)
    }
}

/// What the `list` function of a resource template can return.
#[diagnostic::on_unimplemented(
    message = "the `list` method of a resource cannot return `{Self}`",
    label = "these are not resources",
    note = "return `Vec<Resource>`, or `Result<Vec<Resource>, ResourceError>`"
)]
pub trait ListedResources {
    /// The resources, each as JSON text, separated by line feeds.
    ///
    /// # Errors
    ///
    /// When the method failed.
    fn into_text(self) -> Result<String, Failed>;
}

impl ListedResources for Vec<Resource> {
    fn into_text(self) -> Result<String, Failed> {
        let mut text = String::new();
        for resource in &self {
            if let Ok(json) = serde_json::to_string(resource) {
                text.push_str(&json);
                text.push('\n');
            }
        }
        Ok(text)
    }
}

impl<T: ListedResources, E: Into<ResourceError>> ListedResources for Result<T, E> {
    fn into_text(self) -> Result<String, Failed> {
        self.map_err(|e| Failed(e.into().0))?.into_text()
    }
}
