//! MCP servers.
//!
//! `#[server]` turns an `impl` block into a [`Service`]: constant tables and functions that pick by index. An [`App`]
//! puts a service together with what is only known at run time (tools made on the fly, layers, keys) and becomes a
//! [`Server`], which answers calls from any transport. A handler sees its call through a [`Context`]; what it returns
//! is written straight into the response by the traits in [`output`].
#![forbid(unsafe_code)]

mod app;
mod by_name;
mod cache;
mod catalog;
mod completions;
mod context;
mod dispatch;
#[cfg(feature = "jsonschema")]
mod dynamic;
mod entry;
mod error;
mod filter;
mod find_entry;
mod generated;
mod handler;
mod info;
pub mod input;
mod layer;
mod lists;
pub mod output;
mod paging;
mod pause;
mod prompts;
mod request;
mod resources;
mod response;
mod scope_guard;
mod server;
mod service;
mod task;
mod text;
mod through_layers;
mod tools;

pub use app::{App, Authentication};
pub use cache::{CacheHints, Cached};
pub use context::Context;
#[cfg(feature = "jsonschema")]
pub use dynamic::DynamicTool;
pub use entry::{Entry, EntryKind, Scopes};
pub use error::{PromptError, ResourceError, ToolError};
pub use info::ToolHints;
pub use layer::{Admission, Filter, Layer, Refusal};
pub use output::{
    Blob, CompletionOutput, Json, PromptMessages, PromptOutput, ResourceOutput, Text, ToolOutput,
};
pub use request::Request;
pub use server::Server;
pub use service::{FreeTool, Service};
pub use task::TaskOptions;
pub use text::{FromPromptArgument, FromText};

/// What the façade and the code that the macros write need besides. Not part of the public interface: it may change with any
/// version.
#[doc(hidden)]
pub mod __private {
    pub use crate::by_name::name_order;
    pub use crate::completions::COMPLETIONS;
    pub use crate::handler::{HandlerFuture, HandlerOutput, Listed, blocking, no_such_index, pending};
    pub use crate::info::{
        CompletionInfo, CompletionOf, IconInfo, PromptArgumentInfo, PromptInfo, ResourceInfo, ServerInfo,
        ToolHints,
    };
    pub use crate::prompts::PROMPTS;
    pub use crate::resources::RESOURCES;
    pub use crate::scope_guard::scope_guard;
    pub use crate::service::{
        CompareParamHeaders, Definition, FreeTool, FreeToolEntry, MethodGroup, NameOrders, ScopeGuard,
        Service, ToolInfo, compare_param_headers,
    };
    pub use crate::task::TaskInfo;
    pub use crate::text::{prompt_argument, variable};
}
