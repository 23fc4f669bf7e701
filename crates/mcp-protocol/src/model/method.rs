//! One type per method, tying its name to the types of its params and result.

use super::{
    CallToolParams, CallToolResult, CancelledParams, CompleteParams, CompleteResult, CoreTask,
    CreateMessageParams, CreateMessageResult, DiscoverResult, ElicitParams, ElicitResult,
    ElicitationCompleteParams, EmptyParams, EmptyResult, GetPromptParams, GetPromptResult, InitializeParams,
    InitializeResult, ListCoreTasksResult, ListParams, ListPromptsResult, ListResourceTemplatesResult,
    ListResourcesResult, ListRootsResult, ListToolsResult, LogParams, Params, ProgressParams, RawJson,
    ReadResourceParams, ReadResourceResult, ResourceUpdatedParams, SetLevelParams, SubscribeParams,
    SubscriptionsAcknowledgedParams, SubscriptionsListenParams, SubscriptionsListenResult, Task, TaskParams,
    UpdateTaskParams,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A request method.
pub trait Method {
    /// Its name on the wire.
    const NAME: &'static str;
    /// What it is asked with.
    type Params: Params;
    /// What it is answered with when complete; see [`super::Outcome`] for the other answers.
    type Result: Serialize + DeserializeOwned;
}

/// A notification method.
pub trait Notice {
    /// Its name on the wire.
    const NAME: &'static str;
    /// What it tells.
    type Params: Params;
}

macro_rules! methods {
    ($($(#[$meta:meta])* $name:ident = $method:literal: $params:ty => $result:ty;)*) => { $(
        #[doc = concat!("`", $method, "`.")]
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {}

        impl Method for $name {
            const NAME: &'static str = $method;
            type Params = $params;
            type Result = $result;
        }
    )* };
}

macro_rules! notices {
    ($($(#[$meta:meta])* $name:ident = $method:literal: $params:ty;)*) => { $(
        #[doc = concat!("`", $method, "`.")]
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {}

        impl Notice for $name {
            const NAME: &'static str = $method;
            type Params = $params;
        }
    )* };
}

methods! {
    /// Client to server, until 2025-11-25.
    Initialize = "initialize": InitializeParams => InitializeResult;
    /// Both directions, until 2025-11-25.
    Ping = "ping": EmptyParams => EmptyResult;
    /// Client to server, since 2026-07-28.
    Discover = "server/discover": EmptyParams => DiscoverResult;
    /// Client to server.
    ListTools = "tools/list": ListParams => ListToolsResult;
    /// Client to server.
    CallTool = "tools/call": CallToolParams => CallToolResult;
    /// Client to server.
    ListPrompts = "prompts/list": ListParams => ListPromptsResult;
    /// Client to server.
    GetPrompt = "prompts/get": GetPromptParams => GetPromptResult;
    /// Client to server.
    ListResources = "resources/list": ListParams => ListResourcesResult;
    /// Client to server.
    ListResourceTemplates = "resources/templates/list": ListParams => ListResourceTemplatesResult;
    /// Client to server.
    ReadResource = "resources/read": ReadResourceParams => ReadResourceResult;
    /// Client to server, until 2025-11-25.
    Subscribe = "resources/subscribe": SubscribeParams => EmptyResult;
    /// Client to server, until 2025-11-25.
    Unsubscribe = "resources/unsubscribe": SubscribeParams => EmptyResult;
    /// Client to server, since 2026-07-28.
    Listen = "subscriptions/listen": SubscriptionsListenParams => SubscriptionsListenResult;
    /// Client to server.
    Complete = "completion/complete": CompleteParams => CompleteResult;
    /// Client to server, until 2025-11-25.
    SetLevel = "logging/setLevel": SetLevelParams => EmptyResult;
    /// Server to client, until 2025-11-25.
    CreateMessage = "sampling/createMessage": CreateMessageParams => CreateMessageResult;
    /// Server to client, until 2025-11-25.
    ListRoots = "roots/list": EmptyParams => ListRootsResult;
    /// Server to client, 2025-06-18 and 2025-11-25.
    Elicit = "elicitation/create": ElicitParams => ElicitResult;
    /// Client to server, tasks extension.
    GetTask = "tasks/get": TaskParams => Task;
    /// Client to server, tasks extension.
    CancelTask = "tasks/cancel": TaskParams => EmptyResult;
    /// Client to server, tasks extension.
    UpdateTask = "tasks/update": UpdateTaskParams => EmptyResult;
    /// Both directions, 2025-11-25.
    GetCoreTask = "tasks/get": TaskParams => CoreTask;
    /// Both directions, 2025-11-25.
    CancelCoreTask = "tasks/cancel": TaskParams => CoreTask;
    /// Both directions, 2025-11-25; the result is that of the request that became the task.
    CoreTaskResult = "tasks/result": TaskParams => RawJson;
    /// Both directions, 2025-11-25.
    ListCoreTasks = "tasks/list": ListParams => ListCoreTasksResult;
}

notices! {
    /// Both directions.
    Cancelled = "notifications/cancelled": CancelledParams;
    /// Both directions; server to client since 2026-07-28.
    Progress = "notifications/progress": ProgressParams;
    /// Client to server, until 2025-11-25.
    Initialized = "notifications/initialized": EmptyParams;
    /// Client to server, until 2025-11-25.
    RootsListChanged = "notifications/roots/list_changed": EmptyParams;
    /// Server to client.
    Log = "notifications/message": LogParams;
    /// Server to client.
    ToolListChanged = "notifications/tools/list_changed": EmptyParams;
    /// Server to client.
    PromptListChanged = "notifications/prompts/list_changed": EmptyParams;
    /// Server to client.
    ResourceListChanged = "notifications/resources/list_changed": EmptyParams;
    /// Server to client.
    ResourceUpdated = "notifications/resources/updated": ResourceUpdatedParams;
    /// Server to client, since 2026-07-28.
    SubscriptionsAcknowledged = "notifications/subscriptions/acknowledged": SubscriptionsAcknowledgedParams;
    /// Server to client, 2025-11-25.
    ElicitationComplete = "notifications/elicitation/complete": ElicitationCompleteParams;
    /// Both directions, 2025-11-25.
    CoreTaskStatus = "notifications/tasks/status": CoreTask;
    /// Server to client, tasks extension.
    TaskStatus = "notifications/tasks": Task;
}

macro_rules! with_members {
    ($($params:ty),* $(,)?) => { $(impl Params for $params {})* };
}

with_members! {
    CallToolParams, CancelledParams, CompleteParams, CoreTask, CreateMessageParams, ElicitParams,
    ElicitationCompleteParams, GetPromptParams, InitializeParams, LogParams, ProgressParams, ReadResourceParams,
    ResourceUpdatedParams, SetLevelParams, SubscribeParams, SubscriptionsAcknowledgedParams,
    SubscriptionsListenParams, Task, TaskParams, UpdateTaskParams,
}
