//! `to_json` of a type.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Member;

use super::model::{Body, DataKind, Field, Model, Style, Tagging, Variant};

impl Model {
    pub(super) fn write_value(&self) -> TokenStream {
        match &self.kind {
            DataKind::Struct(body) => {
                let write = self.write_body(body, &|field| {
                    let member = &field.member;
                    quote!(&self.#member)
                });
                quote!({ #write })
            }
            DataKind::Enum(variants) if variants.is_empty() => quote!(match *self {}),
            DataKind::Enum(variants) => {
                let arms = variants.iter().map(|v| self.write_variant(v));
                quote!(match self { #(#arms)* })
            }
        }
    }

    fn write_variant(&self, v: &Variant) -> TokenStream {
        let (s, ident, name) = (&self.s, &v.ident, &v.ser);
        if v.serde.skip_ser {
            return quote!(Self::#ident { .. } => w.null(),);
        }
        let bind = v.body.fields.iter().map(|field| {
            let (member, name) = (&field.member, binding(&field.member));
            quote!(#member: #name)
        });
        let body = self.write_body(&v.body, &|field| {
            let name = binding(&field.member);
            quote!(#name)
        });
        let unit = v.body.style == Style::Unit;
        let write = match &self.tagging {
            Tagging::External if unit => quote!(w.string(#name)),
            Tagging::External => quote!({ w.begin_object(); w.key(#name); #body; w.end_object(); }),
            Tagging::Internal(tag) if unit => {
                quote!({ w.begin_object(); w.key(#tag).string(#name); w.end_object(); })
            }
            Tagging::Internal(tag) => quote!({
                w.begin_object();
                w.key(#tag).string(#name);
                let mut inner = #s::Writer::default();
                { let w = &mut inner; #body; }
                #s::inline(w, inner.text());
                w.end_object();
            }),
            Tagging::Adjacent(tag, content) => {
                let content = (!unit).then(|| quote!(w.key(#content); #body;));
                quote!({ w.begin_object(); w.key(#tag).string(#name); #content w.end_object(); })
            }
            Tagging::Untagged => quote!({ #body; }),
        };
        quote!(Self::#ident { #(#bind),* } => #write,)
    }

    /// Statements that write the fields; `at` is a reference to a field.
    fn write_body(&self, body: &Body, at: &dyn Fn(&Field) -> TokenStream) -> TokenStream {
        let s = &self.s;
        if self.serde.transparent {
            let field = body.fields.iter().find(|f| !f.serde.skip_de).map(at);
            return quote!(#s::ToJson::to_json(#field, w));
        }
        match body.style {
            Style::Unit => quote!(w.null()),
            Style::Newtype => {
                let field = body.fields.iter().map(at);
                quote!(#(#s::ToJson::to_json(#field, w))*)
            }
            Style::Tuple => {
                let fields = body.fields.iter().map(at);
                quote!(w.begin_array(); #(#s::ToJson::to_json(#fields, w);)* w.end_array())
            }
            Style::Named => {
                let fields = body.fields.iter().map(|field| self.write_field(field, &at(field)));
                quote!(w.begin_object(); #(#fields)* w.end_object())
            }
        }
    }

    fn write_field(&self, field: &Field, value: &TokenStream) -> TokenStream {
        let (s, name) = (&self.s, &field.ser);
        if field.serde.skip_ser {
            return quote!(let _ = #value;);
        }
        let write = if field.serde.flatten {
            quote!({
                let mut inner = #s::Writer::default();
                #s::ToJson::to_json(#value, &mut inner);
                #s::inline(w, inner.text());
            })
        } else if field.attrs.serde.is_some() {
            match &field.serde.serialize_with {
                Some(path) => quote!({
                    let written = #path(#value, #s::serde_json::value::Serializer);
                    #s::to_serde(&written.unwrap_or_default(), w.key(#name));
                }),
                None => quote!(#s::to_serde(#value, w.key(#name));),
            }
        } else {
            quote!(#s::ToJson::to_json(#value, w.key(#name));)
        };
        match &field.serde.skip_if {
            Some(skip) => quote!(if !#skip(#value) { #write }),
            None => write,
        }
    }
}

fn binding(member: &Member) -> syn::Ident {
    match member {
        Member::Named(name) => format_ident!("field_{}", name),
        Member::Unnamed(index) => format_ident!("field_{}", index.index),
    }
}
