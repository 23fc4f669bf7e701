//! The JSON form of a type: [`macro@Schema`](crate::Schema) writes it; these are the parts for types that describe
//! themselves by hand.

#[cfg(feature = "schemars")]
pub use pulseengine_mcp_protocol::schema::Schemars;
pub use pulseengine_mcp_protocol::schema::{
    Bound, Choice, Foreign, Form, FormChoice, FormField, FromJson, Keyword, Member, Mismatch, MultipleOf,
    Named, Pattern, Schema, Shape, ToJson, Types, check_text, to_text,
};
pub use pulseengine_mcp_protocol::schema::{JsonKind, Reader, Writer};
