//! `#[resource]`: a URI, or a template whose variables are the method's parameters.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Expr, Ident, LitStr, Signature};

use super::facts::{self, Name};
use super::keys::{self, Keys};
use super::scopes;
use super::signature::{BLOCKING, Handler, HandlerKind};
use super::template;
use crate::errors::Errors;

const KNOWN: &[&str] = &[
    "name",
    "title",
    "description",
    "mime_type",
    "size",
    "icon",
    "audience",
    "priority",
    "list",
    "meta",
    "scopes",
    "ttl_ms",
    "cache",
    BLOCKING,
];

/// A resource or a template that is ready to be written.
pub(super) struct Resource {
    pub(super) uri: Option<LitStr>,
    pub(super) variables: Vec<String>,
    pub(super) handler: Handler,
    /// The method that lists what the template stands for.
    pub(super) list: Option<Ident>,
    /// A `ResourceInfo` expression.
    pub(super) info: TokenStream,
}

impl Resource {
    /// Reads a method and the arguments of its `#[resource]`.
    pub(super) fn read(
        arguments: TokenStream,
        attrs: &[Attribute],
        sig: &mut Signature,
        mcp: &TokenStream,
        errors: &mut Errors,
    ) -> Self {
        let (uri, arguments) = keys::leading_string(arguments);
        if uri.is_none() {
            errors.push(&sig.ident, "a resource starts with its URI: `#[resource(\"note://{id}\")]`");
        }
        let mut keys = Keys::read("`resource`", KNOWN, arguments, errors);
        let parsed = uri.as_ref().and_then(|uri| {
            errors
                .keep(template::variables(&uri.value()).map_err(|fault| syn::Error::new_spanned(uri, fault)))
        });
        let mut handler = Handler::read(HandlerKind::Resource, attrs, sig, errors);
        handler.read_blocking(&mut keys, errors);
        handler.scoped = keys.place("scopes").is_some();
        if let (Some(uri), Some(variables)) = (&uri, &parsed) {
            pair(&handler, uri, variables, errors);
            handler.place(variables);
        }
        let variables = parsed.unwrap_or_default();
        let mut list = keys.name("list", errors);
        if let Some(list) = list.take_if(|_| uri.is_some() && variables.is_empty()) {
            errors.push(list, "`list` is for templates: this resource is listed as itself");
        }
        let template = !variables.is_empty();
        let info = info(&mut keys, attrs, sig, (&uri, template, list.is_some()), mcp, errors);
        Self { uri, variables, handler, list, info }
    }
}

/// Holds the variables and the parameters against each other, and refuses what only tools have.
fn pair(handler: &Handler, uri: &LitStr, variables: &[String], errors: &mut Errors) {
    for variable in variables {
        if !handler.parameters().any(|parameter| parameter.name == *variable) {
            errors.push(
                uri,
                format_args!(
                    "`{{{variable}}}` has no parameter: add `{variable}: String` to `{}`",
                    handler.ident
                ),
            );
        }
    }
    for parameter in handler.parameters() {
        let name = &parameter.name;
        if !variables.contains(name) {
            errors.push(
                &parameter.ident,
                format_args!("the template has no variable `{{{name}}}`: add it, or remove the parameter"),
            );
        }
        for schema in parameter.attrs.iter().filter(|attr| attr.path().is_ident("schema")) {
            errors.push(
                schema,
                "a variable of a template has no schema: its text is parsed into the parameter's type",
            );
        }
    }
}

/// The URI, whether it is a template, and whether it is listed by a method.
type UriFacts<'a> = (&'a Option<LitStr>, bool, bool);

fn info(
    keys: &mut Keys,
    attrs: &[Attribute],
    sig: &Signature,
    (uri, template, listed): UriFacts<'_>,
    mcp: &TokenStream,
    errors: &mut Errors,
) -> TokenStream {
    let name = Name::read(keys, &sig.ident, errors).text;
    let title = facts::title(keys, errors);
    let description = facts::description(keys, attrs, errors);
    let mime_type = facts::option(keys.string("mime_type", errors));
    let size = facts::option(size(keys, errors));
    let icons = facts::icons(keys, mcp, errors);
    let audience = keys.strings("audience", errors);
    for role in &audience {
        facts::one_of(Some(role), &["user", "assistant"], errors);
    }
    let priority = facts::option(priority(keys, errors));
    let meta = facts::meta(keys, errors);
    let scopes = scopes::read(keys, errors);
    let cache = facts::cache(keys, ("ttl_ms", "cache"), mcp, errors);
    quote!(#mcp::ResourceInfo {
        uri: #uri,
        template: #template,
        listed: #listed,
        name: #name,
        title: #title,
        description: #description,
        mime_type: #mime_type,
        size: #size,
        icons: #icons,
        audience: &[#(#audience),*],
        priority: #priority,
        meta: #meta,
        scopes: #scopes,
        cache: #cache,
    })
}

fn size(keys: &mut Keys, errors: &mut Errors) -> Option<u64> {
    let (text, at): (String, Expr) = keys.number("size", errors)?;
    let size = text.parse().ok();
    if size.is_none() {
        errors.push(at, "`size` is a number of bytes");
    }
    size
}

fn priority(keys: &mut Keys, errors: &mut Errors) -> Option<String> {
    let (text, at) = keys.number("priority", errors)?;
    let inside = text.parse::<f64>().is_ok_and(|priority| (0.0..=1.0).contains(&priority));
    if !inside || !crate::json::is_number(&text) {
        errors.push(at, "`priority` lies between 0.0 and 1.0");
        return None;
    }
    Some(text)
}
