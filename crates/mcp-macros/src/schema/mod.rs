//! `#[derive(Schema)]`, and the table entry of a function parameter.

mod assertion;
mod attrs;
mod case;
mod doc;
mod failed;
mod form;
mod keyword;
mod member;
mod model;
mod read;
mod serde;
mod table;
mod write;

pub(crate) use member::Parameter;

use proc_macro2::TokenStream;
use quote::quote;
use syn::Generics;

use model::{DataKind, Model};

/// The implementations for a type.
///
/// A type that cannot be honoured has them too, so that its errors are not followed by one at each use of it.
pub(crate) fn derive(input: &syn::DeriveInput) -> TokenStream {
    implementations(input).unwrap_or_else(|error| failed::implementations(input, error))
}

fn implementations(input: &syn::DeriveInput) -> syn::Result<TokenStream> {
    let model = Model::read(input)?;
    let (s, ident, name) = (&model.s, &model.ident, &model.name);
    let generics = bounded(&input.generics, &model);
    let (implement, types, bounds) = generics.split_for_impl();
    let members = model.member_tables()?;
    let table = model.table()?;
    let (read, write) = (model.read_value(), model.write_value());
    let (through, flat, forms) = (model.through(), model.flat(), model.forms(&generics));
    let (shape, optional, absent) = match through {
        None if model.is_inline() => (table, TokenStream::new(), TokenStream::new()),
        Some(ty) => (
            quote!(<#ty as #s::Schema>::SHAPE),
            quote!(const OPTIONAL: bool = <#ty as #s::Schema>::OPTIONAL;),
            model.absent(ty),
        ),
        None => {
            let headless = model.headless();
            let late = model.late_assertions();
            let shape = quote!(#s::Shape { base: ::core::option::Option::None, keywords: &[#s::Keyword::Ref(&#s::Named {
                name: #name,
                flat: const { #flat },
                id: || ::core::any::type_name::<Self>(),
                shape: || const {
                    #headless
                    #late
                    &#table
                },
            })] });
            (shape, TokenStream::new(), TokenStream::new())
        }
    };
    let assertions = model.early_assertions();
    Ok(quote! {
        #assertions
        #[automatically_derived]
        #[doc(hidden)]
        impl #implement #ident #types #bounds {
            #members
        }
        #[automatically_derived]
        #[allow(deprecated, clippy::unnecessary_cast)]
        impl #implement #s::Schema for #ident #types #bounds {
            const SHAPE: #s::Shape = #shape;
            #optional
        }
        #[automatically_derived]
        #[allow(deprecated, clippy::redundant_closure_call, clippy::needless_question_mark)]
        impl #implement #s::FromJson for #ident #types #bounds {
            fn from_json(r: &mut #s::Reader<'_>) -> ::core::result::Result<Self, #s::Mismatch> #read
            #absent
        }
        #[automatically_derived]
        #[allow(deprecated, unused_variables)]
        impl #implement #s::ToJson for #ident #types #bounds {
            fn to_json(&self, w: &mut #s::Writer) { #write }
        }
        #forms
    })
}

impl Model {
    /// The type that a transparent struct without words of its own stands for.
    fn through(&self) -> Option<&syn::Type> {
        let DataKind::Struct(body) = &self.kind else { return None };
        let field = body.fields.iter().find(|f| !f.serde.skip_de).filter(|_| self.serde.transparent)?;
        (self.attrs.is_plain() && field.attrs.is_plain()).then_some(&field.ty)
    }
}

impl Model {
    /// A transparent struct may be left out where its only field may.
    fn absent(&self, ty: &syn::Type) -> TokenStream {
        let s = &self.s;
        let DataKind::Struct(body) = &self.kind else { return TokenStream::new() };
        let [field] = body.fields.as_slice() else { return TokenStream::new() };
        let member = &field.member;
        quote! {
            fn absent() -> ::core::option::Option<Self> {
                <#ty as #s::FromJson>::absent().map(|value| Self { #member: value })
            }
        }
    }
}

/// The generics with what the implementations need.
fn bounded(generics: &Generics, model: &Model) -> Generics {
    let s = &model.s;
    let mut generics = generics.clone();
    for parameter in generics.type_params_mut() {
        parameter.bounds.push(syn::parse_quote!(#s::Schema));
        parameter.bounds.push(syn::parse_quote!(#s::FromJson));
        parameter.bounds.push(syn::parse_quote!(#s::ToJson));
        parameter.default = None;
    }
    if generics.type_params().next().is_some()
        && let DataKind::Struct(body) = &model.kind
    {
        let defaults = body.fields.iter().filter(|f| {
            matches!(f.serde.default, Some(serde::DefaultValue::Trait))
                || f.serde.skip_de && f.serde.default.is_none()
        });
        let types: Vec<_> = defaults.map(|f| f.ty.clone()).collect();
        if !types.is_empty() {
            let clause = generics.make_where_clause();
            clause.predicates.extend(
                types
                    .iter()
                    .map(|ty| -> syn::WherePredicate { syn::parse_quote!(#ty: ::core::default::Default) }),
            );
        }
    }
    generics
}
