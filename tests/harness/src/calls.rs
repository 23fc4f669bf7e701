//! Calls `wasi:http/handler` of WASI 0.3 in one instance, several times at once, without a network.

use http_body_util::{BodyExt, Full};
use hyper::http::uri::{Authority, PathAndQuery, Scheme};
use hyper::http::{HeaderMap, HeaderName, HeaderValue, Method, Response};
use wasmtime::component::Accessor;
use wasmtime::error::Context;
use wasmtime::{Result, Store, format_err};
use wasmtime_wasi_http::p3::Request;
use wasmtime_wasi_http::p3::bindings::Service;
use wasmtime_wasi_http::{FieldMap, WasiBody};

use crate::Launch;
use crate::component::{Host, State, context};
use crate::egress::Egress;

/// An instance whose exports can be called while other calls of it run.
pub struct Instance<'a> {
    store: &'a Accessor<State>,
    service: Service,
}

/// Makes an instance of the component at `path`, and lets `script` call it. Ends when the script does.
pub fn with_instance<T>(
    path: &std::path::Path,
    launch: &Launch,
    script: impl AsyncFnOnce(&Instance<'_>) -> Result<T>,
) -> Result<T> {
    let host = Host::shared()?;
    let component = host.component(path)?;
    let wasi = context(path, launch)?.inherit_stderr().build();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut store = Store::new(&host.engine, State::new(wasi, Egress::None));
        let instance = host.linker.instantiate_async(&mut store, &component).await?;
        let service = Service::new(&mut store, &instance)?;
        store.run_concurrent(async |store| script(&Instance { store, service }).await).await?
    })
}

impl Instance<'_> {
    /// Sends a request.
    pub async fn send(
        &self,
        method: Method,
        path: &'static str,
        fields: &[(&str, &str)],
        body: String,
    ) -> Result<Reply> {
        let mut map = HeaderMap::new();
        for (name, value) in fields {
            map.append(HeaderName::try_from(*name)?, HeaderValue::try_from(*value)?);
        }
        let (request, _sent) = Request::new(
            method,
            Some(Scheme::HTTP),
            Some(Authority::from_static("localhost")),
            Some(PathAndQuery::from_static(path)),
            FieldMap::new_immutable(&mut Egress::None, map),
            None,
            Full::from(body),
        );
        let answered = self.service.handle(self.store, request).await.context("the call trapped")?;
        let response = answered.map_err(|error| format_err!("{path}: {error:?}"))?;
        let response = self.store.with(|store| response.into_http(store, async { Ok(()) }))?;
        Ok(Reply(response))
    }

    /// Asks for a path, without a body.
    pub async fn get(&self, path: &'static str) -> Result<Reply> {
        self.send(Method::GET, path, &[], String::new()).await
    }

    /// Asks for a path; the whole body.
    pub async fn text(&self, path: &'static str) -> Result<String> {
        self.get(path).await?.text().await
    }
}

/// A response. Dropping it is a client that goes.
pub struct Reply(Response<WasiBody>);

impl Reply {
    /// The status.
    pub fn status(&self) -> u16 {
        self.0.status().as_u16()
    }

    /// A header field, empty if it is not there.
    pub fn field(&self, name: &str) -> String {
        let value = self.0.headers().get(name).map(HeaderValue::as_bytes);
        String::from_utf8_lossy(value.unwrap_or_default()).into_owned()
    }

    /// All that is left of the body.
    pub async fn text(mut self) -> Result<String> {
        let mut text = String::new();
        while let Some(chunk) = self.chunk().await? {
            text += &chunk;
        }
        Ok(text)
    }

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
