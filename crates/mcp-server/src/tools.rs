//! Tools: listed, found, checked, called.

use std::sync::Arc;

use pulseengine_mcp_protocol::Reply;
use pulseengine_mcp_protocol::json::Writer;
use pulseengine_mcp_protocol::params::{Key, is_object, member};
use pulseengine_mcp_protocol::{Error, Revision};
use pulseengine_mcp_runtime::MaybeFuture;
use pulseengine_mcp_transport::Peer;

use crate::Server;
use crate::cache::Cached;
use crate::catalog::{Catalog, MadeTool};
use crate::context::{Context, Target};
use crate::generated::arguments;
use crate::handler::HandlerFuture;
use crate::lists::{Slot, write_icons, write_meta, write_names};
use crate::request::ServedCall;
use crate::service::{Definition, ToolFunction, ToolInfo};

impl Server {
    pub(crate) fn list_tools(&self, call: &ServedCall) -> Reply {
        let core = self.core();
        let slot =
            if call.revision.has_any_structured_content() { Slot::Tools } else { Slot::ToolsOfObjects };
        self.with_catalog(|catalog| {
            let list = catalog.lists.list(slot, |list| {
                let definition = core.definition;
                let mut source = 0;
                // A call finds the first of a name: only that one is listed.
                while let Some((tool, _)) = function_at(definition, catalog, source) {
                    if find(definition, catalog, tool.name) == Some(source) {
                        list.push(source, tool.name, &tool_json(tool, call.revision));
                    }
                    source += 1;
                }
                for tool in catalog.made.iter() {
                    if find(definition, catalog, tool.name()) == Some(source) {
                        list.push(source, tool.name(), &tool.json(call.revision));
                    }
                    source += 1;
                }
            });
            self.respond_with_list(list, "tools", Cached::Tools, call)
        })
    }

    pub(crate) fn call_tool(&self, call: ServedCall, peer: &Arc<Peer>) -> HandlerFuture {
        let definition = self.core().definition;
        let name = match call.required(Key::Name, "Invalid params: name, a string, is required") {
            Ok(name) => name,
            Err(error) => return MaybeFuture::Ready(Reply::error(error)),
        };
        let found = self.with_catalog(|catalog| {
            let at = find(definition, catalog, &name)?;
            Some(self.tool(catalog, at).ok_or_else(|| made_at(definition, catalog, at)))
        });
        match found {
            Some(Ok((info, work))) => return self.checked(call, peer, info, work),
            Some(Err(Some(tool))) => {
                return tool.run(Context::new(call, Arc::clone(peer), self.clone(), Target::default()));
            }
            Some(Err(None)) | None => {}
        }
        let error = Error::unknown("Unknown tool: ", &name);
        MaybeFuture::Ready(Reply::error(error))
    }

    /// The tool at that place of [`find`], unless it was made at run time.
    fn tool(&self, catalog: &Catalog, at: usize) -> Option<(&'static ToolInfo, ToolFunction)> {
        let core = self.core();
        let (info, function) = function_at(core.definition, catalog, at)?;
        let work = match function {
            None => ToolFunction::Service(Arc::clone(&core.service), at),
            Some(call) => ToolFunction::Free(call),
        };
        Some((info, work))
    }

    /// Runs a tool when its arguments match its schema.
    fn checked(
        &self,
        call: ServedCall,
        peer: &Arc<Peer>,
        info: &'static ToolInfo,
        work: ToolFunction,
    ) -> HandlerFuture {
        let given = arguments(&call);
        if !is_object(given) {
            let error = Error::invalid_params("Invalid params: arguments is not an object");
            return MaybeFuture::Ready(Reply::error(error));
        }
        if let (Some(compare), Some(param_headers)) = (info.param_headers, &call.param_headers)
            && let Err(error) = compare(info.members, given, param_headers)
        {
            return MaybeFuture::Ready(Reply::error(error));
        }
        let matched = info.input.check(given);
        let target = Target { members: info.members, ..Target::default() };
        let cx = Context::new(call, Arc::clone(peer), self.clone(), target);
        match (matched, info.task) {
            (Ok(()), Some(task)) => (task.functions.start)(self, task, cx, work),
            (Ok(()), None) => work.run(cx),
            (Err(mismatch), _) => MaybeFuture::Ready(cx.refuse(mismatch)),
        }
    }
}

/// The place of the first tool of that name: of the declared ones, the free functions, and those of the catalog.
pub(crate) fn find(definition: &Definition, catalog: &Catalog, name: &str) -> Option<usize> {
    let declared = definition.find_tool(name);
    let free = || definition.find_free(name).map(|at| definition.tools.len() + at);
    let first_of_catalog = definition.tools.len() + definition.free.len();
    declared.or_else(free).or_else(|| catalog.find(name).map(|at| first_of_catalog + at))
}

/// What calls a tool that is a free function.
type FreeFunction = fn(Context) -> HandlerFuture;

/// The declared tool at that place of [`find`], with its function unless the service runs it.
fn function_at(
    definition: &Definition,
    catalog: &Catalog,
    at: usize,
) -> Option<(&'static ToolInfo, Option<FreeFunction>)> {
    if let Some(info) = definition.tools.get(at) {
        return Some((info, None));
    }
    let past = at.wrapping_sub(definition.tools.len());
    let in_catalog = || catalog.free.get(past.wrapping_sub(definition.free.len()));
    let entry = definition.free.get(past).or_else(in_catalog)?;
    Some((entry.info, Some(entry.call)))
}

/// The tool at that place of [`find`] that was made at run time.
fn made_at(definition: &Definition, catalog: &Catalog, at: usize) -> Option<Arc<dyn MadeTool>> {
    let before = definition.tools.len() + definition.free.len() + catalog.free.len();
    catalog.made.get(at.checked_sub(before)?).cloned()
}

fn tool_json(tool: &'static ToolInfo, revision: Revision) -> String {
    let mut w = Writer::with_capacity(512);
    w.begin_object();
    write_names(&mut w, tool.name, tool.title, tool.description);
    tool.input.write(w.key("inputSchema"));
    if let Some(described) = &tool.output {
        let mut output = Writer::default();
        described.write(&mut output);
        write_output_schema(&mut w, output.text(), revision);
    }
    let hints = tool.annotations;
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

/// Writes the annotations of a tool that are set.
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
