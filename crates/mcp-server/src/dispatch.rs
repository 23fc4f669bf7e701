//! From a call to what serves it: tools directly, other methods through the method groups that the server has.

use std::io;
use std::sync::Arc;
#[cfg(feature = "jsonschema")]
use std::sync::atomic::Ordering;
use std::time::Duration;

use pulseengine_mcp_protocol::conversation::Offer;
use pulseengine_mcp_protocol::{Call, Error, Limits, Method, Outcome, Principal, Reply};
use pulseengine_mcp_runtime::MaybeFuture;
use pulseengine_mcp_transport::{Handler, Instance, Peer};

use crate::Server;
use crate::handler::{self, HandlerFuture};
use crate::request::ServedCall;

impl Handler for Server {
    fn offer(&self, instance: Instance) -> Offer {
        self.offer(instance)
    }

    fn limits(&self) -> Limits {
        self.core().settings.limits
    }

    fn grace(&self) -> Duration {
        self.core().settings.grace
    }

    #[cfg(feature = "jsonschema")]
    fn short_lived(&self) {
        self.core().short_lived.store(true, Ordering::Relaxed);
    }

    fn connected(&self, peer: &Arc<Peer>) {
        if let Some(connect) = self.core().settings.connect {
            connect(self, peer);
        }
    }

    fn listening(&self, peer: &Arc<Peer>, principal: Option<&Principal>, tasks: Vec<String>) {
        if let Some(task) = self.tasks() {
            (task.functions.subscribe)(self, peer, principal, tasks);
        }
    }

    fn opened(&self) {
        if let Some(observing) = &self.core().settings.parts.observing {
            observing.opened();
        }
    }

    fn closed(&self, received: u64, sent: u64, error: Option<&io::Error>) {
        if let Some(observing) = &self.core().settings.parts.observing {
            observing.closed(received, sent, error);
        }
    }

    fn serve(&self, call: Call, peer: &Arc<Peer>) -> HandlerFuture {
        match self.core().settings.through_layers {
            None => self.run(ServedCall::Plain(call), peer),
            Some(through_layers) => through_layers(self, call, peer),
        }
    }
}

impl Server {
    pub(crate) fn run(&self, call: ServedCall, peer: &Arc<Peer>) -> HandlerFuture {
        handler::start(|| self.dispatch(call, peer))
    }

    fn dispatch(&self, call: ServedCall, peer: &Arc<Peer>) -> HandlerFuture {
        let reply = match call.method {
            Method::CallTool if self.has_tools() => return self.call_tool(call, peer),
            Method::ListTools if self.has_tools() => self.list_tools(&call),
            Method::Discover => self.discover(&call, peer.instance()),
            Method::Initialize => self.initialize(&call, peer.instance()),
            method => {
                let method_groups = self.core().definition.method_groups;
                if let Some(group) = method_groups.iter().find(|group| group.methods.contains(&method)) {
                    return (group.serve)(self, call, peer);
                }
                if matches!(method, Method::GetTask | Method::UpdateTask | Method::CancelTask)
                    && let Some(task) = self.tasks()
                {
                    return (task.functions.serve)(self, call, peer.instance());
                }
                match empty_list(method) {
                    Some(list) if !call.revision.is_stateless() && !self.core().settings.strict => {
                        Reply::new(&call.id, list, Outcome::Complete)
                    }
                    _ => Reply::error(Error::method_not_found(method.name())),
                }
            }
        };
        MaybeFuture::Ready(reply)
    }
}

/// What a method lists where the server has none of it. Some clients ask for every list, whatever the server offers, and drop a
/// server that refuses one.
const fn empty_list(method: Method) -> Option<&'static str> {
    match method {
        Method::ListTools => Some(r#"{"tools":[]}"#),
        Method::ListPrompts => Some(r#"{"prompts":[]}"#),
        Method::ListResources => Some(r#"{"resources":[]}"#),
        Method::ListResourceTemplates => Some(r#"{"resourceTemplates":[]}"#),
        _ => None,
    }
}
