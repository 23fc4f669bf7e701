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

pub use endpoint::{Body, Endpoint, EventStream, Response};
pub use handler::{Answer, Handler, Outcome, Reply};
pub use instance::Instance;
pub use peer::{Peer, Room};
