//! `wasi:http/incoming-handler` of WASI 0.2, straight on the bindings.
//!
//! The handler is called once per request and returns when the response has been handed over. What the host refuses
//! (a client that has gone, mostly) ends the work for that request and nothing else: no result is unwrapped.
//!
//! While a body is read or written there is nothing else that could run, so that waits in the host and not in the
//! executor: less code, and fewer calls.

use std::future::poll_fn;

use pulseengine_mcp_runtime::block_on;
use wasip2::clocks::monotonic_clock::{now, subscribe_instant};
use wasip2::http::types::{Fields as HostFields, Method, OutgoingBody, OutgoingResponse};
use wasip2::io::poll::poll;
use wasip2::io::streams::{OutputStream, StreamError};

use super::decimal;
use super::received::WasiHead;
use crate::{Body, BodyError, BodyLimits, Endpoint, EventStream, ReadBody, Response};

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
pub fn serve(endpoint: &Endpoint, request: IncomingRequest, out: ResponseOutparam) {
    block_on(async {
        let head = crate::request::received(received(&request), None, None);
        let response = endpoint.serve_received(&head, &mut InputStreamReader(&request)).await;
        if let Some((mut events, body, stream)) = send(response, out) {
            while let Some(chunk) = poll_fn(|cx| events.poll_chunk(cx)).await {
                if !write(&stream, &chunk) {
                    return;
                }
            }
            drop(stream);
            finish(body);
        }
    });
}

fn received(request: &IncomingRequest) -> WasiHead {
    let method = match request.method() {
        Method::Post => "POST",
        Method::Get => "GET",
        Method::Delete => "DELETE",
        Method::Head => "HEAD",
        Method::Options => "OPTIONS",
        _ => "",
    };
    WasiHead::new(method, request.path_with_query(), request.authority(), request.headers().entries())
}

/// The body of a request. While it is read, the instance does nothing else.
struct InputStreamReader<'r>(&'r IncomingRequest);

impl ReadBody for InputStreamReader<'_> {
    async fn read(&mut self, limits: &mut BodyLimits<'_>) -> Result<Vec<u8>, BodyError> {
        read(self.0, limits)
    }
}

/// Reads the body, as long as it is declared to be or to its end.
fn read(request: &IncomingRequest, limits: &mut BodyLimits<'_>) -> Result<Vec<u8>, BodyError> {
    let mut bytes = Vec::new();
    let Ok(body) = request.consume() else { return Err(BodyError::Broken) };
    let Ok(stream) = body.stream() else { return Err(BodyError::Broken) };
    let mut late = None;
    // One way out, where what was made is dropped.
    let read = loop {
        if limits.declared == Some(bytes.len()) {
            break Ok(());
        }
        let chunk = match stream.read(CHUNK) {
            Ok(chunk) => chunk,
            Err(StreamError::Closed) => break Ok(()),
            Err(_) => break Err(BodyError::Broken),
        };
        if chunk.is_empty() {
            let late = late.get_or_insert_with(|| {
                let time = u64::try_from(limits.time.as_nanos()).unwrap_or(u64::MAX);
                subscribe_instant(now().saturating_add(time))
            });
            if !poll(&[&stream.subscribe(), late]).contains(&0) {
                break Err(BodyError::TooSlow);
            }
        } else if let Err(error) = limits.arrived(chunk.len()) {
            break Err(error);
        } else if bytes.is_empty() {
            bytes = chunk;
        } else {
            bytes.extend_from_slice(&chunk);
        }
    };
    read.map(|()| bytes)
}

/// Sends a response; returns the work that is left when its body is a stream.
fn send(response: Response, out: ResponseOutparam) -> Option<(EventStream, OutgoingBody, OutputStream)> {
    let Response { status, headers, body, .. } = response;
    let mut fields: Vec<(String, Vec<u8>)> =
        headers.into_iter().map(|(name, value)| (name.to_owned(), value.into_owned().into_bytes())).collect();
    let (mut text, events) = match body {
        Body::Empty => (Some(String::new()), None),
        Body::Text(text) => (Some(text), None),
        Body::Stream(events) => (None, Some(events)),
    };
    // A 204 has no body whose length could be said.
    if let Some(text) = text.as_ref().filter(|_| status != 204) {
        fields.push(("content-length".to_owned(), decimal(text.len()).into_bytes()));
    }
    // Without a response the host answers the client with an error.
    let head = OutgoingResponse::new(HostFields::from_list(&fields).ok()?);
    if status != 200 {
        head.set_status_code(status).ok()?;
    }
    // Of every response: jco's server ends when the body of a response was not taken.
    let body = head.body().ok()?;
    let stream = body.write().ok()?;
    let mut open = Some((body, stream));
    // A body that is there when the head is sent goes out with it.
    if let (Some(said), Some((_, stream))) = (&text, &open)
        && stream.check_write().is_ok_and(|most| most >= said.len() as u64)
        && stream.write(said.as_bytes()).is_ok()
        && let Some((body, stream)) = open.take()
    {
        drop(stream);
        finish(body);
        text = None;
    }
    ResponseOutparam::set(out, Ok(head));
    let (body, stream) = open?;
    if let Some(events) = events {
        return Some((events, body, stream));
    }
    if write(&stream, text.unwrap_or_default().as_bytes()) {
        drop(stream);
        finish(body);
    }
    None
}

/// Writes all of it, in as few pieces as the host takes; false when the client has gone.
fn write(stream: &OutputStream, mut bytes: &[u8]) -> bool {
    while !bytes.is_empty() {
        match stream.check_write() {
            Ok(0) => drop(poll(&[&stream.subscribe()])),
            Ok(most) => {
                let (now, later) =
                    bytes.split_at(bytes.len().min(usize::try_from(most).unwrap_or(usize::MAX)));
                if stream.write(now).is_err() {
                    return false;
                }
                bytes = later;
            }
            Err(_) => return false,
        }
    }
    stream.flush().is_ok()
}

/// Ends a body; one that is not ended is broken off by the host.
fn finish(body: OutgoingBody) {
    // The client has gone, so an error has no reader. It is not even dropped: to find out what there is of it to drop takes
    // more than a kilobyte of code. What a host gives here owns no memory.
    std::mem::forget(OutgoingBody::finish(body, None));
}
