//! Serves `wasi:http` components over HTTP on this machine, as `wasmtime serve` does.
//!
//! A component of WASI 0.2 exports `wasi:http/incoming-handler`, one of 0.3 `wasi:http/handler`; both run here. How
//! instances are used is said by [`Instances`]: a fresh one for each request, some requests one after the other, or one
//! for everything. A trap costs the requests that the instance was serving.

mod guest;
mod listener;
mod pinned;
mod pooled;

use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::oneshot;
use wasmtime::{Result, format_err};

use self::guest::Guest;
use self::pinned::Pinned;
use self::pooled::Pooled;

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
    /// Whether it may send requests to this machine.
    pub egress: bool,
    /// Whether to compile for speed, which takes longer.
    pub optimize: bool,
    /// The port; 0 lets the system choose.
    pub port: u16,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            instances: Instances::Default,
            env: Vec::new(),
            dirs: Vec::new(),
            egress: false,
            optimize: false,
            port: 0,
        }
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

/// Not `eprintln!`, which panics when nobody reads standard error any more.
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
            runtime.block_on(async {
                let serving = async {
                    match instances {
                        Instances::Pinned => listener::serve(port, Pinned::new(guest), ready).await,
                        _ => listener::serve(port, Pooled::new(guest, instances), ready).await,
                    }
                };
                // The sender is never used: its end is the signal.
                tokio::select! { () = serving => {} _ = stopped => {} }
            });
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
