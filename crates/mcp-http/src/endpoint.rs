//! One HTTP request, from its head and body to the response: the same on every platform.
//!
//! A driver calls [`Endpoint::serve`] with the head and a reader of the body. Whether the answer is one JSON document or a
//! stream of events is decided by what comes first, the answer or something that the handler sends before, and by the
//! client: one that names events first gets them.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use pulseengine_mcp_protocol::envelope::{self, Message, Request, Unit};
use pulseengine_mcp_protocol::http::{
    self, Accepted, Accepts, CheckedHead, HttpLimits, HttpRejection, Policy, RequestKind,
};
use pulseengine_mcp_protocol::{Call, Method, Principal};
use pulseengine_mcp_runtime::{Instant, MaybeFuture};
use pulseengine_mcp_transport::{Handler, Instance, Observer, Usage};

use crate::auth::AuthGate;
use crate::caller::{Caller, Shared};
use crate::ledger::{Ledger, Resource};
use crate::listen::{Admitting, Subscribe, open};
use crate::observed::Answered;
use crate::parts::ServerParts;
use crate::request::HttpRequest;
use crate::route::{RouteMatch, Routes};
use crate::session::{SessionManager, Sessions};
use crate::{
    Authenticated, BodyLimits, ReadBody, RequestHead, Response, RouteRequest, cors, exchange, request,
    sessionless, subscription,
};

/// An MCP endpoint over HTTP: one server, its policy, and what is being served. Cheap to clone; clones are the same
/// endpoint.
#[derive(Clone)]
pub struct Endpoint {
    core: Arc<Core>,
}

struct Core {
    shared: Arc<Shared>,
    auth_gate: Option<Arc<dyn AuthGate>>,
    routes: Option<Arc<dyn Routes>>,
    admitting: Option<Admitting>,
    /// Serves the revisions up to 2025-11-25 in sessions.
    sessions: Option<Box<dyn SessionManager>>,
    /// Opens subscription streams; set where anything can be announced, so that only such an instance carries the code.
    subscribe: Option<Subscribe>,
}

/// An endpoint being put together.
pub struct EndpointBuilder {
    handler: Arc<dyn Handler>,
    parts: ServerParts,
    pub(crate) policy: Policy,
    pub(crate) instance: Instance,
    sessions: Option<fn() -> Box<dyn SessionManager>>,
}

impl EndpointBuilder {
    /// Who may use the endpoint, and within which limits.
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// What the instance of the program can do, in place of [`Instance::PROCESS`].
    #[must_use]
    pub const fn instance(mut self, instance: Instance) -> Self {
        self.instance = instance;
        self
    }

    /// Gives clients of the revisions up to 2025-11-25 a session, if the instance outlives a request. Without sessions
    /// each of their requests is served by itself, so that the server cannot ask them anything.
    #[must_use]
    pub fn sessions(mut self) -> Self {
        self.sessions = Some(|| Box::<Sessions>::default());
        self
    }

    /// The endpoint.
    pub fn build(self) -> Endpoint {
        let Self { handler, parts, instance, .. } = self;
        if !instance.lasting {
            handler.short_lived();
        }
        let ServerParts { auth_gate, store, routes, observing, admitting } = parts;
        let shared = Shared::new(handler, self.policy, instance, store, observing);
        let core = Core {
            shared: Arc::new(shared),
            auth_gate,
            routes,
            admitting,
            sessions: self.sessions.filter(|_| instance.lasting).map(|sessions| sessions()),
            subscribe: instance.reaches_others().then_some(subscription::open as Subscribe),
        };
        Endpoint { core: Arc::new(core) }
    }
}

/// What a request is for.
#[derive(Clone, Copy)]
enum Target<'a> {
    Message(&'a CheckedHead<'a>),
    Route(&'a dyn RouteMatch),
}

impl Target<'_> {
    /// Whether only authenticated callers are served.
    fn is_authenticated(self) -> bool {
        match self {
            Self::Message(_) => true,
            Self::Route(route) => route.is_authenticated(),
        }
    }

    /// What the client takes.
    fn accepts(self) -> Accepts {
        match self {
            Self::Message(checked) => checked.headers.accepts,
            Self::Route(_) => Accepts::default(),
        }
    }

    /// The declared length of the body, if there is a body to read.
    fn body(self) -> Option<Option<usize>> {
        match self {
            Self::Message(checked) => checked.wants_body.then_some(checked.content_length),
            Self::Route(route) => route.wants_body().then_some(None),
        }
    }
}

impl Endpoint {
    /// Begins an endpoint for the server `handler`, with its parts.
    pub fn builder(handler: Arc<dyn Handler>, parts: ServerParts) -> EndpointBuilder {
        EndpointBuilder { handler, parts, policy: Policy::new(), instance: Instance::PROCESS, sessions: None }
    }

    /// The limits on requests and connections.
    pub fn limits(&self) -> &HttpLimits {
        self.core.shared.policy.limits()
    }

    /// The caller of a request, authenticated by a program around the endpoint; see [`serve_as`](Self::serve_as).
    pub fn authenticated(&self, principal: Principal) -> Authenticated {
        Authenticated::new(principal, self.limits(), self.ledger())
    }

    pub(crate) fn ledger(&self) -> &Arc<Ledger> {
        &self.core.shared.ledger
    }

    /// Whether the endpoint authenticates its callers.
    pub fn authenticates(&self) -> bool {
        self.core.auth_gate.is_some()
    }

    /// Serves a request: checks the head, authenticates the caller, reads the body, answers. Dropping the future, or the
    /// response's stream, cancels the work for the request.
    pub async fn serve(&self, head: impl RequestHead, body: &mut impl ReadBody) -> Response {
        self.serve_received(&request::received(head, None, None), body).await
    }

    /// Serves a request whose caller was authenticated before, by a program around the endpoint.
    pub async fn serve_as(
        &self,
        caller: Authenticated,
        head: impl RequestHead,
        body: &mut impl ReadBody,
    ) -> Response {
        self.serve_received(&request::received(head, Some(caller), None), body).await
    }

    pub(crate) async fn serve_received(
        &self,
        request: &Arc<dyn HttpRequest>,
        body: &mut impl ReadBody,
    ) -> Response {
        let began = self.begin();
        let response = self.readable(request, self.respond_to(request, body).await);
        self.answered(began, request, response)
    }

    /// A response as the page can read it that the request comes from.
    pub(crate) fn readable(&self, request: &Arc<dyn HttpRequest>, response: Response) -> Response {
        cors::complete(&self.core.shared.policy, &request.http_head(), response)
    }

    /// When a request was received, if that is observed.
    #[inline]
    pub(crate) fn begin(&self) -> Option<Instant> {
        self.core.shared.observing.as_ref().map(|_| Instant::now())
    }

    /// Reports a response.
    #[inline]
    pub(crate) fn answered(
        &self,
        began: Option<Instant>,
        request: &Arc<dyn HttpRequest>,
        response: Response,
    ) -> Response {
        match (&self.core.shared.observing, began) {
            (Some(observing), Some(began)) => {
                observing.answered(Answered { request: &**request, began, ledger: self.ledger() }, response)
            }
            _ => response,
        }
    }

    /// Whether the caller of a request is known, or will be.
    fn knows_caller_of(&self, request: &Arc<dyn HttpRequest>) -> bool {
        self.authenticates() || request.authenticated().get().is_some()
    }

    async fn respond_to(&self, request: &Arc<dyn HttpRequest>, body: &mut impl ReadBody) -> Response {
        let (core, shared, head) = (&*self.core, &self.core.shared, request.http_head());
        let (policy, most) = (&shared.policy, shared.limits.message);
        let route = core.routes.as_deref().and_then(|routes| routes.find(head.path));
        let checked;
        let target = match route {
            Some(route) => match route.check(&head, policy, self.knows_caller_of(request)) {
                Ok(()) => Target::Route(route),
                Err(rejection) => return Response::rejected(rejection),
            },
            None => match http::check_head(&head, policy, most) {
                Ok(head) if head.kind == RequestKind::Health => {
                    return Response::text(200, "text/plain", "ok");
                }
                Ok(head) => {
                    checked = head;
                    Target::Message(&checked)
                }
                Err(rejection) => return Response::rejected(rejection),
            },
        };
        if let Some(gate) = core.auth_gate.as_ref().filter(|_| target.is_authenticated())
            && let Err(rejected) = gate.identify(&**request, policy.limits(), &shared.ledger).await
        {
            return rejected;
        }
        let accepts = target.accepts();
        let caller = Caller { shared, request, accepts };
        let mut bytes = Vec::new();
        if let Some(declared) = target.body() {
            let mut held = match caller.account().take(Resource::Requests) {
                Ok(held) => held,
                Err(full) => return full.into(),
            };
            let mut limits = BodyLimits::new(declared, most, policy.limits().body_time, &mut held);
            bytes = match body.read(&mut limits).await {
                Ok(bytes) => bytes,
                Err(error) => return error.into(),
            };
            request.hold(held);
        }
        let whole;
        let responding = match target {
            Target::Message(checked) => self.respond(caller, checked, bytes),
            Target::Route(route) => {
                whole = bytes;
                let request = RouteRequest { head, body: &whole, principal: caller.principal() };
                route.respond(request, policy.limits().handler_time)
            }
        };
        let response = responding.await_value().await;
        match target {
            Target::Route(_) => response,
            Target::Message(_) => self.suited(&**request, response, accepts),
        }
    }

    /// The response to a message as the client takes it.
    fn suited(&self, request: &dyn HttpRequest, response: Response, accepts: Accepts) -> Response {
        match self.core.admitting {
            Some(admitting) if request.is_rejected() => (admitting.head_of)(request, response, accepts),
            _ => response.suited(accepts),
        }
    }

    fn respond<'a>(
        &'a self,
        caller: Caller<'a>,
        checked: &'a CheckedHead<'a>,
        body: Vec<u8>,
    ) -> MaybeFuture<'a, Response> {
        let sessions = self.core.sessions.as_deref();
        if checked.kind != RequestKind::Post {
            return match sessions {
                Some(sessions) => {
                    let limits = &caller.shared.limits;
                    let unit = checked.wants_body.then(|| envelope::parse(body, limits));
                    MaybeFuture::Pending(sessions.serve(caller, checked, unit))
                }
                None => MaybeFuture::Ready(Response::rejected(http::not_allowed("POST", NO_SESSIONS))),
            };
        }
        if !caller.accepts.events {
            caller.request.answer_only().store(true, Ordering::Relaxed);
        }
        match (http::check_body(checked, body, &caller.shared.limits), sessions) {
            (Err(rejection), _) => MaybeFuture::Ready(Response::rejected(rejection)),
            (Ok(Accepted::Notification), _) => MaybeFuture::Ready(Response::accepted()),
            (Ok(Accepted::Call(call)), _) => self.call(caller, call),
            (Ok(Accepted::Initialize(request)), Some(sessions)) => {
                MaybeFuture::Pending(sessions.begin(caller, checked, request))
            }
            (Ok(Accepted::Earlier(unit)), Some(sessions)) => {
                MaybeFuture::Pending(sessions.serve(caller, checked, Some(unit)))
            }
            (Ok(Accepted::Initialize(request)), None) => sessionless::serve(caller, None, unit_of(request)),
            (Ok(Accepted::Earlier(unit)), None) => sessionless::serve(caller, Some(checked.revision()), unit),
        }
    }

    /// Serves a request of 2026-07-28.
    fn call(&self, caller: Caller<'_>, mut call: Call) -> MaybeFuture<'static, Response> {
        call.set_context(caller.context());
        let instance = caller.shared.instance;
        if call.method != Method::Listen {
            return exchange::serve(caller, call, instance);
        }
        if !caller.accepts.events {
            let mut rejection = HttpRejection::new(406, NO_EVENTS);
            rejection.id = Some(call.id);
            return MaybeFuture::Ready(Response::rejected(rejection));
        }
        match self.core.admitting {
            None => MaybeFuture::Ready(open(self.core.subscribe, caller, &call)),
            Some(admitting) => (admitting.admit)(caller, call, self.core.subscribe),
        }
    }

    /// Ends the streams that stay open, in good order. Requests that are being served go on.
    pub fn shut_down(&self) {
        self.core.shared.end_open();
    }

    /// Answers the requests that are still being served with an error, 503 where the response has not begun.
    pub fn abort(&self) {
        self.core.shared.abort_open();
    }

    /// How long requests may go on when serving ends, as the server says.
    pub fn grace(&self) -> Duration {
        self.core.shared.handler.grace()
    }

    /// Sees what happens around requests.
    pub fn observer(&self) -> Option<&Arc<dyn Observer>> {
        self.core.shared.observer()
    }

    /// What is held for all clients.
    pub fn usage(&self) -> Usage {
        self.ledger().usage()
    }

    /// How many requests and streams are being served.
    pub fn in_flight(&self) -> usize {
        self.core.shared.in_use()
    }
}

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Endpoint").field("policy", &self.core.shared.policy).finish_non_exhaustive()
    }
}

const NO_EVENTS: &str = "Not acceptable: Accept must admit text/event-stream";
const NO_SESSIONS: &str = "Method not allowed: there are no sessions here; MCP messages are sent by POST";

fn unit_of(request: Request) -> Unit {
    Unit::One(Ok(Message::Request(request)))
}
