//! JSON schemas of Rust types, known at compile time.
//!
//! [`Schema::SHAPE`] is a tree of constants. One function writes it as JSON Schema 2020-12 ([`to_text`]), one checks
//! JSON text against it (`check`); neither is generic, so a tool costs the size of its table. [`FromJson`] and
//! [`ToJson`] carry values across. `#[derive(Schema)]` writes all three, honouring the `serde` attributes.
//!
//! The text equals that of schemars 1.2 for reading (its *deserialize* contract), compared as JSON, except:
//! no `$schema`; no `title` at the root that only repeats the name of the type; members of generic types show their
//! `default` (schemars cannot see it); an enum or an arbitrary value cannot be flattened. Where clients, validators or the
//! interfaces of models refuse what schemars writes, it is said otherwise: a schema is an object, never `true` or `false`; an
//! object that is no map has `properties`; formats are registered ones or those of OpenAPI; and in what is received an option
//! is what it is an option of, and an array has `items`.
//! Bounds and patterns act where the type behind them is spelled out, not behind a `$ref`, as with schemars.
//!
//! Checking and reading are separate: `check` tests ranges, lengths, patterns and unknown members; `from_json` tests only
//! what it needs to build the value. A caller runs `check` first.

mod annotation;
mod check;
mod engine;
#[cfg(feature = "jsonschema")]
mod explain;
mod float;
mod form;
mod header;
mod impls;
mod inline;
mod mismatch;
mod nearest;
mod number;
#[cfg(feature = "jsonschema")]
mod portable;
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
pub use header::{HeaderUse, has_header, header_use, mirrored};
pub use impls::{ForeignType, NotOptional, from_serde, to_serde};
pub use inline::inline;
pub use mismatch::Mismatch;
#[doc(hidden)]
pub use number::whole;
#[cfg(feature = "jsonschema")]
pub use portable::tool_schema;
pub use read::{
    adjacent, expect, external, flattened, item, leftover, no_item, no_variant, split, tag, take, take_or,
    whole_or_absent,
};
pub use shape::{
    Bound, Choice, Foreign, Keyword, Member, MultipleOf, Named, Pattern, Shape, Types, admits, can_flatten,
};
use text::write;
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

/// A type that the client's user can be asked for: a struct with named fields, each a [`FormField`]. The derive of [`Schema`] makes it one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a form",
    label = "no client can fill this in",
    note = "a form is a struct with named fields and #[derive(Schema)], each field a string, a number, a boolean, an enum \
            whose variants have no data, a list of such an enum, or an option of one of these"
)]
pub trait Form: Schema + FromJson {}

/// A type that a field of a form can have.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of a form",
    label = "no client can fill this in",
    note = "a field is a string, a number, a boolean, an enum whose variants have no data, a list of such an enum, or an option of \
            one of these"
)]
pub trait FormField: Schema {}

/// An enum whose variants have no data: a choice of one in a form, and in a list a choice of several.
#[diagnostic::on_unimplemented(
    message = "a list of `{Self}` cannot be a field of a form",
    label = "no client can fill this in",
    note = "a list in a form holds an enum whose variants have no data"
)]
pub trait FormChoice: FormField {}

/// The schema of `T` as JSON text.
///
/// ```
/// assert_eq!(pulseengine_mcp_json::schema::to_text::<Vec<bool>>(), r#"{"type":"array","items":{"type":"boolean"}}"#);
/// ```
pub fn to_text<T: Schema>() -> alloc::string::String {
    let mut w = Writer::default();
    write(const { &T::SHAPE }, &mut w);
    w.into_text()
}
