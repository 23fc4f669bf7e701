//! `wasi:http/handler` of WASI 0.3, straight on the bindings: one instance serves many requests at once.
//!
//! A call returns the head of the response; the body is written by a task that goes on afterwards, as part of the same
//! call. When the client has gone, that task's write fails and the work for the request is dropped.

use std::future::poll_fn;
use std::sync::Arc;

use pulseengine_mcp_runtime::io::AsyncReadExt;
use pulseengine_mcp_runtime::wasi::p3::{self, AsyncStreamReader, AsyncStreamWriter};
use pulseengine_mcp_runtime::{spawn, timeout};

use super::decimal;
use super::received::WasiHead;
use crate::request::HttpRequest;
use crate::{Body, BodyError, BodyLimits, Endpoint, EventStream, ReadBody, Response};

/// What the macro of the bindings names, for [`export_http!`](crate::export_http).
#[doc(hidden)]
pub use p3::bindings;

use bindings::http::types::{ErrorCode, Fields as HostFields, Method, Response as HostResponse};
use bindings::{wit_future, wit_stream};

#[doc(hidden)]
pub use bindings::exports::http::handler::Guest;
#[doc(hidden)]
pub use bindings::http::service::export;
pub use bindings::http::types::Request;

/// At most this much of a body is asked for at once.
const CHUNK: usize = 16 * 1024;

/// Serves one request, to the head of its response.
///
/// # Errors
///
/// When the host refuses the response, which is the host's or our mistake and not the client's.
pub async fn serve(endpoint: &'static Endpoint, request: Request) -> Result<HostResponse, ErrorCode> {
    p3::serve(async move {
        let head = crate::request::received(received(&request), None, None);
        let response = endpoint.serve_received(&head, &mut RequestBodyReader(Some(request))).await;
        hand_over(response, head)
    })
    .await
}

fn received(request: &Request) -> WasiHead {
    let method = match request.get_method() {
        Method::Post => "POST",
        Method::Get => "GET",
        Method::Delete => "DELETE",
        Method::Head => "HEAD",
        Method::Options => "OPTIONS",
        _ => "",
    };
    WasiHead::new(
        method,
        request.get_path_with_query(),
        request.get_authority(),
        request.get_headers().copy_all(),
    )
}

/// The body of a request, until it is read.
struct RequestBodyReader(Option<Request>);

impl ReadBody for RequestBodyReader {
    async fn read(&mut self, limits: &mut BodyLimits<'_>) -> Result<Vec<u8>, BodyError> {
        let Some(request) = self.0.take() else { return Err(BodyError::Broken) };
        timeout(limits.time, read(request, limits)).await.unwrap_or(Err(BodyError::TooSlow))
    }
}

/// Reads the body, as long as it is declared to be or to its end.
async fn read(request: Request, limits: &mut BodyLimits<'_>) -> Result<Vec<u8>, BodyError> {
    let (handled, result) = wit_future::new(|| Ok(()));
    let (stream, end) = Request::consume_body(request, result);
    drop(handled);
    let mut input = AsyncStreamReader::new(stream);
    let mut bytes = Vec::with_capacity(limits.declared.unwrap_or(0).min(CHUNK));
    while limits.declared != Some(bytes.len()) {
        let read = input.read_buf(&mut bytes).await.unwrap_or(0);
        if read == 0 {
            let whole = p3::local(async move { end.await.is_ok() }).await;
            return if whole { Ok(bytes) } else { Err(BodyError::Broken) };
        }
        limits.arrived(read)?;
    }
    Ok(bytes)
}

/// Makes the host's response, and starts what writes its body.
fn hand_over(response: Response, request: Arc<dyn HttpRequest>) -> Result<HostResponse, ErrorCode> {
    let Response { status, headers, body, .. } = response;
    let length = match &body {
        Body::Text(text) => Some(("content-length", decimal(text.len()).into())),
        _ => None,
    };
    let headers = headers.into_iter().chain(length);
    let fields: Vec<_> =
        headers.map(|(name, value)| (name.to_owned(), value.into_owned().into_bytes())).collect();
    let fields = HostFields::from_list(&fields).map_err(|_| ErrorCode::InternalError(None))?;
    let (writer, contents) = match body {
        Body::Empty => (None, None),
        _ => {
            let (writer, contents) = wit_stream::new();
            (Some(AsyncStreamWriter::new(writer)), Some(contents))
        }
    };
    let (trailers, none) = wit_future::new(|| Ok(None));
    let (made, _sent) = HostResponse::new(fields, contents, none);
    drop(trailers);
    if status != 200 {
        made.set_status_code(status).map_err(|()| ErrorCode::InternalError(None))?;
    }
    if let Some(writer) = writer {
        match body {
            Body::Text(text) => drop(spawn(send_text(text, writer, request))),
            Body::Stream(events) => drop(spawn(send_events(events, writer, request))),
            Body::Empty => {}
        }
    }
    Ok(made)
}

/// What is held for the request is held until its response has been written.
async fn send_text(text: String, mut out: AsyncStreamWriter, _request: Arc<dyn HttpRequest>) {
    // A client that has gone needs no answer.
    let _ = out.send(text.into_bytes()).await;
}

async fn send_events(mut events: EventStream, mut out: AsyncStreamWriter, _request: Arc<dyn HttpRequest>) {
    while let Some(chunk) = poll_fn(|cx| events.poll_chunk(cx)).await {
        if out.send(chunk).await.is_err() {
            break;
        }
    }
}
