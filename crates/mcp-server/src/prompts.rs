//! Prompts: listed and filled in.

use std::sync::Arc;

use pulseengine_mcp_protocol::Reply;
use pulseengine_mcp_protocol::json::Writer;
use pulseengine_mcp_protocol::params::{Key, is_object};
use pulseengine_mcp_protocol::{Error, Method};
use pulseengine_mcp_runtime::MaybeFuture;
use pulseengine_mcp_transport::Peer;

use crate::Server;
use crate::cache::Cached;
use crate::context::{Context, Target};
use crate::handler::HandlerFuture;
use crate::info::PromptInfo;
use crate::lists::{Slot, write_icons, write_meta, write_names};
use crate::request::ServedCall;
use crate::service::MethodGroup;

/// Serves prompts.
pub const PROMPTS: MethodGroup = MethodGroup {
    methods: &[Method::GetPrompt, Method::ListPrompts],
    serve: |server, call, peer| match call.method {
        Method::GetPrompt => server.get_prompt(call, peer),
        _ => MaybeFuture::Ready(server.list_prompts(&call)),
    },
};

impl Server {
    fn list_prompts(&self, call: &ServedCall) -> Reply {
        self.with_catalog(|catalog| {
            let list = catalog.lists.list(Slot::Prompts, |list| {
                for (source, prompt) in self.core().definition.prompts.iter().enumerate() {
                    list.push(source, prompt.name, &prompt_json(prompt));
                }
            });
            self.respond_with_list(list, "prompts", Cached::Prompts, call)
        })
    }

    fn get_prompt(&self, call: ServedCall, peer: &Arc<Peer>) -> HandlerFuture {
        let definition = self.core().definition;
        let name = match call.required(Key::Name, "Invalid params: name, a string, is required") {
            Ok(name) => name,
            Err(error) => return MaybeFuture::Ready(Reply::error(error)),
        };
        let Some(index) = definition.find_prompt(&name) else {
            let error = Error::unknown("Unknown prompt: ", &name);
            return MaybeFuture::Ready(Reply::error(error));
        };
        let given = call.text(Key::Arguments);
        if !given.is_empty() && !is_object(given) {
            let error = Error::invalid_params("Invalid params: arguments is not an object");
            return MaybeFuture::Ready(Reply::error(error));
        }
        let cx = Context::new(call, Arc::clone(peer), self.clone(), Target::default());
        Arc::clone(&self.core().service).get_prompt(index, cx)
    }
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
