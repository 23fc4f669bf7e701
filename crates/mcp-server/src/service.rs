//! What `#[server]` generates: constant tables that say what a server has, and one function per kind of request that
//! picks by index. Nothing is built when a server starts.

use std::sync::Arc;

use pulseengine_mcp_protocol::schema::{self, Described, Member};
use pulseengine_mcp_protocol::{Error, ParamHeaders, Reply};
use pulseengine_mcp_runtime::MaybeFuture;

use crate::{CacheHints, Context, MethodGroup, TaskInfo};

/// A server, as `#[server]` makes it.
pub trait Service: Send + Sync + 'static {
    /// What the server has.
    fn definition(&self) -> &'static Definition;

    /// Runs the tool at `index` of [`Definition::tools`].
    fn call_tool(self: Arc<Self>, _index: usize, _cx: Context) -> HandlerFuture {
        no_such_index()
    }

    /// Reads the resource at `index` of [`Definition::resources`].
    fn read_resource(self: Arc<Self>, _index: usize, _cx: Context) -> HandlerFuture {
        no_such_index()
    }

    /// Lists the resources behind the resource at `index`, where it says it is [`ResourceInfo::listed`].
    fn list_resources(self: Arc<Self>, _index: usize, _cx: Context) -> MaybeFuture<'static, Listed> {
        no_such_index()
    }

    /// Fills in the prompt at `index` of [`Definition::prompts`].
    fn get_prompt(self: Arc<Self>, _index: usize, _cx: Context) -> HandlerFuture {
        no_such_index()
    }

    /// Suggests values, by the completion at `index` of [`Definition::completions`].
    fn complete(self: Arc<Self>, _index: usize, _cx: Context) -> HandlerFuture {
        no_such_index()
    }
}

/// What a server has.
#[derive(Debug, Default)]
pub struct Definition {
    /// Who it is.
    pub server: ServerInfo,
    /// Its tools, in the order of the source.
    pub tools: &'static [ToolInfo],
    /// Its resources and resource templates.
    pub resources: &'static [ResourceInfo],
    /// Its prompts.
    pub prompts: &'static [PromptInfo],
    /// What it can complete.
    pub completions: &'static [CompletionInfo],
    /// What serves its resources, prompts and completions, as far as it has any.
    pub method_groups: &'static [MethodGroup],
    /// Tools that are free functions.
    pub free: &'static [FreeToolEntry],
    /// How long the lists may be kept.
    pub lists: CacheHints,
}

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

/// A tool.
#[derive(Debug)]
pub struct ToolInfo {
    /// 1 to 128 of `A-Z a-z 0-9 _ - .`
    pub name: &'static str,
    /// A name for people.
    pub title: Option<&'static str>,
    /// What it does, for the model.
    pub description: Option<&'static str>,
    /// The schema of its arguments: an object of `members`.
    pub input: Described,
    /// The arguments, in the order of the parameters.
    pub members: &'static [Member],
    /// Compares the arguments with the header fields that repeat them, if any do: [`mirrored`].
    pub param_headers: Option<CompareMirror>,
    /// The schema of its structured result, if it has one.
    pub output: Option<Described>,
    /// What to expect of it.
    pub hints: ToolHints,
    /// Pictures of it.
    pub icons: &'static [IconInfo],
    /// `_meta`, a JSON object.
    pub meta: Option<&'static str>,
    /// Whether it may become a task.
    pub task: Option<TaskInfo>,
}

/// Compares arguments, an object of the members as JSON text, with header fields.
pub type CompareMirror = fn(&'static [Member], &str, &ParamHeaders) -> Result<(), Error>;

/// What compares the arguments of a tool, where one of them names a header: only such a tool carries the code.
pub const fn mirrored(members: &[Member]) -> Option<CompareMirror> {
    if schema::have_header(members) { Some(schema::compare_mirrored) } else { None }
}

/// `ToolAnnotations` of the schema; what is not said is left out.
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
    /// Whether [`Service::list_resources`] lists what is behind the template.
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
    /// For whom it is: `user`, `assistant`.
    pub audience: &'static [&'static str],
    /// From 0 (optional) to 1 (required), as number text.
    pub priority: Option<&'static str>,
    /// How long its contents may be kept.
    pub cache: CacheHints,
    /// `_meta`, a JSON object.
    pub meta: Option<&'static str>,
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

/// A free function with `#[tool]`.
pub trait FreeTool {
    /// What it is.
    const INFO: ToolInfo;
    /// Runs it.
    fn call(cx: Context) -> HandlerFuture;
}

/// A [`FreeTool`] in a table.
#[derive(Clone, Copy)]
pub struct FreeToolEntry {
    /// What it is.
    pub info: &'static ToolInfo,
    /// Runs it.
    pub call: fn(Context) -> HandlerFuture,
}

impl std::fmt::Debug for FreeToolEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.info.name)
    }
}

/// A handler that is done or has to be polled.
pub type HandlerFuture = MaybeFuture<'static, Reply>;

/// The entries that a template lists, as one line of JSON text for each; or the reply that answers the whole list.
pub type Listed = Result<String, Reply>;

/// What a handler leaves, if it panics too.
pub trait HandlerOutput: Send + 'static {
    /// The output of a handler that panicked, or is not there.
    fn failed() -> Self;
}

impl HandlerOutput for Reply {
    fn failed() -> Self {
        Self::handler_failed()
    }
}

impl HandlerOutput for Listed {
    fn failed() -> Self {
        Err(Reply::handler_failed())
    }
}

/// There is no handler at that index.
pub fn no_such_index<T: HandlerOutput>() -> MaybeFuture<'static, T> {
    MaybeFuture::Ready(T::failed())
}
