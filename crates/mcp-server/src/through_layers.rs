//! A call on its way through the layers of a server.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use pulseengine_mcp_http::__private::Admitting;
use pulseengine_mcp_protocol::conversation::LAYERING;
use pulseengine_mcp_protocol::http::HttpRejection;
use pulseengine_mcp_protocol::{Call, Method, Outcome, Reply};
use pulseengine_mcp_runtime::{BoxFuture, MaybeFuture};
use pulseengine_mcp_transport::Peer;

use crate::Server;
use crate::cache::Cached;
use crate::entry::Entry;
use crate::filter;
use crate::find_entry::find;
use crate::handler::{self, HandlerFuture};
use crate::layer::Refusal;
use crate::lists::List;
use crate::request::{Found, LayeredServer, Request, ServedCall};
use crate::server::{Core, Settings};

/// Lets calls, and what the endpoint and the conversation serve themselves, pass the layers.
pub(crate) fn enable_layers(settings: &mut Settings) {
    settings.through_layers = Some(through_layers);
    settings.parts.admitting = Some(Admitting::BY_HANDLER);
    settings.layering = Some(&LAYERING);
}

/// Serves a call through the layers.
pub(crate) fn through_layers(server: &Server, mut call: Call, peer: &Arc<Peer>) -> HandlerFuture {
    if call.context.is_none()
        && let Some(context) = &server.core().settings.stdio_context
    {
        call.set_context(Arc::clone(context));
    }
    let mut way =
        LayerPass { request: Request::new(call, server.shared_core() as _), entered: 0, rejection: None };
    let mut reply = match way.advance(server) {
        Step::Through => match way.run(server, peer) {
            MaybeFuture::Ready(reply) => reply,
            MaybeFuture::Pending(future) => {
                let passage = CallGuard::new(server, way);
                return MaybeFuture::Pending(Box::pin(async move { passage.end(future.await) }));
            }
        },
        Step::Refused(reply) => reply,
        Step::Wait(waiting) => {
            let (passage, peer) = (CallGuard::new(server, way), Arc::clone(peer));
            return MaybeFuture::Pending(Box::pin(passage.wait(waiting, peer)));
        }
    };
    way.end(server, &mut reply);
    MaybeFuture::Ready(reply)
}

impl LayeredServer for Core {
    fn find(self: Arc<Self>, call: &Call) -> Option<Box<dyn Found>> {
        find(&Server::of(self), call)
    }

    fn list(self: Arc<Self>, request: &Request, list: &List, key: &str, of: Cached) -> Option<Reply> {
        let filters: Vec<_> = self.layers.iter().filter_map(|layer| layer.filter(request)).collect();
        if filters.is_empty() {
            return None;
        }
        let shows = |entry: &Entry<'_>| filters.iter().all(|filter| filter(entry));
        Some(filter::respond(&Server::of(Arc::clone(&self)), list, key, of, request, &shows))
    }

    fn end_task(self: Arc<Self>, request: &Request, reply: Option<&mut Reply>) {
        let way = LayerPass { request: request.clone(), entered: self.layers.len(), rejection: None };
        match reply {
            Some(reply) => way.report_reply(&Server::of(self), reply),
            None => way.report(&Server::of(self), Outcome::Cancelled),
        }
    }
}

/// A call's pass through the layers.
struct LayerPass {
    request: Request,
    /// How many layers have seen the call.
    entered: usize,
    /// The head of the HTTP response, where a layer has refused the call and set it.
    rejection: Option<HttpRejection>,
}

/// What comes next.
enum Step {
    /// All layers have admitted the call.
    Through,
    /// A layer has refused it.
    Refused(Reply),
    /// A layer waits.
    Wait(BoxFuture<Result<(), Refusal>>),
}

impl LayerPass {
    /// Goes on through the layers, until one refuses or waits.
    fn advance(&mut self, server: &Server) -> Step {
        let layers = &server.core().layers;
        let through = AssertUnwindSafe(|| {
            while let Some(layer) = layers.get(self.entered) {
                self.entered += 1;
                match layer.before_async(&self.request) {
                    MaybeFuture::Ready(Ok(())) => {}
                    MaybeFuture::Ready(Err(refusal)) => return Step::Refused(self.refused(refusal)),
                    MaybeFuture::Pending(waiting) => return Step::Wait(waiting),
                }
            }
            Step::Through
        });
        catch_unwind(through).unwrap_or_else(|_| Step::Refused(self.refused(layer_failed())))
    }

    /// The reply to a call that a layer refuses. Over HTTP, its status and fields are those of the refusal.
    fn refused(&mut self, refusal: Refusal) -> Reply {
        self.rejection = refusal.rejection;
        Reply::refused(refusal.error)
    }

    /// Serves a call that the layers have admitted.
    fn run(&self, server: &Server, peer: &Arc<Peer>) -> HandlerFuture {
        if let Some(unknown) = self.hidden(server) {
            return MaybeFuture::Ready(unknown);
        }
        match self.request.method {
            // The conversation serves these, once they are admitted.
            Method::SetLevel | Method::Subscribe | Method::Unsubscribe | Method::Listen => {
                MaybeFuture::Ready(Reply::empty(&self.request.id))
            }
            _ => server.run(ServedCall::Layered(self.request.clone()), peer),
        }
    }

    /// The reply to a call that is about something that the caller may not see.
    fn hidden(&self, server: &Server) -> Option<Reply> {
        for layer in server.core().layers.iter() {
            if let Some(filter) = layer.filter(&self.request)
                && let Some(entry) = self.request.entry()
                && !filter(&entry)
            {
                return Some(Reply::error(filter::unknown(&entry, &self.request)));
            }
        }
        None
    }

    /// The call has been answered, unless it goes on as a task.
    fn end(&self, server: &Server, reply: &mut Reply) {
        if !self.request.is_task() {
            self.report_reply(server, reply);
        }
    }

    fn report_reply(&self, server: &Server, reply: &mut Reply) {
        let layers = || server.core().layers.iter().take(self.entered).rev();
        let changed = AssertUnwindSafe(|| layers().for_each(|layer| layer.on_reply(&self.request, reply)));
        if catch_unwind(changed).is_err() {
            *reply = Reply::handler_failed();
        }
        // A layer may have put a result in place of the refusal.
        if let (Some(rejection), Some(context), Err(_)) =
            (&self.rejection, &self.request.context, reply.result())
        {
            context.reject(rejection.clone());
        }
        self.report(server, reply.outcome());
    }

    fn report(&self, server: &Server, outcome: Outcome) {
        let mut layers = server.core().layers.iter().take(self.entered).rev();
        // A layer that panics here must not keep the others from hearing it.
        while catch_unwind(AssertUnwindSafe(|| {
            layers.by_ref().for_each(|layer| layer.after(&self.request, outcome));
        }))
        .is_err()
        {}
    }
}

/// A call that is under way. Reports the end to the layers also when it is dropped before.
struct CallGuard {
    server: Server,
    way: LayerPass,
    reported: bool,
}

impl CallGuard {
    fn new(server: &Server, way: LayerPass) -> Self {
        Self { server: server.clone(), way, reported: false }
    }

    /// Waits for the layers, then for the handler.
    async fn wait(mut self, first: BoxFuture<Result<(), Refusal>>, peer: Arc<Peer>) -> Reply {
        let mut waiting = first;
        let reply = loop {
            match handler::pending(waiting).await_value().await {
                Ok(()) => match self.way.advance(&self.server) {
                    Step::Through => break self.way.run(&self.server, &peer).await_value().await,
                    Step::Wait(next) => waiting = next,
                    Step::Refused(reply) => break reply,
                },
                Err(refusal) => break self.way.refused(refusal),
            }
        };
        self.end(reply)
    }

    fn end(mut self, mut reply: Reply) -> Reply {
        self.reported = true;
        self.way.end(&self.server, &mut reply);
        reply
    }
}

impl Drop for CallGuard {
    fn drop(&mut self) {
        if !self.reported && !self.way.request.is_task() {
            self.way.report(&self.server, Outcome::Cancelled);
        }
    }
}

fn layer_failed() -> Refusal {
    pulseengine_mcp_protocol::Error::internal("Internal error: a layer failed").into()
}

/// The error of a layer that panicked while it waited.
impl handler::HandlerOutput for Result<(), Refusal> {
    fn failed() -> Self {
        Err(layer_failed())
    }
}
