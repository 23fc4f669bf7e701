//! The socket in front of a component.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::mpsc::Sender;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use wasmtime::Result;
use wasmtime_wasi_http::WasiBody;

use super::report;

/// Hands requests to instances.
pub(super) trait Serve: Send + Sync + 'static {
    fn serve(
        &self,
        request: hyper::Request<WasiBody>,
    ) -> impl Future<Output = Result<Response<WasiBody>>> + Send;
}

/// Listens and serves until it is dropped; tells where.
pub(super) async fn serve(port: u16, instances: impl Serve, ready: Sender<Result<SocketAddr>>) {
    let bound = match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
        Ok(listener) => listener.local_addr().map(|address| (listener, address)),
        Err(error) => Err(error),
    };
    let listener = match bound {
        Ok((listener, address)) => {
            // Nobody waits any more: then there is nothing to serve.
            let _ = ready.send(Ok(address));
            listener
        }
        Err(error) => return drop(ready.send(Err(error.into()))),
    };
    let instances = Arc::new(instances);
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let _ = stream.set_nodelay(true);
        let instances = Arc::clone(&instances);
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(Arc::clone(&instances), request));
            // A client that goes away is no error of ours.
            let _ = http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn answer(
    instances: Arc<impl Serve>,
    request: hyper::Request<Incoming>,
) -> Result<Response<WasiBody>, std::convert::Infallible> {
    let request = request.map(|body| body.map_err(Into::into).boxed_unsync());
    Ok(instances.serve(request).await.unwrap_or_else(|error| {
        report("no response", &error);
        let body = Full::new(Bytes::new()).map_err(Into::into).boxed_unsync();
        let mut response = Response::new(body);
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        response
    }))
}
