//! A context and a reply without a server around them.

use pulseengine_mcp_protocol::schema::{FromJson, Member, Mismatch, split, take, take_or};

use crate::output::{CompletionOutput, PromptOutput, Resource, ResourceOutput, ToolOutput};

/// What a call is given.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// The arguments of a tool, as JSON.
    pub arguments: String,
    /// The members and whether others are refused.
    pub members: &'static [Member],
    /// The variables of a template, the arguments of a prompt, or the value to complete.
    pub values: Vec<Option<String>>,
}

/// What a call gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply(pub String);

impl Reply {
    /// There is nothing at that index.
    pub const fn unknown() -> Self {
        Self(String::new())
    }
}

/// The arguments of a tool.
#[derive(Debug)]
pub struct Arguments<'a> {
    members: &'static [Member],
    slots: Vec<Option<&'a str>>,
}

impl Arguments<'_> {
    /// The argument at `index`.
    pub fn take<T: FromJson>(&mut self, index: usize) -> Result<T, Mismatch> {
        take(self.slots[index], self.members[index].name)
    }

    /// The argument at `index`, or its default.
    pub fn take_or<T: FromJson>(&mut self, index: usize, default: impl FnOnce() -> T) -> Result<T, Mismatch> {
        take_or(self.slots[index], self.members[index].name, default)
    }
}

/// What can be read from the text of a variable.
#[diagnostic::on_unimplemented(message = "`{Self}` cannot be read from a text", label = "not a type of text")]
pub trait FromText: Sized {
    /// Reads it.
    fn from_text(text: Option<&str>) -> Result<Self, Mismatch>;
}

impl FromText for String {
    fn from_text(text: Option<&str>) -> Result<Self, Mismatch> {
        text.map(str::to_owned).ok_or(Mismatch::new("is required"))
    }
}

impl FromText for u32 {
    fn from_text(text: Option<&str>) -> Result<Self, Mismatch> {
        text.and_then(|text| text.parse().ok()).ok_or(Mismatch::new("must be a number"))
    }
}

impl<T: FromText> FromText for Option<T> {
    fn from_text(text: Option<&str>) -> Result<Self, Mismatch> {
        text.map(|text| T::from_text(Some(text))).transpose()
    }
}

impl Context {
    /// The arguments of a tool, split.
    pub fn arguments(&self) -> Result<Arguments<'_>, Mismatch> {
        let mut slots = vec![None; self.members.len()];
        split(&self.arguments, self.members, false, &mut slots)?;
        Ok(Arguments { members: self.members, slots })
    }

    /// A variable of a template.
    pub fn variable<T: FromText>(&self, index: usize) -> Result<T, Mismatch> {
        T::from_text(self.values[index].as_deref())
    }

    /// An argument of a prompt.
    pub fn prompt_argument<T: FromText>(&self, index: usize) -> Result<T, Mismatch> {
        T::from_text(self.values[index].as_deref())
    }

    /// The value to complete.
    pub fn completion_value(&self) -> &str {
        self.values[0].as_deref().unwrap_or_default()
    }

    /// Answers with a mismatch.
    pub fn refuse(&self, mismatch: Mismatch) -> Reply {
        Reply(format!("refused: {mismatch}"))
    }

    /// Answers with a tool's result.
    pub fn finish_tool<T: ToolOutput>(&self, value: T) -> Reply {
        value.finish()
    }

    /// Answers with a resource.
    pub fn finish_resource<T: ResourceOutput>(&self, value: T) -> Reply {
        value.finish()
    }

    /// Answers with a prompt.
    pub fn finish_prompt<T: PromptOutput>(&self, value: T) -> Reply {
        value.finish()
    }

    /// Answers with proposals.
    pub fn finish_completion<T: CompletionOutput>(&self, value: T) -> Reply {
        value.finish()
    }

    /// Answers with a list.
    pub fn finish_resource_list(&self, value: Vec<Resource>) -> Reply {
        Reply(value.iter().map(|resource| resource.uri.as_str()).collect::<Vec<_>>().join(" "))
    }
}
