//! The half of a [`Context`] that the code written by `#[server]` uses: reading what a handler takes, and answering with
//! what it returns. In a file of its own, because it refers to `output/`, which refers to `Context`.

use std::borrow::Cow;

use pulseengine_mcp_protocol::params::{Key, member, string};
use pulseengine_mcp_protocol::schema::{self, Mismatch};
use pulseengine_mcp_protocol::{Call, Error, Method, Reply};

use crate::Context;
use crate::error::Failure;
use crate::handler::Listed;
use crate::output::{
    CompletionOutput, CompletionResult, Failed, ListedResources, PromptOutput, PromptResult, ResourceOutput,
    ResourceResult, ToolOutput, ToolResult,
};

impl Context {
    /// Takes the arguments apart, one slot per parameter.
    ///
    /// # Errors
    ///
    /// When an argument appears twice.
    #[doc(hidden)]
    pub fn arguments<'a>(&'a self, slots: &mut [Option<&'a str>]) -> Result<(), Mismatch> {
        schema::split(arguments(&self.inner().call), self.inner().target.members, false, slots)
    }

    /// The text of a template's variable, decoded; empty when there is no such variable.
    #[doc(hidden)]
    pub fn variable(&self, index: usize) -> &str {
        self.inner().target.variables.get(index).map(String::as_str).unwrap_or_default()
    }

    /// A prompt's argument.
    ///
    /// # Errors
    ///
    /// When it is not a string.
    #[doc(hidden)]
    pub fn prompt_argument(&self, name: &str) -> Result<Option<Cow<'_, str>>, Mismatch> {
        let arguments = self.inner().call.text(Key::Arguments);
        match member(arguments, name) {
            None => Ok(None),
            Some(text) => match string(text) {
                Some(value) => Ok(Some(value)),
                None => Err(Mismatch::new("must be a string").at_key(name)),
            },
        }
    }

    /// The value to complete, as typed so far.
    #[doc(hidden)]
    pub fn completion_value(&self) -> Cow<'_, str> {
        let argument = self.inner().call.text(Key::Argument);
        member(argument, "value").and_then(string).unwrap_or_default()
    }

    /// The value of another argument that the user has already filled in (since 2025-06-18).
    pub fn completed_argument(&self, name: &str) -> Option<Cow<'_, str>> {
        string(member(member(self.inner().call.text(Key::CompletionContext), "arguments")?, name)?)
    }

    /// Answers that the arguments do not fit.
    #[doc(hidden)]
    pub fn refuse(&self, mismatch: Mismatch) -> Reply {
        match self.call().method {
            Method::CallTool => refuse_arguments(self, &mismatch),
            _ => Reply::error(Error::invalid_params(describe("Invalid params: ", &mismatch))),
        }
    }

    /// Answers with a tool's value.
    #[doc(hidden)]
    pub fn finish_tool<T: ToolOutput>(&self, value: T) -> Reply {
        self.finish_checked_tool(value, |_| Ok(()))
    }

    /// The same with a check of the result, for a tool whose schema is made at run time.
    pub(crate) fn finish_checked_tool<T: ToolOutput>(
        &self,
        value: T,
        check: impl FnOnce(&ToolResult<'_>) -> Result<(), Failed>,
    ) -> Reply {
        let mut result = ToolResult::begin(self, value.room());
        let written = value.write(&mut result).and_then(|()| check(&result));
        self.settle(written.map(|()| result.end()).map_err(Failure::from))
    }

    /// Answers with a resource's contents.
    #[doc(hidden)]
    pub fn finish_resource<T: ResourceOutput>(&self, value: T) -> Reply {
        let mut result = ResourceResult::begin(self);
        let written = value.write(&mut result);
        self.settle(written.map(|()| result.end()).map_err(Failure::from))
    }

    /// Answers with a prompt's messages.
    #[doc(hidden)]
    pub fn finish_prompt<T: PromptOutput>(&self, value: T) -> Reply {
        let mut result = PromptResult::begin(self);
        let written = value.write(&mut result);
        self.settle(written.map(|()| result.end()).map_err(Failure::from))
    }

    /// Answers with suggestions.
    #[doc(hidden)]
    pub fn finish_completion<T: CompletionOutput>(&self, value: T) -> Reply {
        let mut result = CompletionResult::begin(self);
        value.write(&mut result);
        result.end()
    }

    /// Gives the resources of a template to the list of resources. A failure is the answer to the whole list request.
    #[doc(hidden)]
    pub fn finish_resource_list<T: ListedResources>(&self, value: T) -> Listed {
        value.into_text().map_err(|failed| self.failed(failed.into()))
    }

    fn settle(&self, written: Result<Reply, Failure>) -> Reply {
        if let Some(reply) = self.inner().input.suspended(self) {
            return reply;
        }
        match written {
            Ok(reply) => reply,
            Err(failure) => self.failed(failure),
        }
    }

    pub(crate) fn failed(&self, failure: Failure) -> Reply {
        let error = match failure {
            Failure::Said(message) => {
                if self.call().method == Method::CallTool {
                    return tool_error(self, &message);
                }
                Error::internal(message)
            }
            Failure::Protocol(error) => error,
            Failure::Missing => Error::resource_not_found(&self.uri().unwrap_or_default(), self.revision()),
            Failure::Suspended => Error::internal("no question is open"),
        };
        Reply::error(error)
    }
}

/// The arguments of a tool call as JSON text; an empty object when there are none.
pub(crate) fn arguments(call: &Call) -> &str {
    match call.text(Key::Arguments) {
        "" => "{}",
        text => text,
    }
}

fn describe(prefix: &str, mismatch: &Mismatch) -> String {
    let mut message = String::from(prefix);
    if !mismatch.pointer().is_empty() {
        message.push_str(mismatch.pointer());
        message.push(' ');
    }
    message.push_str(mismatch.message());
    message
}

/// Arguments that do not match: a result for the model since 2025-11-25, an error before.
fn refuse_arguments(cx: &Context, mismatch: &Mismatch) -> Reply {
    let message = describe("Invalid arguments: ", mismatch);
    if cx.revision().reports_arguments_as_results() {
        return tool_error(cx, &message);
    }
    Reply::error(Error::invalid_params(message))
}

fn tool_error(cx: &Context, message: &str) -> Reply {
    let mut result = ToolResult::begin(cx, message.len());
    result.text(message);
    result.error();
    result.end()
}
