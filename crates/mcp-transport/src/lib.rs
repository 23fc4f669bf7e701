//! MCP over a pair of byte streams.
//!
//! [`stream::serve`] runs one conversation over a pair of byte streams. [`Handler`] serves its requests, [`Peer`] is how a
//! handler sends something besides its answer, and [`Driver`] joins conversation, handlers and peer; the HTTP transport
//! uses it for its streams as well.
#![forbid(unsafe_code)]

mod connection;
mod handler;
mod instance;
mod peer;
pub mod stream;

pub use connection::{Driver, Outlet};
pub use handler::Handler;
pub use instance::Instance;
pub use peer::{Command, Peer, SendStatus};
