//! Between bytes and messages.
//!
//! [`frame`] cuts a byte stream into messages; [`stream::serve`] drives one conversation over a pair of byte streams.
//! [`http`] holds the rules of Streamable HTTP and [`Endpoint`] serves one HTTP request by them; both are the same
//! natively and on WASI, and the drivers of a platform only carry heads and bodies to and fro. [`Handler`] is what all
//! of them ask to serve requests, [`Peer`] what a handler answers through besides its answer.
#![forbid(unsafe_code)]

mod driver;
mod endpoint;
pub mod frame;
mod handler;
pub mod http;
mod instance;
#[cfg(all(feature = "http", not(all(target_os = "wasi", target_env = "p2"))))]
pub mod native;
mod peer;
#[cfg(all(feature = "http", not(all(target_os = "wasi", target_env = "p2"))))]
#[cfg_attr(unix, path = "native/signal_unix.rs")]
#[cfg_attr(not(unix), path = "native/signal_any.rs")]
mod signal;
pub mod stream;
#[cfg(all(feature = "http", target_os = "wasi", target_env = "p2"))]
pub mod wasi;

/// Keeps the items inside it natively; on WASI they are not there.
#[cfg(not(all(target_os = "wasi", target_env = "p2")))]
#[macro_export]
macro_rules! natively {
    ($($item:item)*) => { $($item)* };
}

/// Keeps the items inside it natively; on WASI they are not there.
#[cfg(all(target_os = "wasi", target_env = "p2"))]
#[macro_export]
macro_rules! natively {
    ($($item:item)*) => {};
}

/// Keeps the items inside it on WASI; natively they are not there.
#[cfg(not(all(target_os = "wasi", target_env = "p2")))]
#[macro_export]
macro_rules! on_wasi {
    ($($item:item)*) => {};
}

/// Keeps the items inside it on WASI; natively they are not there.
#[cfg(all(target_os = "wasi", target_env = "p2"))]
#[macro_export]
macro_rules! on_wasi {
    ($($item:item)*) => { $($item)* };
}

pub use endpoint::{
    Account, Authenticating, Authenticator, Body, Endpoint, EventStream, Gate, Identifying, Reading,
    Responding, Response, gate,
};
pub use handler::{Answer, Handler, Outcome, Reply};
pub use instance::Instance;
pub use peer::{Peer, Room};

/// Exports `wasi:http/incoming-handler` from a component: `$handler`, an `Arc<dyn Handler>`, is evaluated at the first
/// request. For the crate that becomes the component; natively nothing.
#[cfg(all(feature = "http", not(feature = "wasip3"), target_os = "wasi", target_env = "p2"))]
#[doc(hidden)]
#[macro_export]
macro_rules! export_http {
    ($handler:expr) => {
        const _: () = {
            struct Component;

            impl $crate::wasi::p2::Guest for Component {
                fn handle(
                    request: $crate::wasi::p2::IncomingRequest,
                    out: $crate::wasi::p2::ResponseOutparam,
                ) {
                    static ENDPOINT: ::std::sync::OnceLock<$crate::Endpoint> = ::std::sync::OnceLock::new();
                    let endpoint = ENDPOINT.get_or_init(|| $crate::wasi::endpoint($handler, false));
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
    ($handler:expr) => {
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
                    let endpoint = ENDPOINT.get_or_init(|| $crate::wasi::endpoint($handler, true));
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
    ($handler:expr) => {};
}
