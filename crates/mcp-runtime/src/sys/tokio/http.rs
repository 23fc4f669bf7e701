//! HTTP/1.1 by hyper, a connection for each request.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::{Body as _, Bytes, Frame, Incoming, SizeHint};
use hyper::client::conn::http1;
use hyper::header::HOST;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpStream, lookup_host};
use tokio::task::AbortHandle;
use tokio::time::timeout;

use super::stream::Stream;
use super::tls;
use crate::http::{Failure, Head, Outgoing, Period, Times, Url, UrlError};

pub(crate) async fn send(outgoing: Outgoing, times: Times) -> Result<(Head, ResponseBody), Failure> {
    let Outgoing { method, url, headers, body } = outgoing;
    let mut request = hyper::Request::builder().method(method.as_str()).uri(&url.path_and_query);
    request = request.header(HOST, &url.authority);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let request = request
        .body(WholeBody(body.into()))
        .map_err(|error| Failure::Url(UrlError::Characters).because(error))?;

    let connected = timeout(times.connect, connect(&url)).await;
    let stream = connected.map_err(|_| Failure::Time(Period::Connect))??;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(failure)?;
    let connection = Connection(tokio::spawn(async move { drop(connection.await) }).abort_handle());
    let (head, incoming) = sender.send_request(request).await.map_err(failure)?.into_parts();
    let headers = head.headers.iter().map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()));
    let head = Head { status: head.status.as_u16(), headers: headers.collect() };
    Ok((head, ResponseBody { incoming, _connection: connection }))
}

async fn connect(url: &Url) -> Result<Box<dyn Stream>, Failure> {
    let addresses: Vec<_> = lookup_host((url.host.as_str(), url.port))
        .await
        .map_err(|error| Failure::Unknown.because(error))?
        .collect();
    if addresses.is_empty() {
        return Err(Failure::Unknown);
    }
    let stream = TcpStream::connect(addresses.as_slice()).await.map_err(|error| {
        let failure = match error.kind() {
            io::ErrorKind::ConnectionRefused => Failure::Refused,
            io::ErrorKind::ConnectionReset => Failure::Closed,
            _ => Failure::Unreachable,
        };
        failure.because(error)
    })?;
    // A request is one write; there is nothing to wait for. It works without, too.
    let _ = stream.set_nodelay(true);
    if url.secure { tls::secure(stream, url).await } else { Ok(Box::new(stream)) }
}

fn failure(error: hyper::Error) -> Failure {
    let failure = if error.is_parse() { Failure::Protocol } else { Failure::Closed };
    failure.because(error)
}

/// The rest of an answer. Its connection ends with it.
pub(crate) struct ResponseBody {
    incoming: Incoming,
    _connection: Connection,
}

impl ResponseBody {
    pub(crate) async fn chunk(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        loop {
            let frame = poll_fn(|cx| Pin::new(&mut self.incoming).poll_frame(cx)).await;
            match frame.transpose().map_err(failure)?.map(Frame::into_data) {
                None => return Ok(None),
                Some(Ok(bytes)) if !bytes.is_empty() => return Ok(Some(bytes.into())),
                // Trailers are not for us.
                Some(_) => {}
            }
        }
    }
}

struct Connection(AbortHandle);

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// A body in one piece.
struct WholeBody(Bytes);

impl hyper::body::Body for WholeBody {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let bytes = std::mem::take(&mut self.0);
        Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.len() as u64)
    }
}
