//! One HTTP request, from its head and body to the response: the same on every platform.
//!
//! A driver calls [`Endpoint::serve`] with the head and a reader of the body. Whether the answer is one JSON document or a
//! stream of events is decided by what comes first, the answer or something that the handler sends before, and by the
//! client: one that names events first gets them.

use std::sync::Arc;

use pulseengine_mcp_protocol::envelope::{self, Message, Request, Unit};
use pulseengine_mcp_protocol::http::{
    self, Accepted, CheckedHead, Head, HeaderName, HttpLimits, Policy, RequestKind, SingleValue,
};
use pulseengine_mcp_protocol::{Call, Error, Method, Principal, Reply};
use pulseengine_mcp_runtime::MaybeFuture;
use pulseengine_mcp_store::Store;
use pulseengine_mcp_transport::{Handler, Instance};

use crate::caller::{Caller, Shared};
use crate::session::{SessionManager, Sessions};
use crate::{AuthGate, BodyError, ReadBody, Response, exchange, sessionless, subscription};

/// An MCP endpoint over HTTP: one server, its policy, and what is being served. Cheap to clone; clones are the same
/// endpoint.
#[derive(Clone)]
pub struct Endpoint {
    core: Arc<Core>,
}

struct Core {
    anonymous: Caller,
    auth: Option<Arc<dyn AuthGate>>,
    /// Serves the revisions up to 2025-11-25 in sessions.
    sessions: Option<Box<dyn SessionManager>>,
    /// Opens subscription streams; set where anything can be announced, so that only such an instance carries the code.
    subscribe: Option<fn(&Caller, &Call) -> Response>,
}

/// An endpoint being put together.
pub struct EndpointBuilder {
    handler: Arc<dyn Handler>,
    policy: Policy,
    instance: Instance,
    auth: Option<Arc<dyn AuthGate>>,
    store: Option<Arc<dyn Store>>,
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

    /// Authenticates the callers.
    #[must_use]
    pub fn auth_gate(mut self, gate: Option<Arc<dyn AuthGate>>) -> Self {
        self.auth = gate;
        self
    }

    /// Where sessions are kept besides memory, so that they outlive the process.
    #[must_use]
    pub fn store(mut self, store: Option<Arc<dyn Store>>) -> Self {
        self.store = store;
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
        let instance = self.instance;
        let shared = Arc::new(Shared::new(self.handler, self.policy, instance, self.store));
        let core = Core {
            anonymous: Caller::anonymous(&shared),
            auth: self.auth,
            sessions: self.sessions.filter(|_| instance.lasting).map(|sessions| sessions()),
            subscribe: instance
                .reaches_others()
                .then_some(subscription::open as fn(&Caller, &Call) -> Response),
        };
        Endpoint { core: Arc::new(core) }
    }
}

impl Endpoint {
    /// Begins an endpoint for the server `handler`.
    pub fn builder(handler: Arc<dyn Handler>) -> EndpointBuilder {
        EndpointBuilder {
            handler,
            policy: Policy::new(),
            instance: Instance::PROCESS,
            auth: None,
            store: None,
            sessions: None,
        }
    }

    /// The limits on requests and connections.
    pub fn limits(&self) -> &HttpLimits {
        self.core.anonymous.limits()
    }

    /// Whether the endpoint authenticates its callers.
    pub fn authenticates(&self) -> bool {
        self.core.auth.is_some()
    }

    /// Serves a request: checks the head, authenticates the caller, reads the body, answers. Dropping the future, or the
    /// response's stream, cancels the work for the request.
    pub async fn serve(&self, head: &Head<'_>, body: &mut impl ReadBody) -> Response {
        let core = &*self.core;
        let checked = match self.check_head(head) {
            Ok(checked) => checked,
            Err(rejected) => return rejected,
        };
        let authenticated;
        let caller = match &core.auth {
            None => &core.anonymous,
            Some(gate) => match gate.identify(head, self.limits()).await {
                Ok(principal) => {
                    authenticated = Caller::of(&core.anonymous.shared, principal);
                    &authenticated
                }
                Err(rejected) => return rejected,
            },
        };
        self.answer(caller, &checked, body).await
    }

    /// Serves a request whose caller was authenticated before, by a program around the endpoint.
    pub async fn serve_as(
        &self,
        principal: Principal,
        head: &Head<'_>,
        body: &mut impl ReadBody,
    ) -> Response {
        let caller = Caller::of(&self.core.anonymous.shared, principal);
        match self.check_head(head) {
            Ok(checked) => self.answer(&caller, &checked, body).await,
            Err(rejected) => rejected,
        }
    }

    fn check_head<'a>(&self, head: &Head<'a>) -> Result<CheckedHead<'a>, Response> {
        let shared = &self.core.anonymous.shared;
        http::check_head(head, &shared.policy, shared.limits.message).map_err(Response::rejected)
    }

    async fn answer(&self, caller: &Caller, checked: &CheckedHead<'_>, body: &mut impl ReadBody) -> Response {
        let shared = &caller.shared;
        let bytes = match checked.wants_body() {
            false => Ok(Vec::new()),
            true => body.read(checked.content_length(), shared.limits.message, self.limits().body_time).await,
        };
        let response = match bytes {
            Ok(bytes) => self.respond(caller, checked, bytes).await_value().await,
            Err(BodyError::TooLong) => Response::too_large(),
            Err(BodyError::TooSlow) => Response::too_slow(),
            Err(BodyError::Broken) => Response::broken(),
        };
        response.suited(checked.headers.accepts)
    }

    fn respond<'a>(
        &'a self,
        caller: &'a Caller,
        checked: &'a CheckedHead<'a>,
        body: Vec<u8>,
    ) -> MaybeFuture<'a, Response> {
        let sessions = self.core.sessions.as_deref();
        if checked.kind != RequestKind::Post {
            return match sessions {
                Some(sessions) => {
                    let limits = &caller.shared.limits;
                    let unit = checked.wants_body().then(|| envelope::parse(body, limits));
                    MaybeFuture::Pending(sessions.serve(caller, checked, unit))
                }
                None => MaybeFuture::Ready(Response::rejected(http::not_allowed("POST"))),
            };
        }
        match (http::check_body(checked, body, &caller.shared.limits), sessions) {
            (Err(rejection), _) => MaybeFuture::Ready(Response::rejected(rejection)),
            (Ok(Accepted::Notification), _) => MaybeFuture::Ready(Response::accepted()),
            (Ok(Accepted::Call(call)), _) => self.call(caller, call),
            (Ok(Accepted::Initialize(request)), Some(sessions))
                if checked.headers.field(HeaderName::SessionId) == SingleValue::Absent =>
            {
                MaybeFuture::Pending(sessions.begin(caller, request))
            }
            (Ok(Accepted::Initialize(request)), Some(sessions)) => {
                MaybeFuture::Pending(sessions.serve(caller, checked, Some(unit_of(request))))
            }
            (Ok(Accepted::Earlier(unit)), Some(sessions)) => {
                MaybeFuture::Pending(sessions.serve(caller, checked, Some(unit)))
            }
            (Ok(Accepted::Initialize(request)), None) => sessionless::serve(caller, None, unit_of(request)),
            (Ok(Accepted::Earlier(unit)), None) => sessionless::serve(caller, Some(checked.revision()), unit),
        }
    }

    /// Serves a request of 2026-07-28.
    fn call(&self, caller: &Caller, call: Call) -> MaybeFuture<'static, Response> {
        let instance = caller.shared.instance;
        if call.method == Method::Listen {
            return MaybeFuture::Ready(match self.core.subscribe {
                Some(subscribe) => subscribe(caller, &call),
                None => acknowledge_nothing(caller, &call),
            });
        }
        exchange::serve(caller, call, instance)
    }

    /// Ends the streams that stay open, in good order. Requests that are being served go on.
    pub fn shut_down(&self) {
        self.core.anonymous.shared.end_open();
    }

    /// How many requests and streams are being served.
    pub fn in_flight(&self) -> usize {
        self.core.anonymous.shared.permits.in_use()
    }
}

/// Answers `subscriptions/listen` where nothing can ever be announced.
fn acknowledge_nothing(caller: &Caller, call: &Call) -> Response {
    let messages = match caller.handler.offer(caller.shared.instance).announcing {
        Some(announcing) => announcing.tell_nothing(call),
        None => Err(Error::method_not_found(call.method.name())),
    };
    match messages {
        Ok([acknowledgement, end]) => Response::events(&[&acknowledgement, &end]),
        Err(error) => Response::reply(Reply::error(error), &call.id, call.revision),
    }
}

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Endpoint").field("policy", &self.core.anonymous.shared.policy).finish_non_exhaustive()
    }
}

fn unit_of(request: Request) -> Unit {
    Unit::One(Ok(Message::Request(request)))
}
