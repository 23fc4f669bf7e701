//! The other end of a connection.

use std::net::SocketAddr;
use std::sync::OnceLock;

/// The other end of a connection.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) address: SocketAddr,
    certificate: OnceLock<Vec<u8>>,
}

impl Client {
    pub(super) const fn new(address: SocketAddr) -> Self {
        Self { address, certificate: OnceLock::new() }
    }

    /// The certificate that it has authenticated itself with, in DER.
    pub(super) fn certificate(&self) -> Option<&[u8]> {
        self.certificate.get().map(Vec::as_slice)
    }

    #[cfg(feature = "tls")]
    pub(super) fn set_certificate(&self, certificate: Vec<u8>) {
        // There is one handshake.
        let _ = self.certificate.set(certificate);
    }
}

/// The address of the client's end of a connection, among the extensions of a request. A [`Listener`](super::Listener) sets
/// it for a service that is a [`Tower`](super::Tower); middleware of another server can set it for a
/// [`Service`](super::Service), so that handlers see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeerAddress(pub SocketAddr);
