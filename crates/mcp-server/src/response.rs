//! Response messages, written from the front to the back in one buffer.

use pulseengine_mcp_protocol::json::Writer;
use pulseengine_mcp_protocol::{Call, Error, RequestId, Revision};
use pulseengine_mcp_transport::{Outcome, Reply};

/// A response whose result is being written.
#[derive(Debug)]
pub(crate) struct Response<'a> {
    pub w: Writer,
    call: &'a Call,
    meta: &'a str,
}

impl<'a> Response<'a> {
    /// Opens the response to `call`; `meta` is the text of the result's `_meta` where the revision has one.
    pub fn begin(call: &'a Call, meta: &'a str, room: usize) -> Self {
        Self::of_type(call, meta, room, "complete")
    }

    /// The same with a `resultType`.
    pub fn of_type(call: &'a Call, meta: &'a str, room: usize, kind: &str) -> Self {
        let mut w = open(&call.id, room + meta.len() + 192);
        if call.revision.has_result_type() {
            w.key("resultType").string(kind);
        }
        Self { w, call, meta }
    }

    pub const fn call(&self) -> &Call {
        self.call
    }

    pub const fn revision(&self) -> Revision {
        self.call.revision
    }

    /// Closes the response.
    pub fn end(mut self, outcome: Outcome) -> Reply {
        if self.call.revision.is_stateless() && !self.meta.is_empty() {
            self.w.key("_meta").raw(self.meta);
        }
        self.w.end_object();
        self.w.end_object();
        Reply { id: Some(self.call.id.clone()), message: self.w.into_text(), outcome }
    }
}

/// The error response to `call`.
pub(crate) fn fail(call: &Call, error: &Error) -> Reply {
    Reply::error(&call.id, call.revision, error)
}

fn open(id: &RequestId, room: usize) -> Writer {
    let mut w = Writer::with_capacity(room);
    w.raw(r#"{"jsonrpc":"2.0","id":"#);
    let mut w = Writer::resume(w.into_text(), false);
    id.write(&mut w);
    w.key("result").begin_object();
    w
}
