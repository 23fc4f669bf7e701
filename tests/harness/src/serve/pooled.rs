//! Instances that serve a number of requests each, made as they are needed: what `wasmtime serve` does.

use std::future::pending;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use wasmtime::component::GuestTaskId;
use wasmtime::{Result, Store, StoreContextMut};
use wasmtime_wasi_http::handler::{
    HandlerState, Instance, ProxyHandler, ShouldAccept, WorkerExpiration, WorkerState, WorkerStatus,
};
use wasmtime_wasi_http::{WasiBody, WasiHttpView};

use super::Instances;
use super::guest::{Guest, State};
use super::listener::Serve;
use super::report;

/// How long an instance that could serve more is kept without a request.
const IDLE: Duration = Duration::from_secs(1);

pub(super) struct Pooled {
    handler: ProxyHandler<Making>,
}

impl Pooled {
    pub(super) fn new(guest: Arc<Guest>, instances: Instances) -> Self {
        let (requests, concurrent) = match (instances, guest.is_concurrent()) {
            (Instances::Reused { requests, concurrent: _ }, false) => (requests, 1),
            (Instances::Reused { requests, concurrent }, true) => (requests, concurrent),
            (_, false) => (1, 1),
            (_, true) => (128, 16),
        };
        Self { handler: ProxyHandler::new(Making { guest, requests, concurrent }) }
    }
}

impl Serve for Pooled {
    async fn serve(&self, request: hyper::Request<WasiBody>) -> Result<hyper::Response<WasiBody>> {
        self.handler.handle((), request).await
    }
}

struct Making {
    guest: Arc<Guest>,
    requests: usize,
    concurrent: usize,
}

impl HandlerState for Making {
    type StoreData = State;
    type WorkerExpiration = Idle;
    type WorkerState = Bounds;

    async fn instantiate(&self) -> Result<Instance<State, Idle, Bounds>> {
        let (store, proxy) = self.guest.instantiate().await?;
        Ok(Instance {
            store,
            proxy,
            view: State::http,
            expiration: Idle { timer: None },
            state: Bounds { requests: self.requests, concurrent: self.concurrent },
        })
    }
}

struct Bounds {
    requests: usize,
    concurrent: usize,
}

impl WorkerState for Bounds {
    type StoreData = State;
    type RequestData = ();

    fn should_accept_request(&self, concurrent: usize, total: usize) -> ShouldAccept {
        if total >= self.requests {
            ShouldAccept::Never
        } else if concurrent >= self.concurrent {
            ShouldAccept::No
        } else {
            ShouldAccept::Yes
        }
    }

    fn on_request_start(
        &self,
        _store: StoreContextMut<'_, State>,
        _data: (),
        _task: GuestTaskId,
    ) -> Pin<Box<dyn Future<Output = ()> + 'static + Send + Sync>> {
        Box::pin(pending())
    }

    fn drop(&self, _store: Store<State>, result: Result<()>) {
        if let Err(error) = result {
            report("an instance ended", &error);
        }
    }
}

/// Ends an instance that has been idle.
struct Idle {
    timer: Option<(Instant, Pin<Box<tokio::time::Sleep>>)>,
}

impl WorkerExpiration for Idle {
    fn poll(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        status: WorkerStatus,
        start: Instant,
    ) -> Poll<()> {
        if status != WorkerStatus::Idle {
            self.timer = None;
            return Poll::Pending;
        }
        if self.timer.as_ref().is_none_or(|(since, _)| *since != start) {
            self.timer = Some((start, Box::pin(tokio::time::sleep_until((start + IDLE).into()))));
        }
        match &mut self.timer {
            Some((_, timer)) => timer.as_mut().poll(cx),
            None => Poll::Pending,
        }
    }
}
