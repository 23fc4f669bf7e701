//! One conversation between a client and a server, as a state machine: messages and the time go in, effects come out.
//!
//! It admits requests and decides in which revision each is served; it tracks the requests in flight, matches answers,
//! applies cancellations and announces changes. It runs nothing and sends nothing itself. Both sides share it: what
//! differs is a [`Role`].

mod batch;
mod change;
mod client;
mod core;
mod meta;
mod outgoing;
mod server;
pub(crate) mod session;
mod subscriptions;

pub(crate) use batch::check_size;
pub use change::Change;
pub use client::{ClientEvent, ClientSettings, ClientSide};
pub use core::{ANYWHERE, Conversation, Effect, Origin, OtherSide, OutgoingId, Role, Served};
pub use server::{Announcing, LAYERING, Layering, Offer, ServerEvent, ServerSide};
pub use subscriptions::ANNOUNCING;
