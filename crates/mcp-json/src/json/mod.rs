//! A pull reader for JSON that checks the grammar and the limits, and a writer.
//!
//! The reader borrows from the text: a string without escapes is a slice of it, and so is a value that other code reads
//! later. Nothing here builds a tree.

mod member;
mod read;
mod run;
mod text;

mod write;

pub use member::{is_object, member, string};
pub use read::{ArrayReader, JsonKind, ObjectReader, Reader, SyntaxError, SyntaxErrorKind};
pub use write::Writer;
