//! What only the compiler can see of an attribute: whether it has a meaning for the type of its field.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Path, Type};

use super::attrs::{Attrs, Limit};

const NUMBER: &str = "`range`, `minimum`, `maximum`, `exclusive_minimum`, `exclusive_maximum` and `multiple_of` are for numbers";
const LENGTH: &str = "`length`, `min_length` and `max_length` are for strings and lists";
const ITEMS: &str = "`min_items`, `max_items` and `unique_items` are for lists";
const PATTERN: &str = "`pattern` is for strings";
const FORMAT: &str = "`format` is for strings and numbers";

/// Statements that refuse what would be ignored in silence: attributes that say nothing about values of type `ty`.
pub(super) fn statements(attrs: &Attrs, ty: &Type, s: &Path) -> Vec<TokenStream> {
    let mut all = Vec::new();
    // One message for each kind, at the first attribute of its kind.
    let mut add = |span: Span, types: TokenStream, rule: &str| {
        let text = format!("{rule}; a type with a name of its own is bounded where it is declared");
        let span = Span::mixed_site().located_at(span);
        all.push((
            text.clone(),
            quote_spanned!(span=> ::core::assert!(
            #s::admits(&<#ty as #s::Schema>::SHAPE, #types), #text
        );),
        ));
    };
    let array = quote!(#s::Types::ARRAY);
    for (limit, value) in &attrs.limits {
        let span = value.span();
        match limit {
            Limit::MinLength | Limit::MaxLength => add(span, quote!(#s::Types::MEASURED), LENGTH),
            Limit::MinItems | Limit::MaxItems => add(span, array.clone(), ITEMS),
            _ => add(span, quote!(#s::Types::ANY_NUMBER), NUMBER),
        }
    }
    if attrs.unique {
        add(ty.span(), array, ITEMS);
    }
    if let Some(pattern) = &attrs.pattern {
        add(pattern.span(), quote!(#s::Types::STRING), PATTERN);
    }
    if let Some(format) = &attrs.format {
        add(format.span(), quote!(#s::Types::FORMATTED), FORMAT);
    }
    all.dedup_by(|later, first| later.0 == first.0);
    let mut all: Vec<TokenStream> = all.into_iter().map(|(_, statement)| statement).collect();
    if attrs.header.is_some() {
        let span = ty.span();
        all.push(quote_spanned!(span=> ::core::assert!(
            #s::admits(&<#ty as #s::Schema>::SHAPE, #s::Types::MIRRORED),
            "only a string, an integer, a boolean or an option of one can be repeated in a header"
        );));
    }
    all
}

/// The same as items.
pub(super) fn items(attrs: &Attrs, ty: &Type, s: &Path) -> TokenStream {
    statements(attrs, ty, s)
        .into_iter()
        .map(|statement| {
            // Each at its own place, so that each is reported.
            let span = statement.clone().into_iter().next().map_or_else(|| ty.span(), |token| token.span());
            quote_spanned!(span=> const _: () = { #statement };)
        })
        .collect()
}
