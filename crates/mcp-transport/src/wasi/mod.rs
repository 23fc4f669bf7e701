//! Streamable HTTP as a component: `wasi:http`.
//!
//! The host listens, reads heads and calls; what is here carries head, body and response to and fro. An instance is
//! told by its environment what it can rely on:
//!
//! | variable | what it says |
//! |---|---|
//! | `MCP_INSTANCE=lasting` | the host keeps this one instance for all requests |
//! | `MCP_HOSTS` | hosts it answers to besides `localhost`, separated by commas; `*`: every one |
//! | `MCP_ORIGINS` | origins of pages it answers to, likewise |

pub mod p2;
#[cfg(feature = "wasip3")]
pub mod p3;

use std::process::ExitCode;
use std::sync::Arc;

use wasip2::cli::environment::get_environment;
use wasip2::cli::stderr::get_stderr;

use crate::http::Policy;
use crate::{Endpoint, Handler, Instance};

/// How an endpoint is made.
type Make = fn(Arc<dyn Handler>, Policy, Instance) -> Endpoint;

/// The endpoint of this instance, as the environment wants it. `concurrent`: it takes requests in while it serves
/// others.
pub fn endpoint(handler: Arc<dyn Handler>, concurrent: bool, make: Make) -> Endpoint {
    let mut policy = Policy::new();
    let mut instance = Instance { concurrent, ..Instance::REQUEST };
    // One call of the host for all variables.
    for (name, value) in get_environment() {
        let parts = value.split(',').map(str::trim).filter(|part| !part.is_empty());
        match name.as_str() {
            "MCP_INSTANCE" => instance.lasting = value == "lasting",
            "MCP_HOSTS" => policy = parts.fold(policy, admit_host),
            "MCP_ORIGINS" => policy = parts.fold(policy, admit_origin),
            _ => {}
        }
    }
    make(handler, policy, instance)
}

fn admit_host(policy: Policy, host: &str) -> Policy {
    if host == "*" { policy.any_host() } else { policy.host(host) }
}

fn admit_origin(policy: Policy, origin: &str) -> Policy {
    if origin == "*" { policy.any_origin() } else { policy.origin(origin) }
}

/// The `main` of a component that was built without stdio.
pub fn serves_http_only() -> ExitCode {
    // With standard error gone there is nobody to tell.
    let _ = get_stderr()
        .blocking_write_and_flush(b"this component serves HTTP only: run it with `wasmtime serve`\n");
    ExitCode::FAILURE
}
