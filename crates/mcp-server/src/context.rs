//! The context of a handler: its call, its connection, its server.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use pulseengine_mcp_protocol::http::Head;
use pulseengine_mcp_protocol::json::Writer;
use pulseengine_mcp_protocol::params::Key;
use pulseengine_mcp_protocol::schema::{Member, ToJson};
use pulseengine_mcp_protocol::{Call, LoggingLevel, Method, Principal, Revision};
use pulseengine_mcp_transport::{Peer, SendStatus};

use crate::Server;
use crate::error::InputError;
use crate::info::ResourceInfo;
use crate::input::Input;
use crate::request::ServedCall;
use crate::response::Response;
use crate::task::TaskHandle;

/// The call that a handler serves. Cheap to clone; a clone may outlive the call, but nothing is sent for it then.
#[derive(Clone)]
pub struct Context {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub call: ServedCall,
    /// The handler has read who the caller is: the result may depend on it.
    pub personal: AtomicBool,
    /// The handler has sent a notification.
    pub notified: AtomicBool,
    pub peer: Arc<Peer>,
    pub server: Server,
    pub input: Input,
    pub target: Target,
    /// The task that the handler is or may become.
    pub task: Option<Arc<dyn TaskHandle>>,
}

/// What the call is about, found when it was dispatched.
#[derive(Default)]
pub(crate) struct Target {
    /// The members of the arguments.
    pub members: &'static [Member],
    /// The variables of the URI.
    pub variables: Vec<String>,
    /// The resource.
    pub resource: Option<&'static ResourceInfo>,
}

impl Context {
    pub(crate) fn new(call: ServedCall, peer: Arc<Peer>, server: Server, target: Target) -> Self {
        let (input, personal, notified) = (Input::default(), AtomicBool::new(false), AtomicBool::new(false));
        Self { inner: Arc::new(Inner { call, personal, notified, peer, server, input, target, task: None }) }
    }

    /// The same for a handler that is, or may become, that task. Only while there is no clone.
    pub(crate) fn in_task(mut self, task: Arc<dyn TaskHandle>) -> Self {
        if let Some(inner) = Arc::get_mut(&mut self.inner) {
            inner.task = Some(task);
        }
        self
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.inner
    }

    /// The call itself: its id, its params, what the client can do.
    pub fn call(&self) -> &Call {
        &self.inner.call
    }

    /// The revision that the call is answered in.
    pub fn revision(&self) -> Revision {
        self.inner.call.revision
    }

    /// The server: to add and remove tools, and to announce changes.
    pub fn server(&self) -> &Server {
        &self.inner.server
    }

    /// The authenticated caller; `None` without authentication, as over stdio. What a handler returns after it has read
    /// this is never `public`: caches do not give it to other callers.
    pub fn principal(&self) -> Option<&Principal> {
        self.inner.personal.store(true, Ordering::Relaxed);
        self.inner.call.principal()
    }

    /// The head of the HTTP request that carried the call: its header fields, the address of the other end of the
    /// connection, the client's certificate, as far as the platform knows them. `None` over stdio. What a handler returns
    /// after it has read this is never `public`.
    pub fn http(&self) -> Option<Head<'_>> {
        self.inner.personal.store(true, Ordering::Relaxed);
        self.inner.call.http()
    }

    /// Whether the handler has read who the caller is.
    pub(crate) fn is_personal(&self) -> bool {
        self.inner.personal.load(Ordering::Relaxed)
    }

    pub(crate) fn served(&self) -> &ServedCall {
        &self.inner.call
    }

    /// Tells the clients that subscribed to it that a resource has changed.
    pub fn notify_resource_updated(&self, uri: impl Into<String>) {
        self.inner.server.notify_resource_updated(uri);
    }

    /// Whether the client has declared the capability at `path`, e.g. `["sampling"]`.
    pub fn client_can(&self, path: &[&str]) -> bool {
        self.inner.call.client_can(path)
    }

    /// The name under which the resource, tool or prompt was asked for.
    pub fn name(&self) -> Option<Cow<'_, str>> {
        self.inner.call.string(Key::Name)
    }

    /// The URI of the resource that is read.
    pub fn uri(&self) -> Option<Cow<'_, str>> {
        self.inner.call.string(Key::Uri)
    }

    /// Reports progress, if the client wants it: `progress` grows towards `total`, if that is known. Waits while the
    /// connection is behind.
    pub async fn progress(&self, progress: f64, total: Option<f64>) {
        self.progress_with(progress, total, None).await;
    }

    /// Reports progress with a message for people (since 2025-03-26; left out before).
    pub async fn progress_with(&self, progress: f64, total: Option<f64>, message: Option<&str>) {
        let call = self.call();
        let Some(token) = call.progress_token() else { return };
        let mut w = begin(Method::Progress);
        w.key("progressToken").raw(token);
        w.key("progress").float(progress);
        if let Some(total) = total {
            w.key("total").float(total);
        }
        if let Some(message) = message.filter(|_| call.revision.has_progress_messages()) {
            w.key("message").string(message);
        }
        self.notify(w).await;
    }

    /// Ends the connection that the call came with, and has the client fetch the answer with a new one after `retry`:
    /// for work that takes long (specification 2025-11-25, transports, "Sending Messages to the Server"). Where an answer
    /// cannot be fetched later, which is everywhere but in a session over HTTP since 2025-11-25, nothing happens.
    pub async fn close_connection(&self, retry: Duration) {
        if !self.is_task() && self.takes_stream() {
            self.inner.peer.suspend(&self.inner.call.id, retry).await;
        }
    }

    /// Whether a log message of that level would reach the client.
    pub fn logs(&self, level: LoggingLevel) -> bool {
        self.inner.server.offers_logging() && self.call().log_level.is_some_and(|least| level >= least)
    }

    /// Sends a log message to the client, if it wants messages of that level and the server offers logging.
    /// `data` is any JSON value, often a string. No secrets, no personal data.
    pub async fn log(&self, level: LoggingLevel, data: impl ToJson + Send) {
        self.log_as(level, None, data).await;
    }

    /// The same in the name of a part of the program.
    pub async fn log_as(&self, level: LoggingLevel, logger: Option<&str>, data: impl ToJson + Send) {
        if !self.logs(level) {
            return;
        }
        let mut w = begin(Method::LogMessage);
        w.key("level").string(level.as_str());
        if let Some(logger) = logger {
            w.key("logger").string(logger);
        }
        data.to_json(w.key("data"));
        self.notify(w).await;
    }

    /// Makes the call a task, if the tool has `ask_first` and the client supports tasks: the client receives a handle, and
    /// the handler continues in the background. Otherwise this does nothing.
    ///
    /// # Errors
    ///
    /// When an earlier question has no answer yet: return the error with `?`.
    pub async fn begin_task(&self) -> Result<(), InputError> {
        if self.inner.input.is_open() {
            return Err(InputError::suspended());
        }
        if let Some(task) = &self.inner.task {
            Arc::clone(task).begin().await;
        }
        Ok(())
    }

    /// Whether the handler runs as a task.
    pub fn is_task(&self) -> bool {
        self.inner.task.as_ref().is_some_and(|task| task.has_begun())
    }

    /// Whether anything can be sent to the client before the answer.
    pub(crate) fn takes_stream(&self) -> bool {
        self.call().context.as_ref().is_none_or(|context| context.takes_stream())
    }

    pub(crate) async fn notify(&self, mut w: Writer) -> SendStatus {
        // The call has been answered, and another call may have its id by now.
        if self.is_task() || !self.takes_stream() {
            return SendStatus::Closed;
        }
        w.end_object();
        w.end_object();
        self.inner.notified.store(true, Ordering::Relaxed);
        self.inner.peer.notify(&self.inner.call.id, w.into_text()).await
    }
    pub(crate) fn respond(&self, room: usize) -> Response<'_> {
        let mut response = Response::begin(self.call(), self.inner.server.result_meta(), room);
        response.private = self.is_personal();
        response
    }
}

/// Opens a notification, up to its params.
pub(crate) fn begin(method: Method) -> Writer {
    let mut w = Writer::with_capacity(160);
    w.begin_object();
    w.key("jsonrpc").string("2.0");
    w.key("method").string(method.name());
    w.key("params").begin_object();
    w
}
