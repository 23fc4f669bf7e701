//! Outgoing HTTP of components: none, or to this machine.

use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use futures::future::{Either, select};
use http_body_util::BodyExt;
use hyper::client::conn::http1;
use hyper::http::uri::Scheme;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::timeout;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks};

/// As long as a component that says nothing else waits for an answer.
const FIRST_BYTE: Duration = Duration::from_secs(60);

/// Where a component may send requests.
#[derive(Clone, Copy)]
pub(crate) enum Egress {
    /// Every request is refused.
    None,
    /// By plain HTTP to addresses of the loopback network.
    Loopback,
}

type Sent = Box<dyn Future<Output = Result<(), Error>> + Send>;

impl Egress {
    pub(crate) fn to_this_machine(allowed: bool) -> Self {
        if allowed { Self::Loopback } else { Self::None }
    }

    fn address(self, request: &Request<WasiBody>) -> Result<SocketAddr, Error> {
        let authority = request.uri().authority().ok_or(Error::HttpRequestUriInvalid)?;
        let address: Option<SocketAddr> = authority.as_str().parse().ok();
        match (self, address) {
            (Self::Loopback, Some(address))
                if address.ip().is_loopback() && request.uri().scheme() == Some(&Scheme::HTTP) =>
            {
                Ok(address)
            }
            _ => Err(Error::HttpRequestDenied),
        }
    }
}

impl WasiHttpHooks for Egress {
    fn send_request(
        &mut self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
        _sent: Sent,
    ) -> Box<dyn Future<Output = Result<(Response<WasiBody>, Sent), Error>> + Send> {
        let address = self.address(&request);
        Box::new(async move { exchange(address?, request, options.unwrap_or_default()).await })
    }
}

async fn exchange(
    address: SocketAddr,
    mut request: Request<WasiBody>,
    options: RequestOptions,
) -> Result<(Response<WasiBody>, Sent), Error> {
    let stream = TcpStream::connect(address).await.map_err(Error::Connect)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(Error::Hyper)?;
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    *request.uri_mut() = path.parse().map_err(|_| Error::HttpRequestUriInvalid)?;
    let mut connection = Box::pin(connection);
    let response = async {
        let answer = pin!(sender.send_request(request));
        match select(answer, connection.as_mut()).await {
            Either::Left((response, _)) => (response, true),
            Either::Right((_, answer)) => (answer.await, false),
        }
    };
    let time = options.first_byte_timeout.unwrap_or(FIRST_BYTE);
    let (response, open) = timeout(time, response).await.map_err(|_| Error::ConnectionReadTimeout)?;
    let rest = async move { if open { connection.await.map_err(Error::Hyper) } else { Ok(()) } };
    let response = response.map_err(Error::Hyper)?.map(|body| body.map_err(Error::Hyper).boxed_unsync());
    Ok((response, Box::new(rest)))
}
