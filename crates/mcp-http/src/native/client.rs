//! The other end of a connection.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};

use pulseengine_mcp_protocol::http::network_of;

use crate::Endpoint;
use crate::ledger::{Account, UNLIMITED};

/// The other end of a connection.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) address: SocketAddr,
    /// What stands for it in the accounts.
    pub(super) network: IpAddr,
    certificate: OnceLock<Vec<u8>>,
    account: OnceLock<Arc<Account>>,
}

impl Client {
    pub(super) fn new(address: SocketAddr) -> Self {
        let network = network_of(address.ip());
        Self { address, network, certificate: OnceLock::new(), account: OnceLock::new() }
    }

    /// The account of its address.
    pub(super) fn account(&self, endpoint: &Endpoint) -> &Arc<Account> {
        self.account.get_or_init(|| endpoint.ledger().account(&self.network.to_string(), UNLIMITED))
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
