//! `wasi:http/client` of WASI 0.3.

use std::future::poll_fn;
use std::task::Poll;

use tokio::io::AsyncReadExt;
use wasip3::http::client;
use wasip3::http::types::{ErrorCode, Fields, Method, Request, RequestOptions, Response, Scheme};
use wasip3::{wit_future, wit_stream};

use super::super::p3::{AsyncStreamReader, AsyncStreamWriter, Local, local};
use super::nanoseconds;
use crate::http::{Failure, Head, Outgoing, Times, UrlError};
use crate::task_set::BoxFuture;

/// At most this much is asked for in one read.
const MAX_READ: usize = 64 * 1024;

pub(crate) async fn send(mut outgoing: Outgoing, times: Times) -> Result<(Head, StreamReaderBody), Failure> {
    let bytes = std::mem::take(&mut outgoing.body);
    let (request, writing) = request(outgoing, bytes, times)?;
    let mut writing = Some(writing);
    let mut sending = local(client::send(request));
    let response = poll_fn(|cx| {
        poll_writing(&mut writing, cx);
        std::pin::Pin::new(&mut sending).poll(cx)
    })
    .await
    .map_err(failure)?;
    let head = Head { status: response.get_status_code(), headers: response.get_headers().copy_all() };
    let (result, taken) = wit_future::new(|| Ok(()));
    let (stream, end) = Response::consume_body(response, taken);
    drop(result);
    let ending = Some(local(async move { end.await.map(drop) }));
    Ok((head, StreamReaderBody { stream: AsyncStreamReader::new(stream), ending, writing }))
}

fn request(outgoing: Outgoing, bytes: Vec<u8>, times: Times) -> Result<(Request, BoxFuture<()>), Failure> {
    let Outgoing { method, url, headers, .. } = outgoing;
    let fields = Fields::from_list(&headers).map_err(|_| {
        let names: Vec<_> = headers.into_iter().map(|(name, _)| name).collect();
        Failure::Header(names.join(", "))
    })?;
    let options = RequestOptions::new();
    // A host need not support them; the times are kept above, too.
    let _ = options.set_connect_timeout(Some(nanoseconds(times.connect)));
    let _ = options.set_first_byte_timeout(Some(nanoseconds(times.first_byte)));
    let _ = options.set_between_bytes_timeout(Some(nanoseconds(times.between_bytes)));
    let (trailers, no_trailers) = wit_future::new(|| Ok(None));
    let (writer, contents) = if bytes.is_empty() {
        (None, None)
    } else {
        let (writer, reader) = wit_stream::new();
        (Some(AsyncStreamWriter::new(writer)), Some(reader))
    };
    let (request, _sent) = Request::new(fields, contents, no_trailers, Some(options));
    drop(trailers);
    request.set_method(&super::method!(method, Method)).map_err(|()| Failure::Method)?;
    let scheme = if url.secure { Scheme::Https } else { Scheme::Http };
    request
        .set_scheme(Some(&scheme))
        .and_then(|()| request.set_authority(Some(&url.authority)))
        .and_then(|()| request.set_path_with_query(Some(&url.path_and_query)))
        .map_err(|()| Failure::Url(UrlError::Refused))?;
    let writing = Box::pin(async move {
        if let Some(mut writer) = writer {
            // A server that does not read the body says so in its response.
            let _ = writer.send(bytes).await;
        }
    });
    Ok((request, writing))
}

/// The body of the request may still be on its way when the answer comes.
fn poll_writing(writing: &mut Option<BoxFuture<()>>, cx: &mut std::task::Context<'_>) {
    if writing.as_mut().is_some_and(|writing| writing.as_mut().poll(cx).is_ready()) {
        *writing = None;
    }
}

/// The rest of an answer.
pub(crate) struct StreamReaderBody {
    stream: AsyncStreamReader,
    /// Resolves after the end: whether the body was complete.
    ending: Option<Local<Result<(), ErrorCode>>>,
    writing: Option<BoxFuture<()>>,
}

impl StreamReaderBody {
    pub(crate) async fn chunk(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        let Self { stream, ending, writing } = self;
        let mut bytes = Vec::with_capacity(MAX_READ);
        let mut reading = Box::pin(stream.read_buf(&mut bytes));
        let read = poll_fn(|cx| {
            poll_writing(writing, cx);
            match std::future::Future::poll(reading.as_mut(), cx) {
                Poll::Ready(read) => Poll::Ready(read.unwrap_or_default()),
                Poll::Pending => Poll::Pending,
            }
        })
        .await;
        drop(reading);
        if read > 0 {
            return Ok(Some(bytes));
        }
        if let Some(end) = ending {
            let result = std::pin::Pin::new(end).await;
            *ending = None;
            result.map_err(failure)?;
        }
        Ok(None)
    }
}

fn failure(code: ErrorCode) -> Failure {
    super::failure!(code, ErrorCode)
}
