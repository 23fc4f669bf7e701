//! Runs `wasi:cli/command` components inside this process, by `run` of WASI 0.3 where they have it, else of 0.2.
//!
//! A component sees its arguments, the environment and directories it is given, clocks, randomness and
//! its standard streams; no network but HTTP to this machine, if it is launched so. Standard output is a bounded pipe, as with a process: a write is
//! through when its flush is, and what a program leaves unflushed at its end is lost.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError, mpsc};

use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::sync::oneshot;
use wasmtime::component::{Accessor, Component, Linker, ResourceTable};
use wasmtime::error::Context;
use wasmtime::{Config, Engine, OptLevel, Result, Store, format_err};
use wasmtime_wasi::cli::AsyncStdinStream;
use wasmtime_wasi::{FsPerms, I32Exit, WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};
use wasmtime_wasi::{p2, p3};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use crate::Launch;
use crate::conversation::{Conversation, Ending, Running, Splitter};
use crate::cpu::Meter;
use crate::egress::Egress;
use crate::pipe::PipeEnd;

/// The exit code of a program that trapped: the shell's code for an abort.
pub const TRAPPED: i32 = 134;

/// As large as a pipe on Linux.
const PIPE: usize = 64 * 1024;

pub(crate) struct State {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    egress: Egress,
    table: ResourceTable,
}

impl State {
    pub(crate) fn new(wasi: WasiCtx, egress: Egress) -> Self {
        Self { wasi, http: WasiHttpCtx::new(), egress, table: ResourceTable::new() }
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { hooks: &mut self.egress, table: &mut self.table, ctx: &mut self.http }
    }
}

/// Compiles components, each file once, and runs them.
pub(crate) struct Host {
    pub(crate) engine: Engine,
    pub(crate) linker: Linker<State>,
    compiled: Mutex<HashMap<PathBuf, Component>>,
}

static HOST: LazyLock<Result<Host, String>> = LazyLock::new(|| Host::new().map_err(|e| format!("{e:?}")));

impl Host {
    fn new() -> Result<Self> {
        let mut config = Config::new();
        // Programs here run for milliseconds: compiling fast matters, running fast does not.
        config.cranelift_opt_level(OptLevel::None);
        let engine = Engine::new(&config)?;
        let mut linker = Linker::new(&engine);
        wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
        wasmtime_wasi::p3::add_to_linker(&mut linker)?;
        wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
        wasmtime_wasi_http::p3::add_to_linker(&mut linker)?;
        Ok(Self { engine, linker, compiled: Mutex::default() })
    }

    pub(crate) fn shared() -> Result<&'static Self> {
        HOST.as_ref().map_err(|error| format_err!("wasmtime does not start: {error}"))
    }

    pub(crate) fn component(&self, path: &Path) -> Result<Component> {
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(component) = compiled.get(path) {
            return Ok(component.clone());
        }
        let component = Component::from_file(&self.engine, path)
            .with_context(|| format!("{} is not a component that can be compiled", path.display()))?;
        compiled.insert(path.to_owned(), component.clone());
        Ok(component)
    }

    async fn call(
        &self,
        component: &Component,
        store: &mut Store<State>,
        by_0_2: bool,
    ) -> Result<Result<(), ()>> {
        let instance = self.linker.instantiate_async(&mut *store, component).await?;
        if !by_0_2 && let Ok(command) = p3::bindings::Command::new(&mut *store, &instance) {
            let run = async move |store: &Accessor<State>| command.wasi_cli_run().call_run(store).await;
            return store.run_concurrent(run).await?;
        }
        let command = p2::bindings::Command::new(&mut *store, &instance)?;
        command.wasi_cli_run().call_run(store).await
    }

    /// Runs to the end; the exit code, and what to add to standard error.
    async fn run(&self, component: &Component, wasi: WasiCtx, launch: &Launch) -> (i32, String) {
        let mut store = Store::new(&self.engine, State::new(wasi, Egress::to_this_machine(launch.egress)));
        match self.call(component, &mut store, launch.by_0_2).await {
            Ok(Ok(())) => (0, String::new()),
            Ok(Err(())) => (1, String::new()),
            Err(error) => match error.downcast_ref::<I32Exit>() {
                Some(exit) => (exit.0, String::new()),
                None => (TRAPPED, format!("trap: {error:?}\n")),
            },
        }
    }
}

pub(crate) fn context(path: &Path, launch: &Launch) -> Result<WasiCtxBuilder> {
    let mut builder = WasiCtxBuilder::new();
    builder.arg(path.file_stem().unwrap_or_default().to_string_lossy()).args(&launch.args);
    builder.envs(&launch.env);
    for (here, there) in &launch.dirs {
        builder
            .preopened_dir(here, there, FsPerms::ReadWrite)
            .with_context(|| format!("the directory {} cannot be opened", here.display()))?;
    }
    Ok(builder)
}

/// Runs the component at `path` with the standard streams of this process; gives the exit code, and the trap
/// if it is [`TRAPPED`].
pub async fn run_inherited(path: &Path, launch: &Launch) -> Result<(i32, String)> {
    let host = Host::shared()?;
    let component = host.component(path)?;
    let wasi = context(path, launch)?.inherit_stdio().build();
    Ok(host.run(&component, wasi, launch).await)
}

/// Starts the component at `path` on a thread of its own, with piped standard streams.
pub(crate) fn start(path: &Path, launch: &Launch) -> Result<Conversation> {
    let host = Host::shared()?;
    let component = host.component(path)?;
    let mut wasi = context(path, launch)?;
    // The component runs on a thread of its own; timers and streams have another, as a component that always has
    // something to do never lets go of its thread.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;

    let launch = launch.clone();
    let (input, bytes) = tokio::sync::mpsc::unbounded_channel::<Vec<u8>>();
    let (line_sender, lines) = mpsc::channel();
    let (ending_sender, ending) = mpsc::channel();
    let (cancel, cancelled) = oneshot::channel::<()>();
    let (meter_sender, meter) = mpsc::channel();
    std::thread::spawn(move || {
        // Nobody waits any more only if the test has been given up.
        let _ = meter_sender.send(Meter::of_this_thread());
        runtime.block_on(async {
            let (stdin, stdin_here) = tokio::io::duplex(PIPE);
            let (stdout, stdout_here) = tokio::io::duplex(PIPE);
            let (stderr, stderr_here) = tokio::io::duplex(PIPE);
            wasi.stdin(AsyncStdinStream::new(stdin));
            wasi.stdout(PipeEnd::new(PIPE, stdout));
            wasi.stderr(PipeEnd::new(PIPE, stderr));
            // The builder holds the write ends too: the streams below end only when it is gone.
            let ctx = wasi.build();
            drop(wasi);
            let feed = tokio::spawn(feed(bytes, stdin_here));
            let output = tokio::spawn(split(stdout_here, Splitter::new(line_sender)));
            let errors = tokio::spawn(collect(stderr_here));
            let (code, trap) = tokio::select! {
                ended = host.run(&component, ctx, &launch) => ended,
                _ = cancelled => return,
            };
            feed.abort();
            let stderr = errors.await.unwrap_or_default() + &trap;
            // Before the lines end, so that whoever sees their end can have this at once.
            let _ = ending_sender.send(Ending { code, stderr });
            let _ = output.await;
        });
    });
    Ok(Conversation {
        meter: meter.recv().ok().flatten(),
        input: Some(Box::new(move |bytes| {
            input.send(bytes.to_vec()).map_err(|_| std::io::ErrorKind::BrokenPipe.into())
        })),
        lines,
        running: Running::Component { ending, _cancel: cancel },
    })
}

async fn feed(mut bytes: tokio::sync::mpsc::UnboundedReceiver<Vec<u8>>, mut stdin: DuplexStream) {
    while let Some(chunk) = bytes.recv().await {
        if stdin.write_all(&chunk).await.is_err() {
            return;
        }
    }
}

async fn split(mut stdout: DuplexStream, mut splitter: Splitter) {
    let mut buffer = vec![0; PIPE];
    while let Ok(count @ 1..) = stdout.read(&mut buffer).await {
        splitter.push(buffer.get(..count).unwrap_or_default());
    }
}

async fn collect(mut stderr: DuplexStream) -> String {
    let mut bytes = Vec::new();
    // What was read before an error is still worth showing.
    let _ = stderr.read_to_end(&mut bytes).await;
    String::from_utf8_lossy(&bytes).into_owned()
}
