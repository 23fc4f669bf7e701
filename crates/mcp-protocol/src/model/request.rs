//! Requests with their params read: by direction, and one by one with their envelope.

use super::method::Method;
use super::requests::{params, requests};
use super::{
    CallToolParams, CompleteParams, CreateMessageParams, ElicitParams, EmptyParams, GetPromptParams,
    InitializeParams, ListParams, Params, ReadResourceParams, RequestId, SetLevelParams, SubscribeParams,
    SubscriptionsListenParams, TaskParams, UpdateTaskParams,
};
use super::{jsonrpc::JsonRpc, response};
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use serde::de::{Deserializer, Error as _};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

requests! {
    /// What a client asks a server.
    ClientRequest {
        /// Begin a session. Until 2025-11-25.
        Initialize(InitializeParams) = "initialize",
        /// Are you there? Until 2025-11-25.
        Ping(EmptyParams) = "ping",
        /// Who are you? Since 2026-07-28.
        Discover(EmptyParams) = "server/discover",
        /// List tools.
        ListTools(ListParams) = "tools/list",
        /// Call a tool.
        CallTool(CallToolParams) = "tools/call",
        /// List prompts.
        ListPrompts(ListParams) = "prompts/list",
        /// Fill in a prompt.
        GetPrompt(GetPromptParams) = "prompts/get",
        /// List resources.
        ListResources(ListParams) = "resources/list",
        /// List resource templates.
        ListResourceTemplates(ListParams) = "resources/templates/list",
        /// Read a resource.
        ReadResource(ReadResourceParams) = "resources/read",
        /// Tell me when a resource changes. Until 2025-11-25.
        Subscribe(SubscribeParams) = "resources/subscribe",
        /// Stop telling me. Until 2025-11-25.
        Unsubscribe(SubscribeParams) = "resources/unsubscribe",
        /// Tell me what changes. Since 2026-07-28.
        Listen(SubscriptionsListenParams) = "subscriptions/listen",
        /// Complete an argument.
        Complete(CompleteParams) = "completion/complete",
        /// Log from this severity on. Until 2025-11-25.
        SetLevel(SetLevelParams) = "logging/setLevel",
        /// How is a task? 2025-11-25 and the tasks extension.
        GetTask(TaskParams) = "tasks/get",
        /// Give up a task. 2025-11-25 and the tasks extension.
        CancelTask(TaskParams) = "tasks/cancel",
        /// Answer the questions of a task. Tasks extension.
        UpdateTask(UpdateTaskParams) = "tasks/update",
        /// Wait for the result of a task. 2025-11-25 only.
        TaskResult(TaskParams) = "tasks/result",
        /// List tasks. 2025-11-25 only.
        ListTasks(ListParams) = "tasks/list",
    }
}

requests! {
    /// What a server asks a client. Until 2025-11-25; since then servers send no requests but answer with
    /// [`crate::model::InputRequest`]s.
    ServerRequest {
        /// Are you there?
        Ping(EmptyParams) = "ping",
        /// Ask the model.
        CreateMessage(CreateMessageParams) = "sampling/createMessage",
        /// List roots.
        ListRoots(EmptyParams) = "roots/list",
        /// Ask the user. Since 2025-06-18.
        Elicit(ElicitParams) = "elicitation/create",
        /// How is a task? 2025-11-25 only.
        GetTask(TaskParams) = "tasks/get",
        /// Give up a task. 2025-11-25 only.
        CancelTask(TaskParams) = "tasks/cancel",
        /// Wait for the result of a task. 2025-11-25 only.
        TaskResult(TaskParams) = "tasks/result",
        /// List tasks. 2025-11-25 only.
        ListTasks(ListParams) = "tasks/list",
    }
}

/// A request of one method as a whole JSON-RPC message.
#[derive(Clone, Debug, PartialEq)]
pub struct Request<M: Method> {
    /// Its id.
    pub id: RequestId,
    /// Its params.
    pub params: M::Params,
}

impl<M: Method> Request<M> {
    /// A request.
    #[must_use]
    pub fn new(id: impl Into<RequestId>, params: M::Params) -> Self {
        Self { id: id.into(), params }
    }

    /// The response with a result.
    #[must_use]
    pub fn respond(self, result: M::Result) -> response::Response<M::Result> {
        response::Response { id: self.id, result }
    }
}

impl<M: Method> Serialize for Request<M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("jsonrpc", &JsonRpc)?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("method", M::NAME)?;
        if !self.params.is_empty() {
            map.serialize_entry("params", &self.params)?;
        }
        map.end()
    }
}

impl<'de, M: Method> Deserialize<'de> for Request<M> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Parts {
            #[serde(rename = "jsonrpc")]
            _jsonrpc: JsonRpc,
            id: RequestId,
            method: String,
            params: Option<Box<RawValue>>,
        }
        let parts = Parts::deserialize(deserializer)?;
        if parts.method != M::NAME {
            return Err(D::Error::custom(format!("expected method `{}`, not `{}`", M::NAME, parts.method)));
        }
        let params = params(parts.params.as_deref()).map_err(D::Error::custom)?;
        Ok(Self { id: parts.id, params })
    }
}
