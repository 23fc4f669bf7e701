//! Messages of prompts.

use pulseengine_mcp_protocol::json::Writer;
use pulseengine_mcp_protocol::model::{ContentBlock, GetPromptResult, Meta, PromptMessage, Role};
use pulseengine_mcp_protocol::{Outcome, Reply};

use super::content::{write_block, write_text};
use super::tool::Failed;
use crate::response::Response;
use crate::{Context, PromptError};

/// A prompt's result, being written.
#[derive(Debug)]
pub struct PromptResult<'a> {
    response: Response<'a>,
    description: Option<String>,
}

impl<'a> PromptResult<'a> {
    pub(crate) fn begin(cx: &'a Context) -> Self {
        let mut response = cx.respond(256);
        response.result.w.key("messages").begin_array();
        Self { response, description: None }
    }

    /// Adds a text that `role` says.
    pub fn text(&mut self, role: Role, text: &str) {
        write_text(text, self.begin_message(role));
        self.response.result.w.end_object();
    }

    /// Adds a message of any kind. Content that the revision does not know becomes text that names it.
    pub fn message(&mut self, message: &PromptMessage) {
        let revision = self.response.revision();
        match &message.content {
            ContentBlock::Text(text) if text.annotations.is_none() && text.meta.is_none() => {
                self.text(message.role, &text.text);
            }
            content => {
                write_block(content, revision, self.begin_message(message.role));
                self.response.result.w.end_object();
            }
        }
    }

    /// Opens a message up to its content.
    fn begin_message(&mut self, role: Role) -> &mut Writer {
        let w = &mut self.response.result.w;
        w.begin_object();
        w.key("role").string(match role {
            Role::User => "user",
            Role::Assistant => "assistant",
        });
        w.key("content")
    }

    /// Describes the prompt.
    pub fn describe(&mut self, description: impl Into<String>) {
        self.description = Some(description.into());
    }

    /// Adds to the result's `_meta`. A key that is there already keeps its value: those that the server itself writes are reserved
    /// by the protocol.
    pub fn meta(&mut self, meta: &Meta) {
        self.response.add_meta(meta);
    }

    pub(crate) fn end(mut self) -> Reply {
        self.response.result.w.end_array();
        if let Some(description) = &self.description {
            self.response.result.w.key("description").string(description);
        }
        self.response.end(Outcome::Complete)
    }
}

/// What a prompt can return.
#[diagnostic::on_unimplemented(
    message = "a prompt cannot return `{Self}`",
    label = "these are not the messages of a prompt",
    note = "return PromptMessages, String, `PromptMessage`, a `Vec` of messages, `GetPromptResult`, or \
            `Result<_, PromptError>` of one"
)]
pub trait PromptOutput {
    /// Writes the messages.
    ///
    /// # Errors
    ///
    /// When the handler failed.
    fn write(self, out: &mut PromptResult<'_>) -> Result<(), Failed>;
}

/// The messages of a prompt, in order.
///
/// ```
/// use pulseengine_mcp_server::PromptMessages;
/// let messages = PromptMessages::new().user("Review this:").assistant("Show me the code.");
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PromptMessages {
    description: Option<String>,
    messages: Vec<PromptMessage>,
}

impl PromptMessages {
    /// No message.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds what the user says: text, or any other content.
    #[must_use]
    pub fn user(mut self, content: impl Into<ContentBlock>) -> Self {
        self.messages.push(PromptMessage::user(content));
        self
    }

    /// Adds what the assistant says: text, or any other content.
    #[must_use]
    pub fn assistant(mut self, content: impl Into<ContentBlock>) -> Self {
        self.messages.push(PromptMessage::assistant(content));
        self
    }

    /// Describes the prompt.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }
}

impl PromptOutput for PromptMessages {
    fn write(self, out: &mut PromptResult<'_>) -> Result<(), Failed> {
        if let Some(description) = self.description {
            out.describe(description);
        }
        self.messages.write(out)
    }
}

impl PromptOutput for Vec<PromptMessage> {
    fn write(self, out: &mut PromptResult<'_>) -> Result<(), Failed> {
        self.iter().for_each(|message| out.message(message));
        Ok(())
    }
}

impl PromptOutput for PromptMessage {
    fn write(self, out: &mut PromptResult<'_>) -> Result<(), Failed> {
        out.message(&self);
        Ok(())
    }
}

impl PromptOutput for GetPromptResult {
    fn write(self, out: &mut PromptResult<'_>) -> Result<(), Failed> {
        if let Some(description) = self.description {
            out.describe(description);
        }
        if let Some(meta) = &self.meta {
            out.meta(meta);
        }
        self.messages.write(out)
    }
}

impl PromptOutput for String {
    fn write(self, out: &mut PromptResult<'_>) -> Result<(), Failed> {
        out.text(Role::User, &self);
        Ok(())
    }
}

impl PromptOutput for &str {
    fn write(self, out: &mut PromptResult<'_>) -> Result<(), Failed> {
        out.text(Role::User, self);
        Ok(())
    }
}

impl<T: PromptOutput, E: Into<PromptError>> PromptOutput for Result<T, E> {
    fn write(self, out: &mut PromptResult<'_>) -> Result<(), Failed> {
        self.map_err(|e| Failed(e.into().0))?.write(out)
    }
}
