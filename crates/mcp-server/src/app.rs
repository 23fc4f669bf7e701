//! Putting a server together.

use std::sync::Arc;
use std::time::Duration;

use pulseengine_mcp_http::__private::{Observing, auth_gate};
use pulseengine_mcp_http::{Authenticator, Route};
use pulseengine_mcp_protocol::conversation::ANNOUNCING;
use pulseengine_mcp_protocol::{Limits, Principal, RequestContext};
use pulseengine_mcp_store::Store;
use pulseengine_mcp_transport::Observer;

use crate::by_name::Table;
use crate::catalog::{Catalog, MadeTools};
use crate::handler::{HandlerFuture, no_such_index};
use crate::info::ServerInfo;
use crate::lists::Lists;
use crate::scope_guard::SCOPE_GUARD;
use crate::server::{Identity, Settings};
use crate::service::{Definition, FreeTool, FreeToolEntry, NameOrders, ScopeGuard};
use crate::through_layers::enable_layers;
use crate::{CacheHints, Cached, Context, Layer, Server, Service, TaskOptions};

/// The builder of a [`Server`]: a [`Service`], and settings that are known at run time only.
///
/// Everything is optional. A service turns into an `App`, and both turn into a [`Server`], by `into()`.
pub struct App {
    service: Arc<dyn Service>,
    identity: Identity,
    settings: Settings,
    layers: Vec<Arc<dyn Layer>>,
    free: Table<FreeToolEntry>,
    made: MadeTools,
    /// Set where a tool that is not in the tables of the service has scopes.
    scope_guard: Option<ScopeGuard>,
}

impl App {
    /// A server without a service, for tools that are free functions or made at run time.
    pub fn new(name: impl Into<String>, version: impl Into<String>) -> Self {
        let mut app = Self::of(EmptyService);
        app.identity.name = Some(name.into());
        app.identity.version = Some(version.into());
        app
    }

    /// A server for `service`.
    pub fn of(service: impl Service) -> Self {
        Self {
            service: Arc::new(service),
            identity: Identity::default(),
            settings: Settings::default(),
            layers: Vec::new(),
            free: Table::new(),
            made: MadeTools::default(),
            scope_guard: None,
        }
    }

    /// Tells models how to use the server.
    #[must_use]
    pub fn instructions(mut self, instructions: impl Into<String>) -> Self {
        self.identity.instructions = Some(instructions.into());
        self
    }

    /// Adds a free function with `#[tool]`: `app.tool::<echo>()`.
    #[must_use]
    pub fn tool<T: FreeTool>(mut self) -> Self {
        if const { !T::INFO.scopes.is_empty() } {
            self.scope_guard = Some(SCOPE_GUARD);
        }
        self.free.push(FreeToolEntry { info: const { &T::INFO }, call: T::call });
        self
    }

    /// Adds a tool made at run time.
    #[cfg(feature = "jsonschema")]
    #[must_use]
    pub fn dynamic_tool(mut self, tool: crate::DynamicTool) -> Self {
        self.scope_guard = self.scope_guard.or(tool.scope_guard());
        self.made.push(Arc::new(tool));
        self
    }

    /// Adds a layer; the first one added is the first to see a request.
    #[must_use]
    pub fn layer(mut self, layer: impl Layer) -> Self {
        self.layers.push(Arc::new(layer));
        enable_layers(&mut self.settings);
        self
    }

    /// Authenticates the callers over HTTP, and refuses requests of unknown callers. Handlers and layers read the caller with
    /// [`Context::principal`] and [`Call::principal`](pulseengine_mcp_protocol::Call::principal). Tasks, sessions and `requestState` then
    /// belong to the caller that began them. A principal may have
    /// [`in_flight_each`](pulseengine_mcp_protocol::http::HttpLimits::in_flight_each) requests in flight. Over stdio
    /// there is no authentication: the only client is the one that started the server.
    #[must_use]
    pub fn authenticate(self, authentication: impl Authentication) -> Self {
        authentication.add_to(self)
    }

    /// The caller over transports that authenticate none: stdio, and other byte streams. The program that starts the server decides
    /// who that is, as a rule by environment variables. Without it, layers and handlers see no caller there.
    #[must_use]
    pub fn stdio_caller(mut self, caller: Principal) -> Self {
        self.settings.stdio_context = Some(Arc::new(StdioContext { caller }));
        // The way through the layers gives the caller to calls, even if there are none.
        enable_layers(&mut self.settings);
        self
    }

    /// How many entries a page of a list holds, at least 1. Default 100.
    #[must_use]
    pub fn page_size(mut self, entries: usize) -> Self {
        self.settings.page_size = entries.max(1);
        self
    }

    /// The limits on messages and requests, lower or higher than the default. The depth cannot be raised: reading a value of
    /// a recursive type takes stack.
    #[must_use]
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.settings.limits = limits;
        if limits.depth > Limits::DEFAULT.depth {
            self.settings.limits.depth = Limits::DEFAULT.depth;
        }
        self
    }

    /// How long handlers may still take when the client closes its end of a byte stream, or the program receives a signal to
    /// stop. Then they are cancelled, and their requests are answered with an error. Default five seconds.
    #[must_use]
    pub const fn grace(mut self, grace: Duration) -> Self {
        self.settings.grace = grace;
        self
    }

    /// Whether the server sends log messages to clients that want them. Default true.
    #[must_use]
    pub const fn logging(mut self, offered: bool) -> Self {
        self.settings.logging = offered;
        self
    }

    /// Holds clients to the letter of the specification where the server would otherwise take more: a second `initialize` in a
    /// conversation is refused, and so is null for an absent member of the params of a request.
    #[must_use]
    pub const fn strict(mut self) -> Self {
        self.settings.strict = true;
        self
    }

    /// Declares that the lists of tools, prompts and resources may change, and sends clients a notification when they do.
    #[must_use]
    pub fn announce_changes(mut self) -> Self {
        self.settings.announces = true;
        self.announcing()
    }

    /// Lets clients subscribe to single resources; [`Server::notify_resource_updated`] notifies them.
    #[must_use]
    pub fn subscriptions(mut self) -> Self {
        self.settings.subscriptions = true;
        self.announcing()
    }

    fn announcing(mut self) -> Self {
        self.settings.announcing = Some(&ANNOUNCING);
        self.settings.connect = Some(Server::connect);
        self
    }

    /// The key that seals `requestState` (2026-07-28). All instances of a server must share it. Without it, the key
    /// is taken from the environment variable `MCP_STATE_KEY` (64 hexadecimal digits), or is random and lives as
    /// long as the process.
    #[must_use]
    pub const fn state_key(mut self, key: [u8; 32]) -> Self {
        self.settings.state_key = Some(key);
        self
    }

    /// Where tasks and sessions are kept. Without it, in memory, for as long as the process lives. A store belongs to one running
    /// server: tasks that an earlier run left unfinished there have failed.
    #[must_use]
    pub fn store(mut self, store: impl Store) -> Self {
        self.settings.parts.store = Some(Arc::new(store));
        self
    }

    /// How tasks are kept, and how many.
    #[must_use]
    pub const fn tasks(mut self, options: TaskOptions) -> Self {
        self.settings.tasks = options;
        self
    }

    /// How long clients may keep the lists of tools, prompts, resources and templates (since 2026-07-28). Replaces what
    /// `#[server]` says. The default is not at all.
    #[must_use]
    pub fn cache_lists(self, hints: CacheHints) -> Self {
        let lists = [Cached::Tools, Cached::Prompts, Cached::Resources, Cached::Templates];
        lists.into_iter().fold(self, |app, list| app.cache(list, hints))
    }

    /// The same for one list, or for the answer to `server/discover`.
    #[must_use]
    pub fn cache(mut self, of: Cached, hints: CacheHints) -> Self {
        self.settings.hints.set(of, hints);
        self
    }

    /// Serves another path over HTTP besides the endpoint; see [`Route`]. Over stdio there are no paths.
    #[must_use]
    pub fn route(mut self, route: Route) -> Self {
        let routes = &mut self.settings.parts.routes;
        *routes = Some(route.after(routes.take()));
        self
    }

    /// Reports what happens around requests, where no layer sees it. Replaces an earlier observer.
    #[must_use]
    pub fn observer(mut self, observer: impl Observer) -> Self {
        self.settings.parts.observing = Some(Observing::new(Arc::new(observer)));
        self
    }

    /// The finished server.
    pub fn build(mut self) -> Server {
        let parts = &mut self.settings.parts;
        if let Some(observing) = &parts.observing {
            parts.store = parts.store.take().map(|store| observing.observe_store(store));
        }
        let guard = self.scope_guard.or(self.service.definition().scope_guard);
        self.settings.decides_scopes = self.layers.iter().any(|layer| layer.decides_scopes());
        if let Some(ScopeGuard(install)) = guard.filter(|_| !self.settings.decides_scopes) {
            install(&mut self.settings, &mut self.layers);
            self.settings.decides_scopes = true;
        }
        let catalog = Catalog { free: self.free, made: self.made, lists: Lists::default() };
        Server::new(self.service, self.identity, self.settings, self.layers, catalog)
    }
}

/// How a server authenticates its callers: an [`Authenticator`], or a scheme that brings one along with layers and routes, as OAuth does.
pub trait Authentication {
    /// Adds it to a server.
    fn add_to(self, app: App) -> App;
}

impl<A: Authenticator> Authentication for A {
    fn add_to(self, mut app: App) -> App {
        app.settings.parts.auth_gate = Some(auth_gate(self));
        app
    }
}

/// The context of a request over a transport that authenticates no callers.
struct StdioContext {
    caller: Principal,
}

impl RequestContext for StdioContext {
    fn principal(&self) -> Option<&Principal> {
        Some(&self.caller)
    }
}

impl<S: Service> From<S> for App {
    fn from(service: S) -> Self {
        Self::of(service)
    }
}

impl<S: Service> From<S> for Server {
    fn from(service: S) -> Self {
        App::of(service).build()
    }
}

impl From<App> for Server {
    fn from(app: App) -> Self {
        app.build()
    }
}

/// The service of a server that has none.
struct EmptyService;

static NOTHING: Definition = Definition {
    server: ServerInfo {
        name: "",
        title: None,
        version: "",
        description: None,
        website_url: None,
        instructions: None,
        icons: &[],
    },
    tools: &[],
    resources: &[],
    prompts: &[],
    completions: &[],
    method_groups: &[],
    free: &[],
    scope_guard: None,
    lists: CacheHints::NONE,
    by_name: NameOrders { tools: &[], resources: &[], prompts: &[], free: &[] },
};

impl Service for EmptyService {
    fn definition(&self) -> &'static Definition {
        &NOTHING
    }

    fn call_tool(self: Arc<Self>, _index: usize, _cx: Context) -> HandlerFuture {
        no_such_index()
    }
}
