//! `wasi:http/outgoing-handler` of WASI 0.2.

use std::future::poll_fn;
use std::task::{Context, Poll};

use tokio::io::AsyncWriteExt;
use wasip2::http::outgoing_handler;
use wasip2::http::types::{
    ErrorCode, Fields, FutureIncomingResponse, IncomingBody, IncomingResponse, Method, OutgoingBody,
    OutgoingRequest, RequestOptions, Scheme, http_error_code,
};
use wasip2::io::streams::{InputStream, StreamError};

use super::super::super::reactor::Wait;
use super::super::streams::AsyncOutputStream;
use super::nanoseconds;
use crate::http::{Failure, Head, Outgoing, Times, UrlError};
use crate::task_set::BoxFuture;

/// At most this much is asked for in one read.
const MAX_READ: u64 = 64 * 1024;

pub(crate) async fn send(mut outgoing: Outgoing, times: Times) -> Result<(Head, InputStreamBody), Failure> {
    let bytes = std::mem::take(&mut outgoing.body);
    let request = request(outgoing)?;
    let body = request.body().map_err(|()| closed())?;
    let options = RequestOptions::new();
    // A host need not support them; the times are kept above, too.
    let _ = options.set_connect_timeout(Some(nanoseconds(times.connect)));
    let _ = options.set_first_byte_timeout(Some(nanoseconds(times.first_byte)));
    let _ = options.set_between_bytes_timeout(Some(nanoseconds(times.between_bytes)));
    let response = outgoing_handler::handle(request, Some(options)).map_err(failure)?;
    let mut writing = Writing(Some(Box::pin(write(body, bytes))));
    let mut wait = Wait::new();
    poll_fn(|cx| {
        writing.poll(cx);
        wait.poll_stream(&mut || Some(response.subscribe()), cx)
    })
    .await;
    drop(wait);
    receive(&response, writing)
}

fn closed() -> Failure {
    Failure::Closed
}

fn request(outgoing: Outgoing) -> Result<OutgoingRequest, Failure> {
    let Outgoing { method, url, headers, .. } = outgoing;
    let fields = Fields::from_list(&headers).map_err(|_| {
        let names: Vec<_> = headers.into_iter().map(|(name, _)| name).collect();
        Failure::Header(names.join(", "))
    })?;
    let request = OutgoingRequest::new(fields);
    request.set_method(&super::method!(method, Method)).map_err(|()| Failure::Method)?;
    let scheme = if url.secure { Scheme::Https } else { Scheme::Http };
    request
        .set_scheme(Some(&scheme))
        .and_then(|()| request.set_authority(Some(&url.authority)))
        .and_then(|()| request.set_path_with_query(Some(&url.path_and_query)))
        .map_err(|()| Failure::Url(UrlError::Refused))?;
    Ok(request)
}

fn receive(response: &FutureIncomingResponse, writing: Writing) -> Result<(Head, InputStreamBody), Failure> {
    let Some(Ok(response)) = response.get() else { return Err(closed()) };
    let response = response.map_err(failure)?;
    let head = Head { status: response.status(), headers: response.headers().entries() };
    let body = response.consume().map_err(|()| closed())?;
    let stream = body.stream().map_err(|()| closed())?;
    Ok((head, InputStreamBody { wait: Wait::new(), stream, writing, _body: body, _response: response }))
}

/// A server that does not read the body says so in its response.
async fn write(body: OutgoingBody, bytes: Vec<u8>) {
    if !bytes.is_empty() {
        let Ok(stream) = body.write() else { return };
        let mut stream = AsyncOutputStream::new(stream);
        if stream.write_all(&bytes).await.is_err() || stream.flush().await.is_err() {
            return;
        }
    }
    let _ = OutgoingBody::finish(body, None);
}

/// The body of the request, which may still be on its way when the answer comes.
struct Writing(Option<BoxFuture<()>>);

impl Writing {
    fn poll(&mut self, cx: &mut Context<'_>) {
        if self.0.as_mut().is_some_and(|writing| writing.as_mut().poll(cx).is_ready()) {
            self.0 = None;
        }
    }
}

/// The rest of an answer.
pub(crate) struct InputStreamBody {
    // What depends on another resource is dropped before it: the order of the fields.
    wait: Wait,
    stream: InputStream,
    writing: Writing,
    _body: IncomingBody,
    _response: IncomingResponse,
}

impl InputStreamBody {
    pub(crate) async fn chunk(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        poll_fn(|cx| self.poll_chunk(cx)).await
    }

    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Vec<u8>>, Failure>> {
        self.writing.poll(cx);
        loop {
            match self.stream.read(MAX_READ) {
                Ok(bytes) if bytes.is_empty() => {
                    if self.wait.poll_stream(&mut || Some(self.stream.subscribe()), cx).is_pending() {
                        return Poll::Pending;
                    }
                }
                Ok(bytes) => return Poll::Ready(Ok(Some(bytes))),
                Err(StreamError::Closed) => return Poll::Ready(Ok(None)),
                Err(StreamError::LastOperationFailed(error)) => {
                    return Poll::Ready(Err(http_error_code(&error).map_or(Failure::Closed, failure)));
                }
            }
        }
    }
}

fn failure(code: ErrorCode) -> Failure {
    super::failure!(code, ErrorCode)
}
