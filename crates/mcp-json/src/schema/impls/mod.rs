//! The types of the standard library and of serde_json.

mod absent;
mod collection;
mod forms;
mod integer;
mod json;
pub use absent::{ForeignType, NotOptional};
pub use json::{from_serde, to_serde};
mod scalar;
#[cfg(feature = "std")]
mod standard;
mod tuple;
