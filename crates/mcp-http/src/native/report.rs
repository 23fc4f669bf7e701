//! What an observer sees of a connection.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use pulseengine_mcp_transport::{ConnectionError, Event, Observer};

use super::connection::Connection;

/// Why a connection ended before its end.
pub(super) enum Failure {
    /// The TLS handshake failed.
    #[cfg(feature = "tls")]
    Tls(io::Error),
    Io(io::Error),
    Http(hyper::Error),
}

/// Reports the beginning of a connection and, when it is dropped, its end.
pub(super) struct Report {
    observer: Option<Arc<dyn Observer>>,
    connection: Arc<Connection>,
    failure: Option<Failure>,
}

/// Reports a connection that was closed at once, since the PROXY protocol is spoken and its other end is no trusted proxy.
pub(super) fn distrusted(observer: &dyn Observer, peer: SocketAddr) {
    let message = "the connection does not come from a trusted proxy, which alone may use the PROXY protocol";
    let error = io::Error::new(io::ErrorKind::PermissionDenied, message);
    let (peer, error) = (Some(peer), Some(ConnectionError::Io(&error)));
    observer.observe(&Event::ConnectionOpened { peer });
    observer.observe(&Event::ConnectionClosed { peer, received: 0, sent: 0, error });
}

impl Report {
    pub(super) fn open(observer: Option<Arc<dyn Observer>>, connection: &Arc<Connection>) -> Self {
        if let Some(observer) = &observer {
            observer.observe(&Event::ConnectionOpened { peer: Some(connection.client().address) });
        }
        Self { observer, connection: Arc::clone(connection), failure: None }
    }

    /// The connection ends before its end.
    pub(super) fn fail(mut self, failure: Failure) {
        self.failure = Some(failure);
    }
}

impl Drop for Report {
    fn drop(&mut self) {
        let Some(observer) = &self.observer else { return };
        let peer = self.connection.client().address;
        let error = match &self.failure {
            None => None,
            #[cfg(feature = "tls")]
            Some(Failure::Tls(error)) => {
                observer.observe(&Event::TlsFailed { peer, error });
                None
            }
            Some(Failure::Io(error)) => Some(ConnectionError::Io(error)),
            Some(Failure::Http(error)) => Some(ConnectionError::Http(error)),
        };
        let [received, sent] = self.connection.bytes();
        observer.observe(&Event::ConnectionClosed { peer: Some(peer), received, sent, error });
    }
}
