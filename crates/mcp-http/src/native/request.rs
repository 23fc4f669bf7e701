//! One request, between hyper's types and the endpoint's.

use std::pin::pin;
use std::sync::Arc;

use hyper::body::Body;
use hyper::header::{HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Request, StatusCode};
use pulseengine_mcp_protocol::http::{Fields, Head, HttpLimits};
use pulseengine_mcp_transport::Observer;

use super::body::{BodyReader, ResponseBody};
use super::client::Client;
use super::http_service::HttpService;
use super::request_body::RequestBody;
use crate::{Authenticated, Endpoint, RequestHead, Response};

impl HttpService for Endpoint {
    type Body = ResponseBody;

    async fn call(&self, request: Request<RequestBody<'_>>) -> hyper::Response<ResponseBody> {
        let client = Arc::clone(request.body().client());
        respond(self, request, Some(client), None).await.0
    }

    fn shut_down(&self) {
        Self::shut_down(self);
    }

    fn observer(&self) -> Option<Arc<dyn Observer>> {
        Self::observer(self).cloned()
    }

    fn limits(&self) -> &HttpLimits {
        Self::limits(self)
    }
}

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

/// What of a request has not been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rest {
    Nothing,
    /// Some of its body, so that the connection is of no further use.
    Unread,
}

/// Answers a request. `caller` is the caller, where the program around the endpoint has authenticated it.
pub(super) async fn respond<B: Body + Send>(
    endpoint: &Endpoint,
    request: Request<B>,
    client: Option<Arc<Client>>,
    caller: Option<Authenticated>,
) -> (hyper::Response<ResponseBody>, Rest)
where
    B::Data: Send,
{
    let (parts, body) = request.into_parts();
    let head = HyperHead { parts, client };
    let body = pin!(body);
    let mut body = BodyReader::new(body);
    let response = match caller {
        None => endpoint.serve(head, &mut body).await,
        Some(caller) => endpoint.serve_as(caller, head, &mut body).await,
    };
    let rest = if body.is_read() { Rest::Nothing } else { Rest::Unread };
    (converted(response), rest)
}

pub(super) fn converted(response: Response) -> hyper::Response<ResponseBody> {
    let mut converted = hyper::Response::new(ResponseBody::from(response.body));
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
