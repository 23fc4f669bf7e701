//! One instance for everything.

use std::future::pending;
use std::sync::Arc;

use futures::StreamExt;
use futures::channel::oneshot;
use futures::stream::FuturesUnordered;
use tokio::sync::mpsc;
use wasmtime::component::Accessor;
use wasmtime::{AsContextMut, Result, Store, format_err};
use wasmtime_wasi_http::handler::{Prepared, Proxy};
use wasmtime_wasi_http::{WasiBody, WasiHttpView};

use super::guest::{Guest, State};
use super::listener::Serve;
use super::report;

type Waiting = (hyper::Request<WasiBody>, oneshot::Sender<Result<hyper::Response<WasiBody>>>);

pub(super) struct Pinned {
    requests: mpsc::UnboundedSender<Waiting>,
}

impl Pinned {
    pub(super) fn new(guest: Arc<Guest>) -> Self {
        let (requests, mut waiting) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while !waiting.is_closed() || !waiting.is_empty() {
                let (store, proxy) = match guest.instantiate().await {
                    Ok(instance) => instance,
                    Err(error) => return report("no instance", &error),
                };
                if let Err(error) = live(store, &proxy, guest.is_concurrent(), &mut waiting).await {
                    report("the instance ended", &error);
                }
            }
        });
        Self { requests }
    }
}

impl Serve for Pinned {
    async fn serve(&self, request: hyper::Request<WasiBody>) -> Result<hyper::Response<WasiBody>> {
        let (answer, answered) = oneshot::channel();
        self.requests.send((request, answer)).map_err(|_| format_err!("there is no instance"))?;
        answered.await.map_err(|_| format_err!("the instance ended"))?
    }
}

/// The life of an instance, to its trap or to the end of requests.
async fn live(
    mut store: Store<State>,
    proxy: &Proxy,
    concurrent: bool,
    waiting: &mut mpsc::UnboundedReceiver<Waiting>,
) -> Result<()> {
    store
        .run_concurrent(async |accessor: &Accessor<State>| {
            let mut running = FuturesUnordered::new();
            loop {
                let room = concurrent || running.is_empty();
                tokio::select! {
                    next = waiting.recv(), if room => {
                        let Some((request, answer)) = next else { return Ok(()) };
                        let prepared = accessor.with(|mut store| {
                            Prepared::new(store.as_context_mut(), proxy, request, State::http, answer)
                        });
                        match prepared {
                            Ok(prepared) => running.push(prepared.run(accessor, pending())),
                            // It never came to the instance, which is not worse for it.
                            Err(error) => report("no request for an instance", &error),
                        }
                    }
                    Some(done) = running.next() => {
                        done?;
                    }
                }
            }
        })
        .await?
}
