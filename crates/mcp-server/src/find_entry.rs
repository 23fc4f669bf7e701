//! From a call, or a line of a list, to the entry that it is about.

use std::sync::Arc;

use pulseengine_mcp_protocol::params::{Key, member, string};
use pulseengine_mcp_protocol::{Call, Method, declared_uri, match_uri};

use crate::Server;
use crate::cache::Cached;
use crate::catalog::{Catalog, MadeTool};
use crate::entry::{Entry, EntryKind, Scopes};
use crate::info::{PromptInfo, ResourceInfo};
use crate::lists::List;
use crate::request::Found;
use crate::service::ToolInfo;
use crate::tools::find as find_tool;

/// The entry that a call is about.
enum CallTarget {
    Tool(&'static ToolInfo),
    Made(Arc<dyn MadeTool>),
    Resource(&'static ResourceInfo, String),
    Prompt(&'static PromptInfo),
}

impl Found for CallTarget {
    fn entry(&self) -> Entry<'_> {
        match self {
            Self::Tool(tool) => of_tool(tool),
            Self::Made(tool) => tool.entry(),
            Self::Resource(resource, uri) => of_resource(resource, uri),
            Self::Prompt(prompt) => of_prompt(prompt),
        }
    }
}

/// The entry that a call is about; `None` when there is none.
pub(crate) fn find(server: &Server, call: &Call) -> Option<Box<dyn Found>> {
    look(server, call).map(|thing| Box::new(thing) as _)
}

fn look(server: &Server, call: &Call) -> Option<CallTarget> {
    match call.method {
        Method::CallTool => tool(server, &call.string(Key::Name)?),
        Method::ReadResource | Method::Subscribe | Method::Unsubscribe => {
            resource(server, &call.string(Key::Uri)?)
        }
        Method::GetPrompt => prompt(server, &call.string(Key::Name)?),
        Method::Complete => {
            let of = |key| member(call.text(Key::Ref), key).and_then(string);
            match &*of("type")? {
                "ref/prompt" => prompt(server, &of("name")?),
                _ => reference(server, &of("uri")?),
            }
        }
        _ => None,
    }
}

fn tool(server: &Server, name: &str) -> Option<CallTarget> {
    let definition = server.core().definition;
    server.with_catalog(|catalog| {
        let at = find_tool(definition, catalog, name)?;
        if let Some(tool) = definition.tools.get(at) {
            return Some(CallTarget::Tool(tool));
        }
        let past = at.wrapping_sub(definition.tools.len());
        match definition.free.get(past) {
            Some(entry) => Some(CallTarget::Tool(entry.info)),
            None => in_catalog(catalog, past.wrapping_sub(definition.free.len()), name),
        }
    })
}

fn resource(server: &Server, uri: &str) -> Option<CallTarget> {
    let definition = server.core().definition;
    let resources = definition.resources;
    // In the order of `resources/read`, so that a layer decides on the resource that is read.
    let same = definition.find_resource(uri).and_then(|at| resources.get(at));
    let fixed = same.filter(|known| !known.template);
    let matching = || resources.iter().find(|known| known.template && match_uri(known.uri, uri).is_some());
    let info = fixed.or_else(matching)?;
    Some(CallTarget::Resource(info, declared_uri(info.uri, uri)?))
}

/// What a completion names: a resource by its URI, or a template by its text.
fn reference(server: &Server, uri: &str) -> Option<CallTarget> {
    let definition = server.core().definition;
    let info = definition.find_resource(uri).and_then(|at| definition.resources.get(at))?;
    Some(CallTarget::Resource(info, info.uri.to_owned()))
}

fn prompt(server: &Server, name: &str) -> Option<CallTarget> {
    let definition = server.core().definition;
    definition.find_prompt(name).and_then(|at| definition.prompts.get(at)).map(CallTarget::Prompt)
}

/// What `look` says of the entry at that place of a list.
pub(crate) fn listed(
    server: &Server,
    list: &List,
    of: Cached,
    at: usize,
    look: &mut dyn FnMut(Entry<'_>) -> bool,
) -> bool {
    let definition = server.core().definition;
    let Some((name, source)) = list.source(at) else { return false };
    match of {
        Cached::Prompts => definition.prompts.get(source).is_some_and(|prompt| look(of_prompt(prompt))),
        Cached::Resources | Cached::Templates => {
            definition.resources.get(source).is_some_and(|resource| look(of_resource(resource, name)))
        }
        _ => {
            let known = definition.tools.get(source);
            let past = source.wrapping_sub(definition.tools.len());
            match known.or_else(|| definition.free.get(past).map(|entry| entry.info)) {
                Some(tool) => look(of_tool(tool)),
                None => {
                    let at = past.wrapping_sub(definition.free.len());
                    match server
                        .with_catalog(|catalog| in_catalog(catalog, at, name))
                        .or_else(|| tool(server, name))
                    {
                        Some(CallTarget::Tool(tool)) => look(of_tool(tool)),
                        Some(CallTarget::Made(tool)) => look(tool.entry()),
                        _ => false,
                    }
                }
            }
        }
    }
}

/// The tool at that place of the catalog, if it has not changed since the list was written.
fn in_catalog(catalog: &Catalog, at: usize, name: &str) -> Option<CallTarget> {
    match catalog.free.get(at) {
        Some(entry) => Some(CallTarget::Tool(entry.info)),
        None => {
            let made = catalog.made.get(at.wrapping_sub(catalog.free.len()));
            made.filter(|tool| tool.name() == name).cloned().map(CallTarget::Made)
        }
    }
}

const fn of_tool(tool: &ToolInfo) -> Entry<'_> {
    Entry {
        kind: EntryKind::Tool,
        name: tool.name,
        scopes: Scopes::declared(tool.scopes),
        annotations: Some(tool.annotations),
        meta: tool.meta,
    }
}

fn of_resource<'a>(resource: &'a ResourceInfo, uri: &'a str) -> Entry<'a> {
    let is_template = resource.template && resource.uri == uri;
    Entry {
        kind: if is_template { EntryKind::Template } else { EntryKind::Resource },
        name: uri,
        scopes: Scopes::declared(resource.scopes),
        annotations: None,
        meta: resource.meta,
    }
}

const fn of_prompt(prompt: &PromptInfo) -> Entry<'_> {
    Entry {
        kind: EntryKind::Prompt,
        name: prompt.name,
        scopes: Scopes::declared(prompt.scopes),
        annotations: None,
        meta: prompt.meta,
    }
}
