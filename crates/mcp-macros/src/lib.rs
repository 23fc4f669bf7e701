//! The macros of pulseengine-mcp.
#![forbid(unsafe_code)]

mod schema;

/// Derives `Schema`, `FromJson` and `ToJson`, honouring the `serde` attributes.
///
/// `#[schema(...)]` takes, on a type: `rename`, `title`, `description`, `example(s)`, `crate`; on a field:
/// `title`, `description`, `default`, `example(s)`, `range(min, max)`, `length(min, max, equal)`, `minimum`,
/// `maximum`, `exclusive_minimum`, `exclusive_maximum`, `multiple_of`, `min_length`, `max_length`, `min_items`,
/// `max_items`, `unique_items`, `pattern`, `format`, `deprecated`, and `serde` with `json = "…"` for a type
/// that only serde knows.
#[proc_macro_derive(Schema, attributes(schema, serde))]
pub fn derive_schema(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    schema::derive(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}
