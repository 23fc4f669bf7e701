//! Whether a type can be a form, or a field of one: the few kinds of values that elicitation has.
//!
//! The conditions are bounds on the types of the fields. A bound without parameters that does not hold would be an error at the
//! derive. So each bound names an unused lifetime: then the type does not implement `Form`, and the error is where it is used as a form.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Generics, Type};

use super::model::{Body, DataKind, Field, Model, Style, Tagging};

impl Model {
    /// The implementations of the traits that say it.
    pub(super) fn forms(&self, generics: &Generics) -> TokenStream {
        match &self.kind {
            DataKind::Struct(body) => self.form_of(body, generics),
            DataKind::Enum(variants) => {
                let mut live = variants.iter().filter(|v| !v.serde.skip_de).peekable();
                let names = live.peek().is_some() && live.all(|v| v.body.style == Style::Unit);
                if names && matches!(self.tagging, Tagging::External) {
                    [quote!(FormField), quote!(FormChoice)]
                        .iter()
                        .map(|role| self.implementation(role, &[], generics))
                        .collect()
                } else {
                    TokenStream::new()
                }
            }
        }
    }

    fn form_of(&self, body: &Body, generics: &Generics) -> TokenStream {
        let live = || body.fields.iter().filter(|f| !f.serde.skip_de);
        if self.serde.transparent || body.style == Style::Newtype {
            let Some(ty) = live().next().map(|field| &field.ty) else { return TokenStream::new() };
            return [quote!(FormField), quote!(FormChoice), quote!(Form)]
                .iter()
                .map(|role| self.implementation(role, &[(ty, role.clone())], generics))
                .collect();
        }
        if body.style != Style::Named || live().any(|field| !is_simple(field)) {
            return TokenStream::new();
        }
        let bounds: Vec<_> = live()
            .filter(|field| field.attrs.json.is_none())
            .map(|field| (&field.ty, if field.serde.flatten { quote!(Form) } else { quote!(FormField) }))
            .collect();
        self.implementation(&quote!(Form), &bounds, generics)
    }

    fn implementation(
        &self,
        role: &TokenStream,
        bounds: &[(&Type, TokenStream)],
        generics: &Generics,
    ) -> TokenStream {
        let (s, ident) = (&self.s, &self.ident);
        let mut generics = generics.clone();
        let clause = generics.make_where_clause();
        for (ty, bound) in bounds {
            clause.predicates.push(syn::parse_quote!(for<'__form> #ty: #s::#bound));
        }
        let (implement, types, clause) = generics.split_for_impl();
        quote! {
            #[automatically_derived]
            impl #implement #s::#role for #ident #types #clause {}
        }
    }
}

/// Whether the schema of a field that only serde knows, if it is one, is that of a string, a number or a boolean.
fn is_simple(field: &Field) -> bool {
    let Some(json) = &field.attrs.json else { return true };
    let given = json.value();
    let ty = crate::json::members(&given).into_iter().find(|(key, _)| *key == "type");
    let simple = ["\"string\"", "\"integer\"", "\"number\"", "\"boolean\""];
    ty.is_some_and(|(_, ty)| simple.contains(&ty))
}
