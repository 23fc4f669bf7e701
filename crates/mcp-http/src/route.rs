//! Paths besides the endpoint's: `/.well-known/…`, health, metrics.

use std::sync::Arc;
use std::time::Duration;

use pulseengine_mcp_protocol::Principal;
use pulseengine_mcp_protocol::http::{Head, HttpRejection, Policy, check_site, not_allowed};
use pulseengine_mcp_runtime::{MaybeFuture, timeout};

use crate::Response;

/// A path that a server serves besides its endpoint, over HTTP on every platform. Its host and origin are checked like those
/// of the endpoint, unless [`Route::before_host_check`] says otherwise.
///
/// ```
/// use pulseengine_mcp_http::{Response, Route, RouteRequest};
///
/// let health = Route::get("/healthz", |_: &RouteRequest<'_>| Response::text(200, "text/plain", "ok\n"))
///     .before_host_check();
/// ```
pub struct Route {
    path: String,
    method: Served,
    check: Check,
    handler: Box<dyn RouteHandler>,
}

/// Which methods a route serves.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Served {
    Get,
    Post,
}

/// What is checked before a route is served.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Check {
    Nothing,
    Host,
    Caller,
}

impl Route {
    /// Serves GET and HEAD at that path, which begins with a slash and has no query. A route with the path of the endpoint
    /// takes its place.
    pub fn get(path: impl Into<String>, handler: impl RouteHandler) -> Self {
        Self { path: path.into(), method: Served::Get, check: Check::Host, handler: Box::new(handler) }
    }

    /// Serves POST at that path. The body may be as long as a message and has to arrive in the same time.
    pub fn post(path: impl Into<String>, handler: impl RouteHandler) -> Self {
        Self { method: Served::Post, ..Self::get(path, handler) }
    }

    /// Serves requests for every host and from pages of every origin: for probes that know only an address.
    #[must_use]
    pub fn before_host_check(mut self) -> Self {
        self.check = Check::Nothing;
        self
    }

    /// Serves authenticated callers only, like the endpoint does. Without an authenticator every request is refused.
    #[must_use]
    pub fn authenticated(mut self) -> Self {
        self.check = Check::Caller;
        self
    }
}

impl Route {
    /// Adds the route to those that were added before; of two with the same path the earlier one is served.
    pub fn after(self, earlier: Option<Arc<dyn Routes>>) -> Arc<dyn Routes> {
        Arc::new(RouteList { earlier, route: self })
    }
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Route").field("path", &self.path).finish_non_exhaustive()
    }
}

/// A request to a [`Route`].
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct RouteRequest<'a> {
    /// The head.
    pub head: Head<'a>,
    /// The body of a POST; empty otherwise.
    pub body: &'a [u8],
    /// The caller, where the route is [`authenticated`](Route::authenticated).
    pub principal: Option<&'a Principal>,
}

/// Answers the requests to a [`Route`]. A function from the request to the response is one, if it has nothing to wait for.
pub trait RouteHandler: Send + Sync + 'static {
    /// The response. The future is dropped when the client has gone, and after `HttpLimits::handler_time`, which is answered with 504.
    fn respond<'a>(&'a self, request: RouteRequest<'a>) -> MaybeFuture<'a, Response>;
}

impl<F: Fn(&RouteRequest<'_>) -> Response + Send + Sync + 'static> RouteHandler for F {
    fn respond<'a>(&'a self, request: RouteRequest<'a>) -> MaybeFuture<'a, Response> {
        MaybeFuture::Ready(self(&request))
    }
}

/// The routes of an endpoint. A trait, so that one without routes does not carry the code.
pub trait Routes: Send + Sync {
    /// The route that a request is for.
    fn find(&self, path: &str) -> Option<&dyn RouteMatch>;
}

/// The route that a request is for.
pub trait RouteMatch: Send + Sync {
    /// Whether the request may be served, judged by its head.
    ///
    /// # Errors
    ///
    /// Why not.
    fn check(&self, head: &Head<'_>, policy: &Policy, authenticates: bool) -> Result<(), HttpRejection>;

    /// Whether only authenticated callers are served.
    fn is_authenticated(&self) -> bool;

    /// Whether there is a body to read.
    fn wants_body(&self) -> bool;

    /// Answers, within that time.
    fn respond<'a>(&'a self, request: RouteRequest<'a>, time: Duration) -> MaybeFuture<'a, Response>;
}

/// A route, and those that were added before it.
struct RouteList {
    earlier: Option<Arc<dyn Routes>>,
    route: Route,
}

impl Routes for RouteList {
    fn find(&self, path: &str) -> Option<&dyn RouteMatch> {
        let earlier = self.earlier.as_deref().and_then(|earlier| earlier.find(path));
        earlier.or_else(|| (self.route.path == path).then_some(&self.route as _))
    }
}

impl RouteMatch for Route {
    fn check(&self, head: &Head<'_>, policy: &Policy, authenticates: bool) -> Result<(), HttpRejection> {
        if self.check != Check::Nothing {
            check_site(head, policy)?;
        }
        if self.check == Check::Caller && !authenticates {
            return Err(HttpRejection::new(403, "Forbidden: the server authenticates no callers"));
        }
        match (self.method, head.method) {
            (Served::Get, "GET" | "HEAD") | (Served::Post, "POST") => Ok(()),
            (Served::Get, _) => Err(not_allowed("GET, HEAD", "Method not allowed: this path is read by GET")),
            (Served::Post, _) => Err(not_allowed("POST", "Method not allowed: this path takes POST")),
        }
    }

    fn is_authenticated(&self) -> bool {
        self.check == Check::Caller
    }

    fn wants_body(&self) -> bool {
        self.method == Served::Post
    }

    fn respond<'a>(&'a self, request: RouteRequest<'a>, time: Duration) -> MaybeFuture<'a, Response> {
        match self.handler.respond(request) {
            MaybeFuture::Pending(responding) => MaybeFuture::pending(async move {
                timeout(time, responding).await.unwrap_or_else(|_| {
                    Response::text(504, "text/plain; charset=utf-8", "The handler took too long\n")
                })
            }),
            ready => ready,
        }
    }
}
