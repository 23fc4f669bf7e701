//! The limits of HTTP requests and connections, the same on every target.

use core::time::Duration;

/// Bounds on HTTP. What a single message may hold is in [`Limits`](crate::Limits). On WASI the host
/// reads heads and keeps connections: there the bounds on these are the host's.
///
/// A later version may add fields: write `HttpLimits { connections: 8, ..HttpLimits::DEFAULT }`. The struct is not
/// `#[non_exhaustive]`, because that would forbid this form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HttpLimits {
    /// Bytes of all header fields, names and values. Default 64 KiB; more is answered with 431.
    pub head: usize,
    /// Header fields. Default 64; more is answered with 431.
    pub fields: usize,
    /// Bytes of one header field's value. Default 16 KiB; more is answered with 431.
    pub value: usize,
    /// Time to send the head, once it has begun. Default 10 s; then the connection is closed.
    pub head_time: Duration,
    /// Time to send the body. Default 30 s; then the answer is 408 and the connection is closed.
    pub body_time: Duration,
    /// Time a connection may be without a request. Default 75 s; then it is closed.
    pub idle_time: Duration,
    /// Time in which a handler sends nothing. Default 10 min; then the answer is 504, or `-32603` when a stream is open.
    /// In a session a call goes on until it is done or cancelled, because the client may reconnect or be answering a question.
    pub handler_time: Duration,
    /// Time a handler may take in all. Default 1 h; as above.
    pub request_time: Duration,
    /// Time a stream of changes stays open. Default 1 h; then it ends, and the client opens another one.
    pub stream_time: Duration,
    /// Time after which the response to a call that says nothing begins, where the client takes events: clients and proxies
    /// give up on a response that does not begin. Default 5 s.
    pub quiet_time: Duration,
    /// Time after which a silent stream gets a comment, so that no proxy on the way closes it. Default 15 s.
    pub keep_alive: Duration,
    /// Connections at once. Default 1,024; above that one of the client that has the most is closed, the one that is
    /// idle for longest. If none is, the answer is 503.
    pub connections: usize,
    /// Requests being served at once. Default 1,024; more are answered with 503 and `Retry-After`.
    pub in_flight: usize,
    /// Requests of one [`Principal`](crate::Principal) being served at once. Default 32; more are answered
    /// with 429 and `Retry-After`.
    pub in_flight_each: usize,
    /// Streams of changes at once. Default 1,024; more are answered with 503 and `Retry-After`.
    pub streams: usize,
    /// Streams of one principal at once. Default 8; more are answered with 429 and `Retry-After`.
    pub streams_each: usize,
    /// Events of one stream that a session keeps. Default 256; above that a client that is away loses the oldest, and for a
    /// client that is behind handlers wait.
    pub queued: usize,
    /// Bytes of the events of all streams of a session, likewise. Default 1 MiB.
    pub queued_bytes: usize,
    /// Sessions at once (revisions up to 2025-11-25). Default 10,000; above that unused ones of the caller that has the most
    /// end.
    pub sessions: usize,
    /// Time a session is kept without a request. Default 1 h.
    pub session_time: Duration,
    /// Bytes that are kept for all clients together: bodies, messages that wait to be sent, sessions. Default 256 MiB; what
    /// does not fit is answered with 503 and `Retry-After`, and with 429 where only the caller's share is used up.
    pub memory: usize,
    /// A caller gets at most one part in so many of the connections, requests, streams, sessions and bytes, and less
    /// when others want some too. Default 4; 1: everything. The caller is the principal, else the client's address; a
    /// component does not know addresses.
    pub share: usize,
}

impl HttpLimits {
    /// The default table, usable in constants.
    pub const DEFAULT: Self = Self {
        head: 64 << 10,
        fields: 64,
        value: 16 << 10,
        head_time: Duration::from_secs(10),
        body_time: Duration::from_secs(30),
        idle_time: Duration::from_secs(75),
        handler_time: Duration::from_secs(600),
        request_time: Duration::from_secs(3600),
        stream_time: Duration::from_secs(3600),
        quiet_time: Duration::from_secs(5),
        keep_alive: Duration::from_secs(15),
        connections: 1024,
        in_flight: 1024,
        in_flight_each: 32,
        streams: 1024,
        streams_each: 8,
        queued: 256,
        queued_bytes: 1 << 20,
        sessions: 10_000,
        session_time: Duration::from_secs(3600),
        memory: 256 << 20,
        share: 4,
    };
}

impl Default for HttpLimits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
