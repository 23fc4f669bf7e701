//! The table entry of a function parameter.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, LitStr, Path, Type};

use super::assertion;
use super::attrs::{Attrs, Place};
use super::keyword::{default, default_value, keywords};

/// A parameter as the tool macros need it.
pub(crate) struct Parameter {
    /// A constant expression of type `schema::Member`.
    pub(crate) member: TokenStream,
    /// What the parameter is when it is left out, of the parameter's type.
    pub(crate) default: Option<TokenStream>,
    /// The header that repeats it.
    pub(crate) header: Option<LitStr>,
    /// Items that refuse what only the compiler can see.
    pub(crate) assertions: TokenStream,
}

impl Parameter {
    /// Reads the `#[schema(...)]` attributes of a parameter. `krate` is the crate that has the module `schema`;
    /// `doc` describes the parameter where no attribute does.
    pub(crate) fn new(
        name: &str,
        ty: &Type,
        attrs: &[Attribute],
        doc: Option<String>,
        krate: &Path,
    ) -> syn::Result<Self> {
        let mut read = Attrs::parse(attrs, Place::Field)?;
        if let Some(span) = read.serde.or(read.json.as_ref().map(syn::LitStr::span)) {
            return Err(syn::Error::new(span, "`serde` and `json` are for fields of a derived type"));
        }
        if let (None, Some(doc)) = (&read.description, doc) {
            read.description = Some(syn::parse_quote!(#doc));
        }
        let s: Path = syn::parse_quote!(#krate::__private::schema);
        let mut all = keywords(&read, Some(ty), &s)?;
        all.extend(read.default.iter().map(|expr| default(expr, ty, &s)));
        let shape = if all.is_empty() {
            quote!(<#ty as #s::Schema>::SHAPE)
        } else {
            quote!(#s::Shape { base: ::core::option::Option::Some(&<#ty as #s::Schema>::SHAPE), keywords: &[#(#all),*] })
        };
        let required = match &read.default {
            Some(_) => quote!(false),
            None => quote!(!<#ty as #s::Schema>::OPTIONAL),
        };
        Ok(Self {
            member: quote!(#s::Member { name: #name, aliases: &[], required: #required, shape: #shape }),
            default: read.default.as_ref().map(|expr| default_value(expr, ty)),
            assertions: assertion::items(&read, ty, &s),
            header: read.header,
        })
    }
}
