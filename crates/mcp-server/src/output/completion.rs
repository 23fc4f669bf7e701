//! Suggestions.

use pulseengine_mcp_protocol::model::{CompleteResult, Completion, Meta};
use pulseengine_mcp_protocol::{Outcome, Reply};

use crate::Context;
use crate::response::Response;

/// How many suggestions one answer may hold (specification: server/utilities/completion).
const MAX_VALUES: usize = 100;

/// Suggestions, being written.
#[derive(Debug)]
pub struct CompletionResult<'a> {
    response: Response<'a>,
}

impl<'a> CompletionResult<'a> {
    pub(crate) fn begin(cx: &'a Context) -> Self {
        let mut response = cx.respond(256);
        response.result.w.key("completion").begin_object();
        Self { response }
    }

    /// Writes the suggestions, the best first; those beyond 100 are only counted.
    pub fn values<S: AsRef<str>>(&mut self, values: &[S], total: Option<u64>, has_more: Option<bool>) {
        let w = &mut self.response.result.w;
        w.key("values").begin_array();
        values.iter().take(MAX_VALUES).for_each(|value| w.string(value.as_ref()));
        w.end_array();
        w.key("total").unsigned(total.unwrap_or(values.len() as u64));
        w.key("hasMore").boolean(has_more.unwrap_or(values.len() > MAX_VALUES));
    }

    /// Adds to the result's `_meta`. A key that is there already keeps its value: those that the server itself writes are reserved
    /// by the protocol.
    pub fn meta(&mut self, meta: &Meta) {
        self.response.add_meta(meta);
    }

    pub(crate) fn end(mut self) -> Reply {
        self.response.result.w.end_object();
        self.response.end(Outcome::Complete)
    }
}

/// What a completion can return.
#[diagnostic::on_unimplemented(
    message = "a completion cannot return `{Self}`",
    label = "these are not suggestions",
    note = "return `Vec<String>`, `Vec<&'static str>`, `Completion` or `CompleteResult`"
)]
pub trait CompletionOutput {
    /// Writes the suggestions.
    fn write(self, out: &mut CompletionResult<'_>);
}

impl<S: AsRef<str>> CompletionOutput for Vec<S> {
    fn write(self, out: &mut CompletionResult<'_>) {
        out.values(&self, None, None);
    }
}

impl CompletionOutput for Completion {
    fn write(self, out: &mut CompletionResult<'_>) {
        out.values(&self.values, self.total, self.has_more);
    }
}

impl CompletionOutput for CompleteResult {
    fn write(self, out: &mut CompletionResult<'_>) {
        if let Some(meta) = &self.meta {
            out.meta(meta);
        }
        self.completion.write(out);
    }
}
