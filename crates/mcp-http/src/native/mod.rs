//! Streamable HTTP on native platforms: hyper on Tokio.
//!
//! [`Listener`] accepts connections and serves an [`Endpoint`](crate::Endpoint) on them; [`Service`] is the same endpoint
//! as a tower service, for programs that have a router of their own.

mod body;
mod connection;
mod listener;
mod monitored_io;
mod request;
mod serve_connection;
mod service;
#[cfg(feature = "tls")]
mod tls;

pub use body::ResponseBody;
pub use listener::Listener;
pub use service::Service;
#[cfg(feature = "tls")]
pub use tls::Tls;

pub use crate::signal::stop_signal;
