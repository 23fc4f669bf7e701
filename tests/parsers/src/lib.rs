//! What holds for every parser, whatever it is given: one function per parser, which panics where a property does not hold.
//!
//! The tests of this package give them bytes made by proptest; the targets in `fuzz/` give them what libFuzzer finds. Both begin
//! with the inputs in `seeds/`, one folder per function.
#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a property fails by panicking"
)]

mod base64_header;
mod cursor;
mod envelope;
mod head;
mod json;
mod ndjson;
mod pieces;
mod schema;
mod server;
mod sse;
mod state;
mod uri_template;

pub use base64_header::base64_header;
pub use cursor::cursor;
pub use envelope::envelope;
pub use head::head;
pub use json::json;
pub use ndjson::ndjson;
pub use schema::schema;
pub use sse::sse;
pub use state::state;
pub use uri_template::uri_template;
