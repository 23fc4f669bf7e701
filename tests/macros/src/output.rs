//! What handlers return.

use std::fmt::Debug;

use pulseengine_mcp_protocol::schema::{Schema, Shape};

use crate::Reply;

/// A text.
#[derive(Debug)]
pub struct Text(pub String);

/// A listed resource.
#[derive(Debug)]
pub struct Resource {
    /// Where it is.
    pub uri: String,
}

/// What a tool can return.
#[diagnostic::on_unimplemented(message = "a tool cannot return `{Self}`", label = "not the result of a tool")]
pub trait ToolOutput {
    /// The schema of the result.
    const OUTPUT: Option<&'static Shape>;
    /// Answers.
    fn finish(self) -> Reply;
}

macro_rules! outputs {
    ($($ty:ty: $shape:expr),* $(,)?) => {$(
        impl ToolOutput for $ty {
            const OUTPUT: Option<&'static Shape> = $shape;
            fn finish(self) -> Reply {
                Reply(format!("{self:?}"))
            }
        }
    )*};
}

outputs! {
    (): None,
    String: None,
    &str: None,
    bool: Some(&<bool as Schema>::SHAPE),
    f64: Some(&<f64 as Schema>::SHAPE),
    Text: None,
}

impl<T: ToolOutput, E: Debug> ToolOutput for Result<T, E> {
    const OUTPUT: Option<&'static Shape> = T::OUTPUT;
    fn finish(self) -> Reply {
        self.map_or_else(|error| Reply(format!("failed: {error:?}")), T::finish)
    }
}

macro_rules! text_outputs {
    ($($name:ident: $message:literal, $label:literal;)*) => {$(
        /// What such a handler can return.
        #[diagnostic::on_unimplemented(message = $message, label = $label)]
        pub trait $name {
            /// Answers.
            fn finish(self) -> Reply;
        }

        impl $name for String {
            fn finish(self) -> Reply {
                Reply(self)
            }
        }
    )*};
}

text_outputs! {
    ResourceOutput: "a resource cannot return `{Self}`", "not the contents of a resource";
    PromptOutput: "a prompt cannot return `{Self}`", "not the messages of a prompt";
}

impl ResourceOutput for Text {
    fn finish(self) -> Reply {
        Reply(self.0)
    }
}

/// What a completion can return.
#[diagnostic::on_unimplemented(
    message = "a completion cannot return `{Self}`",
    label = "not a list of proposals"
)]
pub trait CompletionOutput {
    /// Answers.
    fn finish(self) -> Reply;
}

impl CompletionOutput for Vec<String> {
    fn finish(self) -> Reply {
        Reply(self.join(" "))
    }
}
