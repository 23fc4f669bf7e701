//! A call on its way through the layers of a server.

use std::sync::Arc;

use pulseengine_mcp_protocol::Call;
use pulseengine_mcp_protocol::{Outcome, Reply};
use pulseengine_mcp_runtime::{Instant, MaybeFuture};
use pulseengine_mcp_transport::Peer;

use crate::handler::HandlerFuture;
use crate::{Layer, Server};

/// Serves a call: each layer's `before` may refuse it, and each layer's `after` receives its outcome.
pub(crate) fn through_layers(server: &Server, call: Call, peer: &Arc<Peer>) -> HandlerFuture {
    let layers = &server.core().layers;
    for layer in layers.iter() {
        if let Err(error) = layer.before(&call) {
            return MaybeFuture::Ready(Reply::error(error));
        }
    }
    let reporter = Reporter::new(Arc::clone(layers), call.clone());
    reporter.follow(server.run(call, peer))
}

/// Reports the outcome of a call to the layers, also when the call is dropped before its end.
struct Reporter {
    layers: Arc<[Arc<dyn Layer>]>,
    call: Call,
    began: Instant,
    reported: bool,
}

impl Reporter {
    fn new(layers: Arc<[Arc<dyn Layer>]>, call: Call) -> Self {
        Self { layers, call, began: Instant::now(), reported: false }
    }

    /// Follows a handler to its end.
    fn follow(mut self, running: HandlerFuture) -> HandlerFuture {
        match running {
            MaybeFuture::Ready(reply) => {
                self.report(reply.outcome());
                MaybeFuture::Ready(reply)
            }
            MaybeFuture::Pending(future) => MaybeFuture::Pending(Box::pin(async move {
                let reply = future.await;
                self.report(reply.outcome());
                reply
            })),
        }
    }

    fn report(&mut self, outcome: Outcome) {
        self.reported = true;
        let elapsed = self.began.elapsed();
        for layer in self.layers.iter().rev() {
            layer.after(&self.call, outcome, elapsed);
        }
    }
}

impl Drop for Reporter {
    fn drop(&mut self) {
        if !self.reported {
            self.report(Outcome::Cancelled);
        }
    }
}
