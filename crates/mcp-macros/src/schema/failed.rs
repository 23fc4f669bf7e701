//! Placeholders for the implementations of a type whose derive failed. The program does not compile in any case. Without the
//! placeholders the compiler would also report each use of the type, and hide the error of the derive.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Path};

pub(super) fn implementations(input: &DeriveInput, error: syn::Error) -> TokenStream {
    let s = module(input);
    let ident = &input.ident;
    let (implement, types, bounds) = input.generics.split_for_impl();
    let error = error.into_compile_error();
    quote! {
        #error
        #[automatically_derived]
        impl #implement #s::Schema for #ident #types #bounds {
            const SHAPE: #s::Shape = #s::Shape::ANY;
        }
        #[automatically_derived]
        impl #implement #s::FromJson for #ident #types #bounds {
            fn from_json(_: &mut #s::Reader<'_>) -> ::core::result::Result<Self, #s::Mismatch> {
                ::core::unreachable!()
            }
        }
        #[automatically_derived]
        impl #implement #s::ToJson for #ident #types #bounds {
            fn to_json(&self, _: &mut #s::Writer) {}
        }
        #[automatically_derived]
        impl #implement #s::FormField for #ident #types #bounds {}
        #[automatically_derived]
        impl #implement #s::FormChoice for #ident #types #bounds {}
        #[automatically_derived]
        impl #implement #s::Form for #ident #types #bounds {}
    }
}

/// The module `schema` of the crate that the type names, as far as that can be read.
fn module(input: &DeriveInput) -> Path {
    let mut krate: Option<Path> = None;
    for attr in input.attrs.iter().filter(|attr| attr.path().is_ident("schema")) {
        // What else is wrong with the attributes is reported already.
        let _: syn::Result<()> = attr.parse_nested_meta(|meta| {
            if meta.path.is_ident("crate") {
                krate = Some(meta.value()?.parse::<syn::LitStr>()?.parse()?);
            } else if meta.input.peek(syn::Token![=]) {
                let _: syn::Expr = meta.value()?.parse()?;
            }
            Ok(())
        });
    }
    match krate {
        Some(krate) => syn::parse_quote!(#krate::__private::schema),
        None => syn::parse_quote!(::pulseengine_mcp::__private::schema),
    }
}
