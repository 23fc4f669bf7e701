//! Accepting connections.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, ToSocketAddrs};

use super::request::respond;
use crate::Endpoint;

/// A socket that accepts connections.
#[derive(Debug)]
pub struct Listener {
    socket: TcpListener,
}

impl Listener {
    /// Listens at an address, e.g. `127.0.0.1:8080`; with port 0 the system chooses one.
    ///
    /// # Errors
    ///
    /// When the address is malformed or in use, or may not be used.
    pub async fn bind(address: impl ToSocketAddrs) -> io::Result<Self> {
        Ok(Self { socket: TcpListener::bind(address).await? })
    }

    /// The address at which it listens.
    ///
    /// # Errors
    ///
    /// When the system does not say.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// Serves an endpoint.
    ///
    /// # Errors
    ///
    /// None at present.
    pub async fn serve(self, endpoint: Endpoint) -> io::Result<()> {
        loop {
            let Ok((stream, _)) = self.socket.accept().await else { continue };
            let _ = stream.set_nodelay(true);
            let endpoint = endpoint.clone();
            tokio::spawn(async move {
                let service =
                    service_fn(|request| async { Ok::<_, Infallible>(respond(&endpoint, request).await) });
                let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
            });
        }
    }
}
