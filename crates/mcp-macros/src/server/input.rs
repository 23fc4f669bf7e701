//! The input schema of a tool: one member for each parameter.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, Path};

use super::doc;
use super::signature::Handler;
use crate::errors::Errors;
use crate::schema;

/// The members of the arguments, as a `&'static [Member]`, and the defaults of the parameters.
///
/// What is wrong with the attributes of a parameter is reported.
pub(super) fn members(handler: &mut Handler, krate: &Path, errors: &mut Errors) -> TokenStream {
    let (mut members, mut assertions) = (Vec::new(), Vec::new());
    let mut headers: Vec<String> = Vec::new();
    for parameter in handler.parameters_mut() {
        let doc = doc::literal_text(&parameter.attrs);
        let attrs: Vec<_> =
            parameter.attrs.iter().filter(|attr| attr.path().is_ident("schema")).cloned().collect();
        let read = schema::Parameter::new(&parameter.name, &parameter.ty, &attrs, doc, krate);
        if let Some(read) = errors.keep(read) {
            members.push(read.member);
            assertions.push(read.assertions);
            parameter.default = read.default;
            if let Some(header) = read.header {
                let name = header.value().to_ascii_lowercase();
                if headers.contains(&name) {
                    errors.push(&header, "two arguments cannot be repeated in the same header");
                }
                headers.push(name);
            }
        }
    }
    quote!(const {
        #(#assertions)*
        &[#(#members),*]
    })
}

/// The shape of an object of `members`.
pub(super) fn shape(members: &Ident, closed: bool, krate: &Path) -> TokenStream {
    let closed = closed.then(|| quote!(#krate::__private::schema::Keyword::Closed));
    quote!(#krate::__private::schema::Shape {
        base: ::core::option::Option::None,
        keywords: &[
            #krate::__private::schema::Keyword::Type(#krate::__private::schema::Types::OBJECT),
            #krate::__private::schema::Keyword::Members(#members),
            #closed
        ],
    })
}
