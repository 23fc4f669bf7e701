//! The code that answers one request: reads the parameters, calls the user's function, finishes its value.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Ident, Meta, Type};

use super::signature::{Handler, HandlerKind, Input, Parameter};

/// What generated code is made of, besides the handler.
pub(super) struct Scope<'a> {
    /// The path of the framework's items for generated code.
    pub(super) mcp: &'a TokenStream,
    /// What stands before the function's name: `Self::`, or nothing.
    pub(super) path: TokenStream,
}

/// The name of the context in generated code; the user's expressions cannot see it.
pub(super) fn cx() -> Ident {
    Ident::new("__cx", Span::mixed_site())
}

fn local(at: usize) -> Ident {
    format_ident!("__value{at}", span = Span::mixed_site())
}

/// Where generated code stands for errors: at the user's tokens, but with names of its own.
fn at(tokens: &impl ToTokens) -> Span {
    Span::mixed_site().located_at(tokens.span())
}

impl Scope<'_> {
    /// An expression of type `MaybeFuture` that answers a call of `handler`.
    pub(super) fn running(&self, handler: &Handler) -> TokenStream {
        let mcp = self.mcp;
        let body = self.body(handler);
        if handler.asynchronous {
            // An error about a future that is not `Send` belongs to the function.
            let mcp = placed(mcp.clone(), at(&handler.ident));
            quote_spanned!(at(&handler.ident)=> #mcp::pending(async move { #body }))
        } else if handler.blocking {
            let mcp = placed(mcp.clone(), at(&handler.ident));
            quote_spanned!(at(&handler.ident)=> #mcp::blocking(move || { #body }))
        } else {
            quote!({ #body })
        }
    }

    /// Reads, calls, finishes. The last expression is an outcome, or for a synchronous handler a `MaybeFuture`.
    fn body(&self, handler: &Handler) -> TokenStream {
        let mcp = self.mcp;
        let cx = cx();
        let value = Ident::new("__value", at(&handler.output));
        let reads = self.reads(handler);
        let call = self.call(handler);
        let finish = finish(handler, &value);
        let finish = quote_spanned!(at(&handler.output)=> #cx.#finish);
        let output = &handler.output;
        // The same words as in the definition, so that a type that is no result is reported once.
        let same = matches!(handler.kind, HandlerKind::Tool | HandlerKind::FreeTool)
            .then(|| quote!(let _ = <#output as #mcp::ToolOutput>::OUTPUT;));
        // A handler without the context has sent nothing. The value need not be `Send`, so it is finished before the pause.
        let has_context = handler.inputs.iter().any(|input| matches!(input, Input::Context));
        let finish = match handler.asynchronous {
            true if has_context => quote!(let __reply = #finish; #cx.pause().await; __reply),
            true => finish,
            false => quote!(#mcp::MaybeFuture::Ready(#finish)),
        };
        quote! {
            #same
            #reads
            let #value = #call;
            #finish
        }
    }

    fn call(&self, handler: &Handler) -> TokenStream {
        let (path, name, cx) = (&self.path, &handler.ident, cx());
        let mut values = 0..;
        let inputs = handler.inputs.iter().map(|input| match input {
            Input::Context => quote!(&#cx),
            Input::Value(_) => values.next().map(local).to_token_stream(),
        });
        let receiver = (handler.kind != HandlerKind::FreeTool).then(|| quote!(&self,));
        let wait = handler.asynchronous.then(|| quote!(.await));
        quote!(#path #name(#receiver #(#inputs),*) #wait)
    }

    fn reads(&self, handler: &Handler) -> TokenStream {
        let (mcp, cx) = (self.mcp, cx());
        let parameters: Vec<&Parameter> = handler.parameters().collect();
        match handler.kind {
            HandlerKind::Tool | HandlerKind::FreeTool => self.arguments(handler, &parameters),
            HandlerKind::Resource => self.texts(handler, &parameters, |parameter| {
                let (ty, slot, name) = (&parameter.ty, parameter.slot, &parameter.name);
                quote!(#mcp::variable::<#ty>(&#cx, #slot, #name))
            }),
            HandlerKind::Prompt => self.texts(handler, &parameters, |parameter| {
                let (ty, name) = (&parameter.ty, &parameter.name);
                quote!(#mcp::prompt_argument::<#ty>(&#cx, #name))
            }),
            HandlerKind::Completion => parameters.iter().map(|parameter| completed(parameter)).collect(),
            HandlerKind::List => TokenStream::new(),
        }
    }

    /// `let value = …;` for every parameter, refusing the call when one does not fit.
    fn texts(
        &self,
        handler: &Handler,
        parameters: &[&Parameter],
        read: impl Fn(&Parameter) -> TokenStream,
    ) -> TokenStream {
        let reads = parameters.iter().enumerate().map(|(index, parameter)| {
            let (local, read) = (local(index), self.or_refuse(handler, &read(parameter)));
            quote!(let #local = #read;)
        });
        reads.collect()
    }

    /// The arguments of a tool; their texts are let go before the tool runs.
    fn arguments(&self, handler: &Handler, parameters: &[&Parameter]) -> TokenStream {
        if parameters.is_empty() {
            return TokenStream::new();
        }
        let (mcp, cx, count) = (self.mcp, cx(), parameters.len());
        let slots = Ident::new("__slots", Span::mixed_site());
        let split = self.or_refuse(handler, &quote!(#cx.arguments(&mut #slots)));
        let locals: Vec<Ident> = (0..count).map(local).collect();
        let reads = parameters.iter().zip(&locals).map(|(parameter, local)| {
            let (ty, name) = (&parameter.ty, &parameter.name);
            let read = match &parameter.default {
                Some(default) => quote!(#mcp::schema::take_or::<#ty>(#local, #name, || #default)),
                None => quote!(#mcp::schema::take::<#ty>(#local, #name)),
            };
            self.or_refuse(handler, &read)
        });
        quote! {
            let (#(#locals,)*) = {
                let mut #slots = [::core::option::Option::None; #count];
                #split;
                let [#(#locals),*] = #slots;
                (#(#reads,)*)
            };
        }
    }

    /// The value of a `Result<_, Mismatch>`; an error answers the request.
    fn or_refuse(&self, handler: &Handler, result: &TokenStream) -> TokenStream {
        let (mcp, cx) = (self.mcp, cx());
        let fault = Ident::new("__mismatch", Span::mixed_site());
        let value = Ident::new("__read", Span::mixed_site());
        let refusal = quote!(#cx.refuse(#fault));
        let refusal = if handler.asynchronous { refusal } else { quote!(#mcp::MaybeFuture::Ready(#refusal)) };
        quote! {
            match #result {
                ::core::result::Result::Ok(#value) => #value,
                ::core::result::Result::Err(#fault) => return #refusal,
            }
        }
    }
}

/// The value to complete, as a `&str` or a `String`.
fn completed(parameter: &Parameter) -> TokenStream {
    let (local, cx) = (local(0), cx());
    if matches!(parameter.ty, Type::Reference(_)) {
        quote! {
            let #local = #cx.completion_value();
            let #local = &*#local;
        }
    } else {
        quote!(let #local = #cx.completion_value().into_owned();)
    }
}

/// The method of the context that ends a handler, and its argument.
fn finish(handler: &Handler, value: &Ident) -> TokenStream {
    let name = match handler.kind {
        HandlerKind::Tool | HandlerKind::FreeTool => "finish_tool",
        HandlerKind::Resource => "finish_resource",
        HandlerKind::Prompt => "finish_prompt",
        HandlerKind::Completion => "finish_completion",
        HandlerKind::List => "finish_resource_list",
    };
    let (name, output) = (Ident::new(name, at(&handler.output)), &handler.output);
    // The type stands here so that an error about it is at the return type.
    quote!(#name::<#output>(#value))
}

/// The same tokens at another place.
fn placed(tokens: TokenStream, span: Span) -> TokenStream {
    let place = |mut tree: TokenTree| {
        tree.set_span(span);
        tree
    };
    tokens.into_iter().map(place).collect()
}

/// Something at a place in a list of the definition, and what answers there.
pub(super) struct Arm<'a> {
    /// The conditions of this entry of the list.
    pub(super) cfgs: &'a [Attribute],
    /// What answers; `None` for an entry that does not answer this kind of request.
    pub(super) running: Option<&'a TokenStream>,
}

/// A method of the service: a `match` on the index of the entry.
pub(super) fn method(mcp: &TokenStream, name: &str, arms: &[Arm<'_>]) -> TokenStream {
    let output = match name {
        "list_resources" => quote!(#mcp::MaybeFuture<'static, #mcp::Listed>),
        _ => quote!(#mcp::HandlerFuture),
    };
    let name = Ident::new(name, Span::call_site());
    let (cx, index) = (cx(), Ident::new("__index", Span::mixed_site()));
    let mut certain = 0usize;
    let mut conditional: Vec<TokenStream> = Vec::new();
    let mut cases = Vec::new();
    for arm in arms {
        let cfgs = arm.cfgs;
        if let Some(running) = arm.running {
            let pattern = if conditional.is_empty() {
                quote!(#certain)
            } else {
                // Entries that are compiled only sometimes move those behind them.
                quote!(_ if #index == #certain #(+ #conditional)*)
            };
            cases.push(quote!(#(#cfgs)* #pattern => #running,));
        }
        match condition(cfgs) {
            Some(condition) => conditional.push(quote!(::core::cfg!(#condition) as usize)),
            None => certain += 1,
        }
    }
    quote! {
        fn #name(self: #mcp::Arc<Self>, #index: usize, #cx: #mcp::Context) -> #output {
            match #index {
                #(#cases)*
                _ => #mcp::no_such_index(),
            }
        }
    }
}

/// The predicate of all of `cfgs`.
fn condition(cfgs: &[Attribute]) -> Option<TokenStream> {
    let predicates: Vec<&TokenStream> = cfgs
        .iter()
        .filter_map(|cfg| match &cfg.meta {
            Meta::List(list) => Some(&list.tokens),
            _ => None,
        })
        .collect();
    (!predicates.is_empty()).then(|| quote!(all(#(#predicates),*)))
}
