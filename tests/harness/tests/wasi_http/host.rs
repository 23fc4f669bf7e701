//! Serves a component's `wasi:http/incoming-handler` on a port of its own, until the tests end.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hyper::server::conn::http1;
use hyper::service::service_fn;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, oneshot};
use wasmtime::component::{Component, Linker, ResourceTable};
use wasmtime::{Config, Engine, OptLevel, Result, Store, format_err};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::io::TokioIo;
use wasmtime_wasi_http::p2::bindings::http::types::Scheme;
use wasmtime_wasi_http::p2::bindings::{Proxy, ProxyPre};
use wasmtime_wasi_http::p2::body::HyperOutgoingBody;
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

/// How instances are used.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Instances {
    /// One for each request.
    Fresh,
    /// One for all requests.
    Pinned,
}

/// A component that is being served.
pub struct Host {
    pub address: SocketAddr,
    /// How many requests trapped.
    pub traps: Arc<AtomicUsize>,
}

struct State {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    table: ResourceTable,
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.table, hooks: Default::default() }
    }
}

struct Served {
    pre: ProxyPre<State>,
    env: Vec<(String, String)>,
    pinned: Option<Mutex<Option<(Store<State>, Proxy)>>>,
    traps: Arc<AtomicUsize>,
}

impl Host {
    pub fn start(component: &Path, instances: Instances, env: &[(&str, &str)]) -> Self {
        let mut config = Config::new();
        config.cranelift_opt_level(OptLevel::None);
        let engine = Engine::new(&config).unwrap();
        let component = Component::from_file(&engine, component).unwrap();
        let mut linker = Linker::new(&engine);
        wasmtime_wasi::p2::add_to_linker_async(&mut linker).unwrap();
        wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker).unwrap();
        let traps = Arc::new(AtomicUsize::new(0));
        let served = Arc::new(Served {
            pre: ProxyPre::new(linker.instantiate_pre(&component).unwrap()).unwrap(),
            env: env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            pinned: (instances == Instances::Pinned).then(Mutex::default),
            traps: Arc::clone(&traps),
        });
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
            runtime.unwrap().block_on(listen(listener, served));
        });
        Self { address, traps }
    }

    pub fn traps(&self) -> usize {
        self.traps.load(Ordering::SeqCst)
    }
}

async fn listen(listener: std::net::TcpListener, served: Arc<Served>) {
    let listener = TcpListener::from_std(listener).unwrap();
    loop {
        let (client, _) = listener.accept().await.unwrap();
        let served = Arc::clone(&served);
        let service = service_fn(move |request| handle(Arc::clone(&served), request));
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(client), service));
    }
}

async fn handle(
    served: Arc<Served>,
    request: hyper::Request<hyper::body::Incoming>,
) -> Result<hyper::Response<HyperOutgoingBody>> {
    let (sender, receiver) = oneshot::channel();
    // A task of its own: it goes on when the client has its head, and when the client leaves.
    let task = tokio::spawn(async move {
        let ended = match &served.pinned {
            None => {
                let (mut store, proxy) = served.instance().await?;
                call(&mut store, &proxy, request, sender).await
            }
            Some(pinned) => {
                let mut pinned = pinned.lock().await;
                if pinned.is_none() {
                    *pinned = Some(served.instance().await?);
                }
                let Some((store, proxy)) = &mut *pinned else { return Err(format_err!("no instance")) };
                call(store, proxy, request, sender).await
            }
        };
        if let Err(error) = &ended {
            eprintln!("trap: {error:?}");
            served.traps.fetch_add(1, Ordering::SeqCst);
        }
        ended
    });
    match receiver.await {
        Ok(response) => Ok(response?),
        Err(_) => {
            task.await??;
            Err(format_err!("there was no response"))
        }
    }
}

impl Served {
    async fn instance(&self) -> Result<(Store<State>, Proxy)> {
        let wasi = WasiCtx::builder().inherit_stderr().envs(&self.env).build();
        let state = State { wasi, http: WasiHttpCtx::new(), table: ResourceTable::new() };
        let mut store = Store::new(self.pre.engine(), state);
        let proxy = self.pre.instantiate_async(&mut store).await?;
        Ok((store, proxy))
    }
}

type Sender = oneshot::Sender<
    Result<hyper::Response<HyperOutgoingBody>, wasmtime_wasi_http::p2::bindings::http::types::ErrorCode>,
>;

async fn call(
    store: &mut Store<State>,
    proxy: &Proxy,
    request: hyper::Request<hyper::body::Incoming>,
    sender: Sender,
) -> Result<()> {
    let request = store.data_mut().http().new_incoming_request(Scheme::Http, request)?;
    let out = store.data_mut().http().new_response_outparam(sender)?;
    proxy.wasi_http_incoming_handler().call_handle(store, request, out).await
}
