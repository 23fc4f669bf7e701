//! The table of a type.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Ident, LitStr, Path};

use super::assertion;
use super::keyword::{default, keywords};
use super::model::{Body, DataKind, Field, Model, Style, Tagging, Variant};
use super::serde::DefaultValue;

/// The name of the hidden constant with the members of a struct (0) or of a variant.
pub(super) fn members_name(index: usize) -> Ident {
    format_ident!("__SCHEMA_MEMBERS_{index}")
}

impl Model {
    /// Constants with the members of every body that has named fields.
    pub(super) fn member_tables(&self) -> syn::Result<TokenStream> {
        let one = |index: usize, body: &Body, base: Option<&DefaultValue>| -> syn::Result<TokenStream> {
            if body.style != Style::Named {
                return Ok(TokenStream::new());
            }
            let s = &self.s;
            let name = members_name(index);
            let read = body.fields.iter().filter(|f| !f.serde.skip_de && !f.serde.flatten);
            let members = read.map(|field| self.member(field, base)).collect::<syn::Result<Vec<_>>>()?;
            Ok(quote! {
                #[doc(hidden)]
                const #name: &'static [#s::Member] = &[#(#members),*];
            })
        };
        match &self.kind {
            DataKind::Struct(body) => one(0, body, self.serde.default.as_ref()),
            DataKind::Enum(all) => {
                all.iter().enumerate().map(|(index, v)| one(index, &v.body, None)).collect()
            }
        }
    }

    fn member(&self, field: &Field, base: Option<&DefaultValue>) -> syn::Result<TokenStream> {
        let (s, ty, name) = (&self.s, &field.ty, &field.de);
        let aliases = &field.serde.aliases;
        let mut all = keywords(&field.attrs, Some(ty), s)?;
        if field.attrs.json.is_none() {
            all.extend(self.default(field, base));
        }
        if field.serde.skip_ser {
            all.push(quote!(#s::Keyword::WriteOnly));
        }
        let optional = field.absent().is_some() || base.is_some();
        let (shape, required) = match &field.attrs.json {
            Some(text) => (
                foreign(field, text, &all, s),
                quote!(!#optional && !{ use #s::NotOptional as _; #s::ForeignType::<#ty>::OPTIONAL }),
            ),
            None => (self.layer(field, &all), quote!(!#optional && !<#ty as #s::Schema>::OPTIONAL)),
        };
        Ok(quote!(#s::Member { name: #name, aliases: &[#(#aliases),*], required: #required, shape: #shape }))
    }

    fn layer(&self, field: &Field, all: &[TokenStream]) -> TokenStream {
        let (s, ty) = (&self.s, &field.ty);
        if all.is_empty() {
            quote!(<#ty as #s::Schema>::SHAPE)
        } else {
            quote!(#s::Shape { base: ::core::option::Option::Some(&<#ty as #s::Schema>::SHAPE), keywords: &[#(#all),*] })
        }
    }

    /// `default`, written as the field would be.
    fn default(&self, field: &Field, base: Option<&DefaultValue>) -> Option<TokenStream> {
        if field.serde.skip_ser {
            return None;
        }
        let (s, ty, member) = (&self.s, &field.ty, &field.member);
        if let (Some(expr), None) = (&field.attrs.default, &field.serde.skip_if) {
            return Some(default(expr, ty, s));
        }
        let value = match (field.absent(), base) {
            (Some(value), _) => value,
            (None, Some(DefaultValue::Trait)) => {
                quote!(<Self as ::core::default::Default>::default().#member)
            }
            (None, Some(DefaultValue::Path(path))) => quote!({ let all: Self = #path(); all }.#member),
            (None, None) => return None,
        };
        let write = quote!(#s::ToJson::to_json(&default, w.key("default")));
        let write = match &field.serde.skip_if {
            Some(skip) => quote!(if !#skip(&default) { #write }),
            None => write,
        };
        Some(quote!(#s::Keyword::DefaultOf(|w| { let default: #ty = #value; #write })))
    }

    /// The constant expression of type `Shape` behind the name of the type.
    pub(super) fn table(&self) -> syn::Result<TokenStream> {
        let own = keywords(&self.attrs, None, &self.s)?;
        match &self.kind {
            DataKind::Struct(body) => self.body(body, 0, self.serde.deny, &own),
            DataKind::Enum(variants) => self.variants(variants, &own),
        }
    }

    /// Assertions about fields that hold before any code is generated.
    pub(super) fn early_assertions(&self) -> TokenStream {
        let s = &self.s;
        if self.generic {
            return TokenStream::new();
        }
        let fields = self.bodies().into_iter().flat_map(|body| &body.fields).filter(|f| f.is_known());
        fields
            .map(|field| {
                let ty = &field.ty;
                let stated = assertion::items(&field.attrs, ty, s);
                let span = syn::spanned::Spanned::span(ty);
                let flattened = field.serde.flatten.then(|| {
                    quote::quote_spanned!(span=> const _: () = assert!(
                    #s::can_flatten(&<#ty as #s::Schema>::SHAPE),
                    "only a struct with named fields, a map, or an option of one can be flattened"
                );)
                });
                quote!(#flattened #stated)
            })
            .collect()
    }

    /// The same about attributes, as statements, for a type whose parameters are not known yet.
    pub(super) fn late_assertions(&self) -> TokenStream {
        if !self.generic {
            return TokenStream::new();
        }
        let fields = self.bodies().into_iter().flat_map(|body| &body.fields).filter(|f| f.is_known());
        fields.flat_map(|field| assertion::statements(&field.attrs, &field.ty, &self.s)).collect()
    }

    /// A statement that refuses headers inside of a type that is behind a name: clients do not follow `$ref`.
    pub(super) fn headless(&self) -> TokenStream {
        let s = &self.s;
        let fields = self.bodies().into_iter().flat_map(|body| &body.fields);
        let types = fields.filter(|f| !f.serde.skip_de && f.attrs.serde.is_none()).map(|f| &f.ty);
        quote!(::core::assert!(
            true #(&& !#s::has_header(&<#types as #s::Schema>::SHAPE))*,
            "a header is named inside of this type, which is behind a `$ref`, where clients do not look for it: \
             put `#[schema(inline)]` on the type"
        );)
    }

    fn bodies(&self) -> Vec<&Body> {
        match &self.kind {
            DataKind::Struct(body) => vec![body],
            DataKind::Enum(variants) => variants.iter().map(|v| &v.body).collect(),
        }
    }

    /// Whether the type is written where it is used, so that clients find the headers in it.
    pub(super) fn is_inline(&self) -> bool {
        let DataKind::Struct(body) = &self.kind else { return false };
        self.attrs.inline.is_some() || body.fields.iter().any(|field| field.attrs.header.is_some())
    }

    /// Whether the type is an object with members of its own.
    pub(super) fn flat(&self) -> TokenStream {
        let s = &self.s;
        match &self.kind {
            DataKind::Struct(body) if self.serde.transparent || body.style == Style::Newtype => {
                let ty = body.fields.iter().find(|f| !f.serde.skip_de).map(|f| &f.ty);
                ty.map_or_else(|| quote!(false), |ty| quote!(#s::can_flatten(&<#ty as #s::Schema>::SHAPE)))
            }
            DataKind::Struct(body) if body.style == Style::Named => quote!(true),
            _ => quote!(false),
        }
    }

    fn body(&self, body: &Body, index: usize, closed: bool, own: &[TokenStream]) -> syn::Result<TokenStream> {
        let s = &self.s;
        if self.serde.transparent || body.style == Style::Newtype {
            let Some(field) = body.fields.iter().find(|f| !f.serde.skip_de) else {
                return Ok(quote!(#s::Shape::ANY));
            };
            let mut all = keywords(&field.attrs, Some(&field.ty), s)?;
            all.extend(own.iter().cloned());
            return Ok(self.layer(field, &all));
        }
        let mut all = Vec::new();
        match body.style {
            Style::Named => {
                all.push(quote!(#s::Keyword::Type(#s::Types::OBJECT)));
                let name = members_name(index);
                all.push(quote!(#s::Keyword::Members(Self::#name)));
                if closed {
                    all.push(quote!(#s::Keyword::Closed));
                }
                all.extend(body.fields.iter().filter(|f| f.serde.flatten && !f.serde.skip_de).map(|field| {
                    let ty = &field.ty;
                    quote!(#s::Keyword::Flatten(
                        const {
                            assert!(
                                #s::can_flatten(&<#ty as #s::Schema>::SHAPE),
                                "only a struct with named fields, a map, or an option of one can be flattened"
                            );
                            &<#ty as #s::Schema>::SHAPE
                        },
                        <#ty as #s::Schema>::OPTIONAL
                    ))
                }));
            }
            Style::Tuple | Style::Newtype => {
                all.push(quote!(#s::Keyword::Type(#s::Types::ARRAY)));
                let count = body.fields.len() as u32;
                if count > 0 {
                    let items = body
                        .fields
                        .iter()
                        .map(|field| Ok(self.layer(field, &keywords(&field.attrs, Some(&field.ty), s)?)))
                        .collect::<syn::Result<Vec<_>>>()?;
                    all.push(quote!(#s::Keyword::Tuple(&[#(#items),*])));
                    all.push(quote!(#s::Keyword::MinItems(#count)));
                }
                all.push(quote!(#s::Keyword::MaxItems(#count)));
            }
            Style::Unit => all.push(quote!(#s::Keyword::Type(#s::Types::NULL))),
        }
        all.extend(own.iter().cloned());
        Ok(quote!(#s::Shape { base: ::core::option::Option::None, keywords: &[#(#all),*] }))
    }

    fn variants(&self, variants: &[Variant], own: &[TokenStream]) -> syn::Result<TokenStream> {
        let s = &self.s;
        if variants.is_empty() {
            return Ok(
                quote!(#s::Shape { base: ::core::option::Option::None, keywords: &[#s::Keyword::Never, #(#own),*] }),
            );
        }
        let mut all = Vec::new();
        let mut names = Vec::new();
        for (index, variant) in variants.iter().enumerate().filter(|(_, v)| !v.serde.skip_de) {
            let keywords = keywords(&variant.attrs, None, s)?;
            let unit = variant.body.style == Style::Unit;
            match &self.tagging {
                Tagging::External if unit && keywords.is_empty() => names.push(&variant.de),
                Tagging::External => all.push(self.external(variant, index, &keywords)?),
                Tagging::Internal(tag) => all.push(self.internal(variant, index, tag, &keywords)?),
                Tagging::Adjacent(tag, content) => {
                    all.push(self.adjacent(variant, index, (tag, content), &keywords)?);
                }
                Tagging::Untagged => all.push(self.body(&variant.body, index, self.serde.deny, &keywords)?),
            }
        }
        let strings = quote!(#s::Keyword::Type(#s::Types::STRING), #s::Keyword::OneOf(&[#(#names),*]));
        if all.is_empty() {
            return Ok(
                quote!(#s::Shape { base: ::core::option::Option::None, keywords: &[#strings, #(#own),*] }),
            );
        }
        if !names.is_empty() {
            all.insert(0, quote!(#s::Shape { base: ::core::option::Option::None, keywords: &[#strings] }));
        }
        let one = !matches!(self.tagging, Tagging::Untagged);
        let tag = match &self.tagging {
            Tagging::Internal(tag) | Tagging::Adjacent(tag, _) => quote!(::core::option::Option::Some(#tag)),
            _ => quote!(::core::option::Option::None),
        };
        Ok(quote!(#s::Shape { base: ::core::option::Option::None, keywords: &[
            #s::Keyword::Choice(&#s::Choice { one: #one, tag: #tag, of: &[#(#all),*] }),
            #(#own),*
        ] }))
    }

    fn external(&self, v: &Variant, index: usize, own: &[TokenStream]) -> syn::Result<TokenStream> {
        let (s, name) = (&self.s, &v.de);
        if v.body.style == Style::Unit {
            return Ok(quote!(#s::Shape { base: ::core::option::Option::None, keywords: &[
                #s::Keyword::Type(#s::Types::STRING), #s::Keyword::Const(#name), #(#own),*
            ] }));
        }
        let shape = self.body(&v.body, index, self.serde.deny, &[])?;
        let aliases = &v.serde.aliases;
        Ok(quote!(#s::Shape { base: ::core::option::Option::None, keywords: &[
            #s::Keyword::Type(#s::Types::OBJECT),
            #s::Keyword::Members(&[
                #s::Member { name: #name, aliases: &[#(#aliases),*], required: true, shape: #shape }
            ]),
            #s::Keyword::Closed,
            #(#own),*
        ] }))
    }

    fn internal(
        &self,
        v: &Variant,
        index: usize,
        tag: &str,
        own: &[TokenStream],
    ) -> syn::Result<TokenStream> {
        let (s, name) = (&self.s, &v.de);
        let mut all = vec![quote!(#s::Keyword::Tag(#tag, #name))];
        if v.body.style == Style::Unit && self.serde.deny {
            all.push(quote!(#s::Keyword::Closed));
        }
        all.extend(own.iter().cloned());
        self.body(&v.body, index, self.serde.deny, &all)
    }

    fn adjacent(
        &self,
        v: &Variant,
        index: usize,
        (tag, content): (&str, &str),
        own: &[TokenStream],
    ) -> syn::Result<TokenStream> {
        let (s, name) = (&self.s, &v.de);
        let mut all = vec![quote!(#s::Keyword::Type(#s::Types::OBJECT))];
        if v.body.style != Style::Unit {
            let shape = self.body(&v.body, index, self.serde.deny, &[])?;
            all.push(quote!(#s::Keyword::Members(&[
                #s::Member { name: #content, aliases: &[], required: true, shape: #shape }
            ])));
        }
        all.push(quote!(#s::Keyword::Tag(#tag, #name)));
        if self.serde.deny {
            all.push(quote!(#s::Keyword::Closed));
        }
        all.extend(own.iter().cloned());
        Ok(quote!(#s::Shape { base: ::core::option::Option::None, keywords: &[#(#all),*] }))
    }
}

/// The shape of a field that only serde knows: the schema that was given, and the words of the field. An option of such a type
/// may be `null` too, unless the schema speaks of that itself.
fn foreign(field: &Field, text: &LitStr, all: &[TokenStream], s: &Path) -> TokenStream {
    let ty = &field.ty;
    let none = quote!(::core::option::Option::None);
    let given = quote!(#s::Shape { base: #none, keywords: &[#s::Keyword::Verbatim(#text)] });
    let base = if text.value().contains("null") {
        quote!(&#given)
    } else {
        quote!(const {
            use #s::NotOptional as _;
            if #s::ForeignType::<#ty>::OPTIONAL {
                &#s::Shape {
                    base: ::core::option::Option::Some(&#given),
                    keywords: &[#s::Keyword::Nullable],
                }
            } else {
                &#given
            }
        })
    };
    quote!(#s::Shape { base: ::core::option::Option::Some(#base), keywords: &[#(#all),*] })
}
