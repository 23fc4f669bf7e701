//! Results, written from the front to the back in one buffer.

use std::borrow::Cow;

use pulseengine_mcp_protocol::json::Writer;
use pulseengine_mcp_protocol::model::Meta;
use pulseengine_mcp_protocol::params::member;
use pulseengine_mcp_protocol::schema;
use pulseengine_mcp_protocol::{Call, Outcome, Reply, ResultWriter, Revision};

/// A response whose result is being written.
#[derive(Debug)]
pub(crate) struct Response<'a> {
    pub result: ResultWriter,
    /// The result depends on the caller.
    pub private: bool,
    call: &'a Call,
    /// The text of `_meta`; empty without one.
    meta: Cow<'a, str>,
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
        let meta = Cow::Borrowed(if call.revision.is_stateless() { meta } else { "" });
        Self { result, private: false, call, meta }
    }

    pub const fn call(&self) -> &Call {
        self.call
    }

    pub const fn revision(&self) -> Revision {
        self.call.revision
    }

    /// Adds what a handler puts into `_meta`. What the server itself says there (its name, in the revisions that have it) stays:
    /// those keys are reserved by the protocol.
    pub fn add_meta(&mut self, meta: &Meta) {
        let mut w = Writer::default();
        w.begin_object();
        schema::inline(&mut w, &self.meta);
        for (key, value) in &meta.0 {
            if member(&self.meta, key).is_none() {
                schema::to_serde(value, w.key(key));
            }
        }
        w.end_object();
        self.meta = Cow::Owned(w.into_text());
    }

    /// Closes the response.
    pub fn end(mut self, outcome: Outcome) -> Reply {
        if !self.meta.is_empty() {
            self.result.w.key("_meta").raw(&self.meta);
        }
        self.result.w.end_object();
        self.result.finish(outcome)
    }
}
