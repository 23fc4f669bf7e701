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
use crate::request::{Layered, Request, ServedCall, TaskEnd};
use crate::{Layer, Server};

/// Serves a call through the layers.
pub(crate) fn through_layers(server: &Server, call: Call, peer: &Arc<Peer>) -> HandlerFuture {
    let seen = Arc::new(Seen {
        call,
        server: server.clone(),
        began: Instant::now(),
        is_task: AtomicBool::new(false),
        found: Found::default(),
    });
    let mut passage = Passage::new(seen);
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

/// A call that layers see.
struct Seen {
    call: Call,
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
}

impl Layered for Seen {
    fn call(&self) -> &Call {
        &self.call
    }

    fn entry(&self) -> Option<Entry<'_>> {
        find(&self.server, &self.call, &self.found)
    }

    fn list(&self, request: &Request, list: &List, key: &str, of: Cached) -> Option<Reply> {
        let filters = self.filters(request);
        if filters.is_empty() {
            return None;
        }
        let shows = |entry: &Entry<'_>| filters.iter().all(|filter| filter(entry));
        Some(filter::respond(&self.server, list, key, of, &self.call, &shows))
    }

    fn hand_over(self: Arc<Self>) -> Box<dyn TaskEnd> {
        self.is_task.store(true, Ordering::Relaxed);
        let entered = self.layers().len();
        let mut passage = Passage::new(self);
        passage.entered = entered;
        passage.in_task = true;
        Box::new(passage)
    }
}

/// The way of a call through the layers and back. Reports the end to the layers also when it is dropped before.
struct Passage {
    seen: Arc<Seen>,
    request: Request,
    /// How many layers have seen the call.
    entered: usize,
    /// The head of the response, as a layer set it that refused the call.
    rejection: Option<HttpRejection>,
    in_task: bool,
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
    fn new(seen: Arc<Seen>) -> Self {
        let request = Request::new(Arc::clone(&seen) as _);
        Self { seen, request, entered: 0, rejection: None, in_task: false, reported: false }
    }

    /// Goes on through the layers, until one refuses or waits.
    fn advance(&mut self) -> Step {
        while let Some(layer) = self.seen.layers().get(self.entered) {
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
        match self.seen.call.method {
            // The conversation serves these, once they are admitted.
            Method::SetLevel | Method::Subscribe | Method::Unsubscribe | Method::Listen => {
                MaybeFuture::Ready(Reply::empty(&self.seen.call.id))
            }
            _ => match self.hidden() {
                Some(unknown) => MaybeFuture::Ready(unknown),
                None => self.seen.server.run(ServedCall::Layered(self.request.clone()), peer),
            },
        }
    }

    /// The reply to a call that is about something that the caller may not see.
    fn hidden(&self) -> Option<Reply> {
        let filters = self.seen.filters(&self.request);
        if filters.is_empty() {
            return None;
        }
        let entry = self.seen.entry()?;
        let shown = filters.iter().all(|filter| filter(&entry));
        (!shown).then(|| Reply::error(filter::unknown(&entry, &self.seen.call)))
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

    fn end(mut self, mut reply: Reply) -> Reply {
        if self.goes_on() {
            return reply;
        }
        for layer in self.seen.layers().iter().take(self.entered).rev() {
            let changed = AssertUnwindSafe(|| layer.on_reply(&self.request, &mut reply));
            if catch_unwind(changed).is_err() {
                reply = Reply::handler_failed();
            }
        }
        if let (Some(rejection), Some(context), Err(_)) =
            (self.rejection.take(), self.seen.call.context(), reply.result())
        {
            context.reject(rejection);
        }
        self.report(reply.outcome());
        reply
    }

    /// Whether the call goes on as a task, which has a passage of its own.
    fn goes_on(&self) -> bool {
        !self.in_task && self.seen.is_task.load(Ordering::Relaxed)
    }

    fn report(&mut self, outcome: Outcome) {
        self.reported = true;
        let elapsed = self.seen.began.elapsed();
        for layer in self.seen.layers().iter().take(self.entered).rev() {
            // A layer that panics here must not keep the others from hearing it.
            let _ = catch_unwind(AssertUnwindSafe(|| layer.after(&self.request, outcome, elapsed)));
        }
    }
}

impl TaskEnd for Passage {
    fn end(self: Box<Self>, reply: Reply) -> Reply {
        Self::end(*self, reply)
    }
}

impl Drop for Passage {
    fn drop(&mut self) {
        if !self.reported && !self.goes_on() {
            self.report(Outcome::Cancelled);
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
