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
use crate::catalog::Catalog;
use crate::context::{Context, Target};
use crate::generated::arguments;
use crate::handler::HandlerFuture;
use crate::lists::{List, Slot, write_icons, write_meta, write_names};
use crate::request::ServedCall;
use crate::service::{ToolFunction, ToolInfo};

impl Server {
    pub(crate) fn list_tools(&self, call: &ServedCall) -> Reply {
        let core = self.core();
        let slot =
            if call.revision.has_any_structured_content() { Slot::Tools } else { Slot::ToolsOfObjects };
        self.with_catalog(|catalog| {
            let list = catalog.lists.list(slot, |list| {
                let free = core.definition.free.iter().map(|entry| entry.info);
                let tools = core.definition.tools.iter().chain(free);
                let mut source = 0;
                for tool in tools {
                    list.push(source, tool.name, &tool_json(tool, call.revision));
                    source += 1;
                }
                catalog.write_tools(call.revision, source, list);
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
        if let Some(index) = definition.tools.iter().position(|tool| tool.name == name)
            && let Some(info) = definition.tools.get(index)
        {
            let service = Arc::clone(&self.core().service);
            return self.checked(call, peer, info, ToolFunction::Service(service, index));
        }
        let free = definition.free.iter().find(|tool| tool.info.name == name).copied();
        let free = free.or_else(|| {
            self.with_catalog(|catalog| catalog.free.iter().find(|tool| tool.info.name == name).copied())
        });
        if let Some(tool) = free {
            return self.checked(call, peer, tool.info, ToolFunction::Free(tool.call));
        }
        let made = self.with_catalog(|catalog| catalog.made.iter().find(|tool| tool.name() == name).cloned());
        if let Some(tool) = made {
            return tool.run(Context::new(call, Arc::clone(peer), self.clone(), Target::default()));
        }
        let error = Error::unknown("Unknown tool: ", &name);
        MaybeFuture::Ready(Reply::error(error))
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

impl Catalog {
    /// Adds the tools that are not in the tables, with indices from `source` on.
    pub(crate) fn write_tools(&self, revision: Revision, mut source: usize, list: &mut List) {
        for tool in &self.free {
            list.push(source, tool.info.name, &tool_json(tool.info, revision));
            source += 1;
        }
        for tool in &self.made {
            list.push(source, tool.name(), &tool.json(revision));
            source += 1;
        }
    }
}
