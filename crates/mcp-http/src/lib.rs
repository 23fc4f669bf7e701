//! Streamable HTTP for servers.
//!
//! [`Endpoint`] serves one HTTP request by the rules of [`pulseengine_mcp_protocol::http`]; it is the same natively and
//! on WASI, and the drivers of a platform only carry heads and bodies to and fro.
#![forbid(unsafe_code)]

mod auth;
mod authenticated;
mod body;
mod caller;
mod cors;
mod endpoint;
mod exchange;
mod keep_alive;
mod ledger;
mod listen;
#[cfg(all(feature = "http", not(all(target_os = "wasi", target_env = "p2"))))]
pub mod native;
mod observed;
#[cfg(all(feature = "http", target_os = "wasi", target_env = "p2"))]
pub mod wasi;

mod parts;
mod request;
mod response;
mod route;
mod session;
mod sessionless;
mod subscription;

pub use auth::{Authenticating, Authenticator};
pub use authenticated::Authenticated;
pub use body::{BodyError, BodyLimits, NoMemory, ReadBody};
pub use endpoint::{Endpoint, EndpointBuilder};
pub use request::RequestHead;
pub use response::{Body, EventStream, Response};
pub use route::{Route, RouteHandler, RouteRequest};

/// What a server brings to its endpoint. Not part of the public interface: it may change with any version.
#[doc(hidden)]
pub mod __private {
    pub use crate::auth::{AuthGate, Identifying, auth_gate};
    pub use crate::listen::Admitting;
    pub use crate::observed::Observing;
    pub use crate::parts::ServerParts;
    pub use crate::route::{RouteMatch, Routes};
}

/// Exports `wasi:http/incoming-handler` from a component: `$builder`, an [`EndpointBuilder`], is evaluated at the first
/// request. For the crate that becomes the component; natively nothing.
#[cfg(all(feature = "http", not(feature = "wasip3"), target_os = "wasi", target_env = "p2"))]
#[doc(hidden)]
#[macro_export]
macro_rules! export_http {
    ($builder:expr) => {
        const _: () = {
            struct Component;

            impl $crate::wasi::p2::Guest for Component {
                fn handle(
                    request: $crate::wasi::p2::IncomingRequest,
                    out: $crate::wasi::p2::ResponseOutparam,
                ) {
                    static ENDPOINT: ::std::sync::OnceLock<$crate::Endpoint> = ::std::sync::OnceLock::new();
                    let endpoint = ENDPOINT.get_or_init(|| $crate::wasi::endpoint($builder, false));
                    $crate::wasi::p2::serve(endpoint, request, out);
                }
            }

            $crate::wasi::p2::export! { Component with_types_in $crate::wasi::p2::bindings }
        };
    };
}

/// Exports `wasi:http/handler` of WASI 0.3, likewise.
#[cfg(all(feature = "http", feature = "wasip3", target_os = "wasi", target_env = "p2"))]
#[doc(hidden)]
#[macro_export]
macro_rules! export_http {
    ($builder:expr) => {
        const _: () = {
            struct Component;

            impl $crate::wasi::p3::Guest for Component {
                async fn handle(
                    request: $crate::wasi::p3::Request,
                ) -> ::core::result::Result<
                    $crate::wasi::p3::bindings::http::types::Response,
                    $crate::wasi::p3::bindings::http::types::ErrorCode,
                > {
                    static ENDPOINT: ::std::sync::OnceLock<$crate::Endpoint> = ::std::sync::OnceLock::new();
                    let endpoint = ENDPOINT.get_or_init(|| $crate::wasi::endpoint($builder, true));
                    $crate::wasi::p3::serve(endpoint, request).await
                }
            }

            $crate::wasi::p3::export! { Component with_types_in $crate::wasi::p3::bindings }
        };
    };
}

/// Natively there is nothing to export.
#[cfg(not(all(feature = "http", target_os = "wasi", target_env = "p2")))]
#[doc(hidden)]
#[macro_export]
macro_rules! export_http {
    ($builder:expr) => {};
}
