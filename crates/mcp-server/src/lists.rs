//! The lists of a server, written once and kept: what does not change is not serialized again.

use std::sync::{Arc, OnceLock};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pulseengine_mcp_protocol::json::Writer;
use pulseengine_mcp_protocol::params::{Key, member};
use pulseengine_mcp_protocol::{Call, Error, Revision, schema};
use pulseengine_mcp_transport::{Outcome, Reply};

use crate::response::Response;
use crate::service::{Definition, IconInfo, PromptInfo, ResourceInfo, ToolInfo};

/// Longest cursor that is looked at.
const MAX_CURSOR: usize = 1_024;

/// Which list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Tools,
    Resources,
    Templates,
    Prompts,
}

impl Kind {
    const fn key(self) -> &'static str {
        match self {
            Self::Tools => "tools",
            Self::Resources => "resources",
            Self::Templates => "resourceTemplates",
            Self::Prompts => "prompts",
        }
    }
}

/// A list as JSON: its entries one after the other, separated by commas.
#[derive(Debug, Default)]
pub(crate) struct List {
    text: String,
    entries: Vec<Entry>,
}

/// One entry: its name, which a cursor refers to, and where it ends in the text.
#[derive(Debug)]
struct Entry {
    name: String,
    end: usize,
}

impl List {
    pub fn push(&mut self, name: &str, json: &str) {
        if !self.entries.is_empty() {
            self.text.push(',');
        }
        self.text.push_str(json);
        self.entries.push(Entry { name: name.into(), end: self.text.len() });
    }

    /// The entries after the one that `cursor` names, at most `size`: their text, and the cursor to what follows.
    fn page(&self, cursor: Option<&str>, size: usize) -> Result<(&str, Option<String>), Error> {
        let first = match cursor {
            None => 0,
            Some(cursor) => {
                let after = self.entries.iter().position(|entry| entry.name == cursor);
                after.ok_or_else(invalid_cursor)? + 1
            }
        };
        let last = (first + size).min(self.entries.len());
        let end_of = |count: usize| count.checked_sub(1).and_then(|at| self.entries.get(at)).map(|e| e.end);
        let start = end_of(first).map_or(0, |end| end + 1);
        let end = end_of(last).unwrap_or(0);
        let next = (last < self.entries.len()).then(|| self.entries.get(last.wrapping_sub(1))).flatten();
        let text = self.text.get(start..end).unwrap_or_default();
        Ok((text, next.map(|entry| URL_SAFE_NO_PAD.encode(&entry.name))))
    }

    /// The response to a list request.
    pub fn respond(&self, kind: Kind, call: &Call, meta: &str, size: usize) -> Reply {
        let page = cursor(call).and_then(|cursor| self.page(cursor.as_deref(), size));
        let (text, next) = match page {
            Ok(page) => page,
            Err(error) => return crate::response::fail(call, &error),
        };
        let mut response = Response::begin(call, meta, text.len());
        let w = &mut response.w;
        w.key(kind.key()).begin_array();
        w.members(text);
        w.end_array();
        if let Some(next) = next {
            w.key("nextCursor").string(&next);
        }
        write_hints(&mut response);
        response.end(Outcome::Complete)
    }
}

fn cursor(call: &Call) -> Result<Option<String>, Error> {
    let text = call.text(Key::Cursor);
    if text.is_empty() {
        return Ok(None);
    }
    let decoded = call
        .string(Key::Cursor)
        .filter(|cursor| cursor.len() <= MAX_CURSOR)
        .and_then(|cursor| URL_SAFE_NO_PAD.decode(cursor.as_bytes()).ok())
        .and_then(|name| String::from_utf8(name).ok());
    decoded.map(Some).ok_or_else(invalid_cursor)
}

fn invalid_cursor() -> Error {
    Error::invalid_params("Invalid params: the cursor is not one of this list's")
}

/// How long the result may be kept, and by whom: not at all, unless said otherwise.
pub(crate) fn write_hints(response: &mut Response<'_>) {
    if response.revision().has_cache_hints() {
        response.w.key("ttlMs").unsigned(0);
        response.w.key("cacheScope").string("private");
    }
}

/// The lists that the tables of a server amount to, each written when it is first asked for.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    /// Up to 2025-11-25, and since.
    tools: [OnceLock<Arc<List>>; 2],
    resources: OnceLock<Arc<List>>,
    templates: OnceLock<Arc<List>>,
    prompts: OnceLock<Arc<List>>,
}

impl Lists {
    /// A list. `more` adds to it what is not in the tables.
    pub fn list(
        &self,
        kind: Kind,
        revision: Revision,
        definition: &'static Definition,
        more: impl FnOnce(&mut List),
    ) -> &Arc<List> {
        let [before, since] = &self.tools;
        let slot = match kind {
            Kind::Tools if revision.has_any_structured_content() => since,
            Kind::Tools => before,
            Kind::Resources => &self.resources,
            Kind::Templates => &self.templates,
            Kind::Prompts => &self.prompts,
        };
        slot.get_or_init(|| {
            let mut list = List::default();
            write(kind, revision, definition, &mut list);
            more(&mut list);
            Arc::new(list)
        })
    }
}

fn write(kind: Kind, revision: Revision, definition: &'static Definition, list: &mut List) {
    match kind {
        Kind::Tools => {
            let free = definition.free.iter().map(|entry| entry.info);
            for tool in definition.tools.iter().chain(free) {
                list.push(tool.name, &tool_json(tool, revision));
            }
        }
        Kind::Resources => {
            for resource in definition.resources.iter().filter(|r| !r.template) {
                list.push(resource.uri, &resource_json(resource));
            }
        }
        Kind::Templates => {
            for resource in definition.resources.iter().filter(|r| r.template) {
                list.push(resource.uri, &resource_json(resource));
            }
        }
        Kind::Prompts => {
            for prompt in definition.prompts {
                list.push(prompt.name, &prompt_json(prompt));
            }
        }
    }
}

fn tool_json(tool: &'static ToolInfo, revision: Revision) -> String {
    let mut w = Writer::with_capacity(512);
    w.begin_object();
    write_names(&mut w, tool.name, tool.title, tool.description);
    schema::write(&tool.input, w.key("inputSchema"));
    if let Some(shape) = tool.output {
        let mut output = Writer::default();
        schema::write(shape, &mut output);
        write_output_schema(&mut w, output.text(), revision);
    }
    let hints = tool.hints;
    write_hints_of(
        &mut w,
        &[
            ("readOnlyHint", hints.read_only),
            ("destructiveHint", hints.destructive),
            ("idempotentHint", hints.idempotent),
            ("openWorldHint", hints.open_world),
        ],
    );
    write_icons(&mut w, tool.icons);
    write_meta(&mut w, tool.meta);
    w.end_object();
    w.into_text()
}

/// Writes the schema of structured content where the revision can have it: before 2026-07-28 only of objects.
pub(crate) fn write_output_schema(w: &mut Writer, output: &str, revision: Revision) {
    if revision.has_any_structured_content() || member(output, "type") == Some("\"object\"") {
        w.key("outputSchema").raw(output);
    }
}

/// Writes what to expect of a tool, as far as anything was said.
pub(crate) fn write_hints_of(w: &mut Writer, hints: &[(&str, Option<bool>)]) {
    if hints.iter().all(|(_, hint)| hint.is_none()) {
        return;
    }
    w.key("annotations").begin_object();
    for (key, hint) in hints {
        if let Some(hint) = hint {
            w.key(key).boolean(*hint);
        }
    }
    w.end_object();
}

fn resource_json(resource: &ResourceInfo) -> String {
    let mut w = Writer::with_capacity(256);
    w.begin_object();
    w.key(if resource.template { "uriTemplate" } else { "uri" }).string(resource.uri);
    write_names(&mut w, resource.name, resource.title, resource.description);
    if let Some(mime_type) = resource.mime_type {
        w.key("mimeType").string(mime_type);
    }
    if let Some(size) = resource.size {
        w.key("size").unsigned(size);
    }
    if !resource.audience.is_empty() || resource.priority.is_some() {
        w.key("annotations").begin_object();
        if !resource.audience.is_empty() {
            w.key("audience").begin_array();
            resource.audience.iter().for_each(|who| w.string(who));
            w.end_array();
        }
        if let Some(priority) = resource.priority {
            w.key("priority").raw(priority);
        }
        w.end_object();
    }
    write_icons(&mut w, resource.icons);
    write_meta(&mut w, resource.meta);
    w.end_object();
    w.into_text()
}

fn prompt_json(prompt: &PromptInfo) -> String {
    let mut w = Writer::with_capacity(256);
    w.begin_object();
    write_names(&mut w, prompt.name, prompt.title, prompt.description);
    if !prompt.arguments.is_empty() {
        w.key("arguments").begin_array();
        for argument in prompt.arguments {
            w.begin_object();
            write_names(&mut w, argument.name, argument.title, argument.description);
            if argument.required {
                w.key("required").boolean(true);
            }
            w.end_object();
        }
        w.end_array();
    }
    write_icons(&mut w, prompt.icons);
    write_meta(&mut w, prompt.meta);
    w.end_object();
    w.into_text()
}

/// Writes `name`, `title` and `description`.
pub(crate) fn write_names(w: &mut Writer, name: &str, title: Option<&str>, description: Option<&str>) {
    w.key("name").string(name);
    if let Some(title) = title {
        w.key("title").string(title);
    }
    if let Some(description) = description {
        w.key("description").string(description);
    }
}

/// Writes `icons`, if there are any.
pub(crate) fn write_icons(w: &mut Writer, icons: &[IconInfo]) {
    if icons.is_empty() {
        return;
    }
    w.key("icons").begin_array();
    for icon in icons {
        w.begin_object();
        w.key("src").string(icon.src);
        if let Some(mime_type) = icon.mime_type {
            w.key("mimeType").string(mime_type);
        }
        if !icon.sizes.is_empty() {
            w.key("sizes").begin_array();
            icon.sizes.iter().for_each(|size| w.string(size));
            w.end_array();
        }
        if let Some(theme) = icon.theme {
            w.key("theme").string(theme);
        }
        w.end_object();
    }
    w.end_array();
}

fn write_meta(w: &mut Writer, meta: Option<&str>) {
    if let Some(meta) = meta {
        w.key("_meta").raw(meta);
    }
}

impl List {
    /// Adds the entries of another list.
    pub fn extend(&mut self, other: &Self) {
        let mut start = 0;
        for entry in &other.entries {
            self.push(&entry.name, other.text.get(start..entry.end).unwrap_or_default());
            start = entry.end + 1;
        }
    }
}

impl crate::server::Catalog {
    /// Adds the tools that are not in the tables.
    pub(crate) fn write_tools(&self, revision: Revision, list: &mut List) {
        for tool in &self.free {
            list.push(tool.info.name, &tool_json(tool.info, revision));
        }
        #[cfg(feature = "jsonschema")]
        self.write_dynamic_tools(revision, list);
    }
}
