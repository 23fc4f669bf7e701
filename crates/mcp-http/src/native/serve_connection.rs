//! One connection, from its first bytes to its end.

use std::convert::Infallible;
use std::error::Error;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::rt::{Read, Write};
use hyper::server::conn::{http1, http2};
use hyper::service::{self, service_fn};
use hyper::{Request, Response, Version};
use hyper_util::rt::{TokioExecutor, TokioIo};
use pulseengine_mcp_protocol::http::HttpLimits;
use pulseengine_mcp_runtime::sleep;
use pulseengine_mcp_transport::Observer;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use super::cidr::TrustedProxies;
use super::client::Client;
use super::connection::{Connection, Serving, Verdict};
use super::http_service::HttpService;
use super::monitored_io::MonitoredIo;
use super::proxy_protocol::{self, Source};
use super::report::{Failure, Report};
use super::request_body::{RequestBody, announce_end};

/// How a connection of HTTP/2 begins whose client knows that it may (RFC 9113, 3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2";

/// hyper reads heads of so many fields without allocating, and answers 431 above.
const HYPERS_FIELDS: usize = 100;

/// Bytes above those of the fields: the request line, and what HTTP/1 puts around names and values.
const AROUND: usize = 32 << 10;

/// Limits of one HTTP/2 connection: its concurrent streams, and the flow-control windows of a stream and of the connection.
const STREAMS: u32 = 100;
const STREAM_WINDOW: u32 = 64 << 10;
const CONNECTION_WINDOW: u32 = 256 << 10;

/// Bytes of a response that wait in hyper for the client to take them, besides the last piece.
const SEND_BUFFER: usize = 64 << 10;

/// Streams that a client may open and reset again before they are served (the attack "rapid reset").
const RESETS: usize = 20;

/// Serves a connection until its end, or until the verdict is to close it. `relayed`: it begins with a header of the PROXY
/// protocol, in which the client may be a trusted proxy, too.
pub(super) async fn serve<S: HttpService>(
    mut stream: TcpStream,
    #[cfg(feature = "tls")] tls: Option<super::Tls>,
    service: S,
    limits: Arc<HttpLimits>,
    connection: Arc<Connection>,
    observer: Option<Arc<dyn Observer>>,
    relayed: Option<TrustedProxies>,
) {
    if let Some(trusted) = relayed {
        let named = Box::pin(until_closed(&connection, proxy_protocol::receive(&mut stream))).await;
        match named {
            Some(Ok(Source::Client(address))) => connection.name_client(Client::connected(address, &trusted)),
            Some(Ok(Source::Unknown)) => {}
            Some(Err(error)) => return Report::open(observer, &connection).fail(Failure::Io(error)),
            None => return drop(Report::open(observer, &connection)),
        }
    }
    let report = Report::open(observer, &connection);
    let served = until_closed(&connection, async {
        #[cfg(feature = "tls")]
        if let Some(tls) = tls {
            // A peer that fails at this is no client.
            let accepted = tls.accept(stream, connection.client()).await;
            let (stream, multiplexed) = accepted.map_err(Failure::Tls)?;
            return speak(stream, multiplexed, service, &limits, &connection).await;
        }
        match is_multiplexed(&stream).await {
            Ok(multiplexed) => speak(stream, multiplexed, service, &limits, &connection).await,
            Err(error) => Err(Failure::Io(error)),
        }
    });
    if let Some(Err(failure)) = served.await {
        report.fail(failure);
    }
}

/// What a future becomes; `None` if the verdict is to close the connection before.
async fn until_closed<T>(connection: &Connection, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    let mut known = false;
    poll_fn(|cx| {
        if !known {
            connection.wake(cx);
            known = true;
        }
        match connection.verdict() {
            Verdict::Close => Poll::Ready(None),
            _ => work.as_mut().poll(cx).map(Some),
        }
    })
    .await
}

/// Whether a client begins to speak HTTP/2. Its first bytes are looked at and left where they are.
async fn is_multiplexed(stream: &TcpStream) -> io::Result<bool> {
    let mut first = [0; PREFACE.len()];
    let mut pause = Duration::from_millis(1);
    loop {
        let length = stream.peek(&mut first).await?;
        let begins = first.iter().zip(PREFACE).take(length).all(|(given, wanted)| given == wanted);
        if !begins || length == 0 || length == PREFACE.len() {
            return Ok(begins && length > 0);
        }
        // Peeked bytes keep the socket readable, so it is polled with a delay.
        sleep(pause).await;
        pause = (pause * 2).min(Duration::from_millis(200));
    }
}

async fn speak<S: HttpService>(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    multiplexed: bool,
    service: S,
    limits: &HttpLimits,
    connection: &Arc<Connection>,
) -> Result<(), Failure> {
    let io = TokioIo::new(MonitoredIo::new(stream, Arc::clone(connection), multiplexed));
    if multiplexed {
        let state = Arc::clone(connection);
        let answering = service_fn(move |request| {
            let (service, connection) = (service.clone(), Arc::clone(&state));
            async move { Ok::<_, Infallible>(answer(&service, &connection, request).await) }
        });
        return run(http2_builder(limits).serve_connection(io, answering), connection).await;
    }
    let answering =
        service_fn(|request| async { Ok::<_, Infallible>(answer(&service, connection, request).await) });
    run(http1_builder(limits).serve_connection(io, answering), connection).await
}

fn http1_builder(limits: &HttpLimits) -> http1::Builder {
    let mut builder = http1::Builder::new();
    // The sweep keeps the time.
    builder.header_read_timeout(None).max_buf_size(limits.head + AROUND);
    if limits.fields > HYPERS_FIELDS {
        builder.max_headers(limits.fields);
    }
    builder
}

fn http2_builder(limits: &HttpLimits) -> http2::Builder<TokioExecutor> {
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder
        .max_concurrent_streams(STREAMS)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_send_buf_size(SEND_BUFFER)
        .max_header_list_size(u32::try_from(limits.head + AROUND).unwrap_or(u32::MAX))
        .max_pending_accept_reset_streams(RESETS);
    builder
}

async fn answer<S: HttpService>(
    service: &S,
    connection: &Arc<Connection>,
    request: Request<Incoming>,
) -> Response<WatchedBody<S::Body>> {
    let serving = connection.serve();
    let version = request.version();
    let multiplexed = version >= Version::HTTP_2;
    let forwarded = connection.client().forwards_for(request.headers());
    let mut response =
        service.call(request.map(|body| RequestBody::new(body, connection, forwarded, multiplexed))).await;
    if connection.has_unread() {
        announce_end(&mut response, version);
    }
    let serving = if multiplexed {
        let serving = Arc::new(serving);
        connection.responds(&serving);
        serving.waits_for_client(true);
        Watch::Stream(serving)
    } else {
        Watch::Connection(serving)
    };
    response.map(|body| WatchedBody { body, serving })
}

/// The body of a response on a connection that is under watch.
struct WatchedBody<B> {
    body: B,
    serving: Watch,
}

/// What is watched while a response is sent.
enum Watch {
    /// The connection, which sends nothing else meanwhile.
    Connection(#[allow(dead_code, reason = "it counts until it is dropped")] Serving),
    /// One of several streams: a client can take nothing of it and still be alive.
    Stream(Arc<Serving>),
}

/// Bytes of a stream. hyper keeps them until the client takes them.
struct StreamBytes {
    bytes: Bytes,
    serving: Arc<Serving>,
}

impl AsRef<[u8]> for StreamBytes {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for StreamBytes {
    fn drop(&mut self) {
        self.serving.was_taken();
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for WatchedBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        let Watch::Stream(serving) = &self.serving else { return frame };
        // hyper asks for more only once the client can take some.
        serving.waits_for_client(frame.is_ready());
        let counted = |frame: Frame<Bytes>| {
            frame.map_data(|bytes| Bytes::from_owner(StreamBytes { bytes, serving: Arc::clone(serving) }))
        };
        frame.map(|frame| frame.map(|frame| frame.map(counted)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// hyper's connections, which can be asked to end.
trait Finish: Future<Output = hyper::Result<()>> {
    /// Takes no further request.
    fn finish(self: Pin<&mut Self>);
}

impl<I, S, B> Finish for http1::Connection<I, S>
where
    I: Read + Write + Unpin,
    S: service::HttpService<Incoming, ResBody = B>,
    S::Error: Into<Box<dyn Error + Send + Sync>>,
    B: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> + 'static,
{
    fn finish(self: Pin<&mut Self>) {
        self.graceful_shutdown();
    }
}

impl<I, S, B> Finish for http2::Connection<I, S, TokioExecutor>
where
    I: Read + Write + Unpin,
    S: service::HttpService<Incoming, ResBody = B>,
    S::Future: Send + 'static,
    S::Error: Into<Box<dyn Error + Send + Sync>>,
    B: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
{
    fn finish(self: Pin<&mut Self>) {
        self.graceful_shutdown();
    }
}

/// Runs a connection, which ends early when that is the verdict.
async fn run(hyper: impl Finish, connection: &Connection) -> Result<(), Failure> {
    let mut hyper = pin!(hyper);
    let mut finishing = false;
    poll_fn(|cx: &mut Context<'_>| {
        if !finishing && connection.verdict() == Verdict::Finish {
            finishing = true;
            hyper.as_mut().finish();
        }
        // The requests have been answered, or their client has gone.
        hyper.as_mut().poll(cx).map_err(Failure::Http)
    })
    .await
}
