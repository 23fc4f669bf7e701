//! What the Model Context Protocol says, without I/O.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod json;
mod limits;
pub mod schema;

pub use limits::Limits;
