//! The entries of a server's tables that are plain data: the server itself, resources, prompts, completions.

use crate::CacheHints;

/// Who a server is: `Implementation` of the schema, and its instructions.
#[derive(Clone, Copy, Debug, Default)]
pub struct ServerInfo {
    /// A name for programs.
    pub name: &'static str,
    /// A name for people.
    pub title: Option<&'static str>,
    /// Its version.
    pub version: &'static str,
    /// What it is, in a sentence.
    pub description: Option<&'static str>,
    /// Where to read more.
    pub website_url: Option<&'static str>,
    /// How a model is to use it.
    pub instructions: Option<&'static str>,
    /// Pictures of it.
    pub icons: &'static [IconInfo],
}

/// `ToolAnnotations` of the schema; `None` leaves the member out.
#[derive(Clone, Copy, Debug, Default)]
pub struct ToolHints {
    /// It changes nothing.
    pub read_only: Option<bool>,
    /// It may destroy something.
    pub destructive: Option<bool>,
    /// Calling it twice does no more than once.
    pub idempotent: Option<bool>,
    /// It deals with the outside world.
    pub open_world: Option<bool>,
}

/// An icon.
#[derive(Clone, Copy, Debug)]
pub struct IconInfo {
    /// A URL: https, or data.
    pub src: &'static str,
    /// Its media type.
    pub mime_type: Option<&'static str>,
    /// Its sizes, e.g. `48x48` or `any`.
    pub sizes: &'static [&'static str],
    /// `light` or `dark`
    pub theme: Option<&'static str>,
}

/// A resource, or a template of resources.
#[derive(Debug)]
pub struct ResourceInfo {
    /// The URI, or the template with `{variable}`s.
    pub uri: &'static str,
    /// Whether it is a template.
    pub template: bool,
    /// Whether [`Service::list_resources`](crate::Service::list_resources) lists the resources of the template.
    pub listed: bool,
    /// A name for programs.
    pub name: &'static str,
    /// A name for people.
    pub title: Option<&'static str>,
    /// What it is, for the model.
    pub description: Option<&'static str>,
    /// Its media type.
    pub mime_type: Option<&'static str>,
    /// Its size in bytes.
    pub size: Option<u64>,
    /// Pictures of it.
    pub icons: &'static [IconInfo],
    /// Its audience: `user`, `assistant`.
    pub audience: &'static [&'static str],
    /// From 0 (optional) to 1 (required), as number text.
    pub priority: Option<&'static str>,
    /// How long its contents may be kept.
    pub cache: CacheHints,
    /// `_meta`, a JSON object.
    pub meta: Option<&'static str>,
    /// The OAuth scopes that a caller needs for it, as far as a layer checks them.
    pub scopes: &'static [&'static str],
}

/// A prompt.
#[derive(Debug)]
pub struct PromptInfo {
    /// A name for programs.
    pub name: &'static str,
    /// A name for people.
    pub title: Option<&'static str>,
    /// What it is for.
    pub description: Option<&'static str>,
    /// Its arguments, in the order of the parameters.
    pub arguments: &'static [PromptArgumentInfo],
    /// Pictures of it.
    pub icons: &'static [IconInfo],
    /// `_meta`, a JSON object.
    pub meta: Option<&'static str>,
    /// The OAuth scopes that a caller needs for it, as far as a layer checks them.
    pub scopes: &'static [&'static str],
}

/// An argument of a prompt. Its value is a string.
#[derive(Clone, Copy, Debug)]
pub struct PromptArgumentInfo {
    /// The key.
    pub name: &'static str,
    /// A name for people.
    pub title: Option<&'static str>,
    /// What it is.
    pub description: Option<&'static str>,
    /// Whether it must be given.
    pub required: bool,
}

/// Something that can be completed.
#[derive(Clone, Copy, Debug)]
pub struct CompletionInfo {
    /// Of what.
    pub of: CompletionOf,
    /// Which argument or variable.
    pub argument: &'static str,
}

/// What a completion belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompletionOf {
    /// The prompt of that name.
    Prompt(&'static str),
    /// The resource template of that text.
    Resource(&'static str),
}
