//! What `#[server]` generates: constant tables that say what a server has, and one function per kind of request that
//! picks by index. Nothing is built when a server starts.

use std::sync::Arc;

use pulseengine_mcp_protocol::schema::{self, Described, HeaderUse, Member};
use pulseengine_mcp_protocol::{Error, Method, ParamHeaders, same_uri};
use pulseengine_mcp_runtime::MaybeFuture;
use pulseengine_mcp_transport::Peer;

use crate::by_name::search;
use crate::handler::{HandlerFuture, Listed, no_such_index};
use crate::info::{CompletionInfo, IconInfo, PromptInfo, ResourceInfo, ServerInfo, ToolHints};
use crate::request::ServedCall;
use crate::server::Settings;
use crate::task::TaskInfo;
use crate::{CacheHints, Context, Layer, Server};

/// A type with `#[server]`, which writes the methods: they may change with any version.
pub trait Service: Send + Sync + 'static {
    /// What the server has.
    #[doc(hidden)]
    fn definition(&self) -> &'static Definition;

    /// Runs the tool at `index` of [`Definition::tools`].
    #[doc(hidden)]
    fn call_tool(self: Arc<Self>, _index: usize, _cx: Context) -> HandlerFuture {
        no_such_index()
    }

    /// Reads the resource at `index` of [`Definition::resources`].
    #[doc(hidden)]
    fn read_resource(self: Arc<Self>, _index: usize, _cx: Context) -> HandlerFuture {
        no_such_index()
    }

    /// Lists the resources behind the resource at `index`, if it is [`ResourceInfo::listed`].
    #[doc(hidden)]
    fn list_resources(self: Arc<Self>, _index: usize, _cx: Context) -> MaybeFuture<'static, Listed> {
        no_such_index()
    }

    /// Fills in the prompt at `index` of [`Definition::prompts`].
    #[doc(hidden)]
    fn get_prompt(self: Arc<Self>, _index: usize, _cx: Context) -> HandlerFuture {
        no_such_index()
    }

    /// Suggests values, by the completion at `index` of [`Definition::completions`].
    #[doc(hidden)]
    fn complete(self: Arc<Self>, _index: usize, _cx: Context) -> HandlerFuture {
        no_such_index()
    }
}

/// What a server has.
#[derive(Debug, Default)]
pub struct Definition {
    /// Its names and version.
    pub server: ServerInfo,
    /// Its tools, in the order of the source.
    pub tools: &'static [ToolInfo],
    /// Its resources and resource templates.
    pub resources: &'static [ResourceInfo],
    /// Its prompts.
    pub prompts: &'static [PromptInfo],
    /// What it can complete.
    pub completions: &'static [CompletionInfo],
    /// The functions for its resources, prompts and completions: one group for each kind that it has.
    pub method_groups: &'static [MethodGroup],
    /// Tools that are free functions.
    pub free: &'static [FreeToolEntry],
    /// How long the lists may be kept.
    pub lists: CacheHints,
    /// Set where an entry has scopes: [`scope_guard`](crate::scope_guard::scope_guard).
    pub scope_guard: Option<ScopeGuard>,
    /// The places of the rows of each table by their names: [`name_order`](crate::by_name::name_order) of them.
    pub by_name: NameOrders,
}

/// Adds the layer that decides on scopes where no other does. Only tables with scopes refer to it, so that other servers do not
/// carry the code.
#[derive(Clone, Copy)]
pub struct ScopeGuard(pub(crate) fn(&mut Settings, &mut Vec<Arc<dyn Layer>>));

impl std::fmt::Debug for ScopeGuard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ScopeGuard")
    }
}

/// For each table of a [`Definition`], the places of its rows in the order of their names.
#[derive(Debug, Default)]
pub struct NameOrders {
    /// Of the tools.
    pub tools: &'static [u32],
    /// Of the resources and templates, by their URIs.
    pub resources: &'static [u32],
    /// Of the prompts.
    pub prompts: &'static [u32],
    /// Of the tools that are free functions.
    pub free: &'static [u32],
}

impl Definition {
    /// The place of the tool of that name.
    pub(crate) fn find_tool(&self, name: &str) -> Option<usize> {
        search(self.by_name.tools, name, &|at| self.tools.get(at).map(|tool| tool.name)).ok()
    }

    /// The place of the free function of that name.
    pub(crate) fn find_free(&self, name: &str) -> Option<usize> {
        search(self.by_name.free, name, &|at| self.free.get(at).map(|tool| tool.info.name)).ok()
    }

    /// The place of the resource of that URI, or of the template of that text, however it is spelled.
    pub(crate) fn find_resource(&self, uri: &str) -> Option<usize> {
        let exact =
            search(self.by_name.resources, uri, &|at| self.resources.get(at).map(|resource| resource.uri))
                .ok();
        exact.or_else(|| self.resources.iter().position(|resource| same_uri(resource.uri, uri)))
    }

    /// The place of the prompt of that name.
    pub(crate) fn find_prompt(&self, name: &str) -> Option<usize> {
        search(self.by_name.prompts, name, &|at| self.prompts.get(at).map(|prompt| prompt.name)).ok()
    }
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
    /// Compares the arguments with the header fields that repeat them, if any do: [`compare_param_headers`].
    pub param_headers: Option<CompareParamHeaders>,
    /// The schema of its structured result, if it has one.
    pub output: Option<Described>,
    /// Its annotations.
    pub annotations: ToolHints,
    /// Pictures of it.
    pub icons: &'static [IconInfo],
    /// `_meta`, a JSON object.
    pub meta: Option<&'static str>,
    /// The OAuth scopes that a caller needs for it, as far as a layer checks them.
    pub scopes: &'static [&'static str],
    /// Whether it may become a task.
    pub task: Option<TaskInfo>,
}

/// Compares arguments, an object of the members as JSON text, with header fields.
pub type CompareParamHeaders = fn(&'static [Member], &str, &ParamHeaders) -> Result<(), Error>;

/// What compares the arguments of a tool, where one of them names a header: only such a tool carries the code.
pub const fn compare_param_headers(members: &[Member]) -> Option<CompareParamHeaders> {
    match schema::header_use(members) {
        HeaderUse::None => None,
        _ => Some(|members, arguments, param_headers| {
            schema::mirrored(members, arguments, &mut |name, value| param_headers.check(name, value))
        }),
    }
}

/// Serves a call that came over the connection of that peer.
pub(crate) type Serve = fn(&Server, ServedCall, &Arc<Peer>) -> HandlerFuture;

/// What serves resources, prompts or completions. Only the tables of servers that have some refer to it, so that other
/// servers do not carry the code.
#[derive(Clone, Copy)]
pub struct MethodGroup {
    pub(crate) methods: &'static [Method],
    pub(crate) serve: Serve,
}

impl std::fmt::Debug for MethodGroup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.methods.fmt(f)
    }
}

/// A free function with `#[tool]`, which writes the items: they may change with any version.
pub trait FreeTool {
    /// What it is.
    #[doc(hidden)]
    const INFO: ToolInfo;
    /// Runs it.
    #[doc(hidden)]
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

/// What runs a tool: a method of the service, or a free function.
pub(crate) enum ToolFunction {
    Service(Arc<dyn Service>, usize),
    Free(fn(Context) -> HandlerFuture),
}

impl ToolFunction {
    pub fn run(self, cx: Context) -> HandlerFuture {
        match self {
            Self::Service(service, index) => service.call_tool(index, cx),
            Self::Free(call) => call(cx),
        }
    }
}
