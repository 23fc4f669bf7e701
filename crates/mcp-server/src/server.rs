//! A finished server: what every connection and every call shares.

#[cfg(feature = "jsonschema")]
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::Duration;

use pulseengine_mcp_http::__private::ServerParts;
use pulseengine_mcp_protocol::conversation::{Announcing, Change, Layering, Offer};
use pulseengine_mcp_protocol::json::Writer;
use pulseengine_mcp_protocol::model::meta::key::SERVER_INFO;
use pulseengine_mcp_protocol::{Call, Limits, Outcome, Reply, RequestContext, Revision};
use pulseengine_mcp_transport::{GRACE, Instance, Peer};

use crate::cache::{Cached, Hints, write_hints};
use crate::catalog::{Catalog, Catalogs};
use crate::handler::HandlerFuture;
use crate::info::ServerInfo;
use crate::lists::{write_icons, write_names};
use crate::response::Response;
use crate::service::Definition;
use crate::task::TaskInfo;
use crate::task::TaskManager;
use crate::{CacheHints, Layer, Service, TaskOptions};

/// A server that answers calls from any transport. Cheap to clone; clones are the same server.
#[derive(Clone)]
pub struct Server {
    core: Arc<Core>,
}

pub(crate) struct Core {
    pub service: Arc<dyn Service>,
    pub definition: &'static Definition,
    pub identity: Identity,
    pub settings: Settings,
    pub layers: Arc<[Arc<dyn Layer>]>,
    pub state_key: OnceLock<[u8; 32]>,
    /// The instance does not outlive its request.
    #[cfg(feature = "jsonschema")]
    pub short_lived: AtomicBool,
    pub tasks: OnceLock<Arc<dyn TaskManager>>,
    pub catalogs: Catalogs,
    result_meta: OnceLock<String>,
    peers: Mutex<Vec<Weak<Peer>>>,
}

/// The names of the server that were set at run time. They replace those of its definition.
#[derive(Debug, Default)]
pub(crate) struct Identity {
    pub name: Option<String>,
    pub version: Option<String>,
    pub instructions: Option<String>,
}

/// Takes a call through the layers.
pub(crate) type ServeThroughLayers = fn(&Server, Call, &Arc<Peer>) -> HandlerFuture;

pub(crate) struct Settings {
    /// Set by the first layer.
    pub layering: Option<&'static Layering>,
    /// Set by the first layer, so that a server without layers does not carry the code.
    pub through_layers: Option<ServeThroughLayers>,
    /// Whether a layer decides on scopes.
    pub decides_scopes: bool,
    /// The context of requests whose transport gives none.
    pub stdio_context: Option<Arc<dyn RequestContext>>,
    pub page_size: usize,
    pub limits: Limits,
    pub grace: Duration,
    pub logging: bool,
    /// See [`Offer::strict`].
    pub strict: bool,
    pub announces: bool,
    /// Set where anything is announced; see [`Offer::announcing`].
    pub announcing: Option<&'static Announcing>,
    /// Records a connection for announcements. Set where anything is announced.
    pub connect: Option<fn(&Server, &Arc<Peer>)>,
    pub subscriptions: bool,
    pub state_key: Option<[u8; 32]>,
    /// What the endpoint over HTTP takes, and the store of tasks.
    pub parts: ServerParts,
    pub tasks: TaskOptions,
    pub hints: Hints,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            layering: None,
            through_layers: None,
            decides_scopes: false,
            stdio_context: None,
            page_size: 100,
            limits: Limits::DEFAULT,
            grace: GRACE,
            logging: true,
            strict: false,
            announces: false,
            announcing: None,
            connect: None,
            subscriptions: false,
            state_key: None,
            parts: ServerParts::default(),
            tasks: TaskOptions::default(),
            hints: Hints::default(),
        }
    }
}

impl Server {
    pub(crate) fn new(
        service: Arc<dyn Service>,
        identity: Identity,
        settings: Settings,
        layers: Vec<Arc<dyn Layer>>,
        catalog: Catalog,
    ) -> Self {
        let core = Core {
            definition: service.definition(),
            service,
            identity,
            settings,
            layers: layers.into(),
            state_key: OnceLock::new(),
            #[cfg(feature = "jsonschema")]
            short_lived: AtomicBool::new(false),
            tasks: OnceLock::new(),
            catalogs: Catalogs::new(catalog),
            result_meta: OnceLock::new(),
            peers: Mutex::new(Vec::new()),
        };
        Self { core: Arc::new(core) }
    }

    /// What the server brings to its endpoint over HTTP. For the façade.
    #[doc(hidden)]
    pub fn parts(&self) -> ServerParts {
        self.core.settings.parts.clone()
    }

    /// The server of that core.
    pub(crate) const fn of(core: Arc<Core>) -> Self {
        Self { core }
    }

    pub(crate) fn shared_core(&self) -> Arc<Core> {
        Arc::clone(&self.core)
    }

    pub(crate) fn core(&self) -> &Core {
        &self.core
    }

    /// Tells the clients that subscribed to it that a resource has changed.
    pub fn notify_resource_updated(&self, uri: impl Into<String>) {
        self.announce(&Change::Resource(uri.into()));
    }

    /// Tells clients that the list of resources has changed.
    pub fn notify_resources_changed(&self) {
        self.announce(&Change::Resources);
    }

    /// Tells clients that the list of tools has changed. Adding and removing tools does so itself.
    pub fn notify_tools_changed(&self) {
        self.announce(&Change::Tools);
    }

    /// Tells clients that the list of prompts has changed.
    pub fn notify_prompts_changed(&self) {
        self.announce(&Change::Prompts);
    }

    fn announce(&self, change: &Change) {
        let mut peers = self.core.peers.lock().unwrap_or_else(PoisonError::into_inner);
        peers.retain(|peer| match peer.upgrade() {
            Some(peer) => {
                peer.announce(change.clone());
                true
            }
            None => false,
        });
    }

    pub(crate) fn connect(&self, peer: &Arc<Peer>) {
        let mut peers = self.core.peers.lock().unwrap_or_else(PoisonError::into_inner);
        peers.retain(|peer| peer.strong_count() > 0);
        peers.push(Arc::downgrade(peer));
    }

    pub(crate) fn offers_logging(&self) -> bool {
        self.core.settings.logging
    }

    /// What the server offers on such an instance: only what the instance can do.
    pub(crate) fn offer(&self, instance: Instance) -> Offer {
        let settings = &self.core.settings;
        let announces = settings.announces && instance.reaches_others();
        let tasks = self.tasks();
        Offer {
            tools_changed: announces && self.has_tools(),
            prompts_changed: announces && self.has_prompts(),
            resources_changed: announces && self.has_resources(),
            resource_updates: settings.subscriptions && instance.lasting && self.has_resources(),
            logging: settings.logging && instance.lasting,
            layering: settings.layering,
            strict: settings.strict,
            tasks: tasks.is_some() && instance.reaches_others(),
            announcing: settings.announcing.or_else(|| tasks.map(|tasks| tasks.functions.announcing)),
        }
    }

    /// The first tool that may become a task: its functions serve all tasks.
    pub(crate) fn tasks(&self) -> Option<TaskInfo> {
        let definition = self.core.definition;
        let free = definition.free.iter().map(|entry| entry.info);
        let known = definition.tools.iter().chain(free).find_map(|tool| tool.task);
        known.or_else(|| self.with_catalog(|catalog| catalog.free.iter().find_map(|entry| entry.info.task)))
    }

    /// The hints for a list, or for the answer to `server/discover`.
    pub(crate) fn hints(&self, of: Cached) -> CacheHints {
        self.core.settings.hints.of(of).unwrap_or(match of {
            Cached::Discovery => CacheHints::NONE,
            _ => self.core.definition.lists,
        })
    }

    /// Tools are offered when there are any, or when tools may be added later.
    pub(crate) fn has_tools(&self) -> bool {
        let core = &self.core;
        let any = !core.definition.tools.is_empty() || !core.definition.free.is_empty();
        any || core.settings.announces || self.with_catalog(|catalog| catalog.has_tools())
    }

    pub(crate) fn has_resources(&self) -> bool {
        !self.core.definition.resources.is_empty()
    }

    pub(crate) fn has_prompts(&self) -> bool {
        !self.core.definition.prompts.is_empty()
    }

    /// The present catalog.
    pub(crate) fn with_catalog<T>(&self, look: impl FnOnce(&Catalog) -> T) -> T {
        self.core.catalogs.with(look)
    }

    /// The `_meta` of results since 2026-07-28: the identity of the server.
    pub(crate) fn result_meta(&self) -> &str {
        self.core.result_meta.get_or_init(|| {
            let mut w = Writer::with_capacity(128);
            w.begin_object();
            self.write_identity(w.key(SERVER_INFO), Revision::LATEST);
            w.end_object();
            w.into_text()
        })
    }

    fn write_identity(&self, w: &mut Writer, revision: Revision) {
        let ServerInfo { name, title, version, description, website_url, icons, .. } =
            self.core.definition.server;
        let identity = &self.core.identity;
        let described = revision.has_descriptions_of_implementations();
        w.begin_object();
        let name = identity.name.as_deref().unwrap_or(name);
        write_names(w, name, title.filter(|_| revision.has_titles()), description.filter(|_| described));
        w.key("version").string(identity.version.as_deref().unwrap_or(version));
        if let Some(url) = website_url.filter(|_| described) {
            w.key("websiteUrl").string(url);
        }
        if revision.has_icons() {
            write_icons(w, icons);
        }
        w.end_object();
    }

    /// The answer to `initialize`.
    pub(crate) fn initialize(&self, call: &Call, instance: Instance) -> Reply {
        let mut response = Response::begin(call, "", 256);
        let w = &mut response.result.w;
        w.key("protocolVersion").string(call.revision.as_str());
        self.write_capabilities(w.key("capabilities"), call.revision, self.offer(instance), None);
        self.write_identity(w.key("serverInfo"), call.revision);
        self.write_instructions(w);
        response.end(Outcome::Complete)
    }

    /// The answer to `server/discover`.
    pub(crate) fn discover(&self, call: &Call, instance: Instance) -> Reply {
        let mut response = Response::begin(call, self.result_meta(), 256);
        let w = &mut response.result.w;
        Revision::write_all(w.key("supportedVersions"));
        let mut offer = self.offer(instance);
        // Each request names the log level that it wants.
        offer.logging = self.core.settings.logging;
        offer.resource_updates &= instance.reaches_others();
        let tasks = self.tasks().map(|task| (task, instance));
        self.write_capabilities(w.key("capabilities"), call.revision, offer, tasks);
        self.write_instructions(w);
        write_hints(&mut response, self.hints(Cached::Discovery));
        response.end(Outcome::Complete)
    }

    fn write_instructions(&self, w: &mut Writer) {
        let said = self.core.identity.instructions.as_deref();
        if let Some(instructions) = said.or(self.core.definition.server.instructions) {
            w.key("instructions").string(instructions);
        }
    }

    fn write_capabilities(
        &self,
        w: &mut Writer,
        revision: Revision,
        offer: Offer,
        tasks: Option<(TaskInfo, Instance)>,
    ) {
        w.begin_object();
        if offer.logging {
            w.key("logging").begin_object();
            w.end_object();
        }
        if revision.has_completions_capability() && !self.core.definition.completions.is_empty() {
            w.key("completions").begin_object();
            w.end_object();
        }
        if self.has_prompts() {
            write_capability(w.key("prompts"), &[("listChanged", offer.prompts_changed)]);
        }
        if self.has_resources() {
            let flags = [("subscribe", offer.resource_updates), ("listChanged", offer.resources_changed)];
            write_capability(w.key("resources"), &flags);
        }
        if self.has_tools() {
            write_capability(w.key("tools"), &[("listChanged", offer.tools_changed)]);
        }
        if let Some((task, instance)) = tasks {
            (task.functions.declare)(w, instance);
        }
        w.end_object();
    }
}

fn write_capability(w: &mut Writer, flags: &[(&str, bool)]) {
    w.begin_object();
    for (key, _) in flags.iter().filter(|(_, on)| *on) {
        w.key(key).boolean(true);
    }
    w.end_object();
}
