//! Results of tools.

use pulseengine_mcp_protocol::Error;
use pulseengine_mcp_protocol::json::Writer;
use pulseengine_mcp_protocol::model::{CallToolResult, ContentBlock, Meta};
use pulseengine_mcp_protocol::schema::{Described, Mismatch, Schema, ToJson};
use pulseengine_mcp_protocol::{Outcome, Reply};

use super::content::{write_block, write_text};
use crate::error::Failure;
use crate::response::Response;
use crate::{Context, ToolError};

/// A tool's result that is being written: content first, then what goes with it.
#[derive(Debug)]
pub struct ToolResult<'a> {
    response: Response<'a>,
    structured: Option<String>,
    is_error: bool,
}

impl<'a> ToolResult<'a> {
    pub(crate) fn begin(cx: &'a Context, room: usize) -> Self {
        let mut response = cx.respond(room);
        response.result.w.key("content").begin_array();
        Self { response, structured: None, is_error: false }
    }

    /// Adds a text block.
    pub fn text(&mut self, text: &str) {
        write_text(text, &mut self.response.result.w);
    }

    /// Adds a block of any kind. One that the revision does not know becomes text that names it.
    pub fn block(&mut self, block: &ContentBlock) {
        let revision = self.response.revision();
        write_block(block, revision, &mut self.response.result.w);
    }

    /// Sets the structured content, JSON text. Left out where the revision does not have it.
    pub fn structured_content(&mut self, json: String) {
        self.structured = Some(json);
    }

    /// The structured content so far.
    #[cfg(feature = "jsonschema")]
    pub(crate) fn structured_text(&self) -> Option<&str> {
        self.structured.as_deref()
    }

    #[cfg(feature = "jsonschema")]
    pub(crate) const fn is_error(&self) -> bool {
        self.is_error
    }

    /// Marks the result as an error, to be read by the model.
    pub fn error(&mut self) {
        self.is_error = true;
    }

    /// Adds to the result's `_meta`. A key that is there already keeps its value: those that the server itself writes are reserved
    /// by the protocol.
    pub fn meta(&mut self, meta: &Meta) {
        self.response.add_meta(meta);
    }

    pub(crate) fn end(self) -> Reply {
        let Self { mut response, structured, is_error } = self;
        let revision = response.revision();
        let w = &mut response.result.w;
        w.end_array();
        if let Some(json) = structured.filter(|_| revision.has_structured_content())
            && (revision.has_any_structured_content() || json.starts_with('{'))
        {
            w.key("structuredContent").raw(&json);
        }
        if is_error {
            w.key("isError").boolean(true);
        }
        let outcome = if is_error { Outcome::ToolError } else { Outcome::Complete };
        response.end(outcome)
    }
}

/// What a tool can return.
#[diagnostic::on_unimplemented(
    message = "a tool cannot return `{Self}`",
    label = "this is not a result of a tool",
    note = "return String, a number, bool, `Json<T>` for structured results, `ContentBlock`, `CallToolResult`, a \
            `Vec` or `Option` of these, or `Result<_, ToolError>` of one"
)]
pub trait ToolOutput {
    /// The schema of the structured content, if there is any.
    const OUTPUT: Option<Described> = None;

    /// About how many bytes it takes.
    fn room(&self) -> usize {
        0
    }

    /// Writes the result.
    ///
    /// # Errors
    ///
    /// When the handler failed.
    fn write(self, out: &mut ToolResult<'_>) -> Result<(), Failed>;
}

/// Why there is no result. Made from the errors of handlers.
#[derive(Debug)]
pub struct Failed(pub(crate) Failure);

impl From<Failed> for Failure {
    fn from(failed: Failed) -> Self {
        failed.0
    }
}

/// A structured result: as structured content, and as text for clients that do not know that.
///
/// Structured content that is not an object is left out before 2026-07-28, which is the first to have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T: Schema + ToJson> ToolOutput for Json<T> {
    const OUTPUT: Option<Described> = Some(Described::of::<T>());

    fn write(self, out: &mut ToolResult<'_>) -> Result<(), Failed> {
        let mut w = Writer::with_capacity(128);
        self.0.to_json(&mut w);
        let json = w.into_text();
        matches(json_matches::<T>(&json))?;
        out.text(&json);
        out.structured_content(json);
        Ok(())
    }
}

fn json_matches<T: Schema>(json: &str) -> Result<(), Mismatch> {
    /// A constant of its own for each type, with a lifetime that its table can refer to.
    struct Of<T>(std::marker::PhantomData<T>);
    impl<T: Schema> Of<T> {
        const DESCRIBED: &'static Described = &Described::of::<T>();
    }
    Of::<T>::DESCRIBED.check(json)
}

/// A result that breaks the schema it was announced with is the server's fault, not the caller's.
pub(crate) fn matches(checked: Result<(), Mismatch>) -> Result<(), Failed> {
    checked.map_err(|mismatch| {
        let mut message =
            String::from("Internal error: the tool's result does not match its output schema: ");
        message.push_str(mismatch.pointer());
        message.push(' ');
        message.push_str(mismatch.message());
        Failed(Failure::Protocol(Error::internal(message)))
    })
}

impl ToolOutput for String {
    fn room(&self) -> usize {
        self.len() + self.len() / 16
    }

    fn write(self, out: &mut ToolResult<'_>) -> Result<(), Failed> {
        out.text(&self);
        Ok(())
    }
}

impl ToolOutput for &str {
    fn write(self, out: &mut ToolResult<'_>) -> Result<(), Failed> {
        out.text(self);
        Ok(())
    }
}

impl ToolOutput for std::borrow::Cow<'_, str> {
    fn room(&self) -> usize {
        self.len() + self.len() / 16
    }

    fn write(self, out: &mut ToolResult<'_>) -> Result<(), Failed> {
        out.text(&self);
        Ok(())
    }
}

impl ToolOutput for () {
    fn write(self, _out: &mut ToolResult<'_>) -> Result<(), Failed> {
        Ok(())
    }
}

impl ToolOutput for ContentBlock {
    fn write(self, out: &mut ToolResult<'_>) -> Result<(), Failed> {
        out.block(&self);
        Ok(())
    }
}

impl ToolOutput for CallToolResult {
    fn write(self, out: &mut ToolResult<'_>) -> Result<(), Failed> {
        self.content.iter().for_each(|block| out.block(block));
        if let Some(structured) = self.structured_content {
            out.structured_content(structured.text().into());
        }
        if self.is_error == Some(true) {
            out.error();
        }
        if let Some(meta) = &self.meta {
            out.meta(meta);
        }
        Ok(())
    }
}

macro_rules! as_json_text {
    ($($ty:ty),*) => { $(
        impl ToolOutput for $ty {
            fn write(self, out: &mut ToolResult<'_>) -> Result<(), Failed> {
                let mut w = Writer::default();
                self.to_json(&mut w);
                out.text(w.text());
                Ok(())
            }
        }
    )* };
}

as_json_text!(bool, i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);

macro_rules! finite_as_json_text {
    ($($ty:ty),*) => { $(
        impl ToolOutput for $ty {
            fn write(self, out: &mut ToolResult<'_>) -> Result<(), Failed> {
                if !self.is_finite() {
                    return Err(Failed(Failure::Said("the result is too large or not a number".into())));
                }
                let mut w = Writer::default();
                self.to_json(&mut w);
                out.text(w.text());
                Ok(())
            }
        }
    )* };
}

finite_as_json_text!(f32, f64);

impl<T: ToolOutput> ToolOutput for Vec<T> {
    fn write(self, out: &mut ToolResult<'_>) -> Result<(), Failed> {
        self.into_iter().try_for_each(|item| item.write(out))
    }
}

impl<T: ToolOutput> ToolOutput for Option<T> {
    const OUTPUT: Option<Described> = None;

    fn write(self, out: &mut ToolResult<'_>) -> Result<(), Failed> {
        self.map_or(Ok(()), |value| value.write(out))
    }
}

impl<T: ToolOutput, E: Into<ToolError>> ToolOutput for Result<T, E> {
    const OUTPUT: Option<Described> = T::OUTPUT;

    fn room(&self) -> usize {
        self.as_ref().map_or(0, T::room)
    }

    fn write(self, out: &mut ToolResult<'_>) -> Result<(), Failed> {
        self.map_err(|e| Failed(e.into().0))?.write(out)
    }
}
