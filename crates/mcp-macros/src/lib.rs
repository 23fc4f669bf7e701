//! The macros of pulseengine-mcp.
#![forbid(unsafe_code)]

mod errors;
mod json;
mod schema;
mod server;

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
    schema::derive(&input).into()
}

/// Makes an MCP server of the methods of an impl block.
///
/// Methods with `#[tool]`, `#[resource]`, `#[prompt]` and `#[completion]` are what the server has. The attribute
/// takes `name` (else the type's name in kebab-case), `version` (else that of the package), `title`, `description`,
/// `instructions` (else the doc comments of the block), `website_url`, `icon(…)` and
/// `tools = […]`: free functions with `#[tool]`.
#[proc_macro_attribute]
pub fn server(arguments: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    server::server(arguments.into(), item.into()).into()
}

/// Makes a tool of a method in a `#[server]` block, or of a free function.
///
/// Every parameter but `&Context` is an argument; doc comments and `#[schema(…)]` on it describe it. The attribute
/// takes `name`, `title`, `description` (else the doc comments), `read_only`, `destructive`, `idempotent`,
/// `open_world`, `icon(src, mime_type, sizes, theme)`, `meta` (a JSON object), `scopes("files:read")`
/// (the OAuth scopes that a caller needs), `deny_unknown` and `blocking` (the function blocks its thread: natively it runs on
/// one of its own).
#[proc_macro_attribute]
pub fn tool(arguments: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    server::tool(arguments.into(), item.into()).into()
}

/// Makes a resource of a method in a `#[server]` block: `#[resource("note://{id}")]`.
///
/// The variables of a template are the method's parameters: `{id}` is one path segment, `{+path}` takes slashes too.
/// Further arguments are `name`, `title`, `description`, `mime_type`, `size`, `icon(…)`, `audience`, `priority`,
/// `list` (the method that lists what is behind a template), `meta`, `scopes(…)` and `blocking`.
#[proc_macro_attribute]
pub fn resource(_: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    server::marker("resource", item.into()).into()
}

/// Makes a prompt of a method in a `#[server]` block; its parameters are the prompt's arguments.
///
/// The attribute takes `name`, `title`, `description`, `icon(…)`, `meta`, `scopes(…)` and `blocking`; a parameter
/// `#[schema(title, description)]`. A parameter of type `Option` need not be given.
#[proc_macro_attribute]
pub fn prompt(_: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    server::marker("prompt", item.into()).into()
}

/// Makes a method in a `#[server]` block propose values: `#[completion(prompt = "review", argument = "language")]`
/// or `#[completion(resource = "note://{id}", argument = "id")]`.
#[proc_macro_attribute]
pub fn completion(_: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    server::marker("completion", item.into()).into()
}
