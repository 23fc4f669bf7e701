//! Between bytes and messages.
//!
//! [`frame`] cuts a byte stream into messages; [`stream::serve`] drives one conversation over a pair of byte streams,
//! the same code natively and on WASI; [`Handler`] is what it asks to serve requests, [`Peer`] what a handler
//! answers through besides its answer.
#![forbid(unsafe_code)]

pub mod frame;
mod handler;
mod peer;
pub mod stream;

pub use handler::{Answer, Handler, Outcome, Reply};
pub use peer::{Peer, Room};
