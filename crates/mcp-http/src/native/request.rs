//! One request, between hyper's types and the endpoint's.

use std::pin::pin;

use hyper::HeaderMap;
use hyper::body::Body;
use hyper::header::{HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Request, StatusCode};
use pulseengine_mcp_protocol::Principal;
use pulseengine_mcp_protocol::http::{Fields, Head, HttpLimits};

use super::body::{BodyReader, ResponseBody};
use super::http_service::HttpService;
use super::request_body::RequestBody;
use crate::{Endpoint, Response};

impl HttpService for Endpoint {
    type Body = ResponseBody;

    async fn call(&self, request: Request<RequestBody<'_>>) -> hyper::Response<ResponseBody> {
        respond(self, request, None).await.0
    }

    fn shut_down(&self) {
        Self::shut_down(self);
    }

    fn limits(&self) -> &HttpLimits {
        Self::limits(self)
    }
}

/// The fields of a head as hyper has them.
struct HyperFields<'a>(&'a HeaderMap);

impl Fields for HyperFields<'_> {
    fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a [u8])) {
        for (name, value) in self.0 {
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

/// Answers a request. `principal` is the caller, where the program around the endpoint has authenticated it.
pub(super) async fn respond<B: Body + Send>(
    endpoint: &Endpoint,
    request: Request<B>,
    principal: Option<Principal>,
) -> (hyper::Response<ResponseBody>, Rest)
where
    B::Data: Send,
{
    let (parts, body) = request.into_parts();
    let (response, rest) = serve(endpoint, &parts, body, principal).await;
    (converted(response), rest)
}

async fn serve<B: Body + Send>(
    endpoint: &Endpoint,
    parts: &Parts,
    body: B,
    principal: Option<Principal>,
) -> (Response, Rest)
where
    B::Data: Send,
{
    let fields = HyperFields(&parts.headers);
    let head = Head {
        method: parts.method.as_str(),
        path: parts.uri.path(),
        query: parts.uri.query(),
        authority: parts.uri.authority().map(|authority| authority.as_str()),
        fields: &fields,
    };
    let body = pin!(body);
    let mut body = BodyReader::new(body);
    let response = match principal {
        None => endpoint.serve(&head, &mut body).await,
        Some(principal) => endpoint.serve_as(principal, &head, &mut body).await,
    };
    let rest = if body.is_read() { Rest::Nothing } else { Rest::Unread };
    (response, rest)
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
