//! Write an MCP server once; run it as a native binary and as a WebAssembly component.
//!
//! ```no_run
//! use pulseengine_mcp::prelude::*;
//!
//! #[derive(Default)]
//! struct Hello;
//!
//! #[server(name = "hello")]
//! impl Hello {
//!     /// Greets someone.
//!     #[tool]
//!     fn greet(&self, name: String) -> String {
//!         format!("Hello, {name}!")
//!     }
//! }
//!
//! pulseengine_mcp::main!(Hello);
//! ```
#![forbid(unsafe_code)]

#[cfg(feature = "auth")]
pub mod auth;
#[cfg(feature = "http")]
pub mod http;
mod run;
pub mod testing;

pulseengine_mcp_runtime::natively! {
    mod arguments;
    #[cfg(feature = "http")]
    mod http_program;
    mod message;
    mod program;
    #[cfg(feature = "stdio")]
    mod stdio_program;
    pub use program::run;
}
pulseengine_mcp_runtime::on_wasi! {
    mod component;
    pub use component::run;
}

pub mod input;
pub mod output;
pub mod params;
pub mod runtime;
pub mod schema;
pub mod store;

pub use pulseengine_mcp_macros::{Schema, completion, prompt, resource, server, tool};
pub use pulseengine_mcp_protocol::{
    Call, Error, ErrorCode, Limits, LoggingLevel, Method, Outcome, Principal, Reply, Revision, model,
};
#[cfg(feature = "jemalloc")]
pub use pulseengine_mcp_runtime::jemalloc;
#[cfg(feature = "dynamic")]
pub use pulseengine_mcp_server::DynamicTool;
pub use pulseengine_mcp_server::{
    Admission, App, Authentication, Blob, CacheHints, Cached, CompletionOutput, Context, Entry, EntryKind,
    Filter, FreeTool, FromPromptArgument, FromText, Json, Layer, PromptError, PromptMessages, PromptOutput,
    Refusal, Request, ResourceError, ResourceOutput, Scopes, Server, Service, TaskOptions, Text, ToolError,
    ToolHints, ToolOutput,
};
pub use pulseengine_mcp_transport::{ConnectionError, Event, Observer, SessionEnd, Usage};
pub use run::{serve_stdio, serve_stream};

pub mod prelude;

/// Writes `fn main` for a server: `main!(Calculator::default())`. The expression is a server made by `#[server]`, an
/// [`App`] or a [`Server`].
///
/// The program speaks MCP over stdio until its input ends; natively, with `--http ADDRESS`, over HTTP until it receives
/// a signal to stop. A component exports both `wasi:cli/run`, which is stdio, and `wasi:http/incoming-handler`.
#[macro_export]
macro_rules! main {
    ($server:expr $(,)?) => {
        fn main() -> ::std::process::ExitCode {
            $crate::__private::start(__mcp_server)
        }

        /// The server of this program or instance, made once.
        fn __mcp_server() -> $crate::Server {
            static SERVER: ::std::sync::OnceLock<$crate::Server> = ::std::sync::OnceLock::new();
            SERVER.get_or_init(|| ::core::convert::Into::into($server)).clone()
        }

        $crate::__private::export_run!($crate::__private::stdio(__mcp_server()));
        $crate::__private::export_http!($crate::__private::endpoint_builder(__mcp_server()));
    };
}

/// The examples of the README and of the book, so that they are compiled and run.
#[cfg(doctest)]
mod book;

/// What the code that the macros write needs. Not part of the public interface: it may change with any version.
#[doc(hidden)]
pub mod __private {
    pulseengine_mcp_runtime::natively! {
        pub use crate::program::start;
    }
    pulseengine_mcp_runtime::on_wasi! {
        pub use crate::component::start;
    }
    pub use pulseengine_mcp_http::export_http;
    pub use pulseengine_mcp_protocol::schema;
    pub use pulseengine_mcp_runtime::{MaybeFuture, export_run};
    pub use pulseengine_mcp_server::__private::{
        COMPLETIONS, CompletionInfo, CompletionOf, Definition, FreeTool, FreeToolEntry, HandlerFuture,
        IconInfo, Listed, NameOrders, PROMPTS, PromptArgumentInfo, PromptInfo, RESOURCES, ResourceInfo,
        ServerInfo, Service, TaskInfo, ToolHints, ToolInfo, blocking, compare_param_headers, name_order,
        no_such_index, pending, prompt_argument, scope_guard, variable,
    };
    pub use pulseengine_mcp_server::{CacheHints, Context, ToolOutput};
    pub use std::sync::Arc;

    pub use crate::run::endpoint_builder;

    pulseengine_mcp_runtime::on_wasi_0_3! {
        pub use crate::component::stdio;
    }
}
