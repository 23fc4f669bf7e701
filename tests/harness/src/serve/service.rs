//! Instances of a component as the service of a listener.

use std::sync::Arc;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{Request, Response, StatusCode};
use pulseengine_mcp_http::native::{HttpService, RequestBody};
use wasmtime::Result;
use wasmtime_wasi_http::WasiBody;

use super::report;

/// Hands requests to instances.
pub(super) trait Serve: Send + Sync + 'static {
    fn serve(&self, request: Request<WasiBody>) -> impl Future<Output = Result<Response<WasiBody>>> + Send;
}

/// The service of a listener.
pub(super) struct Service<I> {
    instances: Arc<I>,
}

impl<I> Service<I> {
    pub(super) fn new(instances: I) -> Self {
        Self { instances: Arc::new(instances) }
    }
}

impl<I> Clone for Service<I> {
    fn clone(&self) -> Self {
        Self { instances: Arc::clone(&self.instances) }
    }
}

impl<I: Serve> HttpService for Service<I> {
    type Body = WasiBody;

    async fn call(&self, request: Request<RequestBody<'_>>) -> Response<WasiBody> {
        let request = request.map(|body| body.into_owned().map_err(Into::into).boxed_unsync());
        self.instances.serve(request).await.unwrap_or_else(|error| {
            report("no response", &error);
            let body = Full::new(Bytes::new()).map_err(Into::into).boxed_unsync();
            let mut response = Response::new(body);
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            response
        })
    }
}
