//! What stands around a handler at work: a panic becomes an answer, and layers hear how it went.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use pulseengine_mcp_protocol::Call;
use pulseengine_mcp_protocol::{Outcome, Reply};
use pulseengine_mcp_runtime::{Instant, MaybeFuture};
use pulseengine_mcp_transport::Peer;

use crate::service::{HandlerFuture, HandlerOutput};
use crate::{Layer, Server};

/// Takes a call through the layers: asks each before it is served, and tells each how it went.
pub(crate) fn through_layers(server: &Server, call: Call, peer: &Arc<Peer>) -> HandlerFuture {
    let layers = &server.core().layers;
    for layer in layers.iter() {
        if let Err(error) = layer.before(&call) {
            return MaybeFuture::Ready(Reply::error(error));
        }
    }
    let watch = Watch::new(Arc::clone(layers), call.clone());
    watch.follow(server.run(call, peer))
}

/// A handler that has to be polled. A panic in it ends only this call. (A component cannot unwind: there it ends the
/// instance.)
pub fn pending<T: HandlerOutput>(
    future: impl Future<Output = T> + Send + 'static,
) -> MaybeFuture<'static, T> {
    MaybeFuture::pending(async move {
        let mut future = pin!(future);
        poll_fn(|cx| {
            catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx)))
                .unwrap_or_else(|_| Poll::Ready(T::failed()))
        })
        .await
    })
}

/// Starts a handler. A panic in it, or in one that is not async at all, ends only this call.
pub(crate) fn start(handler: impl FnOnce() -> HandlerFuture) -> HandlerFuture {
    catch_unwind(AssertUnwindSafe(handler)).unwrap_or_else(|_| MaybeFuture::Ready(Reply::handler_failed()))
}

/// Tells the layers how a call went, also when it never ends.
struct Watch {
    layers: Arc<[Arc<dyn Layer>]>,
    call: Call,
    began: Instant,
    told: bool,
}

impl Watch {
    fn new(layers: Arc<[Arc<dyn Layer>]>, call: Call) -> Self {
        Self { layers, call, began: Instant::now(), told: false }
    }

    /// Follows a handler to its end.
    fn follow(mut self, running: HandlerFuture) -> HandlerFuture {
        match running {
            MaybeFuture::Ready(reply) => {
                self.tell(reply.outcome());
                MaybeFuture::Ready(reply)
            }
            MaybeFuture::Pending(future) => MaybeFuture::Pending(Box::pin(async move {
                let reply = future.await;
                self.tell(reply.outcome());
                reply
            })),
        }
    }

    fn tell(&mut self, outcome: Outcome) {
        self.told = true;
        let elapsed = self.began.elapsed();
        for layer in self.layers.iter().rev() {
            layer.after(&self.call, outcome, elapsed);
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if !self.told {
            self.tell(Outcome::Cancelled);
        }
    }
}
