//! The body of a request that a listener has received.

use std::borrow::Cow;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::header::{CONNECTION, HeaderValue};
use hyper::{Response, Version};

use super::client::Client;
use super::connection::Connection;

/// The body of a request that a [`Listener`](super::Listener) has received. A service that drops it before its end leaves
/// the rest unread; under HTTP/1 the connection then ends with the response.
#[derive(Debug)]
pub struct RequestBody<'c> {
    incoming: Incoming,
    watch: UnreadGuard<'c>,
    /// The client that the other end of the connection forwards the request for.
    forwarded: Option<Arc<Client>>,
}

impl<'c> RequestBody<'c> {
    pub(super) fn new(
        incoming: Incoming,
        connection: &'c Arc<Connection>,
        forwarded: Option<Arc<Client>>,
        multiplexed: bool,
    ) -> Self {
        let ended = incoming.is_end_stream();
        let watch = UnreadGuard { connection: Cow::Borrowed(connection), ended, multiplexed };
        Self { incoming, watch, forwarded }
    }

    pub(super) fn client(&self) -> &Arc<Client> {
        self.forwarded.as_ref().unwrap_or_else(|| self.watch.connection.client())
    }

    /// The address of the client: that of the other end of the connection or, behind a
    /// [trusted proxy](super::Listener::trusted_proxies), the one that the proxy names.
    pub fn peer_address(&self) -> SocketAddr {
        self.client().address
    }

    /// The same body, which may be kept for longer than the call of the service.
    pub fn into_owned(self) -> RequestBody<'static> {
        RequestBody { incoming: self.incoming, watch: self.watch.into_owned(), forwarded: self.forwarded }
    }
}

impl Body for RequestBody<'_> {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let polled = Pin::new(&mut self.incoming).poll_frame(cx);
        if !self.watch.multiplexed {
            self.watch.connection.await_body(polled.is_pending());
        }
        let frame = ready!(polled);
        // hyper does not know of a body in chunks that it has ended.
        self.watch.ended = frame.is_none() || self.incoming.is_end_stream();
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.watch.ended
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}

/// Announces in the response to a request whose body was left unread that the connection ends. HTTP/2 ends only the stream.
pub(super) fn announce_end<B>(response: &mut Response<B>, version: Version) {
    if version < Version::HTTP_2 {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
}

/// Notes on the connection, when it is dropped, that the body was not read to its end.
#[derive(Debug)]
struct UnreadGuard<'c> {
    /// Borrowed for as long as the call of the service lasts, so that only a service that keeps the body counts.
    connection: Cow<'c, Arc<Connection>>,
    ended: bool,
    /// Other requests are received at the same time.
    multiplexed: bool,
}

impl UnreadGuard<'_> {
    fn into_owned(mut self) -> UnreadGuard<'static> {
        let ended = std::mem::replace(&mut self.ended, true);
        let connection = Cow::Owned(Arc::clone(&self.connection));
        UnreadGuard { connection, ended, multiplexed: self.multiplexed }
    }
}

impl Drop for UnreadGuard<'_> {
    fn drop(&mut self) {
        if !self.ended {
            self.connection.leave_unread();
            if !self.multiplexed {
                self.connection.await_body(false);
            }
        }
    }
}
