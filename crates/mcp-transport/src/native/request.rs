//! One request, between hyper's types and the endpoint's.

use hyper::HeaderMap;
use hyper::body::Body;
use hyper::header::{CONNECTION, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Request, StatusCode, Version};

use super::ResponseBody;
use super::body::{self, Unread};
use crate::http::{Fields, Head};
use crate::{Endpoint, Response};

impl Fields for HeaderMap {
    fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a [u8])) {
        for (name, value) in self {
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

/// Answers a request.
pub(super) async fn respond<B: Body>(
    endpoint: &Endpoint,
    request: Request<B>,
) -> (hyper::Response<ResponseBody>, Rest) {
    let (parts, body) = request.into_parts();
    let (response, rest) = serve(endpoint, &parts, body).await;
    let mut response = converted(response);
    if rest == Rest::Unread && parts.version < Version::HTTP_2 {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    (response, rest)
}

async fn serve<B: Body>(endpoint: &Endpoint, parts: &Parts, body: B) -> (Response, Rest) {
    let head = Head {
        method: parts.method.as_str(),
        path: parts.uri.path(),
        query: parts.uri.query(),
        authority: parts.uri.authority().map(|authority| authority.as_str()),
        fields: &parts.headers,
    };
    let unread = if body.is_end_stream() { Rest::Nothing } else { Rest::Unread };
    let inquiry = match endpoint.inquire(&head) {
        Ok(inquiry) => inquiry,
        Err(refusal) => return (refusal, unread),
    };
    let theirs = match endpoint.gate() {
        Some(gate) => match gate.identify(&head, endpoint.limits()).await {
            Ok(principal) => Some(endpoint.asked_by(principal)),
            Err(refusal) => return (refusal, unread),
        },
        None => None,
    };
    let endpoint = theirs.as_ref().unwrap_or(endpoint);
    if !inquiry.wants_body() {
        return (endpoint.answer(inquiry, Vec::new()).await, unread);
    }
    match body::read(body, endpoint.longest_body(), endpoint.limits().body_time).await {
        Ok(body) => (endpoint.answer(inquiry, body).await, Rest::Nothing),
        Err(Unread::TooLong) => (Response::too_large(), unread),
        Err(Unread::TooSlow) => (Response::too_slow(), unread),
        Err(Unread::Broken) => (Response::broken(), unread),
    }
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
