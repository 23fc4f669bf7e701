//! Completions of arguments.

use std::sync::Arc;

use pulseengine_mcp_protocol::params::{Key, member, string};
use pulseengine_mcp_protocol::{Call, Error, Limits, Method};
use pulseengine_mcp_protocol::{Outcome, Reply};
use pulseengine_mcp_runtime::MaybeFuture;
use pulseengine_mcp_transport::Peer;

use crate::Server;
use crate::context::{Context, Target};
use crate::handler::HandlerFuture;
use crate::info::CompletionOf;
use crate::request::ServedCall;
use crate::response::Response;
use crate::service::MethodGroup;

/// Serves completions.
pub const COMPLETIONS: MethodGroup =
    MethodGroup { methods: &[Method::Complete], serve: |server, call, peer| server.complete(call, peer) };

impl Server {
    fn complete(&self, call: ServedCall, peer: &Arc<Peer>) -> HandlerFuture {
        let index = match self.find_completion(&call) {
            Ok(index) => index,
            Err(error) => return MaybeFuture::Ready(Reply::error(error)),
        };
        let Some(index) = index else { return MaybeFuture::Ready(no_suggestions(&call, self.result_meta())) };
        let cx = Context::new(call, Arc::clone(peer), self.clone(), Target::default());
        Arc::clone(&self.core().service).complete(index, cx)
    }

    /// The completion that is asked for; `None` when there is no such completion of something that exists.
    fn find_completion(&self, call: &Call) -> Result<Option<usize>, Error> {
        let definition = self.core().definition;
        let of = |key| member(call.text(Key::Ref), key).and_then(string);
        let argument = member(call.text(Key::Argument), "name").and_then(string);
        let value = member(call.text(Key::Argument), "value").and_then(string);
        let (Some(kind), Some(argument), Some(_)) = (of("type"), argument, value) else {
            return Err(Error::invalid_params(
                "Invalid params: ref with a type, and argument with name and value, are required",
            ));
        };
        let (known, name) = match &*kind {
            "ref/prompt" => {
                let name = of("name").unwrap_or_default();
                (definition.find_prompt(&name).is_some(), name)
            }
            "ref/resource" => {
                let uri = of("uri").unwrap_or_default();
                if uri.len() > Limits::URI {
                    return Err(Error::invalid_params(
                        "Invalid params: the uri of ref is longer than 8192 bytes",
                    ));
                }
                match definition.find_resource(&uri).and_then(|at| definition.resources.get(at)) {
                    Some(resource) => (true, resource.uri.into()),
                    None => (false, uri),
                }
            }
            _ => {
                return Err(Error::invalid_params(
                    "Invalid params: ref is neither ref/prompt nor ref/resource",
                ));
            }
        };
        if !known {
            return Err(Error::unknown("Unknown reference: ", &name));
        }
        Ok(definition.completions.iter().position(|completion| {
            let same = match completion.of {
                CompletionOf::Prompt(prompt) => kind == "ref/prompt" && prompt == name,
                CompletionOf::Resource(uri) => kind == "ref/resource" && uri == name,
            };
            same && completion.argument == argument
        }))
    }
}

fn no_suggestions(call: &Call, meta: &str) -> Reply {
    let mut response = Response::begin(call, meta, 64);
    response.result.w.key("completion").begin_object();
    response.result.w.key("values").begin_array();
    response.result.w.end_array();
    response.result.w.end_object();
    response.end(Outcome::Complete)
}
