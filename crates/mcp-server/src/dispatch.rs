//! From a call to the handler that serves it.

use std::sync::Arc;

use pulseengine_mcp_protocol::conversation::Offer;
use pulseengine_mcp_protocol::params::{Key, is_object, member, string};
use pulseengine_mcp_protocol::{Call, Error, Limits, Method, match_uri, schema};
use pulseengine_mcp_transport::{Answer, Handler, Outcome, Peer, Reply};

use crate::Server;
use crate::context::{Context, Target, arguments};
use crate::guard::{self, Watch};
use crate::lists::{Kind, List};
use crate::response::{Response, fail};
use crate::service::{CompletionOf, Running, ToolInfo};

impl Handler for Server {
    fn offer(&self) -> Offer {
        self.offer()
    }

    fn limits(&self) -> Limits {
        self.core().settings.limits
    }

    fn connected(&self, peer: &Arc<Peer>) {
        self.connect(peer);
    }

    fn serve(&self, call: Call, peer: &Arc<Peer>) -> Answer {
        let layers = &self.core().layers;
        let running = if layers.is_empty() {
            self.run(call, peer)
        } else {
            for layer in layers.iter() {
                if let Err(error) = layer.before(&call) {
                    return Answer::Ready(fail(&call, &error));
                }
            }
            let watch = Watch::new(Arc::clone(layers), call.clone());
            watch.follow(self.run(call, peer))
        };
        match running {
            Running::Ready(reply) => Answer::Ready(reply),
            Running::Pending(future) => Answer::Later(future),
        }
    }
}

impl Server {
    fn run(&self, call: Call, peer: &Arc<Peer>) -> Running {
        let (id, revision) = (call.id.clone(), call.revision);
        let running = guard::start(|| self.dispatch(call, peer));
        match running {
            Running::Ready(reply) if reply.id.is_none() => {
                let error = Error::internal("Internal error: the handler failed");
                Running::Ready(Reply::error(&id, revision, &error))
            }
            running => running,
        }
    }

    fn dispatch(&self, call: Call, peer: &Arc<Peer>) -> Running {
        let reply = match call.method {
            Method::CallTool if self.has_tools() => return self.call_tool(call, peer),
            Method::ListTools if self.has_tools() => self.list(Kind::Tools, &call),
            Method::ReadResource if self.has_resources() => return self.read_resource(call, peer),
            Method::ListResources if self.has_resources() => return self.list_resources(call, peer),
            Method::ListResourceTemplates if self.has_resources() => self.list(Kind::Templates, &call),
            Method::GetPrompt if self.has_prompts() => return self.get_prompt(call, peer),
            Method::ListPrompts if self.has_prompts() => self.list(Kind::Prompts, &call),
            Method::Complete if !self.core().definition.completions.is_empty() => {
                return self.complete(call, peer);
            }
            Method::Discover => self.discover(&call),
            Method::Initialize => self.initialize(&call),
            method => fail(&call, &Error::method_not_found(method.name())),
        };
        Running::Ready(reply)
    }

    fn list(&self, kind: Kind, call: &Call) -> Reply {
        let core = self.core();
        self.with_catalog(|catalog| {
            let more = |list: &mut List| {
                if kind == Kind::Tools {
                    catalog.write_tools(call.revision, list);
                }
            };
            let list = catalog.lists.list(kind, call.revision, core.definition, more);
            list.respond(kind, call, self.result_meta(), core.settings.page_size)
        })
    }

    fn call_tool(&self, call: Call, peer: &Arc<Peer>) -> Running {
        let definition = self.core().definition;
        let name = match call.required(Key::Name, "Invalid params: name, a string, is required") {
            Ok(name) => name,
            Err(error) => return Running::Ready(fail(&call, &error)),
        };
        if let Some(index) = definition.tools.iter().position(|tool| tool.name == name)
            && let Some(info) = definition.tools.get(index)
        {
            let service = Arc::clone(&self.core().service);
            return self.checked(call, peer, info, |cx| service.call_tool(index, cx));
        }
        let free = definition.free.iter().find(|tool| tool.info.name == name).copied();
        let free = free.or_else(|| {
            self.with_catalog(|catalog| catalog.free.iter().find(|tool| tool.info.name == name).copied())
        });
        if let Some(tool) = free {
            return self.checked(call, peer, tool.info, tool.call);
        }
        #[cfg(feature = "jsonschema")]
        if let Some(tool) = self.with_catalog(|catalog| catalog.dynamic_tool(&name)) {
            let cx = Context::new(call, Arc::clone(peer), self.clone(), Target::default());
            return tool.run(cx);
        }
        let error = Error::invalid_params(format_unknown("Unknown tool: ", &name));
        Running::Ready(fail(&call, &error))
    }

    /// Runs a tool when its arguments match its schema.
    fn checked(
        &self,
        call: Call,
        peer: &Arc<Peer>,
        info: &'static ToolInfo,
        run: impl FnOnce(Context) -> Running,
    ) -> Running {
        let given = arguments(&call);
        if !is_object(given) {
            let error = Error::invalid_params("Invalid params: arguments is not an object");
            return Running::Ready(fail(&call, &error));
        }
        let matched = schema::check_text(&info.input, given);
        let target = Target { members: info.members, ..Target::default() };
        let cx = Context::new(call, Arc::clone(peer), self.clone(), target);
        match matched {
            Ok(()) => run(cx),
            Err(mismatch) => Running::Ready(cx.refuse(mismatch)),
        }
    }

    fn read_resource(&self, call: Call, peer: &Arc<Peer>) -> Running {
        let definition = self.core().definition;
        let uri = match call.required(Key::Uri, "Invalid params: uri, a string, is required") {
            Ok(uri) => uri,
            Err(error) => return Running::Ready(fail(&call, &error)),
        };
        let fixed = definition.resources.iter().enumerate().find(|(_, r)| !r.template && r.uri == uri);
        let found = fixed.map(|(index, resource)| (index, resource, Vec::new())).or_else(|| {
            let templates = definition.resources.iter().enumerate().filter(|(_, r)| r.template);
            templates.into_iter().find_map(|(index, resource)| {
                let variables = match_uri(resource.uri, &uri)?;
                Some((index, resource, variables.into_iter().map(std::borrow::Cow::into_owned).collect()))
            })
        });
        let Some((index, resource, variables)) = found else {
            return Running::Ready(fail(&call, &Error::resource_not_found(&uri, call.revision)));
        };
        let target = Target { variables, resource: Some(resource), ..Target::default() };
        let cx = Context::new(call, Arc::clone(peer), self.clone(), target);
        Arc::clone(&self.core().service).read_resource(index, cx)
    }

    /// The list of resources: those in the table, and those that templates list.
    fn list_resources(&self, call: Call, peer: &Arc<Peer>) -> Running {
        let definition = self.core().definition;
        if definition.resources.iter().all(|resource| !resource.listed) {
            return Running::Ready(self.list(Kind::Resources, &call));
        }
        let (server, peer) = (self.clone(), Arc::clone(peer));
        Running::pending(async move {
            let mut list = List::default();
            server.copy_fixed_resources(&call, &mut list);
            for (index, _) in definition.resources.iter().enumerate().filter(|(_, resource)| resource.listed)
            {
                let target = Target { resource: definition.resources.get(index), ..Target::default() };
                let cx = Context::new(call.clone(), Arc::clone(&peer), server.clone(), target);
                let listed = match Arc::clone(&server.core().service).list_resources(index, cx) {
                    Running::Ready(reply) => reply,
                    Running::Pending(future) => future.await,
                };
                for json in listed.message.lines() {
                    let uri = member(json, "uri").and_then(string).unwrap_or_default();
                    list.push(&uri, json);
                }
            }
            list.respond(Kind::Resources, &call, server.result_meta(), server.core().settings.page_size)
        })
    }

    fn copy_fixed_resources(&self, call: &Call, list: &mut List) {
        let definition = self.core().definition;
        self.with_catalog(|catalog| {
            list.extend(catalog.lists.list(Kind::Resources, call.revision, definition, |_| {}));
        });
    }

    fn get_prompt(&self, call: Call, peer: &Arc<Peer>) -> Running {
        let definition = self.core().definition;
        let name = match call.required(Key::Name, "Invalid params: name, a string, is required") {
            Ok(name) => name,
            Err(error) => return Running::Ready(fail(&call, &error)),
        };
        let Some(index) = definition.prompts.iter().position(|prompt| prompt.name == name) else {
            let error = Error::invalid_params(format_unknown("Unknown prompt: ", &name));
            return Running::Ready(fail(&call, &error));
        };
        let given = call.text(Key::Arguments);
        if !given.is_empty() && !is_object(given) {
            let error = Error::invalid_params("Invalid params: arguments is not an object");
            return Running::Ready(fail(&call, &error));
        }
        let cx = Context::new(call, Arc::clone(peer), self.clone(), Target::default());
        Arc::clone(&self.core().service).get_prompt(index, cx)
    }

    fn complete(&self, call: Call, peer: &Arc<Peer>) -> Running {
        let index = match self.find_completion(&call) {
            Ok(index) => index,
            Err(error) => return Running::Ready(fail(&call, &error)),
        };
        let Some(index) = index else { return Running::Ready(no_suggestions(&call, self.result_meta())) };
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
                (definition.prompts.iter().any(|prompt| prompt.name == name), name)
            }
            "ref/resource" => {
                let uri = of("uri").unwrap_or_default();
                (definition.resources.iter().any(|resource| resource.uri == uri), uri)
            }
            _ => {
                return Err(Error::invalid_params(
                    "Invalid params: ref is neither ref/prompt nor ref/resource",
                ));
            }
        };
        if !known {
            return Err(Error::invalid_params(format_unknown("Unknown reference: ", &name)));
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
    response.w.key("completion").begin_object();
    response.w.key("values").begin_array();
    response.w.end_array();
    response.w.end_object();
    response.end(Outcome::Complete)
}

/// A message that quotes a name from outside, shortened.
fn format_unknown(prefix: &str, name: &str) -> String {
    prefix.chars().chain(name.chars().take(128)).collect()
}
