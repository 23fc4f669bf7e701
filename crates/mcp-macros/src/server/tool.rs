//! `#[tool]`: on a method of a `#[server]` impl, and on a free function.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Attribute, Ident, ItemFn, Path, Signature};

use super::arm::{self, Scope};
use super::facts::{self, Name};
use super::input;
use super::keys::Keys;
use super::scopes;
use super::signature::{self, Handler, HandlerKind};
use crate::errors::Errors;

const HINTS: [&str; 4] = ["read_only", "destructive", "idempotent", "open_world"];
const KNOWN: &[&str] = &[
    "name",
    "title",
    "description",
    "read_only",
    "destructive",
    "idempotent",
    "open_world",
    "icon",
    "meta",
    "scopes",
    "deny_unknown",
    "task",
    "ask_first",
    signature::BLOCKING,
];
/// A tool that is ready to be written.
pub(super) struct Tool {
    pub(super) name: Name,
    pub(super) handler: Handler,
    /// A `ToolInfo` expression.
    pub(super) info: TokenStream,
}

impl Tool {
    /// Reads a method and the arguments of its `#[tool]`.
    pub(super) fn read(
        arguments: TokenStream,
        attrs: &[Attribute],
        sig: &mut Signature,
        krate: &Path,
        errors: &mut Errors,
    ) -> Self {
        let keys = Keys::read("`tool`", KNOWN, arguments, errors);
        Self::build(HandlerKind::Tool, keys, attrs, sig, krate, errors)
    }

    fn build(
        kind: HandlerKind,
        mut keys: Keys,
        attrs: &[Attribute],
        sig: &mut Signature,
        krate: &Path,
        errors: &mut Errors,
    ) -> Self {
        let mcp = &quote!(#krate::__private);
        let name = Name::read(&mut keys, &sig.ident, errors);
        name.check_tool(errors);
        let title = facts::title(&mut keys, errors);
        let description = facts::description(&mut keys, attrs, errors);
        let [read_only, destructive, idempotent, open_world] =
            HINTS.map(|hint| facts::option(keys.switch(hint, errors)));
        let icons = facts::icons(&mut keys, mcp, errors);
        let meta = facts::meta(&mut keys, errors);
        let scoped = keys.place("scopes").is_some();
        let scopes = scopes::read(&mut keys, errors);
        let closed = keys.switch("deny_unknown", errors).unwrap_or(false);
        let task = task(&mut keys, mcp, errors);
        let mut handler = Handler::read(kind, attrs, sig, errors);
        handler.read_blocking(&mut keys, errors);
        handler.scoped = scoped;
        let members = input::members(&mut handler, krate, errors);
        let local = Ident::new("__members", Span::mixed_site());
        let input = input::shape(&local, closed, krate);
        let param_headers = param_headers(&local, &sig.ident, krate, mcp);
        let (text, output) = (&name.text, &handler.output);
        let info = quote!({
            let #local: &'static [#krate::__private::schema::Member] = #members;
            #mcp::ToolInfo {
            name: #text,
            title: #title,
            description: #description,
            input: #mcp::schema::Described { shape: #input, engine: #mcp::schema::Engine::of_members(#local) },
            members: #local,
            param_headers: #param_headers,
            output: <#output as #mcp::ToolOutput>::OUTPUT,
            annotations: #mcp::ToolHints {
                read_only: #read_only,
                destructive: #destructive,
                idempotent: #idempotent,
                open_world: #open_world,
            },
            icons: #icons,
            meta: #meta,
            scopes: #scopes,
            task: #task,
            }
        });
        Self { name, handler, info }
    }
}

/// Whether the tool may become a task: an `Option<TaskInfo>` expression.
fn task(keys: &mut Keys, mcp: &TokenStream, errors: &mut Errors) -> TokenStream {
    let asks_first = keys.place("ask_first");
    let first = keys.switch("ask_first", errors).unwrap_or(false);
    let task = if keys.is_flag("task") {
        keys.switch("task", errors).map(|_| false)
    } else {
        keys.choice("task", &["optional", "required"], errors).map(|choice| choice == "required")
    };
    match (task, asks_first) {
        (Some(required), _) => {
            quote!(::core::option::Option::Some(#mcp::TaskInfo::new(#required, #first)))
        }
        (None, Some(at)) if errors.count() == 0 => {
            errors.push(at, "`ask_first` is for tools with `task`: say when the tool becomes one");
            quote!(::core::option::Option::None)
        }
        (None, _) => quote!(::core::option::Option::None),
    }
}

/// What compares the arguments with headers; the compiler refuses headers that clients could not send.
fn param_headers(members: &Ident, at: &Ident, krate: &Path, mcp: &TokenStream) -> TokenStream {
    // Located where the person looks, but written by the macro: lints for the person's code do not apply.
    let span = Span::mixed_site().located_at(at.span());
    quote_spanned!(span=> {
        ::core::assert!(
            !::core::matches!(#krate::__private::schema::header_use(#members), #krate::__private::schema::HeaderUse::Unreachable),
            "a header is named inside of a list, a map or an alternative, where clients do not look for it"
        );
        ::core::assert!(
            !::core::matches!(#krate::__private::schema::header_use(#members), #krate::__private::schema::HeaderUse::Repeated),
            "a header is named twice among the arguments of this tool"
        );
        #mcp::compare_param_headers(#members)
    })
}

/// A free function: the function itself, and a type of its name that the application can be given.
pub(super) fn free(arguments: TokenStream, mut item: ItemFn) -> TokenStream {
    let mut errors = Errors::default();
    let mut keys = Keys::read("`tool`", &[KNOWN, &["crate"]].concat(), arguments, &mut errors);
    let krate = keys.krate(&mut errors);
    let tool = Tool::build(HandlerKind::FreeTool, keys, &item.attrs, &mut item.sig, &krate, &mut errors);
    if item.sig.receiver().is_some() {
        // A method: a type cannot stand beside it.
        let errors = errors.into_tokens();
        return quote!(#errors #item);
    }
    signature::permit(false, &mut item.attrs);
    let mcp = &quote!(#krate::__private);
    let (vis, ident, cfgs) = (&item.vis, &item.sig.ident, &tool.handler.cfgs);
    let (cx, failed) = (arm::cx(), errors.count() > 0);
    let (info, running) = if failed {
        (quote!(::core::panic!()), quote!(#mcp::no_such_index()))
    } else {
        let info = &tool.info;
        let scope = Scope { mcp, path: TokenStream::new() };
        (info.clone(), scope.running(&tool.handler))
    };
    let errors = errors.into_tokens();
    quote! {
        #errors
        #item

        #(#cfgs)*
        #[doc(hidden)]
        #[allow(dead_code, missing_copy_implementations, missing_debug_implementations, non_camel_case_types)]
        #[allow(unreachable_pub)]
        #vis struct #ident {}

        #(#cfgs)*
        const _: () = {
            #[automatically_derived]
            #[allow(deprecated, clippy::all, clippy::pedantic)]
            impl #mcp::FreeTool for #ident {
                const INFO: #mcp::ToolInfo = #info;

                fn call(#cx: #mcp::Context) -> #mcp::HandlerFuture {
                    #running
                }
            }
        };
    }
}
