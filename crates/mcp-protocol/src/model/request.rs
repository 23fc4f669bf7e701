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
    /// The requests of a client.
    ClientRequest {
        /// Begins a session. Until 2025-11-25.
        Initialize(InitializeParams) = Initialize,
        /// Checks that the server responds. Until 2025-11-25.
        Ping(EmptyParams) = Ping,
        /// Reads the identity and the capabilities of the server. Since 2026-07-28.
        Discover(EmptyParams) = Discover,
        /// Lists tools.
        ListTools(ListParams) = ListTools,
        /// Calls a tool.
        CallTool(CallToolParams) = CallTool,
        /// Lists prompts.
        ListPrompts(ListParams) = ListPrompts,
        /// Reads a prompt with its arguments filled in.
        GetPrompt(GetPromptParams) = GetPrompt,
        /// Lists resources.
        ListResources(ListParams) = ListResources,
        /// Lists resource templates.
        ListResourceTemplates(ListParams) = ListResourceTemplates,
        /// Reads a resource.
        ReadResource(ReadResourceParams) = ReadResource,
        /// Subscribes to changes of a resource. Until 2025-11-25.
        Subscribe(SubscribeParams) = Subscribe,
        /// Ends such a subscription. Until 2025-11-25.
        Unsubscribe(SubscribeParams) = Unsubscribe,
        /// Subscribes to changes. Since 2026-07-28.
        Listen(SubscriptionsListenParams) = Listen,
        /// Completes an argument.
        Complete(CompleteParams) = Complete,
        /// Sets the least severity of log messages. Until 2025-11-25.
        SetLevel(SetLevelParams) = SetLevel,
        /// Reads the state of a task. 2025-11-25 and the tasks extension.
        GetTask(TaskParams) = GetTask,
        /// Cancels a task. 2025-11-25 and the tasks extension.
        CancelTask(TaskParams) = CancelTask,
        /// Answers the questions of a task. Tasks extension.
        UpdateTask(UpdateTaskParams) = UpdateTask,
        /// Waits for the result of a task. 2025-11-25 only.
        TaskResult(TaskParams) = "tasks/result",
        /// Lists tasks. 2025-11-25 only.
        ListTasks(ListParams) = "tasks/list",
    }
}

requests! {
    /// The requests of a server, up to 2025-11-25. In later revisions a server sends no requests: its results have
    /// [`crate::model::InputRequest`]s.
    ServerRequest {
        /// Checks that the client responds.
        Ping(EmptyParams) = Ping,
        /// Asks the model.
        CreateMessage(CreateMessageParams) = CreateMessage,
        /// Lists roots.
        ListRoots(EmptyParams) = ListRoots,
        /// Asks the user. Since 2025-06-18.
        Elicit(ElicitParams) = Elicit,
        /// Reads the state of a task. 2025-11-25 only.
        GetTask(TaskParams) = GetTask,
        /// Cancels a task. 2025-11-25 only.
        CancelTask(TaskParams) = CancelTask,
        /// Waits for the result of a task. 2025-11-25 only.
        TaskResult(TaskParams) = "tasks/result",
        /// Lists tasks. 2025-11-25 only.
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
