//! Calls `wasi:http/handler` of WASI 0.3 in one instance, several times at once, without a network.

use http::uri::{Authority, PathAndQuery, Scheme};
use http::{Method, Response};
use http_body_util::{BodyExt, Empty};
use wasmtime::component::Accessor;
use wasmtime::error::Context;
use wasmtime::{Result, Store, format_err};
use wasmtime_wasi_http::WasiBody;
use wasmtime_wasi_http::p3::Request;
use wasmtime_wasi_http::p3::bindings::Service;

use crate::Launch;
use crate::component::{Host, State, context};

/// An instance whose exports can be called while other calls of it run.
pub struct Instance<'a> {
    store: &'a Accessor<State>,
    service: Service,
}

/// Makes an instance of the component at `path`, and lets `script` call it. Ends when the script does.
pub fn with_instance<T>(
    path: &std::path::Path,
    script: impl AsyncFnOnce(&Instance<'_>) -> Result<T>,
) -> Result<T> {
    let host = Host::shared()?;
    let component = host.component(path)?;
    let wasi = context(path, &Launch::default())?.inherit_stderr().build();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut store = Store::new(&host.engine, State::new(wasi));
        let instance = host.linker.instantiate_async(&mut store, &component).await?;
        let service = Service::new(&mut store, &instance)?;
        store.run_concurrent(async |store| script(&Instance { store, service }).await).await?
    })
}

impl Instance<'_> {
    /// Asks for a path, without a body.
    pub async fn get(&self, path: &'static str) -> Result<Reply> {
        let (request, _sent) = Request::new(
            Method::GET,
            Some(Scheme::HTTP),
            Some(Authority::from_static("localhost")),
            Some(PathAndQuery::from_static(path)),
            wasmtime_wasi_http::FieldMap::default(),
            None,
            Empty::new(),
        );
        let answered = self.service.handle(self.store, request).await.context("the call trapped")?;
        let response = answered.map_err(|error| format_err!("{path}: {error:?}"))?;
        let response = self.store.with(|store| response.into_http(store, async { Ok(()) }))?;
        Ok(Reply(response))
    }

    /// Asks for a path; the whole body.
    pub async fn text(&self, path: &'static str) -> Result<String> {
        let mut reply = self.get(path).await?;
        let mut text = String::new();
        while let Some(chunk) = reply.chunk().await? {
            text += &chunk;
        }
        Ok(text)
    }
}

/// A response. Dropping it is a client that goes.
pub struct Reply(Response<WasiBody>);

impl Reply {
    /// The next piece of the body.
    pub async fn chunk(&mut self) -> Result<Option<String>> {
        while let Some(frame) = self.0.body_mut().frame().await {
            if let Ok(bytes) = frame.map_err(|error| format_err!("{error:?}"))?.into_data() {
                return Ok(Some(String::from_utf8_lossy(&bytes).into_owned()));
            }
        }
        Ok(None)
    }
}
