//! Results, written from the front to the back in one buffer.

use pulseengine_mcp_protocol::{Call, Outcome, Reply, ResultWriter, Revision};

/// A response whose result is being written.
#[derive(Debug)]
pub(crate) struct Response<'a> {
    pub result: ResultWriter,
    /// The result depends on the caller.
    pub private: bool,
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
        let mut result = ResultWriter::new(&call.id, room + meta.len() + 128);
        result.w.begin_object();
        if call.revision.has_result_type() {
            result.w.key("resultType").string(kind);
        }
        Self { result, private: false, call, meta }
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
            self.result.w.key("_meta").raw(self.meta);
        }
        self.result.w.end_object();
        self.result.finish(outcome)
    }
}
