//! JSON as messages of the Model Context Protocol have it: read within limits and without a tree, written, and described by schemas
//! that are known when a program is compiled.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(test)]
extern crate std;

mod error;
pub mod json;
mod limits;
pub mod schema;

pub use error::JsonError;
pub use limits::Limits;
