//! MCP over a pair of byte streams.
//!
//! [`stream::serve`] runs a server's conversation over a pair of byte streams. [`Handler`] serves its requests, [`Peer`] is
//! how a handler sends something besides its answer, and [`Driver`] joins conversation, handlers and peer; the HTTP
//! transport uses it for its streams as well.
//!
//! [`stream::connect`] runs a client's conversation: [`client::ClientPeer`] sends requests, [`client::ClientHandler`]
//! serves those of the server.
#![forbid(unsafe_code)]

pub mod client;
mod client_end;
mod connection;
mod handler;
mod instance;
mod observer;
mod peer;
mod server;
mod std_sync;
pub mod stream;

pub use connection::{ABORTED, End, Link, Outlet};
pub use handler::{GRACE, Handler};
pub use instance::Instance;
pub use observer::{ConnectionError, Event, Observer, SessionEnd, Usage};
pub use peer::{Command, Peer, SendStatus};
pub use server::{Driver, ServerEnd};
