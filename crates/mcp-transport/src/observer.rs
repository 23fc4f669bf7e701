//! What happens around requests, where no layer sees it.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use pulseengine_mcp_protocol::Principal;
use pulseengine_mcp_protocol::http::Head;

/// Sees what happens around requests: connections, HTTP responses, streams, sessions, failures of the store. It runs on
/// the path of what it sees, so it must not wait.
pub trait Observer: Send + Sync + 'static {
    /// Something has happened.
    fn observe(&self, event: &Event<'_>);
}

/// What has happened.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A connection has been accepted; over stdio, serving has begun. Components for HTTP see no connections. The other end may be
    /// a proxy; with the PROXY protocol the addresses here are those of its clients.
    ConnectionOpened {
        /// The address of the other end; `None` over stdio.
        peer: Option<SocketAddr>,
    },
    /// A connection has ended.
    ConnectionClosed {
        /// The address of the other end; `None` over stdio.
        peer: Option<SocketAddr>,
        /// Bytes received; without those of TLS.
        received: u64,
        /// Bytes sent; without those of TLS.
        sent: u64,
        /// Why it ended before its end, if it did.
        error: Option<ConnectionError<'a>>,
    },
    /// A connection has been refused, because there are too many.
    ConnectionRefused {
        /// The address of the other end.
        peer: SocketAddr,
    },
    /// The TLS handshake of a connection has failed.
    TlsFailed {
        /// The address of the other end.
        peer: SocketAddr,
        /// Why.
        error: &'a (dyn Error + 'static),
    },
    /// An HTTP request is answered. For a stream this is its beginning.
    Response {
        /// The head of the request.
        request: Head<'a>,
        /// The authenticated caller.
        principal: Option<&'a Principal>,
        /// The status of the response.
        status: u16,
        /// The request was rejected before a layer or a handler saw it, e.g. with 401, 403, 413, 429 or 431.
        rejected: bool,
        /// The time since the head was received.
        elapsed: Duration,
        /// What the endpoint holds for all its clients.
        usage: Usage,
    },
    /// The response to an HTTP request has begun as a stream of events.
    StreamOpened,
    /// A stream of events has ended.
    StreamClosed {
        /// Bytes sent.
        sent: u64,
    },
    /// A session over HTTP has begun, or has been restored from the store (revisions up to 2025-11-25).
    SessionOpened {
        /// Its id, which is a secret of the client.
        id: &'a str,
    },
    /// A session over HTTP has ended.
    SessionClosed {
        /// Its id, which is a secret of the client.
        id: &'a str,
        /// Why.
        reason: SessionEnd,
    },
    /// The store has failed.
    StoreFailed {
        /// The operation: `read`, `write`, `remove` or `keys`.
        operation: &'static str,
        /// Why.
        error: &'a (dyn Error + 'static),
    },
}

/// What an endpoint holds for its clients, and how often it refused to hold more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Usage {
    /// Bytes in use. Bodies under 16 KiB are not counted.
    pub memory: usize,
    /// Requests that are being served.
    pub requests: usize,
    /// Streams that are open.
    pub streams: usize,
    /// Sessions.
    pub sessions: usize,
    /// Refusals since the endpoint began: a limit was reached, or a caller's share of one.
    pub refused: usize,
}

/// Why a connection has ended before its end.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum ConnectionError<'a> {
    /// Reading or writing failed. A type of its own, since a trait object would link its formatting into every component.
    Io(&'a io::Error),
    /// The input is not HTTP, or it ended too early.
    Http(&'a (dyn Error + 'static)),
}

impl fmt::Display for ConnectionError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Io(_) => "reading or writing failed",
            Self::Http(_) => "the input is not HTTP, or it ended too early",
        })
    }
}

impl Error for ConnectionError<'_> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(match self {
            Self::Io(error) => *error,
            Self::Http(error) => *error,
        })
    }
}

/// Why a session has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SessionEnd {
    /// The client ended it.
    Client,
    /// It was not used for too long.
    Expired,
    /// It made room for another one.
    Evicted,
    /// Serving has ended.
    ShutDown,
}
