//! What an observer sees of requests over HTTP. Linked only where there is one.

use std::io;
use std::sync::Arc;
use std::task::{Context, Poll};

use pulseengine_mcp_runtime::Instant;
use pulseengine_mcp_store::{Entry, Expect, Store, StoreError, StoreFuture, Version};
use pulseengine_mcp_transport::{ConnectionError, Event, Observer};

use crate::ledger::Ledger;
use crate::request::HttpRequest;
use crate::response::Source;
use crate::{Body, EventStream, Response};

/// An observer, and what reports to it: only a server that has one carries the code.
#[derive(Clone)]
pub struct Observing {
    observer: Arc<dyn Observer>,
    functions: &'static Functions,
}

struct Functions {
    answered: fn(&Arc<dyn Observer>, Answered<'_>, Response) -> Response,
    observe_store: ObserveStore,
    opened: fn(&dyn Observer),
    closed: fn(&dyn Observer, u64, u64, Option<&io::Error>),
}

type ObserveStore = fn(Arc<dyn Store>, Arc<dyn Observer>) -> Arc<dyn Store>;

static FUNCTIONS: Functions = Functions {
    answered,
    observe_store: |store, observer| Arc::new(ObservedStore { store, observer }),
    opened: |observer| observer.observe(&Event::ConnectionOpened { peer: None }),
    closed: |observer, received, sent, error| {
        let error = error.map(ConnectionError::Io);
        observer.observe(&Event::ConnectionClosed { peer: None, received, sent, error });
    },
};

impl Observing {
    /// Reports to that observer.
    pub fn new(observer: Arc<dyn Observer>) -> Self {
        Self { observer, functions: &FUNCTIONS }
    }

    /// The observer.
    pub const fn observer(&self) -> &Arc<dyn Observer> {
        &self.observer
    }

    /// Serving over stdio begins.
    pub fn opened(&self) {
        (self.functions.opened)(&*self.observer);
    }

    /// Serving over stdio has ended.
    pub fn closed(&self, received: u64, sent: u64, error: Option<&io::Error>) {
        (self.functions.closed)(&*self.observer, received, sent, error);
    }

    /// A request has been answered.
    pub(crate) fn answered(&self, answered: Answered<'_>, response: Response) -> Response {
        (self.functions.answered)(&self.observer, answered, response)
    }

    /// The same store, its failures reported.
    pub fn observe_store(&self, store: Arc<dyn Store>) -> Arc<dyn Store> {
        (self.functions.observe_store)(store, Arc::clone(&self.observer))
    }
}

/// A request that has been answered.
pub(crate) struct Answered<'a> {
    pub(crate) request: &'a dyn HttpRequest,
    /// When it was received.
    pub(crate) began: Instant,
    pub(crate) ledger: &'a Ledger,
}

fn answered(observer: &Arc<dyn Observer>, answered: Answered<'_>, response: Response) -> Response {
    let Answered { request, began, ledger } = answered;
    observer.observe(&Event::Response {
        request: request.http_head(),
        principal: request.principal(),
        status: response.status,
        rejected: response.rejected,
        elapsed: began.elapsed(),
        usage: ledger.usage(),
    });
    match response.body {
        Body::Stream(events) => {
            observer.observe(&Event::StreamOpened);
            let observed = ObservedStream { events, observer: Arc::clone(observer), sent: 0 };
            Response { body: Body::Stream(EventStream::new(Box::new(observed))), ..response }
        }
        body => Response { body, ..response },
    }
}

struct ObservedStream {
    events: EventStream,
    observer: Arc<dyn Observer>,
    sent: u64,
}

impl Source for ObservedStream {
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Vec<u8>>> {
        let chunk = self.events.poll_chunk(cx);
        if let Poll::Ready(Some(bytes)) = &chunk {
            self.sent += bytes.len() as u64;
        }
        chunk
    }
}

impl Drop for ObservedStream {
    fn drop(&mut self) {
        self.observer.observe(&Event::StreamClosed { sent: self.sent });
    }
}

/// A store whose failures are reported.
struct ObservedStore {
    store: Arc<dyn Store>,
    observer: Arc<dyn Observer>,
}

impl ObservedStore {
    fn follow<'a, T: Send + 'a>(
        &'a self,
        operation: &'static str,
        work: StoreFuture<'a, T>,
    ) -> StoreFuture<'a, T> {
        Box::pin(async move {
            let report = |error: StoreError| {
                self.observer.observe(&Event::StoreFailed { operation, error: &error });
                error
            };
            work.await.map_err(report)
        })
    }
}

impl Store for ObservedStore {
    fn read<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<Entry>> {
        self.follow("read", self.store.read(key))
    }

    fn write<'a>(
        &'a self,
        key: &'a str,
        value: &'a [u8],
        expect: Expect,
        ttl: std::time::Duration,
    ) -> StoreFuture<'a, Option<Version>> {
        self.follow("write", self.store.write(key, value, expect, ttl))
    }

    fn remove<'a>(&'a self, key: &'a str, expect: Expect) -> StoreFuture<'a, bool> {
        self.follow("remove", self.store.remove(key, expect))
    }

    fn keys<'a>(
        &'a self,
        prefix: &'a str,
        after: Option<&'a str>,
        most: usize,
    ) -> StoreFuture<'a, Vec<String>> {
        self.follow("keys", self.store.keys(prefix, after, most))
    }
}
