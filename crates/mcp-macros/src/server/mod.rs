//! The attribute macros: `#[server]` on an impl block, `#[tool]` on a function, and what marks methods.
//!
//! Every mistake in one impl block is reported at once, at the tokens that are wrong, and the user's code is emitted
//! in any case without the attributes that are meant for the macros, so that one mistake is one error.

mod arm;
mod block;
mod completion;
mod contents;
mod doc;
mod facts;
mod input;
mod keys;
mod prompt;
mod resource;
mod scopes;
mod service;
mod signature;
mod template;
mod tool;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, FnArg, ItemFn};

/// `#[server]`
pub(crate) fn server(arguments: TokenStream, item: TokenStream) -> TokenStream {
    block::expand(arguments, item)
}

/// `#[tool]` on what is not in a `#[server]` block.
pub(crate) fn tool(arguments: TokenStream, item: TokenStream) -> TokenStream {
    match syn::parse2::<ItemFn>(item.clone()) {
        Ok(function) => tool::free(arguments, function),
        Err(_) => misplaced(&item, "`#[tool]` goes on a function"),
    }
}

/// `#[resource]`, `#[prompt]` and `#[completion]` outside of a `#[server]` block.
pub(crate) fn marker(name: &str, item: TokenStream) -> TokenStream {
    match syn::parse2::<ItemFn>(item.clone()) {
        Ok(mut function) => {
            for input in &mut function.sig.inputs {
                if let FnArg::Typed(input) = input {
                    signature::take_attributes(&mut input.attrs);
                }
            }
            let message = format!("`#[{name}]` goes on a method of an `impl` block with `#[server]`");
            let error = Error::new_spanned(&function.sig.ident, message).into_compile_error();
            quote!(#error #function)
        }
        Err(_) => misplaced(&item, &format!("`#[{name}]` goes on a method")),
    }
}

/// The item as it was, and an error at its first token.
fn misplaced(item: &TokenStream, message: &str) -> TokenStream {
    let error = Error::new(proc_macro2::Span::call_site(), message).into_compile_error();
    quote!(#error #item)
}
