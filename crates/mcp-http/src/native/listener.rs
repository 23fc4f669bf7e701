//! Accepting connections, and the bounds on them.

use std::collections::BTreeMap;
use std::fmt;
use std::future::{Future, pending, poll_fn};
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use pulseengine_mcp_protocol::http::HttpLimits;
use pulseengine_mcp_runtime::{Instant, Sleep, deadline, sleep};
use pulseengine_mcp_transport::{Event, Observer};
use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::cidr::{Cidr, TrustedProxies};
use super::client::Client;
use super::connection::{Clock, Connection, TICK, Verdict};
use super::http_service::HttpService;
use super::worker_watch::WorkerWatch;
use super::{report, serve_connection};

/// How long the last responses may take to be written.
const LAST_RESPONSES: Duration = Duration::from_secs(1);

/// Connections that wait to be accepted. The 128 of the standard library are filled by one client that opens many at once, and
/// another client would then try again after a second.
const BACKLOG: i32 = 4096;

/// A limit up to this has no shares.
const SMALL: usize = 64;

/// How long to wait when the system has no more sockets to give.
const NO_SOCKETS: Duration = Duration::from_millis(50);

/// The response to a client that gets no connection.
const FULL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// A socket that accepts connections, of HTTP/1.1 and HTTP/2.
pub struct Listener {
    socket: TcpListener,
    grace: Option<Duration>,
    limits: Option<HttpLimits>,
    observer: Option<Arc<dyn Observer>>,
    trusted: TrustedProxies,
    proxy_protocol: bool,
    #[cfg(feature = "tls")]
    tls: Option<super::Tls>,
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listener").field("socket", &self.socket).finish_non_exhaustive()
    }
}

impl Listener {
    /// Listens at an address, e.g. `127.0.0.1:8080`; with port 0 the system chooses one.
    ///
    /// # Errors
    ///
    /// When the address is malformed or in use, or may not be used.
    pub async fn bind(address: impl ToSocketAddrs) -> io::Result<Self> {
        let addresses: Vec<SocketAddr> = address.to_socket_addrs()?.collect();
        let socket = TcpListener::bind(addresses.as_slice()).await?;
        SockRef::from(&socket).listen(BACKLOG)?;
        Ok(Self {
            socket,
            grace: None,
            limits: None,
            observer: None,
            trusted: TrustedProxies::default(),
            proxy_protocol: false,
            #[cfg(feature = "tls")]
            tls: None,
        })
    }

    /// How long requests in flight may still take when serving ends, in place of what the service says: five seconds, unless its
    /// server sets another time. Then they are answered with an error.
    #[must_use]
    pub const fn grace(mut self, grace: Duration) -> Self {
        self.grace = Some(grace);
        self
    }

    /// The limits on heads, time and number of connections, in place of those of the service, which for an endpoint are
    /// those of its policy. The other limits are the endpoint's.
    #[must_use]
    pub const fn limits(mut self, limits: HttpLimits) -> Self {
        self.limits = Some(limits);
        self
    }

    /// Sees the connections, in place of the observer of the service. Requests and sessions are reported to that of the endpoint.
    #[must_use]
    pub fn observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Trusts the proxies in these networks, in place of none: a request that one of them forwards comes from the client that
    /// its `Forwarded` or `X-Forwarded-For` fields name. They are followed from the last element to the first address that
    /// is no trusted proxy. An element that is malformed or hides the address ends that: the last address
    /// that is known counts, and so does the proxy's own if both fields are there and differ. The port is 0
    /// where the fields name none. From all others these fields mean nothing.
    ///
    /// Handlers, layers, observers of responses and the accounts of who holds how much see the address of that client. The
    /// connections of a trusted proxy have no share of their own.
    ///
    /// Trust only proxies that add to these fields, or replace them, and only networks in which there is no client. The
    /// address of a proxy in a request means that the client's is not known, and a client can bring that about: grant no
    /// rights by it.
    ///
    /// ```no_run
    /// # use pulseengine_mcp_http::native::Listener;
    /// # async fn listen() -> Result<Listener, Box<dyn std::error::Error>> {
    /// let listener = Listener::bind("10.0.0.7:8080").await?;
    /// Ok(listener.trusted_proxies(["10.0.0.0/24".parse()?, "2001:db8::5".parse()?]))
    /// # }
    /// ```
    #[must_use]
    pub fn trusted_proxies(mut self, networks: impl IntoIterator<Item = Cidr>) -> Self {
        self.trusted = networks.into_iter().collect();
        self
    }

    /// Expects each connection to begin with a header of the PROXY protocol, version 2, before TLS. The
    /// address of the connection is the one that the header names. Where that is a [trusted
    /// proxy](Self::trusted_proxies), too, the fields of its requests count; those of other connections do not.
    ///
    /// Only trusted proxies may connect: a connection from another address is closed, and so is one that begins otherwise, such
    /// as with version 1. The observer sees why, as the error of [`Event::ConnectionClosed`]. Where the header says
    /// `LOCAL`, or names no address, the address is the proxy's.
    #[must_use]
    pub const fn proxy_protocol(mut self, expected: bool) -> Self {
        self.proxy_protocol = expected;
        self
    }

    /// Speaks TLS.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn tls(mut self, tls: super::Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// The address at which it listens.
    ///
    /// # Errors
    ///
    /// When the system does not say.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// Serves an endpoint, or another service, for as long as the future is polled. Dropping it closes all connections.
    pub async fn serve(self, service: impl HttpService) {
        self.serve_until(service, pending()).await;
    }

    /// Serves an endpoint, or another service, until `stop` is ready. Then nothing is accepted any more, streams that
    /// stay open are ended, and requests in flight are answered, as far as they are done in time (see
    /// [`grace`](Self::grace)).
    pub async fn serve_until(self, service: impl HttpService, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        let limits = self.limits.unwrap_or(*service.limits());
        let observer = self.observer.clone().or_else(|| service.observer());
        let mut set = ConnectionSet::new(&service, limits, observer);
        poll_fn(|cx| {
            if stop.as_mut().poll(cx).is_ready() {
                return Poll::Ready(());
            }
            while let Poll::Ready((stream, address)) = set.poll_accept(&self.socket, cx) {
                set.admit(stream, address, &self);
            }
            set.keep_time(cx);
            Poll::Pending
        })
        .await;
        drop(self.socket);
        service.shut_down();
        set.finish(self.grace.unwrap_or_else(|| service.grace())).await;
        service.abort();
        set.end(LAST_RESPONSES).await;
    }
}

/// The connections there are.
struct ConnectionSet<'a, S> {
    service: &'a S,
    observer: Option<Arc<dyn Observer>>,
    limits: Arc<HttpLimits>,
    clock: Arc<Clock>,
    connections: Vec<Arc<Connection>>,
    tasks: JoinSet<()>,
    /// Until the next sweep.
    tick: Pin<Box<Sleep>>,
    /// Watches while there are connections.
    watch: WorkerWatch,
    /// Until the system may have sockets again.
    pause: Option<Pin<Box<Sleep>>>,
}

impl<'a, S: HttpService> ConnectionSet<'a, S> {
    fn new(service: &'a S, limits: HttpLimits, observer: Option<Arc<dyn Observer>>) -> Self {
        Self {
            service,
            observer,
            limits: Arc::new(limits),
            clock: Clock::new(),
            connections: Vec::new(),
            tasks: JoinSet::new(),
            tick: Box::pin(sleep(TICK)),
            watch: WorkerWatch::start(),
            pause: None,
        }
    }

    /// Sweeps at every tick, as long as there are connections.
    fn keep_time(&mut self, cx: &mut Context<'_>) {
        while let Poll::Ready(Some(_)) = self.tasks.poll_join_next(cx) {}
        while !self.connections.is_empty() && self.tick.as_mut().poll(cx).is_ready() {
            self.tick.as_mut().reset(deadline(Instant::now(), TICK));
            self.sweep();
        }
    }

    fn sweep(&mut self) {
        self.clock.update();
        // Only the task of a connection holds it besides this list.
        self.connections.retain(|connection| Arc::strong_count(connection) > 1);
        self.watch.watch(!self.connections.is_empty());
        for connection in &self.connections {
            connection.order(connection.judge(&self.limits));
            connection.remind();
        }
    }

    fn poll_accept(&mut self, socket: &TcpListener, cx: &mut Context<'_>) -> Poll<(TcpStream, SocketAddr)> {
        loop {
            if let Some(pause) = &mut self.pause {
                if pause.as_mut().poll(cx).is_pending() {
                    return Poll::Pending;
                }
                self.pause = None;
            }
            match socket.poll_accept(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Ok(accepted)) => return Poll::Ready(accepted),
                Poll::Ready(Err(error)) if of_the_client(&error) => {}
                Poll::Ready(Err(_)) => self.pause = Some(Box::pin(sleep(NO_SOCKETS))),
            }
        }
    }

    /// Takes a connection in; when there are too many, or too many of its client, in place of one that is idle.
    fn admit(&mut self, stream: TcpStream, address: SocketAddr, listener: &Listener) {
        self.clock.update();
        if self.connections.is_empty() {
            self.tick.as_mut().reset(deadline(Instant::now(), TICK));
        }
        let mut client = Client::connected(address, &listener.trusted);
        let relayed = listener.proxy_protocol.then(|| listener.trusted.clone());
        if relayed.is_some() {
            if client.sharer().is_some() {
                return self.observer.iter().for_each(|observer| report::distrusted(&**observer, address));
            }
            client = Client::relay(address);
        }
        if !self.has_room(client.sharer()) {
            if let Some(observer) = &self.observer {
                observer.observe(&Event::ConnectionRefused { peer: address });
            }
            // Best effort, and not with TLS.
            let _ = stream.try_write(FULL);
            return;
        }
        // Answers are written in one piece, and events are to go out when they are there.
        let _ = stream.set_nodelay(true);
        let connection = Connection::new(&self.clock, client);
        self.connections.push(Arc::clone(&connection));
        self.watch.watch(true);
        self.tasks.spawn(serve_connection::serve(
            stream,
            #[cfg(feature = "tls")]
            listener.tls.clone(),
            self.service.clone(),
            Arc::clone(&self.limits),
            connection,
            self.observer.clone(),
            relayed,
        ));
    }

    /// Whether a client may have one more connection. When few are left, a client that has its share loses one of its own that
    /// is idle; when none is left, the client that has the most does. `None`: a trusted proxy, which has no share.
    fn has_room(&self, client: Option<IpAddr>) -> bool {
        let (most, open) = (self.limits.connections, self.tasks.len());
        let share = if most > SMALL { most / self.limits.share.max(1) } else { most };
        // As many as a share are left for clients with less.
        if client.is_some() && open.saturating_add(share) >= most && self.open_of(client) >= share {
            return self.close_idle(|of| usize::from(of == client));
        }
        // Each connection of a proxy may be another client's.
        open < most || self.close_idle(|of| if of.is_some() { self.open_of(of) } else { 1 })
    }

    /// How many connections a client has.
    fn open_of(&self, client: Option<IpAddr>) -> usize {
        self.connections.iter().filter(|connection| connection.client().sharer() == client).count()
    }

    /// Closes the connection that is idle for longest, of the clients for which `rank` is highest and not 0; whether there was
    /// one.
    fn close_idle(&self, rank: impl Fn(Option<IpAddr>) -> usize) -> bool {
        let mut ranks = BTreeMap::new();
        let idle = self.connections.iter().filter_map(|connection| {
            let (client, ticks) = (connection.client().sharer(), connection.idle()?);
            let rank = *ranks.entry(client).or_insert_with(|| rank(client));
            (rank > 0).then_some((rank, ticks, connection))
        });
        match idle.max_by_key(|(rank, ticks, _)| (*rank, *ticks)) {
            Some((.., connection)) => {
                connection.order(Verdict::Close);
                true
            }
            None => false,
        }
    }

    /// Lets the connections finish what they serve.
    async fn finish(&mut self, grace: Duration) {
        self.connections.iter().for_each(|connection| connection.finish());
        self.end(grace).await;
    }

    /// Waits until all connections have ended, at most for that time.
    async fn end(&mut self, time: Duration) {
        let mut grace = pin!(sleep(time));
        poll_fn(|cx| {
            self.keep_time(cx);
            if self.tasks.is_empty() { Poll::Ready(()) } else { grace.as_mut().poll(cx) }
        })
        .await;
    }
}

/// Whether accepting failed because of the one client.
fn of_the_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}
