//! Server-Sent Events: one message is the data of one event (WHATWG HTML, "Server-sent events").

mod decode;
mod encode;

pub use decode::{SseDecoder, SseEvent, SseItem};
pub use encode::{COMMENT, event, named, priming, retry};
