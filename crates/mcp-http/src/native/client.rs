//! The other end of a connection.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};

use crate::Endpoint;
use crate::ledger::{Account, Ledger, UNLIMITED};

/// The other end of a connection.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) address: SocketAddr,
    certificate: OnceLock<Vec<u8>>,
    account: OnceLock<Arc<Account>>,
}

impl Client {
    pub(super) const fn new(address: SocketAddr) -> Self {
        Self { address, certificate: OnceLock::new(), account: OnceLock::new() }
    }

    /// The account of its address.
    pub(super) fn account(&self, endpoint: &Endpoint) -> &Arc<Account> {
        self.account.get_or_init(|| account_of(self.address.ip(), endpoint.ledger()))
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

/// The account of an address. With IPv6, where one client has many, it is that of its network.
fn account_of(address: IpAddr, ledger: &Arc<Ledger>) -> Arc<Account> {
    let name = match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    };
    ledger.account(&name, UNLIMITED)
}

/// The address of the client's end of a connection, among the extensions of a request. A [`Listener`](super::Listener) sets
/// it for a service that is a [`Tower`](super::Tower); middleware of another server can set it for a
/// [`Service`](super::Service), so that handlers see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeerAddress(pub SocketAddr);
