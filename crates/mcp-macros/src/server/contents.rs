//! What an impl block with `#[server]` has: its marked methods, read and checked together.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, ImplItem, ImplItemFn, ItemImpl, Meta, Path};

use super::completion::Completion;
use super::prompt::Prompt;
use super::resource::Resource;
use super::signature::{self, Handler, HandlerKind};
use super::tool::Tool;
use crate::errors::Errors;

/// The names of the attributes that mark methods.
const MARKS: [&str; 4] = ["tool", "resource", "prompt", "completion"];

/// Everything that the impl block has.
#[derive(Default)]
pub(super) struct Contents {
    pub(super) tools: Vec<Tool>,
    pub(super) resources: Vec<Resource>,
    pub(super) prompts: Vec<Prompt>,
    pub(super) completions: Vec<Completion>,
    /// The methods that list resources, with the index of their resource.
    pub(super) lists: Vec<(usize, Handler)>,
}

impl Contents {
    pub(super) fn read(block: &mut ItemImpl, krate: &Path, mcp: &TokenStream, errors: &mut Errors) -> Self {
        let mut contents = Self::default();
        for item in &mut block.items {
            if let ImplItem::Fn(method) = item {
                contents.method(method, krate, mcp, errors);
            }
        }
        contents.find_lists(block, errors);
        contents.check(errors);
        contents
    }

    fn method(&mut self, method: &mut ImplItemFn, krate: &Path, mcp: &TokenStream, errors: &mut Errors) {
        refuse_hidden_marks(&mut method.attrs, errors);
        let mut marks = take_marks(&mut method.attrs).into_iter();
        let Some((mark, attr)) = marks.next() else { return };
        for (_, second) in marks {
            errors.push(
                second.path(),
                format_args!("this method already is a `{mark}`: write one method for each"),
            );
        }
        let arguments = match attr.meta {
            Meta::Path(_) => TokenStream::new(),
            Meta::List(list) => list.tokens,
            Meta::NameValue(pair) => {
                errors.push(&pair.value, format_args!("write `#[{mark}(…)]`"));
                TokenStream::new()
            }
        };
        let (attrs, sig) = (&method.attrs, &mut method.sig);
        match mark {
            "tool" => self.tools.push(Tool::read(arguments, attrs, sig, krate, errors)),
            "resource" => self.resources.push(Resource::read(arguments, attrs, sig, mcp, errors)),
            "prompt" => self.prompts.push(Prompt::read(arguments, attrs, sig, mcp, errors)),
            _ => self.completions.push(Completion::read(arguments, attrs, sig, errors)),
        }
        signature::permit(true, &mut method.attrs);
    }

    /// Finds the methods that templates name with `list`.
    fn find_lists(&mut self, block: &mut ItemImpl, errors: &mut Errors) {
        for (index, resource) in self.resources.iter().enumerate() {
            let Some(name) = &resource.list else { continue };
            let mut methods = block.items.iter_mut().filter_map(|item| match item {
                ImplItem::Fn(method) => Some(method),
                _ => None,
            });
            let Some(method) = methods.find(|method| method.sig.ident == *name) else {
                errors.push(
                    name,
                    format_args!(
                        "this `impl` has no method `{name}`: write `fn {name}(&self) -> Vec<Resource>`"
                    ),
                );
                continue;
            };
            let handler = Handler::read(HandlerKind::List, &method.attrs, &mut method.sig, errors);
            signature::permit(true, &mut method.attrs);
            for parameter in handler.parameters() {
                errors.push(
                    &parameter.ident,
                    "a method that lists resources takes nothing but `&self` and `cx: &Context`",
                );
            }
            self.lists.push((index, handler));
        }
    }

    /// Reports what does not fit together.
    fn check(&self, errors: &mut Errors) {
        let tools = self.tools.iter().map(|tool| (tool.name.text.clone(), &tool.name, &tool.handler));
        unique(tools, |name| format!("there is a tool named `{name}` already"), errors);
        let prompts =
            self.prompts.iter().map(|prompt| (prompt.name.text.clone(), &prompt.name, &prompt.handler));
        unique(prompts, |name| format!("there is a prompt named `{name}` already"), errors);
        let uris = self
            .resources
            .iter()
            .filter_map(|resource| resource.uri.as_ref().map(|uri| (uri.value(), uri, &resource.handler)));
        unique(uris, |uri| format!("there is a resource at `{uri}` already"), errors);
        let targets = self
            .completions
            .iter()
            .filter_map(|completion| completion.key().map(|(key, at)| (key, at, &completion.handler)));
        unique(targets, |_| "there is a completion for this argument already".into(), errors);
        for completion in &self.completions {
            completion.check(&self.prompts, &self.resources, errors);
        }
    }
}

/// Reports every second entry with the same key; entries that are compiled conditionally may share one.
fn unique<'a, T: ToTokens + 'a>(
    entries: impl Iterator<Item = (String, &'a T, &'a Handler)>,
    message: impl Fn(&str) -> String,
    errors: &mut Errors,
) {
    let mut seen: Vec<String> = Vec::new();
    for (key, at, _) in entries.filter(|(_, _, handler)| handler.cfgs.is_empty()) {
        if seen.contains(&key) {
            errors.push(at, message(&key));
        }
        seen.push(key);
    }
}

/// Takes the marking attributes off a method, with their names.
pub(super) fn take_marks(attrs: &mut Vec<Attribute>) -> Vec<(&'static str, Attribute)> {
    let mut marks = Vec::new();
    attrs.retain(|attr| {
        let last = attr.path().segments.last().map(|last| &last.ident);
        let mark = MARKS.into_iter().find(|mark| last.is_some_and(|last| last == mark));
        marks.extend(mark.map(|mark| (mark, attr.clone())));
        mark.is_none()
    });
    marks
}

/// Takes off and reports every `#[cfg_attr(…, tool)]`, whose condition is not known here.
fn refuse_hidden_marks(attrs: &mut Vec<Attribute>, errors: &mut Errors) {
    attrs.retain(|attr| {
        let Meta::List(list) = &attr.meta else { return true };
        let marks = |tree| matches!(tree, TokenTree::Ident(ident) if MARKS.iter().any(|mark| ident == mark));
        let hidden = list.path.is_ident("cfg_attr") && list.tokens.clone().into_iter().any(marks);
        if hidden {
            errors.push(attr, "`#[server]` cannot see through `cfg_attr`: put `#[cfg]` on the whole method");
        }
        !hidden
    });
}
