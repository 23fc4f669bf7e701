//! The endpoint as a tower service.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::Body;
use hyper::{Request, Response};

use super::ResponseBody;
use super::request::respond;
use crate::Endpoint;

/// An endpoint as a `tower` service, to be mounted in a router, e.g. by axum's `Router::route_service`. The router
/// decides on the path: the endpoint's policy is to be one of [`Policy::any_path`](crate::http::Policy::any_path).
///
/// Connections are those of the program around it, and so are the bounds on them: heads, idle time, their number.
#[derive(Clone, Debug)]
pub struct Service {
    endpoint: Endpoint,
}

impl Service {
    /// The service of an endpoint.
    pub const fn new(endpoint: Endpoint) -> Self {
        Self { endpoint }
    }
}

impl<B> tower_service::Service<Request<B>> for Service
where
    B: Body + Send + 'static,
    B::Data: Send,
{
    type Response = Response<ResponseBody>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let endpoint = self.endpoint.clone();
        Box::pin(async move { Ok(respond(&endpoint, request).await.0) })
    }
}
