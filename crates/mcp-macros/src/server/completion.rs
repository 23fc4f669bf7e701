//! `#[completion]`: a method that proposes values for an argument of a prompt or a variable of a template.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, LitStr, Signature, Type};

use super::keys::Keys;
use super::prompt::Prompt;
use super::resource::Resource;
use super::signature::{BLOCKING, Handler, HandlerKind};
use crate::errors::Errors;

const KNOWN: &[&str] = &["prompt", "resource", "argument", BLOCKING];

/// A completion that is ready to be written.
pub(super) struct Completion {
    target: Option<(Target, LitStr)>,
    argument: Option<LitStr>,
    pub(super) handler: Handler,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Target {
    Prompt,
    Resource,
}

impl Completion {
    /// Reads a method and the arguments of its `#[completion]`.
    pub(super) fn read(
        arguments: TokenStream,
        attrs: &[Attribute],
        sig: &mut Signature,
        errors: &mut Errors,
    ) -> Self {
        let before = errors.count();
        let mut keys = Keys::read("`completion`", KNOWN, arguments, errors);
        let prompt = keys.string("prompt", errors);
        let resource = keys.string("resource", errors);
        let argument = keys.string("argument", errors);
        let target = match (prompt, resource) {
            (Some(_), Some(resource)) => {
                errors.push(resource, "a completion is for a prompt or for a resource: write two methods");
                None
            }
            (Some(prompt), None) => Some((Target::Prompt, prompt)),
            (None, Some(resource)) => Some((Target::Resource, resource)),
            (None, None) => None,
        };
        if (target.is_none() || argument.is_none()) && errors.count() == before {
            errors.push(
                &sig.ident,
                "a completion names what it completes: `#[completion(prompt = \"…\", argument = \"…\")]` \
                 or `#[completion(resource = \"…\", argument = \"…\")]`",
            );
        }
        let mut handler = Handler::read(HandlerKind::Completion, attrs, sig, errors);
        handler.read_blocking(&mut keys, errors);
        check_value(&handler, errors);
        Self { target, argument, handler }
    }

    /// Reports a target that the server does not have.
    pub(super) fn check(&self, prompts: &[Prompt], resources: &[Resource], errors: &mut Errors) {
        let (Some((target, of)), Some(argument)) = (&self.target, &self.argument) else { return };
        let (wanted, name) = (of.value(), argument.value());
        match target {
            Target::Prompt => match prompts.iter().find(|prompt| prompt.name.text == wanted) {
                None => errors
                    .push(of, unknown("prompt", &prompts.iter().map(|p| &*p.name.text).collect::<Vec<_>>())),
                Some(prompt) => {
                    let known: Vec<_> = prompt.handler.parameters().map(|p| &*p.name).collect();
                    if !known.contains(&&*name) {
                        errors.push(argument, unknown("argument of the prompt", &known));
                    }
                }
            },
            Target::Resource => {
                let uris: Vec<String> = resources
                    .iter()
                    .filter(|resource| !resource.variables.is_empty())
                    .filter_map(|resource| resource.uri.as_ref().map(LitStr::value))
                    .collect();
                let found =
                    resources.iter().find(|r| r.uri.as_ref().is_some_and(|uri| uri.value() == wanted));
                match found.filter(|resource| !resource.variables.is_empty()) {
                    None => errors
                        .push(of, unknown("template", &uris.iter().map(|uri| &**uri).collect::<Vec<_>>())),
                    Some(resource) if !resource.variables.contains(&name) => {
                        let known: Vec<_> = resource.variables.iter().map(|name| &**name).collect();
                        errors.push(argument, unknown("variable of the template", &known));
                    }
                    Some(_) => {}
                }
            }
        }
    }

    /// What tells completions of one server apart, and where to report a second one.
    pub(super) fn key(&self) -> Option<(String, &LitStr)> {
        let ((target, of), argument) = (self.target.as_ref()?, self.argument.as_ref()?);
        let kind = if *target == Target::Prompt { "prompt" } else { "resource" };
        Some((format!("{kind} {} {}", of.value(), argument.value()), argument))
    }

    /// A `CompletionInfo` expression.
    pub(super) fn info(&self, mcp: &TokenStream) -> TokenStream {
        let of = match &self.target {
            Some((Target::Prompt, name)) => quote!(Prompt(#name)),
            Some((Target::Resource, uri)) => quote!(Resource(#uri)),
            None => TokenStream::new(),
        };
        let argument = &self.argument;
        quote!(#mcp::CompletionInfo { of: #mcp::CompletionOf::#of, argument: #argument })
    }
}

fn unknown(what: &str, known: &[&str]) -> String {
    match known {
        [] => format!("this server has no {what}"),
        known => {
            let known = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            format!("this server has no such {what}; it has {known}")
        }
    }
}

/// A completion takes the value so far, as `&str` or `String`, and nothing else but the context.
fn check_value(handler: &Handler, errors: &mut Errors) {
    let mut parameters = handler.parameters();
    if let Some(value) = parameters.next() {
        let text = match &value.ty {
            Type::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == "String"),
            // Another reference was reported with the signature.
            Type::Reference(_) => true,
            _ => false,
        };
        if !text {
            errors.push(&value.ty, "the value to complete is a text: `value: &str`");
        }
        for schema in value.attrs.iter().filter(|attr| attr.path().is_ident("schema")) {
            errors.push(schema, "the value to complete has no schema");
        }
    }
    for other in parameters {
        errors
            .push(&other.ident, "a completion takes one value: arguments given so far are in `cx: &Context`");
    }
}
