//! JSON schemas of Rust types, known at compile time.
//!
//! [`Schema::SHAPE`] is a tree of constants. One function writes it as JSON Schema 2020-12 ([`write()`]), one checks
//! JSON text against it (`check`); neither is generic, so a tool costs the size of its table. [`FromJson`] and
//! [`ToJson`] carry values across. `#[derive(Schema)]` writes all three, honouring the `serde` attributes.
//!
//! The text equals that of schemars 1.2 for reading (its *deserialize* contract), compared as JSON, except:
//! no `$schema`; no `title` at the root that only repeats the name of the type; members of generic types show their
//! `default` (schemars cannot see it); an enum or an arbitrary value cannot be flattened.
//! Bounds and patterns act where the type behind them is spelled out, not behind a `$ref`, as with schemars.
//!
//! Checking and reading are separate: `check` tests ranges, lengths, patterns and unknown members; `from_json` tests only
//! what it needs to build the value. A caller runs `check` first.

mod annotation;
mod check;
mod engine;
mod float;
mod form;
mod header;
mod impls;
mod mismatch;
pub(crate) mod number;
mod read;
mod resolve;
#[cfg(feature = "schemars")]
mod schemars;
mod shape;
mod text;
mod unique;
#[cfg(feature = "jsonschema")]
mod validator;

#[cfg(feature = "schemars")]
pub use self::schemars::Schemars;
pub use annotation::{AnnotationError, Annotations};
pub(crate) use check::check;
pub use check::check_text;
pub use engine::{Described, Engine};
pub(crate) use float::parse_float;
pub use float::{is_multiple, write_float};
pub use form::write_form;
pub(crate) use header::is_header_name;
pub use header::{HeaderUse, can_mirror, compare_mirrored, has_header, header_use};
pub use impls::{from_serde, to_serde};
pub use mismatch::Mismatch;
pub use read::{
    adjacent, expect, external, flattened, inline, item, leftover, no_item, no_variant, split, tag, take,
    take_or, whole_or_absent,
};
pub use shape::{
    Bound, Choice, Foreign, Keyword, Member, MultipleOf, Named, Pattern, Shape, Types, can_flatten,
};
pub use text::write;
pub use unique::unique;
#[cfg(feature = "jsonschema")]
pub use validator::{Bounds, InvalidSchema, SchemaError, Validator};

#[cfg(feature = "pattern")]
#[doc(hidden)]
pub use regex_lite::Regex;

#[doc(hidden)]
pub use serde_json;

#[doc(hidden)]
pub use crate::json::{JsonKind, Reader, Writer};

/// A type whose JSON form is known at compile time.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no JSON Schema",
    label = "no schema is known for this type",
    note = "derive `Schema` for it: #[derive(pulseengine_mcp::Schema)]",
    note = "for a type of another crate use `#[schema(serde, json = r#\"{{...}}\"#)]` on the field"
)]
pub trait Schema {
    /// The table that describes the type.
    const SHAPE: Shape;
    /// Whether a member of this type may be left out (`Option`).
    const OPTIONAL: bool = false;
}

/// A type that can be read from JSON text.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from JSON",
    note = "derive `Schema` for it: #[derive(pulseengine_mcp::Schema)]"
)]
pub trait FromJson: Sized {
    /// Reads the next value.
    ///
    /// # Errors
    /// A [`Mismatch`] that points to the place inside the value which does not fit.
    fn from_json(r: &mut Reader<'_>) -> Result<Self, Mismatch>;

    /// What a member of this type is when it is left out; `None` when it must not be.
    fn absent() -> Option<Self> {
        None
    }
}

/// A type that can be written as JSON text.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written as JSON",
    note = "derive `Schema` for it: #[derive(pulseengine_mcp::Schema)]"
)]
pub trait ToJson {
    /// Writes the value.
    fn to_json(&self, w: &mut Writer);
}

/// The schema of `T` as JSON text.
///
/// ```
/// assert_eq!(pulseengine_mcp_protocol::schema::to_text::<Vec<bool>>(), r#"{"type":"array","items":{"type":"boolean"}}"#);
/// ```
pub fn to_text<T: Schema>() -> alloc::string::String {
    let mut w = Writer::default();
    write(const { &T::SHAPE }, &mut w);
    w.into_text()
}
