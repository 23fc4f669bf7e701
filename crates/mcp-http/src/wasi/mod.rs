//! Streamable HTTP as a component: `wasi:http`.
//!
//! The host listens, reads heads and calls; this module passes head, body and response on. The environment of an instance
//! configures it:
//!
//! | variable | meaning |
//! |---|---|
//! | `MCP_INSTANCE=lasting` | the host keeps this one instance for all requests |
//! | `MCP_HOSTS` | the hosts that are served besides `localhost`, separated by commas; `*`: every host |
//! | `MCP_ORIGINS` | the origins of pages that are served, separated by commas; `*`: every origin |
//!
//! Some hosts for WASI 0.3 pass neither `Host` nor an authority to the component (wasmtime 48). There `MCP_HOSTS` has no
//! effect, and `Origin` alone keeps foreign pages out.

pub mod p2;
#[cfg(feature = "wasip3")]
pub mod p3;
mod received;

use std::process::ExitCode;

use pulseengine_mcp_protocol::json::Writer;
use wasip2::cli::environment::get_environment;
use wasip2::cli::stderr::get_stderr;

use pulseengine_mcp_protocol::http::{Policy, cut};
use pulseengine_mcp_transport::Instance;

use crate::{Endpoint, EndpointBuilder};

/// The endpoint of this instance, as the environment configures it. `concurrent`: it takes requests in while it serves
/// others.
pub fn endpoint(builder: EndpointBuilder, concurrent: bool) -> Endpoint {
    let mut builder = with_sessions(builder);
    builder.instance = Instance::REQUEST;
    builder.instance.concurrent = concurrent;
    let mut policy = hostless(builder.policy);
    // One call of the host for all variables.
    for (name, value) in get_environment() {
        match name.as_str() {
            "MCP_INSTANCE" => builder.instance.lasting = value == "lasting",
            "MCP_HOSTS" => policy = each(policy, &value, Policy::any_host, Policy::host),
            "MCP_ORIGINS" => policy = each(policy, &value, Policy::any_origin, Policy::origin),
            _ => {}
        }
    }
    builder.policy = policy;
    builder.build()
}

#[cfg(feature = "wasip3")]
fn hostless(policy: Policy) -> Policy {
    policy.hostless()
}

#[cfg(not(feature = "wasip3"))]
fn hostless(policy: Policy) -> Policy {
    policy
}

/// A component keeps sessions where it was built with them: they are a fifth of its size.
#[cfg(feature = "sessions")]
fn with_sessions(builder: EndpointBuilder) -> EndpointBuilder {
    builder.sessions()
}

#[cfg(not(feature = "sessions"))]
fn with_sessions(builder: EndpointBuilder) -> EndpointBuilder {
    builder
}

fn each(policy: Policy, list: &str, all: fn(Policy) -> Policy, one: fn(Policy, String) -> Policy) -> Policy {
    if list == "*" {
        return all(policy);
    }
    let mut policy = policy;
    let mut rest = Some(list);
    while let Some(list) = rest {
        let (part, more) = cut(list, b',').map_or((list, None), |(part, more)| (part, Some(more)));
        policy = one(policy, part.trim_ascii().to_owned());
        rest = more;
    }
    policy
}

/// A length as text. By the writer that every component carries, instead of the standard library's formatting.
fn decimal(length: usize) -> String {
    let mut w = Writer::default();
    w.unsigned(length as u64);
    w.into_text()
}

/// The `main` of a component that was built without stdio.
pub fn serves_http_only() -> ExitCode {
    // With standard error gone there is no place left to report it.
    let _ = get_stderr()
        .blocking_write_and_flush(b"this component serves HTTP only: run it with `wasmtime serve`\n");
    ExitCode::FAILURE
}
