//! Permits: how many requests and streams an endpoint serves at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use pulseengine_mcp_protocol::http::HttpLimits;

/// What a permit counts.
#[derive(Clone, Copy)]
pub(crate) enum PermitKind {
    /// A request that will be answered.
    Request,
    /// A stream that stays open.
    Stream,
}

/// The numbers of requests and streams that are served, and their limits.
pub(crate) struct Permits {
    requests: AtomicUsize,
    streams: AtomicUsize,
    most_requests: usize,
    most_streams: usize,
}

impl Permits {
    pub(crate) fn new(limits: &HttpLimits) -> Arc<Self> {
        Arc::new(Self {
            requests: AtomicUsize::new(0),
            streams: AtomicUsize::new(0),
            most_requests: limits.in_flight,
            most_streams: limits.streams,
        })
    }

    /// A permit, if one is left.
    pub(crate) fn take(self: &Arc<Self>, kind: PermitKind) -> Option<Permit> {
        let permit = Permit { permits: Arc::clone(self), kind };
        let (count, most) = permit.count();
        // A permit too many is given back by the drop.
        (count.fetch_add(1, Ordering::Relaxed) < most).then_some(permit)
    }

    /// How many requests and streams are being served.
    pub(crate) fn in_use(&self) -> usize {
        self.requests.load(Ordering::Relaxed) + self.streams.load(Ordering::Relaxed)
    }
}

/// The permission to serve one request or stream, until it is dropped.
pub(crate) struct Permit {
    permits: Arc<Permits>,
    kind: PermitKind,
}

impl Permit {
    fn count(&self) -> (&AtomicUsize, usize) {
        match self.kind {
            PermitKind::Request => (&self.permits.requests, self.permits.most_requests),
            PermitKind::Stream => (&self.permits.streams, self.permits.most_streams),
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.count().0.fetch_sub(1, Ordering::Relaxed);
    }
}
