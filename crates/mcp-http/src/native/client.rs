//! The other end of a connection, and the client that a request comes from.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};

use hyper::header::HeaderMap;
use pulseengine_mcp_protocol::http::network_of;

use super::cidr::TrustedProxies;
use super::forwarded;
use crate::Endpoint;
use crate::ledger::{Account, UNLIMITED};

/// The other end of a connection, or the client that a proxy forwards a request for.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) address: SocketAddr,
    /// What stands for it in the accounts.
    network: IpAddr,
    role: Role,
    certificate: OnceLock<Arc<[u8]>>,
    account: OnceLock<Arc<Account>>,
}

/// Whose requests come from an address.
#[derive(Debug)]
enum Role {
    /// Its own.
    Client,
    /// A trusted proxy, which says in the PROXY protocol which client a connection is for. Header fields are the client's.
    Relay,
    /// A trusted proxy. Header fields say which client a request is for.
    Forwarder(TrustedProxies),
}

impl Client {
    pub(super) fn new(address: SocketAddr) -> Self {
        Self::with_role(address, Role::Client)
    }

    /// The other end of a connection, which may be a proxy.
    pub(super) fn connected(address: SocketAddr, trusted: &TrustedProxies) -> Self {
        let is_proxy = trusted.contain(address.ip());
        Self::with_role(address, if is_proxy { Role::Forwarder(trusted.clone()) } else { Role::Client })
    }

    /// A trusted proxy that speaks the PROXY protocol.
    pub(super) fn relay(address: SocketAddr) -> Self {
        Self::with_role(address, Role::Relay)
    }

    fn with_role(address: SocketAddr, role: Role) -> Self {
        let network = network_of(address.ip());
        Self { address, network, role, certificate: OnceLock::new(), account: OnceLock::new() }
    }

    /// What stands for it where connections are shared out; `None`: a trusted proxy, whose connections are those of its clients.
    pub(super) fn sharer(&self) -> Option<IpAddr> {
        matches!(self.role, Role::Client).then_some(self.network)
    }

    /// The client that a request on its connection is forwarded for; `None`: the request is its own.
    pub(super) fn forwards_for(&self, fields: &HeaderMap) -> Option<Arc<Self>> {
        match &self.role {
            Role::Forwarder(trusted) => self.named_in(fields, trusted),
            Role::Client | Role::Relay => None,
        }
    }

    /// Apart, since most requests do not come from a proxy.
    #[cold]
    #[inline(never)]
    fn named_in(&self, fields: &HeaderMap, trusted: &TrustedProxies) -> Option<Arc<Self>> {
        let address = forwarded::client_of(fields, self.address, trusted);
        let client = Self { certificate: self.certificate.clone(), ..Self::new(address) };
        (address != self.address).then(|| Arc::new(client))
    }

    /// The account of its address.
    pub(super) fn account(&self, endpoint: &Endpoint) -> &Arc<Account> {
        self.account.get_or_init(|| endpoint.ledger().account(&self.network.to_string(), UNLIMITED))
    }

    /// The certificate that the other end of the connection has authenticated itself with, in DER.
    pub(super) fn certificate(&self) -> Option<&[u8]> {
        self.certificate.get().map(AsRef::as_ref)
    }

    #[cfg(feature = "tls")]
    pub(super) fn set_certificate(&self, certificate: Vec<u8>) {
        // There is one handshake.
        let _ = self.certificate.set(certificate.into());
    }
}

/// The address of the client, among the extensions of a request: that of the other end of the connection or, behind a
/// [trusted proxy](super::Listener::trusted_proxies), the one that the proxy names. A [`Listener`](super::Listener) sets
/// it for a service that is a [`Tower`](super::Tower); middleware of another server can set it for a
/// [`Service`](super::Service), so that handlers see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeerAddress(pub SocketAddr);
