//! The endpoint as a tower service.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper::body::Body;
use hyper::{Request, Response, Version};
use pulseengine_mcp_protocol::Principal;

use super::body::ResponseBody;
use super::client::{Client, PeerAddress};
use super::request::{Receiving, UnreadBody, respond, taken_apart};
use super::request_body::announce_end;
use crate::{Authenticated, Endpoint};

/// An endpoint as a `tower` service, to be mounted in a router, e.g. by axum's `Router::route_service`. The router
/// decides on the path: the endpoint's policy is to be one of
/// [`Policy::any_path`](pulseengine_mcp_protocol::http::Policy::any_path).
///
/// Connections are those of the program around it, and so are the limits on them: heads, idle time, their number. A
/// [`Listener`](super::Listener) serves the whole router as [`Tower`](super::Tower), with limits.
///
/// A program that knows the client's address puts a [`PeerAddress`] among the request's extensions, so that handlers see
/// it. A program that has authenticated the caller itself puts a [`Principal`] among the request's extensions; it counts
/// unless the server has an authenticator of its own.
#[derive(Clone, Debug)]
pub struct Service {
    endpoint: Endpoint,
}

impl Service {
    /// The service of an endpoint.
    pub fn new(endpoint: Endpoint) -> Self {
        Self { endpoint }
    }

    /// Ends the streams that stay open, in good order, for all clones. Without it the graceful shutdown of a program around the
    /// service waits for clients to leave.
    pub fn shut_down(&self) {
        self.endpoint.shut_down();
    }

    /// Answers the requests that are still being served with an error.
    pub fn abort(&self) {
        self.endpoint.abort();
    }

    /// The caller that the program around the endpoint has authenticated.
    fn principal(&self, given: Option<&Principal>) -> Option<Authenticated> {
        let given = given.filter(|_| !self.endpoint.authenticates())?;
        Some(self.endpoint.authenticated(given.clone()))
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
        let principal = self.principal(request.extensions().get());
        let client = request.extensions().get().map(|PeerAddress(address)| Arc::new(Client::new(*address)));
        let (endpoint, version) = (self.endpoint.clone(), request.version());
        Box::pin(async move {
            let mut rest = UnreadBody::Nothing;
            let how = Receiving { multiplexed: version >= Version::HTTP_2, reminded: false };
            let (request, body) = taken_apart(&endpoint, request, client, principal);
            let mut response = respond(&endpoint, request, body, how, Some(&mut rest)).await;
            if rest == UnreadBody::Unread {
                announce_end(&mut response, version);
            }
            Ok(response)
        })
    }
}
