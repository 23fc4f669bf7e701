//! JSON as this protocol needs it: a pull reader that checks the grammar and the bounds as it goes, and a writer.
//!
//! Both work on text that stays where it is: strings without escapes are borrowed, and a value that
//! other code reads is kept as its text. Nothing here builds a tree.

mod read;
mod run;
mod string;
mod write;

pub use read::{ArrayReader, JsonKind, ObjectReader, Reader, SyntaxError, SyntaxErrorKind};
pub use write::Writer;
