//! Streamable HTTP on native platforms: hyper on Tokio.
//!
//! [`Listener`] accepts connections and serves an [`HttpService`] on them: an [`Endpoint`](crate::Endpoint), or any tower
//! service as [`Tower`]. [`Service`] is the endpoint as a tower service, for programs that have a router of their own.

mod body;
mod cidr;
mod client;
mod connection;
mod forwarded;
mod http_service;
mod listener;
mod monitored_io;
mod proxy_protocol;
mod report;
mod request;
mod request_body;
mod serve_connection;
mod service;
#[cfg(feature = "tls")]
mod tls;
mod worker_watch;

pub use body::ResponseBody;
pub use cidr::{Cidr, InvalidCidr};
pub use client::PeerAddress;
pub use http_service::{HttpService, Tower};
pub use listener::Listener;
pub use request_body::RequestBody;
pub use service::Service;
#[cfg(feature = "tls")]
pub use tls::Tls;

pub use pulseengine_mcp_runtime::stop_signal;
