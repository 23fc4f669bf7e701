//! One request, between hyper's types and the endpoint's.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use hyper::body::Body;
use hyper::header::{HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Request, StatusCode, Version};
use pulseengine_mcp_protocol::http::{Fields, Head, HttpLimits};
use pulseengine_mcp_protocol::params::member;
use pulseengine_mcp_protocol::{Error, Limits, RequestId};
use pulseengine_mcp_transport::Observer;

use super::body::{HyperBodyReader, ResponseBody};
use super::client::Client;
use super::http_service::HttpService;
use super::request_body::RequestBody;
use crate::body::COUNTED;
use crate::ledger::Full;
use crate::request::{HttpRequest, received};
use crate::response::RETRY_AFTER;
use crate::{Authenticated, Endpoint, RequestHead, Response};

impl HttpService for Endpoint {
    type Body = ResponseBody;

    fn call(
        &self,
        request: Request<RequestBody<'_>>,
    ) -> impl Future<Output = hyper::Response<ResponseBody>> + Send {
        // Before the future is made: it would carry the head with it.
        let client = Arc::clone(request.body().client());
        let how = Receiving { multiplexed: request.version() >= Version::HTTP_2, reminded: true };
        let (request, body) = taken_apart(self, request, Some(client), None);
        respond(self, request, body, how, None)
    }

    fn shut_down(&self) {
        Self::shut_down(self);
    }

    fn abort(&self) {
        Self::abort(self);
    }

    fn grace(&self) -> Duration {
        Self::grace(self)
    }

    fn observer(&self) -> Option<Arc<dyn Observer>> {
        Self::observer(self).cloned()
    }

    fn limits(&self) -> &HttpLimits {
        Self::limits(self)
    }
}

/// A response of so many bytes is given up when there is no memory for it.
const LARGE: usize = 64 << 10;

/// The head of a request as hyper has it.
struct HyperHead {
    parts: Parts,
    client: Option<Arc<Client>>,
}

impl RequestHead for HyperHead {
    fn head(&self) -> Head<'_> {
        let uri = &self.parts.uri;
        Head {
            method: self.parts.method.as_str(),
            path: uri.path(),
            query: uri.query(),
            authority: uri.authority().map(|authority| authority.as_str()),
            fields: self,
            peer: self.client.as_ref().map(|client| client.address),
            client_certificate: self.client.as_ref().and_then(|client| client.certificate()),
        }
    }
}

impl Fields for HyperHead {
    fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a [u8])) {
        for (name, value) in &self.parts.headers {
            visit(name.as_str(), value.as_bytes());
        }
    }
}

/// Whether a part of a request has not been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UnreadBody {
    Nothing,
    /// Some of its body, so that the connection is of no further use.
    Unread,
}

/// A request as the endpoint takes it, and its body. `caller` is the caller, where the program around the endpoint has
/// authenticated it.
pub(super) fn taken_apart<B>(
    endpoint: &Endpoint,
    request: Request<B>,
    client: Option<Arc<Client>>,
    caller: Option<Authenticated>,
) -> (Arc<dyn HttpRequest>, B) {
    let (parts, body) = request.into_parts();
    let account = client.as_ref().map(|client| Arc::clone(client.account(endpoint)));
    (received(HyperHead { parts, client }, caller, account), body)
}

/// How a request is received.
#[derive(Clone, Copy)]
pub(super) struct Receiving {
    /// With others on the same connection.
    pub(super) multiplexed: bool,
    /// A listener polls again what waits for a body.
    pub(super) reminded: bool,
}

/// Answers a request. `rest` is set to whether a part of it has not been read.
pub(super) async fn respond<B: Body + Send>(
    endpoint: &Endpoint,
    request: Arc<dyn HttpRequest>,
    body: B,
    how: Receiving,
    rest: Option<&mut UnreadBody>,
) -> hyper::Response<ResponseBody>
where
    B::Data: Send,
{
    let body = pin!(body);
    let mut body = HyperBodyReader::new(body, how.reminded && !how.multiplexed);
    let response = endpoint.serve_received(&request, &mut body).await;
    if let Some(rest) = rest {
        *rest = if body.is_read() { UnreadBody::Nothing } else { UnreadBody::Unread };
    }
    // Under HTTP/2 a response may wait for its client although the place of its request is free again.
    let response = match refusal(&response, &*request) {
        Some(refusal) => endpoint.readable(&request, refusal),
        None => response,
    };
    converted(response, request, if how.multiplexed { 1 } else { COUNTED })
}

/// The refusal of the request, if there is no memory to keep its response until the client has taken it.
fn refusal(response: &Response, request: &dyn HttpRequest) -> Option<Response> {
    let crate::Body::Text(text) = &response.body else { return None };
    if text.len() < LARGE {
        return None;
    }
    let mut held = request.held().lock().unwrap_or_else(PoisonError::into_inner);
    let held = held.as_mut()?;
    // Counted when it is handed to hyper, as all responses.
    match held.hold(text.len()) {
        Ok(()) => held.release(text.len()),
        Err(full) => return Some(unaffordable(full, text)),
    }
    None
}

/// There is no memory to keep the response `text` until its client has taken it.
fn unaffordable(full: Full, text: &str) -> Response {
    let status = if full.of_caller { 429 } else { 503 };
    let id = member(text, "id").and_then(|id| RequestId::parse(id, &Limits::DEFAULT));
    let error = Error::internal(
        "Internal error: there is no memory for the response; read others first, and try again",
    );
    Response::json(status, error.response(id.as_ref(), None)).with(RETRY_AFTER, "1")
}

fn converted(
    response: Response,
    request: Arc<dyn HttpRequest>,
    counted: usize,
) -> hyper::Response<ResponseBody> {
    let mut converted = hyper::Response::new(ResponseBody::new(response.body, request, counted));
    *converted.status_mut() =
        StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = converted.headers_mut();
    for (name, value) in response.headers {
        let value = match value {
            std::borrow::Cow::Borrowed(value) => Ok(HeaderValue::from_static(value)),
            std::borrow::Cow::Owned(value) => HeaderValue::try_from(value),
        };
        // The endpoint's own values are visible ASCII; one that is not would be no header field.
        if let Ok(value) = value {
            headers.append(HeaderName::from_static(name), value);
        }
    }
    converted
}
