//! Tools that are made at run time.

use std::fmt;
use std::future::Future;
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};

use pulseengine_mcp_protocol::json::{Reader, Writer};
use pulseengine_mcp_protocol::params::is_object;
use pulseengine_mcp_protocol::schema::{Annotations, Bounds, Mismatch, Validator, tool_schema};
use pulseengine_mcp_protocol::{Error, Reply, Revision, is_tool_name};
use pulseengine_mcp_runtime::MaybeFuture;
use serde_json::Value;

use crate::catalog::{MadeTool, MadeTools};
use crate::entry::{Entry, EntryKind, Scopes};
use crate::generated::arguments;
use crate::handler::{HandlerFuture, pending};
use crate::info::ToolHints;
use crate::lists::{write_meta, write_names};
use crate::output::{Failed, ToolResult, matches};
use crate::scope_guard::SCOPE_GUARD;
use crate::service::ScopeGuard;
use crate::tools::{write_hints_of, write_output_schema};
use crate::{Context, Server, ToolOutput};

type Run = Box<dyn Fn(Value, Context, Option<Arc<OutputSchema>>) -> HandlerFuture + Send + Sync>;

/// The schema of a structured result.
struct OutputSchema {
    text: String,
    validator: Validator,
}

impl OutputSchema {
    fn check(&self, result: &ToolResult<'_>) -> Result<(), Failed> {
        match result.structured_text() {
            Some(json) => matches(self.validator.validate(json)),
            None if result.is_error() => Ok(()),
            None => matches(Err(Mismatch::new("there is no structured content"))),
        }
    }
}

/// A tool whose name and schema are made at run time. Its arguments are validated against the schema before
/// it runs.
///
/// ```
/// use pulseengine_mcp_server::DynamicTool;
/// let shout = DynamicTool::new("shout", r#"{"type":"object","properties":{"text":{"type":"string"}},"required":["text"]}"#)?
///     .description("Says it louder.")
///     .handler(|arguments, _cx| async move { arguments["text"].as_str().unwrap_or_default().to_uppercase() });
/// # Ok::<(), pulseengine_mcp_protocol::Error>(())
/// ```
pub struct DynamicTool {
    name: String,
    title: Option<String>,
    description: Option<String>,
    input: String,
    output: Option<Arc<OutputSchema>>,
    hints: ToolHints,
    scopes: Vec<String>,
    /// Set with the scopes.
    scope_guard: Option<ScopeGuard>,
    meta: Option<String>,
    validator: Validator,
    annotations: Annotations,
    run: OnceLock<Run>,
}

impl fmt::Debug for DynamicTool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynamicTool")
            .field("name", &self.name)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}

impl DynamicTool {
    /// A tool with the JSON Schema of its arguments: an object schema, 2020-12 unless it says otherwise. It is listed as it
    /// is given, but with `type` and `properties` where they are left out, and with `{}` for `true`: clients refuse others.
    ///
    /// # Errors
    ///
    /// When the name breaks the rule for tool names, or the schema is malformed, too large, of an unknown dialect,
    /// refers to something outside of itself, or has an `x-mcp-header` that clients must not accept.
    pub fn new(name: impl Into<String>, input_schema: impl Into<String>) -> Result<Self, Error> {
        let (name, input) = (name.into(), input_schema.into());
        if !is_tool_name(&name) {
            return Err(Error::invalid_params("a tool's name is 1 to 128 of A-Z a-z 0-9 _ - ."));
        }
        let validator = validator(&input)?;
        let input = tool_schema(&input)
            .ok_or_else(|| Error::invalid_params("the schema of a tool's arguments is of type object"))?;
        let annotations = Annotations::read(&input).map_err(|e| Error::invalid_params(e.to_string()))?;
        Ok(Self {
            name,
            title: None,
            description: None,
            input,
            output: None,
            hints: ToolHints::default(),
            scopes: Vec::new(),
            scope_guard: None,
            meta: None,
            validator,
            annotations,
            run: OnceLock::new(),
        })
    }

    /// A name for people.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// What it does, for the model.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// The schema of its structured result, against which each result is validated before it is sent.
    ///
    /// # Errors
    ///
    /// When the schema cannot be used, as with [`DynamicTool::new`].
    pub fn output_schema(mut self, schema: impl Into<String>) -> Result<Self, Error> {
        let text = schema.into();
        let validator = validator(&text)?;
        self.output = Some(Arc::new(OutputSchema { text, validator }));
        Ok(self)
    }

    /// Whether it changes nothing. Not sent unless it is set, like the three after it.
    #[must_use]
    pub const fn read_only(mut self, read_only: bool) -> Self {
        self.hints.read_only = Some(read_only);
        self
    }

    /// Whether it may destroy something.
    #[must_use]
    pub const fn destructive(mut self, destructive: bool) -> Self {
        self.hints.destructive = Some(destructive);
        self
    }

    /// Whether calling it twice does no more than once.
    #[must_use]
    pub const fn idempotent(mut self, idempotent: bool) -> Self {
        self.hints.idempotent = Some(idempotent);
        self
    }

    /// Whether it deals with the outside world.
    #[must_use]
    pub const fn open_world(mut self, open_world: bool) -> Self {
        self.hints.open_world = Some(open_world);
        self
    }

    /// The OAuth scopes that a caller needs for it, as far as a layer checks them. They are not listed.
    #[must_use]
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self.scope_guard = Some(SCOPE_GUARD);
        self
    }

    /// Its `_meta`, a JSON object.
    ///
    /// # Errors
    ///
    /// When the text is not one JSON object.
    pub fn meta(mut self, meta: impl Into<String>) -> Result<Self, Error> {
        let text = meta.into();
        let mut reader = Reader::new(&text);
        if !is_object(&text) || reader.skip().and_then(|()| reader.end()).is_err() {
            return Err(Error::invalid_params("a tool's _meta is a JSON object"));
        }
        self.meta = Some(text);
        Ok(self)
    }

    /// What it does.
    #[must_use]
    pub fn handler<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(Value, Context) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: ToolOutput> + Send + 'static,
    {
        self.run =
            OnceLock::from(Box::new(move |arguments, cx: Context, output: Option<Arc<OutputSchema>>| {
                let future = handler(arguments, cx.clone());
                pending(async move {
                    let reply = cx.finish_checked_tool(future.await, |result| {
                        output.as_ref().map_or(Ok(()), |output| output.check(result))
                    });
                    cx.pause().await;
                    reply
                })
            }) as Run);
        self
    }
}

fn validator(schema: &str) -> Result<Validator, Error> {
    Validator::new(schema, Bounds::default()).map_err(|e| Error::invalid_params(e.to_string()))
}

impl MadeTool for DynamicTool {
    fn name(&self) -> &str {
        &self.name
    }

    fn entry(&self) -> Entry<'_> {
        Entry {
            kind: EntryKind::Tool,
            name: &self.name,
            scopes: Scopes::made(&self.scopes),
            annotations: Some(self.hints),
            meta: self.meta.as_deref(),
        }
    }

    fn run(&self, cx: Context) -> HandlerFuture {
        let given = arguments(cx.call());
        if let Some(param_headers) = &cx.call().param_headers
            && let Err(error) = self
                .annotations
                .values(given)
                .try_for_each(|(header, value)| param_headers.check(header, value))
        {
            return MaybeFuture::Ready(Reply::error(error));
        }
        if let Err(mismatch) = self.validator.validate(given) {
            return MaybeFuture::Ready(cx.refuse(mismatch));
        }
        let Ok(value) = serde_json::from_str(given) else {
            return MaybeFuture::Ready(Reply::error(Error::invalid_params(
                "Invalid params: arguments cannot be read",
            )));
        };
        match self.run.get() {
            Some(run) => run(value, cx, self.output.clone()),
            None => {
                MaybeFuture::Ready(Reply::error(Error::internal("this tool was added without a handler")))
            }
        }
    }

    fn json(&self, revision: Revision) -> String {
        let mut w = Writer::with_capacity(512);
        w.begin_object();
        write_names(&mut w, &self.name, self.title.as_deref(), self.description.as_deref());
        w.key("inputSchema").raw(&self.input);
        if let Some(output) = &self.output {
            write_output_schema(&mut w, &output.text, revision);
        }
        let hints = self.hints;
        write_hints_of(
            &mut w,
            &[
                ("readOnlyHint", hints.read_only),
                ("destructiveHint", hints.destructive),
                ("idempotentHint", hints.idempotent),
                ("openWorldHint", hints.open_world),
            ],
        );
        write_meta(&mut w, self.meta.as_deref());
        w.end_object();
        w.into_text()
    }
}

impl DynamicTool {
    /// The guard of its scopes, if it has some.
    pub(crate) const fn scope_guard(&self) -> Option<ScopeGuard> {
        self.scope_guard
    }
}

impl Server {
    /// Adds a tool, or replaces the one of that name made at run time. Clients are notified if the server was made with
    /// [`App::announce_changes`](crate::App::announce_changes); else they see it when they list the tools again.
    ///
    /// # Errors
    ///
    /// In a component that its host makes anew for each request, from the moment that it serves: the next request would not find the
    /// tool. Add it where the server is made. And for a tool with scopes where nothing decides on scopes: no layer does, and the server
    /// was made without a scope.
    pub fn add_tool(&self, tool: DynamicTool) -> Result<(), Error> {
        if !tool.scopes.is_empty() && !self.core().settings.decides_scopes {
            return Err(Error::internal("the tool has scopes, and nothing in this server decides on scopes"));
        }
        self.change_tools(|tools| {
            tools.remove(&tool.name);
            tools.push(Arc::new(tool));
            true
        })?;
        Ok(())
    }

    /// Removes a tool made at run time; whether there was one. Clients are notified as with [`Server::add_tool`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn remove_tool(&self, name: &str) -> Result<bool, Error> {
        self.change_tools(|tools| tools.remove(name))
    }

    fn change_tools(&self, change: impl FnOnce(&mut MadeTools) -> bool) -> Result<bool, Error> {
        let core = self.core();
        if core.short_lived.load(Ordering::Relaxed) {
            return Err(Error::internal(
                "the tools cannot be changed here: this instance of the server ends with its request",
            ));
        }
        let changed = core.catalogs.change(change);
        if changed {
            self.notify_tools_changed();
        }
        Ok(changed)
    }
}
