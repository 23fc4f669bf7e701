//! The answer to a request: a result or an error. The envelope around it is completed when it is sent.

use alloc::string::String;

use crate::json::Writer;
use crate::{Error, ErrorCode, RequestId};

/// The outcome of a request, for layers and observers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// A result.
    Complete,
    /// A tool's result that reports an error to the model.
    ToolError,
    /// More input is needed first (2026-07-28).
    InputRequired,
    /// A JSON-RPC error.
    Error(ErrorCode),
    /// A layer refused it, with that JSON-RPC error.
    Refused(ErrorCode),
    /// The handler panicked.
    Panicked,
    /// The client cancelled it, or has gone; or it took too long.
    Cancelled,
    /// The handler goes on as a task.
    Task,
}

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    outcome: Outcome,
    content: Result<ResultText, Error>,
}

/// A result behind the beginning of its envelope, so that it need not be copied to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ResultText {
    text: String,
    start: usize,
}

/// A result that is being written. The writer stands where the result begins.
#[derive(Debug)]
pub struct ResultWriter {
    /// Takes the result, one JSON value.
    pub w: Writer,
    start: usize,
}

impl ResultWriter {
    /// Begins the result of the request `id`, of about `room` bytes.
    pub fn new(id: &RequestId, room: usize) -> Self {
        let mut text = String::with_capacity(room + 64);
        text.push_str(r#"{"jsonrpc":"2.0","id":"#);
        let mut w = Writer::resume(text, false);
        id.write(&mut w);
        let mut text = w.into_text();
        text.push_str(r#","result":"#);
        let start = text.len();
        Self { w: Writer::resume(text, false), start }
    }

    /// The finished result.
    pub fn finish(self, outcome: Outcome) -> Reply {
        Reply { outcome, content: Ok(ResultText { text: self.w.into_text(), start: self.start }) }
    }
}

impl Reply {
    /// A result, the text of one JSON value.
    pub fn new(id: &RequestId, result: &str, outcome: Outcome) -> Self {
        let mut writer = ResultWriter::new(id, result.len());
        writer.w.raw(result);
        writer.finish(outcome)
    }

    /// The result `{}`.
    pub fn empty(id: &RequestId) -> Self {
        Self::new(id, "{}", Outcome::Complete)
    }

    /// A JSON-RPC error.
    pub const fn error(error: Error) -> Self {
        Self { outcome: Outcome::Error(error.code()), content: Err(error) }
    }

    /// The error of a layer that refuses the request.
    pub const fn refused(error: Error) -> Self {
        Self { outcome: Outcome::Refused(error.code()), content: Err(error) }
    }

    /// The error of a handler that panicked.
    pub fn handler_failed() -> Self {
        let error = Error::internal("Internal error: the handler failed");
        Self { outcome: Outcome::Panicked, content: Err(error) }
    }

    /// Replaces the result by another, the text of one JSON value. An error stays as it is.
    pub fn set_result(&mut self, result: &str) {
        if let Ok(content) = &mut self.content {
            content.text.truncate(content.start);
            content.text.push_str(result);
        }
    }

    /// The outcome of the request.
    pub const fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// The result as JSON text, or the error.
    ///
    /// # Errors
    ///
    /// The error, if that is the answer.
    pub fn result(&self) -> Result<&str, &Error> {
        match &self.content {
            Ok(result) => Ok(result.text.get(result.start..).unwrap_or_default()),
            Err(error) => Err(error),
        }
    }

    /// The whole response message. `id` is that of the request.
    pub fn into_message(self, id: &RequestId) -> String {
        match self.content {
            Ok(mut result) => {
                result.text.push('}');
                result.text
            }
            Err(error) => error.response(Some(id), None),
        }
    }
}

impl From<Error> for Reply {
    fn from(error: Error) -> Self {
        Self::error(error)
    }
}

#[cfg(test)]
mod tests {
    use super::{Outcome, Reply};
    use crate::{Error, RequestId};

    #[test]
    fn the_envelope_is_completed_around_the_result() {
        let id = RequestId::String("a\"b".into());
        let reply = Reply::new(&id, r#"{"x":1}"#, Outcome::Complete);
        assert_eq!(reply.result(), Ok(r#"{"x":1}"#));
        let mut changed = reply.clone();
        changed.set_result(r#"{"y":[2]}"#);
        assert_eq!(changed.into_message(&id), r#"{"jsonrpc":"2.0","id":"a\"b","result":{"y":[2]}}"#);
        assert_eq!(reply.into_message(&id), r#"{"jsonrpc":"2.0","id":"a\"b","result":{"x":1}}"#);
        let reply = Reply::error(Error::internal("no"));
        assert!(reply.result().is_err());
        assert_eq!(
            reply.into_message(&RequestId::Number(-3)),
            r#"{"jsonrpc":"2.0","id":-3,"error":{"code":-32603,"message":"no"}}"#
        );
    }
}
