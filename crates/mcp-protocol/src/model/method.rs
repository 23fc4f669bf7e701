//! One type per method, tying its name to the types of its params and result.

use super::requests::name;
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
    /// The params of the request.
    type Params: Params;
    /// The result of the complete request; see [`super::Outcome`] for the other answers.
    type Result: Serialize + DeserializeOwned;
}

/// A notification method.
pub trait Notice {
    /// Its name on the wire.
    const NAME: &'static str;
    /// The params of the notification.
    type Params: Params;
}

macro_rules! methods {
    ($($(#[$meta:meta])* $name:ident = $method:tt: $params:ty => $result:ty;)*) => { $(
        #[doc = concat!("The method `", stringify!($method), "`.")]
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {}

        impl Method for $name {
            const NAME: &'static str = name!($method);
            type Params = $params;
            type Result = $result;
        }
    )* };
}

macro_rules! notices {
    ($($(#[$meta:meta])* $name:ident = $method:tt: $params:ty;)*) => { $(
        #[doc = concat!("The method `", stringify!($method), "`.")]
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {}

        impl Notice for $name {
            const NAME: &'static str = name!($method);
            type Params = $params;
        }
    )* };
}

methods! {
    /// Client to server, until 2025-11-25.
    Initialize = Initialize: InitializeParams => InitializeResult;
    /// Both directions, until 2025-11-25.
    Ping = Ping: EmptyParams => EmptyResult;
    /// Client to server, since 2026-07-28.
    Discover = Discover: EmptyParams => DiscoverResult;
    /// Client to server.
    ListTools = ListTools: ListParams => ListToolsResult;
    /// Client to server.
    CallTool = CallTool: CallToolParams => CallToolResult;
    /// Client to server.
    ListPrompts = ListPrompts: ListParams => ListPromptsResult;
    /// Client to server.
    GetPrompt = GetPrompt: GetPromptParams => GetPromptResult;
    /// Client to server.
    ListResources = ListResources: ListParams => ListResourcesResult;
    /// Client to server.
    ListResourceTemplates = ListResourceTemplates: ListParams => ListResourceTemplatesResult;
    /// Client to server.
    ReadResource = ReadResource: ReadResourceParams => ReadResourceResult;
    /// Client to server, until 2025-11-25.
    Subscribe = Subscribe: SubscribeParams => EmptyResult;
    /// Client to server, until 2025-11-25.
    Unsubscribe = Unsubscribe: SubscribeParams => EmptyResult;
    /// Client to server, since 2026-07-28.
    Listen = Listen: SubscriptionsListenParams => SubscriptionsListenResult;
    /// Client to server.
    Complete = Complete: CompleteParams => CompleteResult;
    /// Client to server, until 2025-11-25.
    SetLevel = SetLevel: SetLevelParams => EmptyResult;
    /// Server to client; since 2026-07-28 only as an input request.
    CreateMessage = CreateMessage: CreateMessageParams => CreateMessageResult;
    /// Server to client; since 2026-07-28 only as an input request.
    ListRoots = ListRoots: EmptyParams => ListRootsResult;
    /// Server to client since 2025-06-18; since 2026-07-28 only as an input request.
    Elicit = Elicit: ElicitParams => ElicitResult;
    /// Client to server, tasks extension.
    GetTask = GetTask: TaskParams => Task;
    /// Client to server, tasks extension.
    CancelTask = CancelTask: TaskParams => EmptyResult;
    /// Client to server, tasks extension.
    UpdateTask = UpdateTask: UpdateTaskParams => EmptyResult;
    /// Both directions, 2025-11-25.
    GetCoreTask = GetTask: TaskParams => CoreTask;
    /// Both directions, 2025-11-25.
    CancelCoreTask = CancelTask: TaskParams => CoreTask;
    /// Both directions, 2025-11-25; the result is that of the request that became the task.
    CoreTaskResult = "tasks/result": TaskParams => RawJson;
    /// Both directions, 2025-11-25.
    ListCoreTasks = "tasks/list": ListParams => ListCoreTasksResult;
}

notices! {
    /// Both directions.
    Cancelled = Cancelled: CancelledParams;
    /// Both directions; server to client since 2026-07-28.
    Progress = Progress: ProgressParams;
    /// Client to server, until 2025-11-25.
    Initialized = Initialized: EmptyParams;
    /// Client to server, until 2025-11-25.
    RootsListChanged = RootsChanged: EmptyParams;
    /// Server to client.
    Log = LogMessage: LogParams;
    /// Server to client.
    ToolListChanged = ToolsChanged: EmptyParams;
    /// Server to client.
    PromptListChanged = PromptsChanged: EmptyParams;
    /// Server to client.
    ResourceListChanged = ResourcesChanged: EmptyParams;
    /// Server to client.
    ResourceUpdated = ResourceUpdated: ResourceUpdatedParams;
    /// Server to client, since 2026-07-28.
    SubscriptionsAcknowledged = ListenAcknowledged: SubscriptionsAcknowledgedParams;
    /// Server to client, 2025-11-25.
    ElicitationComplete = ElicitationComplete: ElicitationCompleteParams;
    /// Both directions, 2025-11-25.
    CoreTaskStatus = "notifications/tasks/status": CoreTask;
    /// Server to client, tasks extension.
    TaskStatus = TaskChanged: Task;
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
