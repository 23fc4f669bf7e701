//! What a handler sees of its call.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use pulseengine_mcp_protocol::json::Writer;
use pulseengine_mcp_protocol::params::Key;
use pulseengine_mcp_protocol::schema::{self, Member, Mismatch, ToJson};
use pulseengine_mcp_protocol::{Call, Error, LoggingLevel, Method, Principal, Reply, Revision};
use pulseengine_mcp_transport::{Peer, SendStatus};

use crate::error::Failure;
use crate::input::Input;
use crate::output::{
    CompletionOutput, CompletionResult, Failed, ListedResources, PromptOutput, PromptResult, ResourceOutput,
    ResourceResult, ToolOutput, ToolResult,
};
use crate::response::Response;
use crate::service::Listed;
use crate::task::TaskHandle;
use crate::{Server, service::ResourceInfo};

/// The call that a handler serves. Cheap to clone; a clone may outlive the call, but nothing is sent for it then.
#[derive(Clone)]
pub struct Context {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub call: Call,
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
    /// Checks a tool's result, where its schema is only known at run time.
    pub check_output: Option<CheckOutput>,
}

pub(crate) type CheckOutput = Box<dyn Fn(&ToolResult<'_>) -> Result<(), Failed> + Send + Sync>;

impl Context {
    pub(crate) fn new(call: Call, peer: Arc<Peer>, server: Server, target: Target) -> Self {
        Self { inner: Arc::new(Inner { call, peer, server, input: Input::default(), target, task: None }) }
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

    /// Who the call is from; `None` where nobody has been authenticated, as over stdio. What is returned after this has
    /// been asked is taken to depend on it: caches never give it to others.
    pub fn principal(&self) -> Option<&Principal> {
        self.inner.call.principal()
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
        if !self.is_task() {
            self.inner.peer.suspend(&self.inner.call.id, retry).await;
        }
    }

    /// Whether a log message of that level would reach the client.
    pub fn logs(&self, level: LoggingLevel) -> bool {
        self.inner.server.offers_logging() && self.call().log_level().is_some_and(|least| level >= least)
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

    pub(crate) async fn notify(&self, mut w: Writer) -> SendStatus {
        // The call has been answered, and its id may be another one's by now.
        if self.is_task() {
            return SendStatus::Closed;
        }
        w.end_object();
        w.end_object();
        self.inner.peer.notify(&self.inner.call.id, w.into_text()).await
    }
}

/// The parts of a context that generated code uses.
impl Context {
    /// Takes the arguments apart, one slot per parameter.
    ///
    /// # Errors
    ///
    /// When an argument appears twice.
    pub fn arguments<'a>(&'a self, slots: &mut [Option<&'a str>]) -> Result<(), Mismatch> {
        schema::split(arguments(&self.inner.call), self.inner.target.members, false, slots)
    }

    /// The text of a template's variable, decoded; empty when there is no such variable.
    pub fn variable(&self, index: usize) -> &str {
        self.inner.target.variables.get(index).map(String::as_str).unwrap_or_default()
    }

    /// A prompt's argument.
    ///
    /// # Errors
    ///
    /// When it is not a string.
    pub fn prompt_argument(&self, name: &str) -> Result<Option<Cow<'_, str>>, Mismatch> {
        let arguments = self.inner.call.text(Key::Arguments);
        match pulseengine_mcp_protocol::params::member(arguments, name) {
            None => Ok(None),
            Some(text) => match pulseengine_mcp_protocol::params::string(text) {
                Some(value) => Ok(Some(value)),
                None => Err(Mismatch::new("must be a string").at_key(name)),
            },
        }
    }

    /// What has been typed of the value to complete.
    pub fn completion_value(&self) -> Cow<'_, str> {
        let argument = self.inner.call.text(Key::Argument);
        pulseengine_mcp_protocol::params::member(argument, "value")
            .and_then(pulseengine_mcp_protocol::params::string)
            .unwrap_or_default()
    }

    /// An argument that is already settled, while another is completed (since 2025-06-18).
    pub fn completed_argument(&self, name: &str) -> Option<Cow<'_, str>> {
        use pulseengine_mcp_protocol::params::{member, string};
        string(member(member(self.inner.call.text(Key::CompletionContext), "arguments")?, name)?)
    }

    /// Answers that the arguments do not fit.
    pub fn refuse(&self, mismatch: Mismatch) -> Reply {
        match self.call().method {
            Method::CallTool => refuse_arguments(self, &mismatch),
            _ => Reply::error(Error::invalid_params(describe("Invalid params: ", &mismatch))),
        }
    }

    /// Answers with a tool's value.
    pub fn finish_tool<T: ToolOutput>(&self, value: T) -> Reply {
        let mut result = ToolResult::begin(self, value.room());
        let mut written = value.write(&mut result);
        if let (Some(check), Ok(())) = (&self.inner.target.check_output, &written) {
            written = check(&result);
        }
        self.settle(written.map(|()| result.end()).map_err(Failure::from))
    }

    /// Answers with a resource's contents.
    pub fn finish_resource<T: ResourceOutput>(&self, value: T) -> Reply {
        let mut result = ResourceResult::begin(self);
        let written = value.write(&mut result);
        self.settle(written.map(|()| result.end()).map_err(Failure::from))
    }

    /// Answers with a prompt's messages.
    pub fn finish_prompt<T: PromptOutput>(&self, value: T) -> Reply {
        let mut result = PromptResult::begin(self);
        let written = value.write(&mut result);
        self.settle(written.map(|()| result.end()).map_err(Failure::from))
    }

    /// Answers with suggestions.
    pub fn finish_completion<T: CompletionOutput>(&self, value: T) -> Reply {
        let mut result = CompletionResult::begin(self);
        value.write(&mut result);
        result.end()
    }

    /// Hands over the resources behind a template, for the list of resources. A failure is the answer of the whole list.
    pub fn finish_resource_list<T: ListedResources>(&self, value: T) -> Listed {
        value.into_text().map_err(|failed| self.failed(failed.into()))
    }

    fn settle(&self, written: Result<Reply, Failure>) -> Reply {
        if let Some(reply) = self.inner.input.suspended(self) {
            return reply;
        }
        match written {
            Ok(reply) => reply,
            Err(failure) => self.failed(failure),
        }
    }

    pub(crate) fn failed(&self, failure: Failure) -> Reply {
        let error = match failure {
            Failure::Said(message) => {
                if self.call().method == Method::CallTool {
                    return tool_error(self, &message);
                }
                Error::internal(message)
            }
            Failure::Protocol(error) => error,
            Failure::Missing => Error::resource_not_found(&self.uri().unwrap_or_default(), self.revision()),
            Failure::Suspended => Error::internal("the handler gave up waiting for input"),
        };
        Reply::error(error)
    }

    pub(crate) fn respond(&self, room: usize) -> Response<'_> {
        Response::begin(self.call(), self.inner.server.result_meta(), room)
    }
}

/// The arguments of a tool call as JSON text; an empty object when there are none.
pub(crate) fn arguments(call: &Call) -> &str {
    match call.text(Key::Arguments) {
        "" => "{}",
        text => text,
    }
}

fn describe(prefix: &str, mismatch: &Mismatch) -> String {
    let mut message = String::from(prefix);
    if !mismatch.pointer().is_empty() {
        message.push_str(mismatch.pointer());
        message.push(' ');
    }
    message.push_str(mismatch.message());
    message
}

/// Arguments that do not match: a result for the model since 2025-11-25, an error before.
fn refuse_arguments(cx: &Context, mismatch: &Mismatch) -> Reply {
    let message = describe("Invalid arguments: ", mismatch);
    if cx.revision().reports_arguments_as_results() {
        return tool_error(cx, &message);
    }
    Reply::error(Error::invalid_params(message))
}

fn tool_error(cx: &Context, message: &str) -> Reply {
    let mut result = ToolResult::begin(cx, message.len());
    result.text(message);
    result.error();
    result.end()
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
