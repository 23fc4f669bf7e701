//! `from_json` of a type.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::model::{Body, DataKind, Field, Model, Style, Tagging, Variant};
use super::serde::DefaultValue;
use super::table::members_name;

impl Model {
    pub(super) fn read_value(&self) -> TokenStream {
        let s = &self.s;
        match &self.kind {
            DataKind::Struct(body) => {
                let read = self.read_body(body, 0, &quote!(Self), self.serde.default.as_ref());
                quote!({ let text = r.raw()?; #read })
            }
            DataKind::Enum(variants) => match &self.tagging {
                Tagging::External => self.read_external(variants),
                Tagging::Internal(tag) => self.read_internal(variants, tag),
                Tagging::Adjacent(tag, content) => self.read_adjacent(variants, tag, content),
                Tagging::Untagged => {
                    let each = live(variants).map(|(index, v)| {
                        let read = self.read_variant(v, index);
                        quote!(if let ::core::result::Result::Ok(value) =
                            (|| -> ::core::result::Result<Self, #s::Mismatch> { #read })()
                        {
                            return ::core::result::Result::Ok(value);
                        })
                    });
                    quote!({ let text = r.raw()?; #(#each)* ::core::result::Result::Err(#s::no_variant()) })
                }
            },
        }
    }

    fn read_variant(&self, v: &Variant, index: usize) -> TokenStream {
        let name = &v.ident;
        self.read_body(&v.body, index, &quote!(Self::#name), None)
    }

    /// An expression of type `Result<Self, Mismatch>`, from the variable `text`.
    fn read_body(
        &self,
        body: &Body,
        index: usize,
        make: &TokenStream,
        base: Option<&DefaultValue>,
    ) -> TokenStream {
        let s = &self.s;
        let ok = quote!(::core::result::Result::Ok);
        if self.serde.transparent {
            let fields = body.fields.iter().map(|field| {
                let member = &field.member;
                if field.serde.skip_de {
                    quote!(#member: ::core::default::Default::default())
                } else {
                    quote!(#member: #s::FromJson::from_json(&mut #s::Reader::new(text))?)
                }
            });
            return quote!(#ok(#make { #(#fields),* }));
        }
        match body.style {
            Style::Unit => {
                quote!(<() as #s::FromJson>::from_json(&mut #s::Reader::new(text)).map(|()| #make))
            }
            Style::Newtype => quote!(#ok(#make(#s::FromJson::from_json(&mut #s::Reader::new(text))?))),
            Style::Tuple => {
                let items = (0..body.fields.len()).map(|at| quote!(#s::item(r, &mut items, #at)?));
                quote!({
                    let r = &mut #s::Reader::new(text);
                    #s::expect(r, #s::JsonKind::Array)?;
                    let mut items = r.array()?;
                    let value = #make(#(#items),*);
                    #s::no_item(r, &mut items)?;
                    #ok(value)
                })
            }
            Style::Named => self.read_fields(body, index, make, base),
        }
    }

    fn read_fields(
        &self,
        body: &Body,
        index: usize,
        make: &TokenStream,
        base: Option<&DefaultValue>,
    ) -> TokenStream {
        let s = &self.s;
        let table = members_name(index);
        let closed = self.serde.deny;
        let read: Vec<&Field> = body.fields.iter().filter(|f| !f.serde.skip_de && !f.serde.flatten).collect();
        let slots: Vec<_> = (0..read.len()).map(|at| format_ident!("slot{at}")).collect();
        let count = read.len();
        let mut next = slots.iter();
        let fields: Vec<_> = body
            .fields
            .iter()
            .map(|field| {
                let slot = if field.serde.skip_de || field.serde.flatten { None } else { next.next() };
                let value = self.read_field(field, slot, base.is_some());
                let member = &field.member;
                quote!(#member: #value)
            })
            .collect();
        let base = base.map(|base| match base {
            DefaultValue::Trait => quote!(let base: Self = ::core::default::Default::default();),
            DefaultValue::Path(path) => quote!(let base: Self = #path();),
        });
        let flattens = body.fields.iter().any(|f| f.serde.flatten && !f.serde.skip_de);
        let rest = flattens.then(|| quote!(let mut rest = #s::leftover(text, Self::#table)?;));
        quote!({
            let mut slots = [::core::option::Option::None::<&str>; #count];
            #s::split(text, Self::#table, #closed, &mut slots)?;
            let [#(#slots),*] = slots;
            #base
            #rest
            ::core::result::Result::Ok(#make { #(#fields),* })
        })
    }

    fn read_field(&self, field: &Field, slot: Option<&syn::Ident>, base: bool) -> TokenStream {
        let (s, ty, name, member) = (&self.s, &field.ty, &field.de, &field.member);
        let absent = field.absent().or_else(|| base.then(|| quote!(base.#member)));
        let Some(slot) = slot else {
            if field.serde.flatten && !field.serde.skip_de {
                return quote!({
                    let part = #s::flattened(&mut rest, const { &<#ty as #s::Schema>::SHAPE })?;
                    #s::whole_or_absent::<#ty>(&part, <#ty as #s::Schema>::OPTIONAL)?
                });
            }
            return absent.unwrap_or_else(|| quote!(<#ty as ::core::default::Default>::default()));
        };
        if field.attrs.serde.is_some() {
            let read = match &field.serde.deserialize_with {
                Some(path) => quote!(#path(&mut #s::serde_json::Deserializer::from_str(text))
                    .map_err(|error: #s::serde_json::Error| #s::Mismatch::from(error))),
                None => quote!(#s::from_serde::<#ty>(&mut #s::Reader::new(text))),
            };
            let none = absent.unwrap_or_else(|| {
                quote!({
                    use #s::NotOptional as _;
                    (#s::ForeignType::<#ty>::ABSENT)().ok_or_else(|| #s::Mismatch::missing(#name))?
                })
            });
            return quote!(match #slot {
                ::core::option::Option::Some(text) => #read.map_err(|m| m.at_key(#name))?,
                ::core::option::Option::None => #none,
            });
        }
        match absent {
            Some(absent) => quote!(match #slot {
                ::core::option::Option::Some(text) => #s::take::<#ty>(::core::option::Option::Some(text), #name)?,
                ::core::option::Option::None => #absent,
            }),
            None => quote!(#s::take::<#ty>(#slot, #name)?),
        }
    }

    fn read_external(&self, variants: &[Variant]) -> TokenStream {
        let s = &self.s;
        let arms = live(variants).map(|(index, v)| {
            let names = patterns(v);
            let ident = &v.ident;
            if v.body.style == Style::Unit {
                return quote!((#names, ::core::option::Option::None | ::core::option::Option::Some("null")) =>
                    ::core::result::Result::Ok(Self::#ident),);
            }
            let read = self.read_variant(v, index);
            quote!((#names, ::core::option::Option::Some(text)) =>
                (|| -> ::core::result::Result<Self, #s::Mismatch> { #read })().map_err(|m| m.at_key(&name)),)
        });
        quote!({
            let (name, content) = #s::external(r)?;
            match (&*name, content) {
                #(#arms)*
                _ => ::core::result::Result::Err(#s::no_variant()),
            }
        })
    }

    fn read_internal(&self, variants: &[Variant], tag: &str) -> TokenStream {
        let s = &self.s;
        let closed = self.serde.deny;
        let arms = live(variants).map(|(index, v)| {
            let names = patterns(v);
            let ident = &v.ident;
            if v.body.style == Style::Unit {
                return quote!(#names => ::core::result::Result::Ok(Self::#ident),);
            }
            let read = self.read_variant(v, index);
            if closed || v.body.style == Style::Newtype {
                return quote!(#names => { let rest = #s::leftover(text, &[#s::Member { name: #tag, aliases: &[], required: true, shape: #s::Shape::ANY }])?; let text: &str = &rest; #read });
            }
            quote!(#names => #read,)
        });
        quote!({
            let text = r.raw()?;
            let name = #s::tag(text, #tag)?;
            match &*name {
                #(#arms)*
                _ => ::core::result::Result::Err(#s::no_variant().at_key(#tag)),
            }
        })
    }

    fn read_adjacent(&self, variants: &[Variant], tag: &str, content: &str) -> TokenStream {
        let s = &self.s;
        let closed = self.serde.deny;
        let arms = live(variants).map(|(index, v)| {
            let names = patterns(v);
            let ident = &v.ident;
            let read = self.read_variant(v, index);
            match v.body.style {
                Style::Unit => quote!(#names => ::core::result::Result::Ok(Self::#ident),),
                Style::Newtype => quote!(#names => ::core::result::Result::Ok(Self::#ident(#s::take(content, #content)?)),),
                _ => quote!(#names => {
                    let text = content.ok_or_else(|| #s::Mismatch::missing(#content))?;
                    (|| -> ::core::result::Result<Self, #s::Mismatch> { #read })().map_err(|m| m.at_key(#content))
                }),
            }
        });
        quote!({
            let (name, content) = #s::adjacent(r.raw()?, #tag, #content, #closed)?;
            match &*name {
                #(#arms)*
                _ => ::core::result::Result::Err(#s::no_variant().at_key(#tag)),
            }
        })
    }
}

fn live(variants: &[Variant]) -> impl Iterator<Item = (usize, &Variant)> {
    variants.iter().enumerate().filter(|(_, v)| !v.serde.skip_de)
}

fn patterns(v: &Variant) -> TokenStream {
    let names = std::iter::once(&v.de).chain(&v.serde.aliases);
    quote!(#(#names)|*)
}
