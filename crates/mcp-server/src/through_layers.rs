//! A call on its way through the layers of a server.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use pulseengine_mcp_protocol::http::HttpRejection;
use pulseengine_mcp_protocol::{Call, Method, Outcome, Reply};
use pulseengine_mcp_runtime::{BoxFuture, Instant, MaybeFuture};
use pulseengine_mcp_transport::Peer;

use crate::cache::Cached;
use crate::entry::Entry;
use crate::filter;
use crate::find_entry::{Found, find};
use crate::handler::{self, HandlerFuture};
use crate::layer::{Filter, Refusal};
use crate::lists::List;
use crate::request::{Layered, Request, ServedCall, Shared};
use crate::{Layer, Server};

/// Serves a call through the layers.
pub(crate) fn through_layers(server: &Server, call: Call, peer: &Arc<Peer>) -> HandlerFuture {
    let layered = Seen {
        server: server.clone(),
        began: Instant::now(),
        is_task: AtomicBool::new(false),
        found: Found::default(),
    };
    let mut passage = Passage::new(Arc::new(Shared { call, layered }));
    match passage.advance() {
        Step::Through => {
            let running = passage.run(peer);
            passage.follow(running)
        }
        Step::Refused(refusal) => MaybeFuture::Ready(passage.refuse(refusal)),
        Step::Wait(waiting) => {
            let peer = Arc::clone(peer);
            MaybeFuture::Pending(Box::pin(passage.wait(waiting, peer)))
        }
    }
}

/// What there is to a call that layers see.
struct Seen {
    server: Server,
    began: Instant,
    /// The call ends with its task.
    is_task: AtomicBool,
    found: Found,
}

impl Seen {
    fn layers(&self) -> &[Arc<dyn Layer>] {
        &self.server.core().layers
    }

    fn filters<'a>(&'a self, request: &'a Request) -> Vec<Filter<'a>> {
        self.layers().iter().filter_map(|layer| layer.filter(request)).collect()
    }

    fn report(&self, request: &Request, entered: usize, outcome: Outcome) {
        let elapsed = self.began.elapsed();
        for layer in self.layers().iter().take(entered).rev() {
            // A layer that panics here must not keep the others from hearing it.
            let _ = catch_unwind(AssertUnwindSafe(|| layer.after(request, outcome, elapsed)));
        }
    }

    /// Lets the layers read and change the reply; what became of it.
    fn reply(&self, request: &Request, entered: usize, reply: Reply) -> Reply {
        let mut reply = reply;
        for layer in self.layers().iter().take(entered).rev() {
            if catch_unwind(AssertUnwindSafe(|| layer.on_reply(request, &mut reply))).is_err() {
                reply = Reply::handler_failed();
            }
        }
        reply
    }
}

impl Layered for Seen {
    fn entry(&self, call: &Call) -> Option<Entry<'_>> {
        find(&self.server, call, &self.found)
    }

    fn list(&self, request: &Request, list: &List, key: &str, of: Cached) -> Option<Reply> {
        let filters = self.filters(request);
        if filters.is_empty() {
            return None;
        }
        let shows = |entry: &Entry<'_>| filters.iter().all(|filter| filter(entry));
        Some(filter::respond(&self.server, list, key, of, request, &shows))
    }

    fn begin_task(&self) {
        self.is_task.store(true, Ordering::Relaxed);
    }

    fn end_task(&self, request: &Request, reply: Option<Reply>) -> Reply {
        let entered = self.layers().len();
        let Some(reply) = reply else {
            self.report(request, entered, Outcome::Cancelled);
            return Reply::handler_failed();
        };
        let reply = self.reply(request, entered, reply);
        self.report(request, entered, reply.outcome());
        reply
    }
}

/// The way of a call through the layers and back. Reports the end to the layers also when it is dropped before.
struct Passage {
    shared: Arc<Shared<Seen>>,
    request: Request,
    /// How many layers have seen the call.
    entered: usize,
    /// The head of the response, as a layer set it that refused the call.
    rejection: Option<HttpRejection>,
    reported: bool,
}

/// What comes next.
enum Step {
    /// All layers have admitted the call.
    Through,
    Refused(Refusal),
    /// A layer waits.
    Wait(BoxFuture<Result<(), Refusal>>),
}

impl Passage {
    fn new(shared: Arc<Shared<Seen>>) -> Self {
        let request = Request::new(Arc::clone(&shared) as _);
        Self { shared, request, entered: 0, rejection: None, reported: false }
    }

    fn seen(&self) -> &Seen {
        &self.shared.layered
    }

    /// Goes on through the layers, until one refuses or waits.
    fn advance(&mut self) -> Step {
        while let Some(layer) = self.shared.layered.layers().get(self.entered) {
            self.entered += 1;
            match catch_unwind(AssertUnwindSafe(|| layer.before_async(&self.request))) {
                Ok(MaybeFuture::Ready(Ok(()))) => {}
                Ok(MaybeFuture::Ready(Err(refusal))) => return Step::Refused(refusal),
                Ok(MaybeFuture::Pending(waiting)) => return Step::Wait(waiting),
                Err(_) => return Step::Refused(layer_failed()),
            }
        }
        Step::Through
    }

    /// Waits for the layers, then for the handler.
    async fn wait(mut self, first: BoxFuture<Result<(), Refusal>>, peer: Arc<Peer>) -> Reply {
        let mut waiting = first;
        loop {
            let refusal = match handler::pending(waiting).await_value().await {
                Ok(()) => match self.advance() {
                    Step::Through => break,
                    Step::Wait(next) => {
                        waiting = next;
                        continue;
                    }
                    Step::Refused(refusal) => refusal,
                },
                Err(refusal) => refusal,
            };
            return self.refuse(refusal);
        }
        let reply = self.run(&peer).await_value().await;
        self.end(reply)
    }

    /// Serves a call that the layers have admitted.
    fn run(&self, peer: &Arc<Peer>) -> HandlerFuture {
        match self.request.method {
            // The conversation serves these, once they are admitted.
            Method::SetLevel | Method::Subscribe | Method::Unsubscribe | Method::Listen => {
                MaybeFuture::Ready(Reply::empty(&self.request.id))
            }
            _ => match self.hidden() {
                Some(unknown) => MaybeFuture::Ready(unknown),
                None => self.seen().server.run(ServedCall::Layered(self.request.clone()), peer),
            },
        }
    }

    /// The reply to a call that is about something that the caller may not see.
    fn hidden(&self) -> Option<Reply> {
        let filters = self.seen().filters(&self.request);
        if filters.is_empty() {
            return None;
        }
        let entry = self.request.entry()?;
        let shown = filters.iter().all(|filter| filter(&entry));
        (!shown).then(|| Reply::error(filter::unknown(&entry, &self.request)))
    }

    /// Follows a handler to its end.
    fn follow(self, running: HandlerFuture) -> HandlerFuture {
        match running {
            MaybeFuture::Ready(reply) => MaybeFuture::Ready(self.end(reply)),
            MaybeFuture::Pending(future) => MaybeFuture::Pending(Box::pin(async move {
                let reply = future.await;
                self.end(reply)
            })),
        }
    }

    fn refuse(mut self, refusal: Refusal) -> Reply {
        self.rejection = refusal.rejection;
        self.end(Reply::refused(refusal.error))
    }

    fn end(mut self, reply: Reply) -> Reply {
        if self.goes_on() {
            return reply;
        }
        let reply = self.seen().reply(&self.request, self.entered, reply);
        if let (Some(rejection), Some(context), Err(_)) =
            (self.rejection.take(), self.request.context(), reply.result())
        {
            context.reject(rejection);
        }
        self.reported = true;
        self.seen().report(&self.request, self.entered, reply.outcome());
        reply
    }

    /// Whether the call goes on as a task, with which it ends.
    fn goes_on(&self) -> bool {
        self.seen().is_task.load(Ordering::Relaxed)
    }
}

impl Drop for Passage {
    fn drop(&mut self) {
        if !self.reported && !self.goes_on() {
            self.seen().report(&self.request, self.entered, Outcome::Cancelled);
        }
    }
}

fn layer_failed() -> Refusal {
    pulseengine_mcp_protocol::Error::internal("Internal error: a layer failed").into()
}

/// What a layer leaves that panicked while it waited.
impl handler::HandlerOutput for Result<(), Refusal> {
    fn failed() -> Self {
        Err(layer_failed())
    }
}
