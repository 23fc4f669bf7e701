//! `wasi:http/incoming-handler` of WASI 0.2, straight on the bindings.
//!
//! The handler is called once per request and returns when the response has been handed over. What the host refuses
//! (a client that has gone, mostly) ends the work for that request and nothing else: no result is unwrapped.

use std::future::Future;
use std::pin::pin;
use std::task::Poll;

use pulseengine_mcp_runtime::wasi::ready;
use pulseengine_mcp_runtime::{BoxFuture, block_on, sleep};
use wasip2::http::types::{Fields as HostFields, Method, OutgoingBody, OutgoingResponse};
use wasip2::io::streams::{InputStream, OutputStream, StreamError};

use crate::http::{Fields, Head, Inquiry};
use crate::{Body, Endpoint, EventStream, Response};

/// What the macro of the bindings names, for [`export_http!`](crate::export_http).
#[doc(hidden)]
pub use wasip2 as bindings;
#[doc(hidden)]
pub use wasip2::exports::http::incoming_handler::Guest;
#[doc(hidden)]
pub use wasip2::http::proxy::export;
pub use wasip2::http::types::{IncomingRequest, ResponseOutparam};

/// At most this much of a body is asked for at once: the host's answer is an allocation.
const CHUNK: u64 = 64 * 1024;

/// Serves one request, to the end of its response.
pub fn serve(endpoint: &'static Endpoint, request: IncomingRequest, out: ResponseOutparam) {
    let served: BoxFuture<()> = Box::pin(async move {
        let response = respond(endpoint, request).await;
        // The host tells the client when there is no response.
        let _ = send(response, out).await;
    });
    block_on(served);
}

async fn respond(endpoint: &Endpoint, request: IncomingRequest) -> Response {
    let received = Received::of(&request);
    let inquiry = match endpoint.inquire(&received.head()) {
        Ok(inquiry) => inquiry,
        Err(refusal) => return refusal,
    };
    let body = match inquiry.wants_body() {
        true => read(endpoint, &request, &inquiry).await,
        false => Ok(Vec::new()),
    };
    drop(request);
    match body {
        Ok(body) => endpoint.answer(inquiry, body).await,
        Err(refusal) => refusal,
    }
}

/// The head of a request.
struct Received {
    method: Method,
    target: Option<String>,
    authority: Option<String>,
    fields: Vec<(String, Vec<u8>)>,
}

impl Received {
    fn of(request: &IncomingRequest) -> Self {
        let mut fields = request.headers().entries();
        fields.iter_mut().for_each(|(name, _)| name.make_ascii_lowercase());
        Self {
            method: request.method(),
            target: request.path_with_query(),
            authority: request.authority(),
            fields,
        }
    }

    fn head(&self) -> Head<'_> {
        let target = self.target.as_deref().unwrap_or("/");
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (target, None),
        };
        let method = match &self.method {
            Method::Post => "POST",
            Method::Get => "GET",
            Method::Delete => "DELETE",
            Method::Other(method) => method,
            // Not served, whatever it is.
            _ => "",
        };
        Head { method, path, query, authority: self.authority.as_deref(), fields: self }
    }
}

impl Fields for Received {
    fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a [u8])) {
        self.fields.iter().for_each(|(name, value)| visit(name, value));
    }
}

/// Reads the body, as long as it is declared to be or to its end, within the bounds on its length and time.
async fn read(
    endpoint: &Endpoint,
    request: &IncomingRequest,
    inquiry: &Inquiry<'_>,
) -> Result<Vec<u8>, Response> {
    let declared = inquiry.given.content_length.text().and_then(|text| text.parse().ok());
    let mut bytes = Vec::new();
    let Ok(body) = request.consume() else { return Ok(bytes) };
    let Ok(stream) = body.stream() else { return Ok(bytes) };
    let mut late = None;
    while declared != Some(bytes.len()) {
        match stream.read(CHUNK) {
            Ok(chunk) if chunk.is_empty() => {
                let late = late.get_or_insert_with(|| Box::pin(sleep(endpoint.limits().body_time)));
                if !in_time(&stream, late.as_mut()).await {
                    return Err(Response::too_slow());
                }
            }
            Ok(chunk) if bytes.is_empty() => bytes = chunk,
            Ok(chunk) => bytes.extend_from_slice(&chunk),
            // A body that broke off is judged by what has arrived.
            Err(_) => break,
        }
        if bytes.len() > endpoint.longest_body() {
            return Err(Response::too_large());
        }
    }
    Ok(bytes)
}

/// Waits until the stream has something; whether it has before `late` is over.
async fn in_time(stream: &InputStream, mut late: std::pin::Pin<&mut impl Future<Output = ()>>) -> bool {
    let mut ready = pin!(ready(stream.subscribe()));
    std::future::poll_fn(|cx| {
        if ready.as_mut().poll(cx).is_ready() {
            return Poll::Ready(true);
        }
        late.as_mut().poll(cx).map(|()| false)
    })
    .await
}

/// The client or the host does not take the response any more.
struct Gone;

impl From<StreamError> for Gone {
    fn from(_: StreamError) -> Self {
        Self
    }
}

async fn send(response: Response, out: ResponseOutparam) -> Result<(), Gone> {
    let Response { status, headers, body } = response;
    let length = match &body {
        Body::Text(text) => Some(("content-length", text.len().to_string().into())),
        _ => None,
    };
    let headers = headers.into_iter().chain(length);
    let fields: Vec<_> =
        headers.map(|(name, value)| (name.to_owned(), value.into_owned().into_bytes())).collect();
    let head = OutgoingResponse::new(HostFields::from_list(&fields).map_err(|_| Gone)?);
    if status != 200 {
        head.set_status_code(status).map_err(|()| Gone)?;
    }
    match body {
        Body::Empty => {
            ResponseOutparam::set(out, Ok(head));
            Ok(())
        }
        Body::Text(text) => send_text(text.as_bytes(), head, out).await,
        Body::Stream(events) => send_events(events, head, out).await,
    }
}

async fn send_text(text: &[u8], head: OutgoingResponse, out: ResponseOutparam) -> Result<(), Gone> {
    let body = head.body().map_err(|()| Gone)?;
    let stream = body.write().map_err(|()| Gone)?;
    // With the body there already, the host sends head and body at once.
    if stream.check_write()? >= text.len() as u64 {
        stream.write(text)?;
        drop(stream);
        finish(body)?;
        ResponseOutparam::set(out, Ok(head));
        return Ok(());
    }
    ResponseOutparam::set(out, Ok(head));
    write(&stream, text).await?;
    drop(stream);
    finish(body)
}

async fn send_events(
    mut events: EventStream,
    head: OutgoingResponse,
    out: ResponseOutparam,
) -> Result<(), Gone> {
    let body = head.body().map_err(|()| Gone)?;
    let stream = body.write().map_err(|()| Gone)?;
    ResponseOutparam::set(out, Ok(head));
    while let Some(chunk) = std::future::poll_fn(|cx| events.poll_chunk(cx)).await {
        write(&stream, &chunk).await?;
        stream.flush()?;
    }
    drop(stream);
    finish(body)
}

/// Writes all of it, in as few pieces as the host takes.
async fn write(stream: &OutputStream, mut bytes: &[u8]) -> Result<(), Gone> {
    while !bytes.is_empty() {
        let most = usize::try_from(stream.check_write()?).unwrap_or(usize::MAX);
        if most == 0 {
            ready(stream.subscribe()).await;
            continue;
        }
        let (now, later) = bytes.split_at(most.min(bytes.len()));
        stream.write(now)?;
        bytes = later;
    }
    Ok(())
}

fn finish(body: OutgoingBody) -> Result<(), Gone> {
    OutgoingBody::finish(body, None).map_err(|_| Gone)
}
