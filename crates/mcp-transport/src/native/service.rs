//! The endpoint as a tower service.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::Body;
use hyper::{Request, Response};
use pulseengine_mcp_protocol::Principal;

use super::ResponseBody;
use super::request::{converted, respond};
use crate::{Account, Endpoint};

/// An endpoint as a `tower` service, to be mounted in a router, e.g. by axum's `Router::route_service`. The router
/// decides on the path: the endpoint's policy is to be one of [`Policy::any_path`](crate::http::Policy::any_path).
///
/// Connections are those of the program around it, and so are the bounds on them: heads, idle time, their number.
///
/// A program that has found out itself who a request is from says so with a [`Principal`] among the request's extensions;
/// it counts unless the server has an authenticator of its own.
#[derive(Clone, Debug)]
pub struct Service {
    endpoint: Endpoint,
    account: Account,
}

impl Service {
    /// The service of an endpoint.
    pub fn new(endpoint: Endpoint) -> Self {
        Self { endpoint, account: Account::default() }
    }

    /// The endpoint, as it serves whoever a request is from.
    fn endpoint_for(&self, said: Option<&Principal>) -> Result<Endpoint, crate::Response> {
        match said.filter(|_| self.endpoint.gate().is_none()) {
            Some(principal) => {
                let entered = self.account.enter(principal.clone(), self.endpoint.limits())?;
                Ok(self.endpoint.asked_by(entered))
            }
            None => Ok(self.endpoint.clone()),
        }
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
        let endpoint = self.endpoint_for(request.extensions().get());
        Box::pin(async move {
            Ok(match endpoint {
                Ok(endpoint) => respond(&endpoint, request).await.0,
                Err(refusal) => converted(refusal),
            })
        })
    }
}
