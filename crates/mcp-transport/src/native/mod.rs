//! Streamable HTTP on native platforms: hyper on Tokio.
//!
//! [`Listener`] accepts connections and serves an [`Endpoint`](crate::Endpoint) on them; [`Service`] is the same endpoint
//! as a tower service, for programs that have a router of their own.

mod body;
mod listener;
mod request;
mod service;

pub use body::ResponseBody;
pub use listener::Listener;
pub use service::Service;
