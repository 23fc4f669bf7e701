//! Requests with their params read: by direction, and one by one with their envelope.

use super::method::Method;
use super::requests::{params, requests};
use super::{
    CallToolParams, CompleteParams, CreateMessageParams, ElicitParams, EmptyParams, GetPromptParams,
    InitializeParams, ListParams, Params, ReadResourceParams, RequestId, SetLevelParams, SubscribeParams,
    SubscriptionsListenParams, TaskParams, UpdateTaskParams,
};
use super::{jsonrpc::JsonRpc, macros::constructors};
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
        Initialize(InitializeParams) = Initialize,
        /// Are you there? Until 2025-11-25.
        Ping(EmptyParams) = Ping,
        /// Who are you? Since 2026-07-28.
        Discover(EmptyParams) = Discover,
        /// List tools.
        ListTools(ListParams) = ListTools,
        /// Call a tool.
        CallTool(CallToolParams) = CallTool,
        /// List prompts.
        ListPrompts(ListParams) = ListPrompts,
        /// Fill in a prompt.
        GetPrompt(GetPromptParams) = GetPrompt,
        /// List resources.
        ListResources(ListParams) = ListResources,
        /// List resource templates.
        ListResourceTemplates(ListParams) = ListResourceTemplates,
        /// Read a resource.
        ReadResource(ReadResourceParams) = ReadResource,
        /// Tell me when a resource changes. Until 2025-11-25.
        Subscribe(SubscribeParams) = Subscribe,
        /// Stop telling me. Until 2025-11-25.
        Unsubscribe(SubscribeParams) = Unsubscribe,
        /// Tell me what changes. Since 2026-07-28.
        Listen(SubscriptionsListenParams) = Listen,
        /// Complete an argument.
        Complete(CompleteParams) = Complete,
        /// Log from this severity on. Until 2025-11-25.
        SetLevel(SetLevelParams) = SetLevel,
        /// How is a task? 2025-11-25 and the tasks extension.
        GetTask(TaskParams) = GetTask,
        /// Give up a task. 2025-11-25 and the tasks extension.
        CancelTask(TaskParams) = CancelTask,
        /// Answer the questions of a task. Tasks extension.
        UpdateTask(UpdateTaskParams) = UpdateTask,
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
        Ping(EmptyParams) = Ping,
        /// Ask the model.
        CreateMessage(CreateMessageParams) = CreateMessage,
        /// List roots.
        ListRoots(EmptyParams) = ListRoots,
        /// Ask the user. Since 2025-06-18.
        Elicit(ElicitParams) = Elicit,
        /// How is a task? 2025-11-25 only.
        GetTask(TaskParams) = GetTask,
        /// Give up a task. 2025-11-25 only.
        CancelTask(TaskParams) = CancelTask,
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
    constructors! {
        /// A request.
        new(id: impl Into<RequestId>, params: M::Params) none();
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
        struct RequestWire {
            #[serde(rename = "jsonrpc")]
            _jsonrpc: JsonRpc,
            id: RequestId,
            method: String,
            params: Option<Box<RawValue>>,
        }
        let wire = RequestWire::deserialize(deserializer)?;
        if wire.method != M::NAME {
            return Err(D::Error::custom(format!("expected method `{}`, not `{}`", M::NAME, wire.method)));
        }
        let params = params(wire.params.as_deref()).map_err(D::Error::custom)?;
        Ok(Self { id: wire.id, params })
    }
}
