//! `#[server]`: an impl block whose marked methods are what a server has.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{ImplItem, Item, ItemImpl, Type};

use super::contents::{Contents, take_marks};
use super::doc;
use super::facts;
use super::keys::Keys;
use super::service;
use super::signature;
use crate::errors::Errors;

const KNOWN: &[&str] = &[
    "name",
    "version",
    "title",
    "description",
    "instructions",
    "website_url",
    "icon",
    "tools",
    "lists_ttl_ms",
    "lists_cache",
    "crate",
];

/// Expands `#[server]` on an item.
pub(super) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let block = match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Impl(block)) => block,
        Ok(other) => {
            errors.push(
                place(&other),
                "`#[server]` goes on the `impl` block of a type: `#[server] impl Calculator { … }`",
            );
            let errors = errors.into_tokens();
            return quote!(#errors #item);
        }
        Err(error) => {
            let error = error.into_compile_error();
            return quote!(#error #item);
        }
    };
    expand_block(arguments, block, errors)
}

fn expand_block(arguments: TokenStream, mut block: ItemImpl, mut errors: Errors) -> TokenStream {
    if let Some((_, path, _)) = &block.trait_ {
        errors.push(path, "`#[server]` goes on the type's own `impl` block, not on that of a trait");
        for item in &mut block.items {
            if let ImplItem::Fn(method) = item {
                take_marks(&mut method.attrs);
            }
        }
        let errors = errors.into_tokens();
        return quote!(#errors #block);
    }
    let mut keys = Keys::read("`server`", KNOWN, arguments, &mut errors);
    let krate = keys.krate(&mut errors);
    let mcp = quote!(#krate::__private);
    let server = server_info(&mut keys, &block, &mcp, &mut errors);
    let free = keys.paths("tools", &mut errors);
    let lists = facts::cache(&mut keys, ("lists_ttl_ms", "lists_cache"), &mcp, &mut errors);
    let contents = Contents::read(&mut block, &krate, &mcp, &mut errors);
    let service = if errors.count() == 0 {
        service::implementation(&contents, &block, &mcp, (&server, &lists), &free)
    } else {
        service::stand_in(&block, &mcp)
    };
    let cfgs = signature::cfgs(&block.attrs);
    let errors = errors.into_tokens();
    quote! {
        #errors
        #block

        #(#cfgs)*
        const _: () = { #service };
    }
}

/// The name of an item, to report it at.
fn place(item: &Item) -> TokenStream {
    match item {
        Item::Enum(item) => item.ident.to_token_stream(),
        Item::Fn(item) => item.sig.ident.to_token_stream(),
        Item::Mod(item) => item.ident.to_token_stream(),
        Item::Struct(item) => item.ident.to_token_stream(),
        Item::Trait(item) => item.ident.to_token_stream(),
        other => other.to_token_stream(),
    }
}

fn server_info(keys: &mut Keys, block: &ItemImpl, mcp: &TokenStream, errors: &mut Errors) -> TokenStream {
    let name = match keys.string("name", errors) {
        Some(name) if name.value().is_empty() => {
            errors.push(name, "a name cannot be empty");
            TokenStream::new()
        }
        Some(name) => name.into_token_stream(),
        None => type_name(&block.self_ty).map(|name| facts::kebab(&name).into_token_stream()).unwrap_or_else(
            || {
                errors.push(&block.self_ty, "this type has no name of its own: give one with `name = \"…\"`");
                TokenStream::new()
            },
        ),
    };
    let version = match keys.text("version", errors) {
        Some(version) => version.into_token_stream(),
        None => quote!(::core::env!("CARGO_PKG_VERSION")),
    };
    let title = facts::title(keys, errors);
    let description = facts::option(keys.text("description", errors));
    let instructions = match keys.text("instructions", errors) {
        Some(text) => facts::option(Some(text)),
        None => facts::option(doc::text(&block.attrs)),
    };
    let website_url = facts::option(keys.text("website_url", errors));
    let icons = facts::icons(keys, mcp, errors);
    quote!(#mcp::ServerInfo {
        name: #name,
        title: #title,
        version: #version,
        description: #description,
        website_url: #website_url,
        instructions: #instructions,
        icons: #icons,
    })
}

fn type_name(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => {
            path.path.segments.last().map(|last| syn::ext::IdentExt::unraw(&last.ident).to_string())
        }
        Type::Group(group) => type_name(&group.elem),
        Type::Paren(paren) => type_name(&paren.elem),
        _ => None,
    }
}
