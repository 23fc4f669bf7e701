//! Framing: where one message ends and the next begins. Pure code, fed with whatever arrives.

mod ndjson;

pub use ndjson::{Frame, NdJson};
