//! Serves `wasi:http` components over HTTP on this machine, as `wasmtime serve` does.
//!
//! A component of WASI 0.2 exports `wasi:http/incoming-handler`, one of 0.3 `wasi:http/handler`; both run here. How
//! instances are used is said by [`Instances`]: a fresh one for each request, some requests one after the other, or one
//! for everything. A trap costs the requests that the instance was serving.

mod guest;
mod pinned;
mod pooled;
mod service;

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Duration;

use pulseengine_mcp_http::native::Listener;
use tokio::sync::oneshot;
use wasmtime::{Result, format_err};

use self::guest::Guest;
use self::pinned::Pinned;
use self::pooled::Pooled;
use self::service::Service;

/// How instances are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Instances {
    /// What `wasmtime serve` does by default: one request each for 0.2, up to 128 requests and 16 at once for 0.3.
    Default,
    /// Each serves so many requests, and so many at once (0.2: one at once).
    Reused {
        /// In all.
        requests: usize,
        /// At once.
        concurrent: usize,
    },
    /// There is one, for everything, and another only after a trap. Under 0.2 requests wait for each other.
    Pinned,
}

/// What a component is served with.
#[derive(Debug, Clone)]
pub struct Options {
    /// How instances are used.
    pub instances: Instances,
    /// Environment variables.
    pub env: Vec<(String, String)>,
    /// Directories it may use: path here, path there.
    pub dirs: Vec<(PathBuf, String)>,
    /// Whether to compile for speed, which takes longer.
    pub optimize: bool,
    /// The port; 0 lets the system choose.
    pub port: u16,
}

impl Default for Options {
    fn default() -> Self {
        Self { instances: Instances::Default, env: Vec::new(), dirs: Vec::new(), optimize: false, port: 0 }
    }
}

impl Options {
    /// One instance that knows it is the only one.
    pub fn lasting() -> Self {
        Self {
            instances: Instances::Pinned,
            env: vec![("MCP_INSTANCE".into(), "lasting".into())],
            ..Self::default()
        }
    }
}

/// A component that is being served. Dropping it ends that.
pub struct Server {
    address: SocketAddr,
    _stop: oneshot::Sender<()>,
}

/// Not `eprintln!`, which panics when standard error is closed.
fn report(what: &str, error: &wasmtime::Error) {
    let _ = writeln!(std::io::stderr(), "wasi-serve: {what}: {error:?}");
}

impl Server {
    /// Serves the component at `path`, on threads of its own.
    pub fn start(path: &Path, options: &Options) -> Result<Self> {
        let guest = Arc::new(Guest::load(path, options)?);
        let port = options.port;
        let instances = options.instances;
        let (ready, address) = std::sync::mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        std::thread::spawn(move || {
            let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
                Ok(runtime) => runtime,
                Err(error) => return drop(ready.send(Err(error.into()))),
            };
            runtime.block_on(serve(guest, port, instances, ready, stopped));
            runtime.shutdown_background();
        });
        let address = address.recv().map_err(|_| format_err!("the server ended at once"))??;
        Ok(Self { address, _stop: stop })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Serves until the sender of `stop` is dropped; sends the address, or why there is none, to `ready`.
async fn serve(
    guest: Arc<Guest>,
    port: u16,
    instances: Instances,
    ready: Sender<Result<SocketAddr>>,
    stop: oneshot::Receiver<()>,
) {
    let bound = match Listener::bind((Ipv4Addr::LOCALHOST, port)).await {
        Ok(listener) => listener.local_addr().map(|address| (listener, address)),
        Err(error) => Err(error),
    };
    let listener = match bound {
        Ok((listener, address)) => {
            // Without a receiver the sender of `stop` is gone, too, and serving ends at once.
            let _ = ready.send(Ok(address));
            // Dropping the server ends it at once.
            listener.grace(Duration::ZERO)
        }
        Err(error) => return drop(ready.send(Err(error.into()))),
    };
    // Nothing is ever sent: the end of the sender is the signal.
    let stop = async { drop(stop.await) };
    match instances {
        Instances::Pinned => listener.serve_until(Service::new(Pinned::new(guest)), stop).await,
        _ => listener.serve_until(Service::new(Pooled::new(guest, instances)), stop).await,
    }
}
