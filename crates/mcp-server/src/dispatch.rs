//! From a call to what serves it: tools here, the rest by the families that the server has.

use std::sync::Arc;

use pulseengine_mcp_protocol::conversation::Offer;
use pulseengine_mcp_protocol::{Call, Error, Limits, Method, Principal};
use pulseengine_mcp_store::Store;
use pulseengine_mcp_transport::{Answer, Gate, Handler, Instance, Peer, Reply};

use crate::Server;
use crate::guard;
use crate::response::fail;
use crate::service::Running;

/// Serves a call that came over the connection of that peer.
pub(crate) type Serve = fn(&Server, Call, &Arc<Peer>) -> Running;

/// A kind of thing that a server can have, besides tools. A server that has none of it does not carry its code:
/// only the tables of those that do refer to it.
#[derive(Clone, Copy)]
pub struct Family {
    pub(crate) methods: &'static [Method],
    pub(crate) serve: Serve,
}

impl std::fmt::Debug for Family {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.methods.fmt(f)
    }
}

impl Handler for Server {
    fn offer(&self, instance: Instance) -> Offer {
        self.offer(instance)
    }

    fn limits(&self) -> Limits {
        self.core().settings.limits
    }

    fn store(&self) -> Option<Arc<dyn Store>> {
        self.core().settings.store.clone()
    }

    fn gate(&self) -> Option<&dyn Gate> {
        self.core().settings.gate.as_deref()
    }

    fn connected(&self, peer: &Arc<Peer>) {
        if let Some(connect) = self.core().settings.connect {
            connect(self, peer);
        }
    }

    fn listening(&self, peer: &Arc<Peer>, principal: Option<&Principal>, tasks: Vec<String>) {
        if let Some(task) = self.tasks() {
            (task.code.tell)(self, peer, principal, tasks);
        }
    }

    fn serve(&self, call: Call, peer: &Arc<Peer>) -> Answer {
        let running = match self.core().settings.around {
            None => self.run(call, peer),
            Some(around) => around(self, call, peer),
        };
        match running {
            Running::Ready(reply) => Answer::Ready(reply),
            Running::Pending(future) => Answer::Later(future),
        }
    }
}

impl Server {
    pub(crate) fn run(&self, call: Call, peer: &Arc<Peer>) -> Running {
        let (id, revision) = (call.id.clone(), call.revision);
        match guard::start(|| self.dispatch(call, peer)) {
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
            Method::ListTools if self.has_tools() => self.list_tools(&call),
            Method::Discover => self.discover(&call, peer.instance()),
            Method::Initialize => self.initialize(&call, peer.instance()),
            method => {
                let families = self.core().definition.families;
                if let Some(family) = families.iter().find(|family| family.methods.contains(&method)) {
                    return (family.serve)(self, call, peer);
                }
                if matches!(method, Method::GetTask | Method::UpdateTask | Method::CancelTask)
                    && let Some(task) = self.tasks()
                {
                    return (task.code.serve)(self, call, peer.instance());
                }
                fail(&call, &Error::method_not_found(method.name()))
            }
        };
        Running::Ready(reply)
    }
}
