//! The input schema of a tool: one member for each parameter.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, Path};

use super::doc;
use super::errors::Errors;
use super::signature::Handler;
use crate::schema;

/// The members of the arguments, as a `&'static [Member]`, and the defaults of the parameters.
///
/// What is wrong with the attributes of a parameter is reported.
pub(super) fn members(handler: &mut Handler, krate: &Path, errors: &mut Errors) -> TokenStream {
    let mut members = Vec::new();
    for parameter in handler.parameters_mut() {
        let doc = doc::literal_text(&parameter.attrs);
        let attrs: Vec<_> =
            parameter.attrs.iter().filter(|attr| attr.path().is_ident("schema")).cloned().collect();
        let read = schema::Parameter::new(&parameter.name, &parameter.ty, &attrs, doc, krate);
        if let Some(read) = errors.keep(read) {
            members.push(read.member);
            parameter.default = read.default;
        }
    }
    quote!(const { &[#(#members),*] })
}

/// The shape of an object of `members`.
pub(super) fn shape(members: &Ident, closed: bool, krate: &Path) -> TokenStream {
    let closed = closed.then(|| quote!(#krate::schema::Keyword::Closed));
    quote!(#krate::schema::Shape {
        base: ::core::option::Option::None,
        keywords: &[
            #krate::schema::Keyword::Type(#krate::schema::Types::OBJECT),
            #krate::schema::Keyword::Members(#members),
            #closed
        ],
    })
}
