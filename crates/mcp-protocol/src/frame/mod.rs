//! Framing: how messages lie in a byte stream.

mod line;
mod ndjson;
mod scan;
mod sse;

pub(crate) use line::on_one_line;
pub use line::push_line;
pub use ndjson::{Frame, NdJson};
pub use sse::{COMMENT, SseDecoder, SseEvent, SseItem, event, named, priming, retry};
