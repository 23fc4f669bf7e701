//! A server that uses everything a layer, an observer, a route and a principal can do. A token is the name of the caller,
//! its scopes stand after a colon.

mod counts;

use std::time::Duration;

use pulseengine_mcp::http::{Head, HttpRejection, Response, Route, RouteRequest};
use pulseengine_mcp::prelude::*;
use pulseengine_mcp::runtime::{MaybeFuture, sleep};
use pulseengine_mcp::{
    Admission, Call, Entry, Error, Filter, Layer, Method, Outcome, Principal, Refusal, Reply, Request,
};

use self::counts::{COUNTS, Watch};

struct Layered;

/// A claim of the program's own.
struct Tenant(usize);

#[server(name = "layered", version = "1.0.0", lists_ttl_ms = 1000, lists_cache = "public")]
impl Layered {
    /// Anyone may call it.
    #[tool]
    fn open(&self) -> &'static str {
        "open"
    }

    /// Needs a scope.
    #[tool(scopes("files:write"), destructive = true, meta = r#"{"group":"files"}"#)]
    fn write(&self) -> &'static str {
        "written"
    }

    /// The tenant of the caller, and the caller's scopes.
    #[tool]
    fn tenant(&self, cx: &Context) -> String {
        let Some(caller) = cx.principal() else { return "none".into() };
        let tenant = caller.claim::<Tenant>().map_or(0, |Tenant(number)| *number);
        let scopes: Vec<_> = caller.scopes().collect();
        format!("{} {tenant} [{}]", caller.id(), scopes.join(" "))
    }

    /// What the head of the request says.
    #[tool]
    fn head(&self, cx: &Context) -> String {
        match cx.http() {
            None => "no head".into(),
            Some(head) => {
                format!(
                    "{} {} x-trace={}",
                    head.method,
                    head.path,
                    head.field("x-trace").text().unwrap_or("none")
                )
            }
        }
    }

    /// Whether the address of the client is known.
    #[tool]
    fn peer(&self, cx: &Context) -> &'static str {
        match cx.http().and_then(|head| head.peer) {
            Some(address) if address.ip().is_loopback() => "loopback",
            Some(_) => "elsewhere",
            None => "unknown",
        }
    }

    /// Waits, in milliseconds.
    #[tool]
    async fn wait(&self, time: u32) -> &'static str {
        sleep(Duration::from_millis(time.into())).await;
        "waited"
    }

    /// Fails.
    #[tool]
    fn fail(&self) -> Result<String, ToolError> {
        Err("it failed".into())
    }

    /// Works for a while, as a task where there can be one.
    #[tool(task)]
    async fn work(&self, time: u32) -> &'static str {
        sleep(Duration::from_millis(time.into())).await;
        "worked"
    }

    /// Anyone may read it.
    #[resource("layered://open", ttl_ms = 1000, cache = "public")]
    fn readme(&self) -> &'static str {
        "open"
    }

    /// Needs a scope.
    #[resource("layered://secret", scopes("files:read"))]
    fn secret(&self) -> &'static str {
        "secret"
    }

    /// Needs a scope.
    #[resource("layered://files/{name}", scopes("files:read"))]
    fn file(&self, name: String) -> String {
        name
    }

    /// Anyone may use it.
    #[prompt]
    fn greet(&self, name: String) -> String {
        format!("Greet {name}.")
    }

    /// Needs a scope.
    #[prompt(scopes("files:write"))]
    fn rewrite(&self, name: String) -> String {
        format!("Rewrite {name}.")
    }

    #[completion(prompt = "rewrite", argument = "name")]
    fn rewrite_name(&self) -> Vec<String> {
        vec!["a.txt".into()]
    }
}

/// Whether the caller has all scopes that an entry needs.
fn may_use(call: &Call, entry: &Entry<'_>) -> bool {
    entry.scopes.iter().all(|scope| call.principal().is_some_and(|caller| caller.has_scope(scope)))
}

/// Waits, refuses, filters, changes results.
struct Policy;

impl Layer for Policy {
    fn before_async(&self, request: &Request) -> Admission {
        COUNTS.begun();
        let field = |name| request.http().and_then(|head| head.field(name).text().map(str::to_owned));
        if field("x-limit").is_some() {
            return refuse(HttpRejection::too_many_requests(Duration::from_millis(1500)));
        }
        if request.method == Method::Listen && field("x-deny").is_some() {
            return refuse(HttpRejection::forbidden("Bearer error=\"insufficient_scope\""));
        }
        let missing = request.entry().is_some_and(|entry| !may_use(request, &entry));
        let Some(time) = field("x-wait").and_then(|time| time.parse().ok()) else {
            return MaybeFuture::Ready(verdict(request, missing));
        };
        let request = request.clone();
        MaybeFuture::pending(async move {
            sleep(Duration::from_millis(time)).await;
            verdict(&request, missing)
        })
    }

    fn filter<'a>(&'a self, request: &'a Request) -> Option<Filter<'a>> {
        Some(Box::new(|entry| may_use(request, entry)))
    }

    fn decides_scopes(&self) -> bool {
        true
    }

    fn on_reply(&self, request: &Request, reply: &mut Reply) {
        let open = Some("open".into());
        if request.method == Method::CallTool
            && request.string(pulseengine_mcp::params::Key::Name) == open
            && let Ok(result) = reply.result()
        {
            let changed = result.replace("\"open\"", "\"open, as a layer says\"");
            reply.set_result(&changed);
        }
    }

    fn after(&self, _request: &Request, outcome: Outcome) {
        COUNTS.ended(outcome);
    }
}

fn refuse(rejection: HttpRejection) -> Admission {
    MaybeFuture::Ready(Err(rejection.into()))
}

fn verdict(request: &Request, missing: bool) -> Result<(), Refusal> {
    if !missing {
        return Ok(());
    }
    let scopes = request.entry().map(|entry| entry.scopes.iter().collect::<Vec<_>>().join(" "));
    let challenge = format!("Bearer error=\"insufficient_scope\", scope=\"{}\"", scopes.unwrap_or_default());
    let error = Error::invalid_request("The token lacks a scope");
    Err(HttpRejection::forbidden(challenge).with_error(error).into())
}

/// A second layer, which refuses what the first has admitted.
struct Quiet;

impl Layer for Quiet {
    fn before(&self, request: &Request) -> Result<(), Refusal> {
        let refused = request.http().is_some_and(|head| head.field("x-quiet").text().is_some());
        if refused { Err(Error::invalid_request("Quiet, please").into()) } else { Ok(()) }
    }
}

fn authenticate(head: &Head<'_>) -> Result<Principal, HttpRejection> {
    let token = head.bearer().ok_or_else(|| HttpRejection::unauthorized("Bearer"))?;
    let (name, scopes) = token.split_once(':').unwrap_or((token, ""));
    let scopes = scopes.split(',').filter(|scope| !scope.is_empty());
    // In the order of the alphabet of this program's tests.
    Ok(Principal::new(name).with_scopes(scopes).with_claim(Tenant(name.len())))
}

fn counts(_: &RouteRequest<'_>) -> Response {
    Response::text(200, "application/json", COUNTS.json())
}

fn whoami(request: &RouteRequest<'_>) -> Response {
    Response::text(200, "text/plain", request.principal.map_or("no one", Principal::id))
}

fn echo(request: &RouteRequest<'_>) -> Response {
    Response::text(200, "text/plain", String::from_utf8_lossy(request.body))
}

pulseengine_mcp::main!(
    App::of(Layered)
        .announce_changes()
        .state_key([7; 32])
        .authenticate(authenticate)
        .layer(Policy)
        .layer(Quiet)
        .observer(Watch)
        .route(Route::get("/counts", counts).before_host_check())
        .route(Route::get("/whoami", whoami).authenticated())
        .route(Route::post("/echo", echo))
);
