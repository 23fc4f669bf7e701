//! One HTTP request, from its head and body to the response: the same on every platform.
//!
//! A driver asks [`Endpoint::inquire`] with the head, reads the body if it is wanted, and passes it to
//! [`Endpoint::answer`]. Whether the answer is one JSON document or a stream of events is decided by what comes first,
//! the answer or something that the handler says before, and by the client: one that names events first gets them.

mod alone;
mod exchange;
mod gate;
mod listen;
mod response;
mod session;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use pulseengine_mcp_protocol::{Call, Error, Limits, Method, Principal};
use pulseengine_mcp_runtime::{Instant, unix_time};
use pulseengine_mcp_store::Store;

pub use self::gate::{Account, Authenticating, Authenticator, Gate, Identifying, Reading, Responding, gate};
pub use self::response::{Body, EventStream, Response};
use self::session::{Keeper, Sessions};
use crate::http::{self, Accepted, Head, HttpLimits, Inquiry, Kind, Name, Once, Policy, Refused};
use crate::{Answer, Handler, Instance, Peer, Reply};

/// An MCP endpoint over HTTP: one server, its policy, and what is being served. Cheap to clone; clones are the same
/// endpoint.
#[derive(Clone)]
pub struct Endpoint {
    shared: Arc<Shared>,
    /// The server, as it serves who asks.
    handler: Arc<dyn Handler>,
    /// Who asks, where that has been found out.
    principal: Option<Principal>,
}

struct Shared {
    handler: Arc<dyn Handler>,
    limits: Limits,
    policy: Policy,
    instance: Instance,
    /// Where sessions are kept besides memory.
    store: Option<Arc<dyn Store>>,
    /// Serves the revisions up to 2025-11-25 in sessions.
    keeper: Option<Box<dyn Keeper>>,
    /// Opens streams of changes; set where anything can be told on one, so that only such an instance carries the code.
    listen: Option<Listen>,
    in_flight: AtomicUsize,
    streams: AtomicUsize,
    /// The connections that stay open until somebody ends them.
    open: Mutex<Vec<Weak<Peer>>>,
}

type Listen = for<'a> fn(&'a Endpoint, Call) -> Responding<'a>;

/// A request that is being served.
pub(crate) enum Begun<'a> {
    /// It is done already.
    Now(Response),
    /// Something has to be waited for.
    Later(Responding<'a>),
}

impl Shared {
    fn new(handler: Arc<dyn Handler>, policy: Policy, instance: Instance) -> Self {
        let (limits, store) = (handler.limits(), handler.store());
        Self {
            handler,
            store,
            limits,
            policy,
            instance,
            keeper: None,
            listen: instance.reaches_others().then_some(listen::open as Listen),
            in_flight: AtomicUsize::new(0),
            streams: AtomicUsize::new(0),
            open: Mutex::default(),
        }
    }
}

impl Endpoint {
    /// An endpoint for the server `handler`, run by such an instance. Clients of the revisions up to 2025-11-25 are
    /// served without sessions: each request alone, so that the server cannot ask them anything.
    pub fn new(handler: Arc<dyn Handler>, policy: Policy, instance: Instance) -> Self {
        Self::of(Shared::new(handler, policy, instance))
    }

    /// An endpoint that gives clients of the revisions up to 2025-11-25 a session, if the instance outlives a request.
    pub fn with_sessions(handler: Arc<dyn Handler>, policy: Policy, instance: Instance) -> Self {
        let mut shared = Shared::new(handler, policy, instance);
        // Assigned, not passed to `new`: a parameter of both makes the compiler link sessions into programs without.
        if instance.lasting {
            shared.keeper = Some(Box::<Sessions>::default());
        }
        Self::of(shared)
    }

    fn of(shared: Shared) -> Self {
        let handler = Arc::clone(&shared.handler);
        Self { shared: Arc::new(shared), handler, principal: None }
    }

    /// The bounds on requests and connections.
    pub fn limits(&self) -> &HttpLimits {
        self.shared.policy.limits()
    }

    /// The most bytes that a body may have.
    pub fn longest_body(&self) -> usize {
        self.shared.limits.message
    }

    /// Checks a head, before the body is read.
    ///
    /// # Errors
    ///
    /// The refusal, to be sent as it is.
    pub fn inquire<'a>(&self, head: &Head<'a>) -> Result<Inquiry<'a>, Response> {
        http::inquire(head, &self.shared.policy, self.shared.limits.message).map_err(Response::refused)
    }

    /// What finds out who a request is from, once its head has been checked; `None` where the server does not want to know.
    pub fn gate(&self) -> Option<&dyn Gate> {
        self.handler.gate()
    }

    /// Answers a request. Dropping the future, or the response's stream, cancels what is done for it.
    /// A server that wants to know who it is from refuses a request that has passed no driver.
    pub async fn answer(&self, inquiry: Inquiry<'_>, body: Vec<u8>) -> Response {
        if self.gate().is_some() && self.principal.is_none() {
            return Response::refused(Refused::new(401, "Unauthorized: nobody is known to have sent this"));
        }
        let response = match self.begin(&inquiry, body) {
            Begun::Now(response) => response,
            Begun::Later(response) => response.await,
        };
        response.suited(inquiry.given.accepts)
    }

    pub(crate) fn begin<'a>(&'a self, inquiry: &'a Inquiry<'a>, body: Vec<u8>) -> Begun<'a> {
        let keeper = self.shared.keeper.as_deref();
        if inquiry.kind != Kind::Post {
            return match keeper {
                Some(keeper) => Begun::Later(keeper.serve(self, inquiry, text_of(body))),
                None => Begun::Now(Response::refused(http::not_allowed("POST"))),
            };
        }
        match (http::accept(inquiry, body, &self.shared.limits), keeper) {
            (Err(refused), _) => Begun::Now(Response::refused(refused)),
            (Ok(Accepted::Notification), _) => Begun::Now(Response::accepted()),
            (Ok(Accepted::Call(call)), _) => self.call(call, self.shared.instance),
            (Ok(Accepted::Initialize(text)), Some(keeper))
                if inquiry.given.field(Name::SessionId) == Once::Absent =>
            {
                Begun::Later(keeper.begin(self, text))
            }
            (Ok(Accepted::Initialize(text) | Accepted::Earlier(text)), Some(keeper)) => {
                Begun::Later(keeper.serve(self, inquiry, text))
            }
            (Ok(Accepted::Initialize(text)), None) => alone::serve(self, None, text),
            (Ok(Accepted::Earlier(text)), None) => alone::serve(self, Some(inquiry.revision()), text),
        }
    }

    /// Has a request served by the server, which is told that such an instance does.
    fn call(&self, call: Call, instance: Instance) -> Begun<'_> {
        if call.method == Method::Listen {
            return match self.shared.listen {
                Some(listen) => Begun::Later(listen(self, call)),
                None => Begun::Now(self.tell_nothing(&call, instance)),
            };
        }
        let Some(place) = Place::take(self, Use::Request) else { return Begun::Now(Response::busy()) };
        let peer = Arc::new(Peer::new(instance));
        let (id, revision) = (call.id.clone(), call.revision);
        match self.handler.serve(call, &peer) {
            Answer::Ready(reply) => Begun::Now(Response::reply(reply, revision)),
            Answer::Later(handler) => {
                Begun::Later(exchange::run(place, peer, handler, id, revision, self.limits()))
            }
        }
    }

    /// When who asks is no longer known for who they are; `None`: that does not end, or nobody is known.
    fn known_until(&self) -> Option<Instant> {
        let expires = self.principal.as_ref()?.expires()?;
        Some(Instant::now() + expires.saturating_sub(unix_time()))
    }

    /// Answers a request to hear of changes where none could ever be told.
    fn tell_nothing(&self, call: &Call, instance: Instance) -> Response {
        let told = match self.handler.offer(instance).announcing {
            Some(announcing) => announcing.tell_nothing(call),
            None => Err(Error::method_not_found(call.method.name())),
        };
        match told {
            Ok([acknowledgement, end]) => Response::events(&[&acknowledgement, &end]),
            Err(error) => Response::reply(Reply::error(&call.id, call.revision, &error), call.revision),
        }
    }

    /// Ends the streams that stay open, in good order. Requests that are being served go on.
    pub fn shut_down(&self) {
        let open = std::mem::take(&mut *self.shared.open.lock().unwrap_or_else(PoisonError::into_inner));
        for peer in open.iter().filter_map(Weak::upgrade) {
            peer.end();
        }
    }

    /// How many requests and streams are being served.
    pub fn in_flight(&self) -> usize {
        self.shared.in_flight.load(Ordering::Relaxed) + self.shared.streams.load(Ordering::Relaxed)
    }

    fn keep(&self, peer: &Arc<Peer>) {
        let mut open = self.shared.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|peer| peer.strong_count() > 0);
        open.push(Arc::downgrade(peer));
    }
}

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Endpoint").field("policy", &self.shared.policy).finish_non_exhaustive()
    }
}

/// The text of a message that the conversation will judge. What is no UTF-8 is no JSON either, as nothing is.
fn text_of(body: Vec<u8>) -> String {
    String::from_utf8(body).unwrap_or_default()
}

/// What a place is taken for.
#[derive(Clone, Copy)]
pub(crate) enum Use {
    /// A request that will be answered.
    Request,
    /// A stream that stays open.
    Stream,
}

/// A place among those that are served at once. Dropping it makes room.
pub(crate) struct Place {
    shared: Arc<Shared>,
    used: Use,
}

impl Place {
    fn take(endpoint: &Endpoint, used: Use) -> Option<Self> {
        let place = Self { shared: Arc::clone(&endpoint.shared), used };
        let (count, most) = place.count();
        // A place too many is given back by the drop.
        (count.fetch_add(1, Ordering::Relaxed) < most).then_some(place)
    }

    fn count(&self) -> (&AtomicUsize, usize) {
        let limits = self.shared.policy.limits();
        match self.used {
            Use::Request => (&self.shared.in_flight, limits.in_flight),
            Use::Stream => (&self.shared.streams, limits.streams),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.count().0.fetch_sub(1, Ordering::Relaxed);
    }
}
