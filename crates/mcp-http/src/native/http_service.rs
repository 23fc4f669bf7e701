//! The services that a listener serves.

use std::convert::Infallible;
use std::error::Error;
use std::future::{Future, poll_fn};
use std::sync::Arc;
use std::time::Duration;

use hyper::body::{Body, Bytes};
use hyper::{Request, Response};
use pulseengine_mcp_protocol::http::HttpLimits;
use pulseengine_mcp_transport::{GRACE, Observer};

use super::client::PeerAddress;
use super::request_body::RequestBody;

/// A service that a [`Listener`](super::Listener) serves. Its clones, one for each connection, are the same service.
pub trait HttpService: Clone + Send + Sync + 'static {
    /// The body of a response. It is dropped when the client has gone.
    type Body: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> + Send + Unpin + 'static;

    /// Answers a request. The future is dropped when the client has gone.
    fn call(&self, request: Request<RequestBody<'_>>) -> impl Future<Output = Response<Self::Body>> + Send;

    /// Ends the responses that stay open, in good order. Called once, when serving ends.
    fn shut_down(&self) {}

    /// Answers the requests that are still being served with an error. Called when they have taken longer than the grace.
    fn abort(&self) {}

    /// How long requests may go on when serving ends, where the listener says nothing else.
    fn grace(&self) -> Duration {
        GRACE
    }

    /// Sees the connections, where the listener has no observer of its own.
    fn observer(&self) -> Option<Arc<dyn Observer>> {
        None
    }

    /// The limits on connections, where the listener has none of its own.
    fn limits(&self) -> &HttpLimits {
        &HttpLimits::DEFAULT
    }
}

/// A tower service, e.g. axum's `Router`, to be served by a [`Listener`](super::Listener). Its requests have a [`PeerAddress`]
/// among their extensions.
///
/// When serving ends, responses that stay open are not told: they may go on for the listener's
/// [`grace`](super::Listener::grace).
#[derive(Clone, Debug)]
pub struct Tower<S>(pub S);

// `F` is a parameter because the compiler cannot show that `S::Future` is `Send` in the future of `call`.
impl<S, F, B> HttpService for Tower<S>
where
    S: tower_service::Service<
            Request<RequestBody<'static>>,
            Response = Response<B>,
            Error = Infallible,
            Future = F,
        > + Clone
        + Send
        + Sync
        + 'static,
    F: Future<Output = Result<Response<B>, Infallible>> + Send,
    B: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> + Send + Unpin + 'static,
{
    type Body = B;

    async fn call(&self, request: Request<RequestBody<'_>>) -> Response<B> {
        let mut service = self.0.clone();
        let address = PeerAddress(request.body().peer_address());
        let mut request = request.map(RequestBody::into_owned);
        request.extensions_mut().insert(address);
        let response = match poll_fn(|cx| service.poll_ready(cx)).await {
            Ok(()) => service.call(request).await,
        };
        match response {
            Ok(response) => response,
        }
    }
}
