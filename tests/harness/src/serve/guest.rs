//! A component that serves HTTP, compiled, and the state of an instance of it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};

use wasmtime::component::{Component, Linker, ResourceTable};
use wasmtime::error::Context;
use wasmtime::{
    Config, Engine, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig, Result, Store,
};
use wasmtime_wasi::{FsPerms, WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};
use wasmtime_wasi_http::handler::{Proxy, ProxyPre};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use super::Options;
use crate::egress::Egress;

/// What an instance has on the host's side.
pub(super) struct State {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    table: ResourceTable,
    egress: Egress,
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.table, hooks: &mut self.egress }
    }
}

/// A component that serves HTTP.
pub(super) struct Guest {
    engine: Engine,
    proxy: ProxyPre<State>,
    env: Vec<(String, String)>,
    dirs: Vec<(PathBuf, String)>,
    egress: Egress,
}

impl Guest {
    pub(super) fn load(path: &Path, options: &Options) -> Result<Self> {
        let (engine, component) = compiled(path, options.optimize)?;
        let mut linker = Linker::<State>::new(&engine);
        wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
        wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
        wasmtime_wasi::p3::add_to_linker(&mut linker)?;
        wasmtime_wasi_http::p3::add_to_linker(&mut linker)?;
        let made = linker.instantiate_pre(&component)?;
        let proxy = match wasmtime_wasi_http::p3::bindings::ServicePre::new(made.clone()) {
            Ok(service) => ProxyPre::P3(service),
            Err(_) => ProxyPre::P2(
                wasmtime_wasi_http::p2::bindings::ProxyPre::new(made)
                    .with_context(|| format!("{} exports no handler of wasi:http", path.display()))?,
            ),
        };
        let egress = Egress::to_this_machine(options.egress);
        Ok(Self { engine, proxy, env: options.env.clone(), dirs: options.dirs.clone(), egress })
    }

    /// Whether instances take in requests while they serve others.
    pub(super) fn is_concurrent(&self) -> bool {
        matches!(self.proxy, ProxyPre::P3(_))
    }

    pub(super) async fn instantiate(&self) -> Result<(Store<State>, Proxy)> {
        let mut wasi = WasiCtxBuilder::new();
        wasi.inherit_stdout().inherit_stderr().envs(&self.env);
        for (here, there) in &self.dirs {
            wasi.preopened_dir(here, there, FsPerms::ReadWrite)
                .with_context(|| format!("the directory {} cannot be opened", here.display()))?;
        }
        let state = State {
            wasi: wasi.build(),
            http: WasiHttpCtx::new(),
            table: ResourceTable::new(),
            egress: self.egress,
        };
        let mut store = Store::new(&self.engine, state);
        let proxy = self.proxy.instantiate_async(&mut store).await?;
        Ok((store, proxy))
    }
}

/// The component of a file, which is compiled once.
fn compiled(path: &Path, optimize: bool) -> Result<(Engine, Component)> {
    type Compiled = HashMap<(PathBuf, bool), (Engine, Component)>;
    static COMPILED: LazyLock<Mutex<Compiled>> = LazyLock::new(Mutex::default);
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    let key = (path.to_owned(), optimize);
    if let Some(known) = compiled.get(&key) {
        return Ok(known.clone());
    }
    let engine = engine(optimize)?;
    let component = Component::from_file(&engine, path)
        .with_context(|| format!("{} is not a component that can be compiled", path.display()))?;
    compiled.insert(key, (engine.clone(), component.clone()));
    Ok((engine, component))
}

fn engine(optimize: bool) -> Result<Engine> {
    let mut config = Config::new();
    config.cranelift_opt_level(if optimize { OptLevel::Speed } else { OptLevel::None });
    let mut pool = PoolingAllocationConfig::default();
    // A component has three core instances.
    pool.total_core_instances(3000).total_memories(1000).total_tables(3000).total_component_instances(1000);
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    Engine::new(&config)
}
