//! The signatures of handlers: what they may be, and what is wrong with those that are not.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{
    Attribute, FnArg, GenericParam, Pat, PatType, Receiver, ReturnType, Signature, Type, parse_quote,
    parse_quote_spanned,
};

use super::keys::Keys;
use crate::errors::Errors;

/// The key for a handler that blocks its thread.
pub(super) const BLOCKING: &str = "blocking";

/// What kind of function is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum HandlerKind {
    Tool,
    FreeTool,
    Resource,
    Prompt,
    Completion,
    List,
}

impl HandlerKind {
    fn subject(self) -> &'static str {
        match self {
            HandlerKind::Tool | HandlerKind::FreeTool => "a tool",
            HandlerKind::Resource => "a resource",
            HandlerKind::Prompt => "a prompt",
            HandlerKind::Completion => "a completion",
            HandlerKind::List => "a method that lists resources",
        }
    }
}

/// A function that can be called by generated code.
pub(super) struct Handler {
    pub(super) kind: HandlerKind,
    pub(super) ident: Ident,
    pub(super) asynchronous: bool,
    /// It blocks its thread: it runs on one where it may.
    pub(super) blocking: bool,
    /// It names scopes.
    pub(super) scoped: bool,
    pub(super) inputs: Vec<Input>,
    pub(super) output: Type,
    /// The `#[cfg]`s of the function: what is generated for it carries them too.
    pub(super) cfgs: Vec<Attribute>,
}

/// What a parameter of a handler takes.
pub(super) enum Input {
    Context,
    Value(Box<Parameter>),
}

/// A parameter that is filled from the request.
pub(super) struct Parameter {
    pub(super) ident: Ident,
    pub(super) name: String,
    /// Its place among what the request gives.
    pub(super) slot: usize,
    pub(super) ty: Type,
    /// Its doc comments and `#[schema]`, which the user's function no longer has.
    pub(super) attrs: Vec<Attribute>,
    /// What it is when it is left out, an expression.
    pub(super) default: Option<TokenStream>,
}

impl Handler {
    /// Checks a signature and takes the attributes meant for the macros off its parameters.
    pub(super) fn read(
        kind: HandlerKind,
        attrs: &[Attribute],
        sig: &mut Signature,
        errors: &mut Errors,
    ) -> Self {
        check_head(kind, sig, errors);
        let mut inputs = Vec::new();
        let mut receiver = false;
        for input in &mut sig.inputs {
            match input {
                FnArg::Receiver(found) => {
                    receiver = true;
                    check_receiver(kind, found, errors);
                }
                FnArg::Typed(found) => {
                    inputs.extend(parameter(kind, found, &inputs, errors));
                }
            }
        }
        if !receiver && kind != HandlerKind::FreeTool {
            let ident = &sig.ident;
            errors
                .push(ident, format_args!("{} takes `&self` first: `fn {ident}(&self, …)`", kind.subject()));
        }
        Self {
            kind,
            ident: sig.ident.clone(),
            asynchronous: sig.asyncness.is_some(),
            blocking: false,
            scoped: false,
            inputs,
            output: output(kind, sig, errors),
            cfgs: cfgs(attrs),
        }
    }

    /// Reads the key `blocking`.
    pub(super) fn read_blocking(&mut self, keys: &mut Keys, errors: &mut Errors) {
        let place = keys.place(BLOCKING);
        self.blocking = keys.switch(BLOCKING, errors).unwrap_or(false);
        if let Some(place) = place.filter(|_| self.blocking && self.asynchronous) {
            errors.push(
                place,
                "`blocking` is for a `fn` that is not `async`: remove one of the two, or give what blocks to `run_blocking`",
            );
        }
    }

    /// Gives every parameter its place among `names`, the values of the request.
    pub(super) fn place(&mut self, names: &[String]) {
        for parameter in self.parameters_mut() {
            parameter.slot = names.iter().position(|name| *name == parameter.name).unwrap_or_default();
        }
    }

    /// The parameters that are filled from the request, in their order.
    pub(super) fn parameters(&self) -> impl Iterator<Item = &Parameter> {
        self.inputs.iter().filter_map(|input| match input {
            Input::Value(parameter) => Some(&**parameter),
            Input::Context => None,
        })
    }

    /// The same, to be changed.
    pub(super) fn parameters_mut(&mut self) -> impl Iterator<Item = &mut Parameter> {
        self.inputs.iter_mut().filter_map(|input| match input {
            Input::Value(parameter) => Some(&mut **parameter),
            Input::Context => None,
        })
    }
}

/// Silences the lints that would ask for another signature than handlers must have, or for documentation that would
/// be shown to models.
pub(super) fn permit(method: bool, attrs: &mut Vec<Attribute>) {
    attrs.push(parse_quote!(#[allow(
        clippy::missing_errors_doc,
        clippy::missing_panics_doc,
        clippy::must_use_candidate,
        clippy::needless_pass_by_value,
        clippy::too_many_arguments
    )]));
    if method {
        attrs.push(parse_quote!(#[allow(clippy::trivially_copy_pass_by_ref, clippy::unused_self)]));
    }
}

/// The `#[cfg]`s among `attrs`.
pub(super) fn cfgs(attrs: &[Attribute]) -> Vec<Attribute> {
    attrs.iter().filter(|attr| attr.path().is_ident("cfg")).cloned().collect()
}

fn check_head(kind: HandlerKind, sig: &Signature, errors: &mut Errors) {
    let subject = kind.subject();
    for param in &sig.generics.params {
        match param {
            GenericParam::Lifetime(_) => {}
            GenericParam::Type(_) | GenericParam::Const(_) => {
                errors.push(param, format_args!("{subject} cannot be generic: write the concrete type"));
            }
        }
    }
    if let Some(unsafety) = &sig.unsafety {
        errors.push(unsafety, format_args!("{subject} cannot be `unsafe`: anyone can call it"));
    }
    if let Some(variadic) = &sig.variadic {
        errors.push(variadic, format_args!("{subject} cannot be variadic"));
    }
}

fn check_receiver(kind: HandlerKind, receiver: &Receiver, errors: &mut Errors) {
    let subject = kind.subject();
    if kind == HandlerKind::FreeTool {
        errors
            .push(receiver, "a `#[tool]` method is served by its impl block: put `#[server]` on the `impl`");
        return;
    }
    let shared = matches!(&*receiver.ty, Type::Reference(reference) if reference.mutability.is_none());
    let plain = matches!(&*receiver.ty, Type::Reference(reference) if is_self(&reference.elem));
    if shared && plain {
        return;
    }
    let advice = match (&receiver.reference, receiver.mutability) {
        (Some(_), Some(_)) => ": put what changes behind a lock or an atomic",
        _ => "",
    };
    errors.push(receiver, format_args!("{subject} takes `&self`, since calls run at the same time{advice}"));
}

fn is_self(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident("Self"))
}

fn parameter(kind: HandlerKind, found: &mut PatType, before: &[Input], errors: &mut Errors) -> Option<Input> {
    let attrs = take_attributes(&mut found.attrs);
    if let Some(cfg) = found.attrs.iter().find(|attr| attr.path().is_ident("cfg")) {
        errors.push(cfg, "a parameter cannot be conditional: put `#[cfg]` on the whole function");
    }
    if let Some(exclusive) = context(&found.ty) {
        if exclusive {
            errors.push(&found.ty, "the context is shared: take it as `&Context`");
        } else if before.iter().any(|input| matches!(input, Input::Context)) {
            errors.push(&*found, "the context is taken twice");
        }
        return Some(Input::Context);
    }
    let ident = match &*found.pat {
        Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => pat.ident.clone(),
        other => {
            errors.push(
                other,
                format_args!(
                    "a parameter of {} is a plain name, which is what callers give: destructure it in the body",
                    kind.subject()
                ),
            );
            return None;
        }
    };
    check_type(kind, &ident, &found.ty, errors);
    let name = ident.unraw().to_string();
    let slot = before.iter().filter(|input| matches!(input, Input::Value(_))).count();
    let ty = (*found.ty).clone();
    Some(Input::Value(Box::new(Parameter { ident, name, slot, ty, attrs, default: None })))
}

/// Takes away the attributes that are for the macros: `#[schema]` and doc comments.
pub(super) fn take_attributes(attrs: &mut Vec<Attribute>) -> Vec<Attribute> {
    let (taken, rest) = std::mem::take(attrs)
        .into_iter()
        .partition(|attr: &Attribute| attr.path().is_ident("doc") || attr.path().is_ident("schema"));
    *attrs = rest;
    taken
}

/// Whether a type is the context, and if so whether in a wrong way: by value or by `&mut`.
fn context(ty: &Type) -> Option<bool> {
    match ty {
        Type::Reference(reference) => context(&reference.elem)
            .map(|_| reference.mutability.is_some() || matches!(*reference.elem, Type::Reference(_))),
        Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Context") => {
            Some(true)
        }
        Type::Group(group) => context(&group.elem),
        Type::Paren(paren) => context(&paren.elem),
        _ => None,
    }
}

fn check_type(kind: HandlerKind, ident: &Ident, ty: &Type, errors: &mut Errors) {
    if has_impl(ty.to_token_stream()) {
        errors.push(ty, "write the concrete type: the type of an argument decides how it is read");
        return;
    }
    if kind == HandlerKind::Completion && is_str(ty) {
        return;
    }
    if let Type::Reference(reference) = ty {
        let owned = match &*reference.elem {
            elem if is_str_path(elem) => quote!(String),
            Type::Slice(slice) => {
                let elem = &slice.elem;
                quote!(Vec<#elem>)
            }
            elem => quote!(#elem),
        };
        errors.push(ty, format_args!("an argument is owned: `{ident}: {}`", compact(&owned)));
    } else if has_reference(ty.to_token_stream()) {
        errors.push(ty, "an argument is owned: use owned types such as `String` and `Vec` inside it too");
    }
}

/// A type as a person writes it.
fn compact(tokens: &TokenStream) -> String {
    tokens.to_string().replace(" < ", "<").replace(" >", ">").replace(" :: ", "::").replace(" ,", ",")
}

fn is_str(ty: &Type) -> bool {
    matches!(ty, Type::Reference(reference) if reference.mutability.is_none() && is_str_path(&reference.elem))
}

fn is_str_path(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident("str"))
}

fn any(tokens: TokenStream, test: &impl Fn(&TokenTree) -> bool) -> bool {
    tokens.into_iter().any(|tree| match tree {
        TokenTree::Group(group) => any(group.stream(), test),
        tree => test(&tree),
    })
}

fn has_impl(tokens: TokenStream) -> bool {
    any(tokens, &|tree| matches!(tree, TokenTree::Ident(ident) if ident == "impl"))
}

fn has_reference(tokens: TokenStream) -> bool {
    any(tokens, &|tree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == '&'))
}

/// The return type, with every lifetime but `'static` left to inference.
fn output(kind: HandlerKind, sig: &Signature, errors: &mut Errors) -> Type {
    let ReturnType::Type(_, ty) = &sig.output else {
        return parse_quote_spanned!(sig.ident.span()=> ());
    };
    if has_impl(ty.to_token_stream()) {
        let future = sig.asyncness.is_none() && ty.to_token_stream().to_string().contains("Future");
        let advice = if future { "make it an `async fn`" } else { "write the concrete type" };
        errors.push(ty, format_args!("{} names the type it returns: {advice}", kind.subject()));
    }
    let mut lifetime = false;
    let tokens = ty.to_token_stream().into_iter().map(|tree| erase(tree, &mut lifetime));
    syn::parse2(tokens.collect()).unwrap_or_else(|_| parse_quote_spanned!(ty.span()=> #ty))
}

fn erase(tree: TokenTree, lifetime: &mut bool) -> TokenTree {
    let named = std::mem::take(lifetime);
    match tree {
        TokenTree::Punct(punct) => {
            *lifetime = punct.as_char() == '\'';
            TokenTree::Punct(punct)
        }
        TokenTree::Ident(ident) if named && ident != "static" => {
            TokenTree::Ident(Ident::new("_", ident.span()))
        }
        TokenTree::Group(group) => {
            let mut inside = false;
            let stream = group.stream().into_iter().map(|tree| erase(tree, &mut inside)).collect();
            let mut erased = proc_macro2::Group::new(group.delimiter(), stream);
            erased.set_span(group.span());
            TokenTree::Group(erased)
        }
        tree => tree,
    }
}
