//! Values that arrive as plain text: variables of URIs, arguments of prompts.

use pulseengine_mcp_protocol::schema::Mismatch;

use crate::Context;

/// A type that can be read from plain text.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from text",
    label = "prompt arguments and URI variables arrive as text",
    note = "use String, a number, bool or char, or implement `FromText`"
)]
pub trait FromText: Sized {
    /// Reads the value.
    ///
    /// # Errors
    ///
    /// What the text must be instead, as the end of a sentence: `Mismatch::new("must be a whole number")`.
    fn from_text(text: &str) -> Result<Self, Mismatch>;
}

impl FromText for String {
    fn from_text(text: &str) -> Result<Self, Mismatch> {
        Ok(text.into())
    }
}

macro_rules! from_text {
    ($what:literal: $($ty:ty),*) => { $(
        impl FromText for $ty {
            fn from_text(text: &str) -> Result<Self, Mismatch> {
                text.parse().map_err(|_| Mismatch::new($what))
            }
        }
    )* };
}

from_text!("must be a whole number in range": i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);
from_text!("must be a number": f32, f64);
from_text!("must be true or false": bool);
from_text!("must be a single character": char);

/// A type that a prompt's parameter can have: anything [`FromText`], or an `Option` of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the argument of a prompt",
    label = "prompt arguments are text",
    note = "use String, a number, bool or char, `Option` of one, or implement `FromText`"
)]
pub trait FromPromptArgument: Sized {
    /// Reads the value; `text` is `None` when the argument is absent.
    ///
    /// # Errors
    ///
    /// What is wrong, as the end of a sentence.
    fn from_argument(text: Option<&str>) -> Result<Self, Mismatch>;
}

impl<T: FromText> FromPromptArgument for T {
    fn from_argument(text: Option<&str>) -> Result<Self, Mismatch> {
        T::from_text(text.ok_or_else(|| Mismatch::new("is required"))?)
    }
}

impl<T: FromText> FromPromptArgument for Option<T> {
    fn from_argument(text: Option<&str>) -> Result<Self, Mismatch> {
        text.map(T::from_text).transpose()
    }
}

/// The argument `name` of the prompt that `cx` is about.
///
/// # Errors
///
/// It is missing or does not fit.
pub fn prompt_argument<T: FromPromptArgument>(cx: &Context, name: &str) -> Result<T, Mismatch> {
    let text = cx.prompt_argument(name)?;
    T::from_argument(text.as_deref()).map_err(|mismatch| mismatch.at_key(name))
}

/// The variable `name`, at `index` of the template that `cx` is about.
///
/// # Errors
///
/// It does not fit.
pub fn variable<T: FromText>(cx: &Context, index: usize, name: &str) -> Result<T, Mismatch> {
    T::from_text(cx.variable(index)).map_err(|mismatch| mismatch.at_key(name))
}
