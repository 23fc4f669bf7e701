//! `#[prompt]`: a method whose parameters are the prompt's arguments.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Meta, Signature, Type};

use super::doc;
use super::facts::{self, Name};
use super::keys::Keys;
use super::scopes;
use super::signature::{BLOCKING, Handler, HandlerKind, Parameter};
use crate::errors::Errors;

const KNOWN: &[&str] = &["name", "title", "description", "icon", "meta", "scopes", BLOCKING];

/// A prompt that is ready to be written.
pub(super) struct Prompt {
    pub(super) name: Name,
    pub(super) handler: Handler,
    /// A `PromptInfo` expression.
    pub(super) info: TokenStream,
}

impl Prompt {
    /// Reads a method and the arguments of its `#[prompt]`.
    pub(super) fn read(
        arguments: TokenStream,
        attrs: &[Attribute],
        sig: &mut Signature,
        mcp: &TokenStream,
        errors: &mut Errors,
    ) -> Self {
        let mut keys = Keys::read("`prompt`", KNOWN, arguments, errors);
        let name = Name::read(&mut keys, &sig.ident, errors);
        let title = facts::title(&mut keys, errors);
        let description = facts::description(&mut keys, attrs, errors);
        let icons = facts::icons(&mut keys, mcp, errors);
        let meta = facts::meta(&mut keys, errors);
        let scoped = keys.place("scopes").is_some();
        let scopes = scopes::read(&mut keys, errors);
        let mut handler = Handler::read(HandlerKind::Prompt, attrs, sig, errors);
        handler.read_blocking(&mut keys, errors);
        handler.scoped = scoped;
        let arguments: Vec<_> =
            handler.parameters().map(|parameter| argument(parameter, mcp, errors)).collect();
        let text = &name.text;
        let info = quote!(#mcp::PromptInfo {
            name: #text,
            title: #title,
            description: #description,
            arguments: &[#(#arguments),*],
            icons: #icons,
            meta: #meta,
            scopes: #scopes,
        });
        Self { name, handler, info }
    }
}

fn argument(parameter: &Parameter, mcp: &TokenStream, errors: &mut Errors) -> TokenStream {
    let mut tokens = TokenStream::new();
    for attr in parameter.attrs.iter().filter(|attr| attr.path().is_ident("schema")) {
        match &attr.meta {
            Meta::List(list) => {
                let list = &list.tokens;
                tokens.extend(quote!(#list,));
            }
            other => errors.push(other, "`schema` takes arguments here: `#[schema(description = \"…\")]`"),
        }
    }
    let mut keys = Keys::read("`schema` of a prompt's argument", &["title", "description"], tokens, errors);
    let title = facts::title(&mut keys, errors);
    let doc: Vec<_> = parameter.attrs.iter().filter(|attr| attr.path().is_ident("doc")).cloned().collect();
    let description = match keys.text("description", errors) {
        Some(text) => facts::option(Some(text)),
        None => facts::option(doc::text(&doc)),
    };
    let (name, required) = (&parameter.name, !is_option(&parameter.ty));
    quote!(#mcp::PromptArgumentInfo {
        name: #name,
        title: #title,
        description: #description,
        required: #required,
    })
}

fn is_option(ty: &Type) -> bool {
    match ty {
        Type::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == "Option"),
        Type::Group(group) => is_option(&group.elem),
        Type::Paren(paren) => is_option(&paren.elem),
        _ => false,
    }
}
