//! `#[derive(Schema)]`, and the table entry of a function parameter.

mod attrs;
mod doc;
mod keyword;
mod member;

#[expect(unused_imports, reason = "called by the server macros")]
pub(crate) use member::{Parameter, default_of, member};

use proc_macro2::TokenStream;

/// The implementations for a type.
pub(crate) fn derive(input: &syn::DeriveInput) -> syn::Result<TokenStream> {
    Err(syn::Error::new_spanned(input, "not yet"))
}
