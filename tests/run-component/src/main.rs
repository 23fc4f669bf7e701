//! `run-component COMPONENT [ARGS…]`: runs a command component of WASI 0.2 with the standard streams of this process.
//!
//! This is the smallest host for `cargo xtask demo`, made to be compiled fast. The component has its arguments, its
//! standard streams, clocks and randomness. It has no files, no environment and no network: `wasi:http` is there, since
//! the servers import it, but every outgoing request is denied.
//!
//! The exit code is the component's; 134 after a trap, 2 when the component cannot be started.

use std::io::Write;
use std::process::ExitCode;

use hyper::{Request, Response};
use wasmtime::component::{Component, Linker, ResourceTable};
use wasmtime::error::Context;
use wasmtime::{Config, Engine, OptLevel, Result, Store};
use wasmtime_wasi::p2::bindings::Command;
use wasmtime_wasi::{I32Exit, WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};
use wasmtime_wasi_http::{
    Error, RequestOptions, WasiBody, WasiHttpCtx, WasiHttpCtxView, WasiHttpHooks, WasiHttpView,
};

const USAGE: &str = "usage: run-component COMPONENT [ARGS...]";

/// As wasi-run of the harness: the shell's code for an abort.
const TRAPPED: i32 = 134;

struct State {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    hooks: NoRequests,
    table: ResourceTable,
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { hooks: &mut self.hooks, table: &mut self.table, ctx: &mut self.http }
    }
}

/// Denies every outgoing request.
struct NoRequests;

type Sent = Box<dyn Future<Output = Result<(), Error>> + Send>;

impl WasiHttpHooks for NoRequests {
    fn send_request(
        &mut self,
        _request: Request<WasiBody>,
        _options: Option<RequestOptions>,
        _sent: Sent,
    ) -> Box<dyn Future<Output = Result<(Response<WasiBody>, Sent), Error>> + Send> {
        Box::new(async { Err(Error::HttpRequestDenied) })
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let ended = match arguments.first() {
        Some(path) => start(path, &arguments).map_err(|error| format!("{error:?}")),
        None => Err(USAGE.to_owned()),
    };
    match ended {
        // Not a return: a thread may still be blocked reading standard input.
        Ok(code) => std::process::exit(code),
        Err(message) => {
            report(&message);
            ExitCode::from(2)
        }
    }
}

/// Not `eprintln!`, which panics when standard error is closed.
fn report(message: &str) {
    let _ = writeln!(std::io::stderr(), "run-component: {}", message.trim_end());
}

/// Runs the component at `path` to its end; its exit code.
fn start(path: &str, arguments: &[String]) -> Result<i32> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut config = Config::new();
    // The component answers a few requests: compiling fast matters, running fast does not.
    config.cranelift_opt_level(OptLevel::None);
    let engine = Engine::new(&config)?;
    let mut linker = Linker::new(&engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
    let component = Component::from_file(&engine, path)
        .with_context(|| format!("{path} is not a component that can be compiled"))?;
    let wasi = WasiCtxBuilder::new().args(arguments).inherit_stdio().build();
    let state = State { wasi, http: WasiHttpCtx::new(), hooks: NoRequests, table: ResourceTable::new() };
    let mut store = Store::new(&engine, state);
    let code = runtime.block_on(async {
        let command = Command::instantiate_async(&mut store, &component, &linker).await?;
        Ok(code(command.wasi_cli_run().call_run(&mut store).await))
    });
    // A blocked read of standard input must not keep the process.
    runtime.shutdown_background();
    code
}

fn code(ended: Result<Result<(), ()>>) -> i32 {
    match ended {
        Ok(Ok(())) => 0,
        Ok(Err(())) => 1,
        Err(error) => match error.downcast_ref::<I32Exit>() {
            Some(exit) => exit.0,
            None => {
                report(&format!("trap: {error:?}"));
                TRAPPED
            }
        },
    }
}
