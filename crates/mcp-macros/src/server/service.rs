//! The implementation of `Service` for a type: its tables, and a `match` for each kind of request.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, ItemImpl, LitStr, Path};

use super::arm::{self, Arm, Scope};
use super::contents::Contents;
use super::resource::Resource;
use super::signature::Handler;

/// An entry's conditions, and what answers it.
type Answer = (Vec<Attribute>, Option<TokenStream>);

/// The implementation of `Service`. `said` is the server's names and version, and how long its lists may be kept.
pub(super) fn implementation(
    contents: &Contents,
    block: &ItemImpl,
    mcp: &TokenStream,
    said: (&TokenStream, &TokenStream),
    free: &[Path],
) -> TokenStream {
    let definition = definition(contents, mcp, said, free);
    let methods = methods(contents, mcp);
    service(
        block,
        mcp,
        &quote! {
            fn definition(&self) -> &'static #mcp::Definition {
                const { &#definition }
            }

            #methods
        },
    )
}

/// An implementation that keeps what uses the type from failing too, where the block has errors.
pub(super) fn stand_in(block: &ItemImpl, mcp: &TokenStream) -> TokenStream {
    service(
        block,
        mcp,
        &quote! {
            fn definition(&self) -> &'static #mcp::Definition {
                ::core::unreachable!()
            }
        },
    )
}

fn service(block: &ItemImpl, mcp: &TokenStream, methods: &TokenStream) -> TokenStream {
    let (generics, _, bounds) = block.generics.split_for_impl();
    let ty = &block.self_ty;
    quote! {
        #[automatically_derived]
        #[allow(deprecated, long_running_const_eval, clippy::all, clippy::pedantic)]
        impl #generics #mcp::Service for #ty #bounds {
            #methods
        }
    }
}

fn definition(
    contents: &Contents,
    mcp: &TokenStream,
    (server, lists): (&TokenStream, &TokenStream),
    free: &[Path],
) -> TokenStream {
    let tools = contents.tools.iter().map(|tool| entry(&tool.handler, &tool.info));
    let resources = contents.resources.iter().map(|resource| entry(&resource.handler, &resource.info));
    let prompts = contents.prompts.iter().map(|prompt| entry(&prompt.handler, &prompt.info));
    let completions =
        contents.completions.iter().map(|completion| entry(&completion.handler, &completion.info(mcp)));
    let method_groups = [
        (contents.resources.is_empty(), quote!(#mcp::RESOURCES)),
        (contents.prompts.is_empty(), quote!(#mcp::PROMPTS)),
        (contents.completions.is_empty(), quote!(#mcp::COMPLETIONS)),
    ];
    let method_groups = method_groups.iter().filter(|(absent, _)| !absent).map(|(_, group)| group);
    let by_name = name_orders(contents, mcp, free);
    let scoped = contents.tools.iter().any(|tool| tool.handler.scoped)
        || contents.resources.iter().any(|resource| resource.handler.scoped)
        || contents.prompts.iter().any(|prompt| prompt.handler.scoped);
    quote!(#mcp::Definition {
        scope_guard: #mcp::scope_guard(
            #scoped #(|| !<#free as #mcp::FreeTool>::INFO.scopes.is_empty())*
        ),
        server: #server,
        tools: &[#(#tools),*],
        resources: &[#(#resources),*],
        prompts: &[#(#prompts),*],
        completions: &[#(#completions),*],
        method_groups: &[#(#method_groups),*],
        lists: #lists,
        by_name: #by_name,
        free: &[#(#mcp::FreeToolEntry {
            info: &<#free as #mcp::FreeTool>::INFO,
            call: <#free as #mcp::FreeTool>::call,
        }),*],
    })
}

/// The order of each table by its names. The compiler sorts them, since only it knows which conditions hold.
fn name_orders(contents: &Contents, mcp: &TokenStream, free: &[Path]) -> TokenStream {
    let order = |names: &[TokenStream]| quote!(&#mcp::name_order([#(#names),*]));
    let named = |handler: &Handler, name: &str| entry(handler, &quote!(#name));
    let tools: Vec<_> = contents.tools.iter().map(|tool| named(&tool.handler, &tool.name.text)).collect();
    let prompts: Vec<_> =
        contents.prompts.iter().map(|prompt| named(&prompt.handler, &prompt.name.text)).collect();
    let uri = |resource: &Resource| resource.uri.as_ref().map(LitStr::value).unwrap_or_default();
    let resources: Vec<_> =
        contents.resources.iter().map(|resource| named(&resource.handler, &uri(resource))).collect();
    let free: Vec<_> = free.iter().map(|path| quote!(<#path as #mcp::FreeTool>::INFO.name)).collect();
    let (tools, resources, prompts, free) = (order(&tools), order(&resources), order(&prompts), order(&free));
    quote!(#mcp::NameOrders { tools: #tools, resources: #resources, prompts: #prompts, free: #free })
}

fn entry(handler: &Handler, info: &TokenStream) -> TokenStream {
    let cfgs = &handler.cfgs;
    quote!(#(#cfgs)* #info)
}

fn methods(contents: &Contents, mcp: &TokenStream) -> TokenStream {
    let scope = Scope { mcp, path: quote!(Self::) };
    let answer = |handler: &Handler| -> Answer { (handler.cfgs.clone(), Some(scope.running(handler))) };
    let lists = contents.resources.iter().enumerate().map(|(index, resource)| {
        let list = contents.lists.iter().find(|(of, _)| *of == index);
        (resource.handler.cfgs.clone(), list.map(|(_, handler)| scope.running(handler)))
    });
    let all: [(&str, Vec<Answer>); 5] = [
        ("call_tool", contents.tools.iter().map(|tool| answer(&tool.handler)).collect()),
        ("read_resource", contents.resources.iter().map(|resource| answer(&resource.handler)).collect()),
        ("list_resources", lists.collect()),
        ("get_prompt", contents.prompts.iter().map(|prompt| answer(&prompt.handler)).collect()),
        ("complete", contents.completions.iter().map(|completion| answer(&completion.handler)).collect()),
    ];
    let answered = all.iter().filter(|(_, arms)| arms.iter().any(|(_, running)| running.is_some()));
    answered
        .map(|(name, arms)| {
            let arms: Vec<Arm<'_>> =
                arms.iter().map(|(cfgs, running)| Arm { cfgs, running: running.as_ref() }).collect();
            arm::method(mcp, name, &arms)
        })
        .collect()
}
