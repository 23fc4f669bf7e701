//! The names the schemas give to types, and what reads and writes each of them here.

use pulseengine_mcp_protocol::model::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fmt::Debug;

/// Reads JSON into a type and writes it again.
pub type Trip = fn(&str) -> Result<Value, String>;

/// Names with no type of their own here, and why.
pub const NOT_TYPES: &[(&str, &[&str])] = &[
    (
        "bases of other types",
        &[
            "Annotated",
            "BaseMetadata",
            "CacheableResult",
            "Icons",
            "InputResponseRequestParams",
            "Notification",
            "PaginatedRequest",
            "PaginatedResult",
            "Request",
            "ResourceContents",
            "TaskAugmentedRequestParams",
        ],
    ),
    ("results are distinguished by their requests", &["ClientResult", "ServerResult"]),
    (
        "envelopes, of which the crate's envelope module is in charge",
        &[
            "JSONRPCBatchRequest",
            "JSONRPCBatchResponse",
            "JSONRPCMessage",
            "JSONRPCNotification",
            "JSONRPCRequest",
        ],
    ),
    ("plain JSON", &["JSONArray", "JSONObject", "JSONValue"]),
];

/// True when a name is in [`NOT_TYPES`].
pub fn is_no_type(name: &str) -> bool {
    NOT_TYPES.iter().any(|(_, names)| names.contains(&name))
}

/// Reads, writes, reads again: the same value both times, and the same through `Value`.
fn trip<T: Serialize + DeserializeOwned + PartialEq + Debug>(text: &str) -> Result<Value, String> {
    let value: T = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let written = serde_json::to_string(&value).map_err(|error| error.to_string())?;
    let again: T = serde_json::from_str(&written).map_err(|error| format!("again: {error}"))?;
    if again != value {
        return Err(format!("{value:?} came back as {again:?}"));
    }
    let tree: Value = serde_json::from_str(&written).map_err(|error| error.to_string())?;
    let from_tree: T =
        serde_json::from_value(tree.clone()).map_err(|error| format!("from a tree: {error}"))?;
    if serde_json::to_value(&from_tree).map_err(|error| error.to_string())? != tree {
        return Err("differs through a tree".into());
    }
    Ok(tree)
}

/// Like [`trip`] for `{method, params}`, putting back the envelope that the type leaves out.
fn trip_inner<T: Serialize + DeserializeOwned + PartialEq + Debug>(text: &str) -> Result<Value, String> {
    let mut tree = trip::<T>(text)?;
    let whole: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    for key in ["jsonrpc", "id"] {
        if let (Some(value), Some(object)) = (whole.get(key), tree.as_object_mut()) {
            object.insert(key.into(), value.clone());
        }
    }
    Ok(tree)
}

/// Like [`trip`] for an error response whose data has a type.
fn trip_data<T: Serialize + DeserializeOwned + PartialEq + Debug>(text: &str) -> Result<Value, String> {
    let mut tree = trip::<ErrorResponse>(text)?;
    let response: ErrorResponse = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let data = response.error.data.ok_or("no data")?;
    tree["error"]["data"] = trip::<T>(data.text())?;
    Ok(tree)
}

/// Like [`trip`] for `_meta`, every reserved key through its type.
fn trip_meta(text: &str) -> Result<Value, String> {
    let read: Meta = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let mut meta = read.clone();
    macro_rules! through {
        ($($reader:ident, $writer:ident);*) => { $(
            if let Some(value) = read.$reader().map_err(|error| error.to_string())? {
                meta.$writer(&value);
            }
        )* };
    }
    through! {
        progress_token, put_progress_token; protocol_version, put_protocol_version; client_info, put_client_info;
        client_capabilities, put_client_capabilities; log_level, put_log_level;
        subscription_id, put_subscription_id; server_info, put_server_info
    }
    trip::<Meta>(&serde_json::to_string(&meta).map_err(|error| error.to_string())?)
}

fn trip_response(text: &str) -> Result<Value, String> {
    if text.contains("\"error\"") { trip::<ErrorResponse>(text) } else { trip::<Response<EmptyResult>>(text) }
}

macro_rules! plain {
    ($name:expr; $($ty:ty: $($schema:literal),+;)*) => {
        match $name { $($($schema)|+ => return Some(trip::<$ty> as Trip),)* _ => {} }
    };
}

/// Messages are whole JSON-RPC messages in some revisions and `{method, params}` in others.
macro_rules! messages {
    ($name:expr, $whole:expr; $($schema:literal: $ty:ty, $inner:ty;)*) => {
        match $name {
            $($schema => return Some(if $whole { trip::<$ty> as Trip } else { trip::<$inner> as Trip }),)*
            _ => {}
        }
    };
}

/// What reads and writes a type; `whole` when the revision has it as a whole JSON-RPC message.
pub fn row(name: &str, whole: bool) -> Option<Trip> {
    requests(name, whole).or_else(|| results(name)).or_else(|| params(name)).or_else(|| parts(name))
}

fn requests(name: &str, whole: bool) -> Option<Trip> {
    use ClientNotification as Cn;
    use ClientRequest as Cr;
    use ServerNotification as Sn;
    use ServerRequest as Sr;
    messages! { name, whole;
        "CallToolRequest": Request<method::CallTool>, Cr;
        "CancelTaskRequest": Request<method::CancelCoreTask>, Cr;
        "CompleteRequest": Request<method::Complete>, Cr;
        "CreateMessageRequest": Request<method::CreateMessage>, InputRequest;
        "DiscoverRequest": Request<method::Discover>, Cr;
        "ElicitRequest": Request<method::Elicit>, InputRequest;
        "GetPromptRequest": Request<method::GetPrompt>, Cr;
        "GetTaskPayloadRequest": Request<method::CoreTaskResult>, Cr;
        "GetTaskRequest": Request<method::GetCoreTask>, Cr;
        "InitializeRequest": Request<method::Initialize>, Cr;
        "ListPromptsRequest": Request<method::ListPrompts>, Cr;
        "ListResourceTemplatesRequest": Request<method::ListResourceTemplates>, Cr;
        "ListResourcesRequest": Request<method::ListResources>, Cr;
        "ListRootsRequest": Request<method::ListRoots>, InputRequest;
        "ListTasksRequest": Request<method::ListCoreTasks>, Cr;
        "ListToolsRequest": Request<method::ListTools>, Cr;
        "PingRequest": Request<method::Ping>, Sr;
        "ReadResourceRequest": Request<method::ReadResource>, Cr;
        "SetLevelRequest": Request<method::SetLevel>, Cr;
        "SubscribeRequest": Request<method::Subscribe>, Cr;
        "SubscriptionsListenRequest": Request<method::Listen>, Cr;
        "UnsubscribeRequest": Request<method::Unsubscribe>, Cr;
        "CancelledNotification": Notification<method::Cancelled>, Cn;
        "ElicitationCompleteNotification": Notification<method::ElicitationComplete>, Sn;
        "InitializedNotification": Notification<method::Initialized>, Cn;
        "LoggingMessageNotification": Notification<method::Log>, Sn;
        "ProgressNotification": Notification<method::Progress>, Sn;
        "PromptListChangedNotification": Notification<method::PromptListChanged>, Sn;
        "ResourceListChangedNotification": Notification<method::ResourceListChanged>, Sn;
        "ResourceUpdatedNotification": Notification<method::ResourceUpdated>, Sn;
        "RootsListChangedNotification": Notification<method::RootsListChanged>, Cn;
        "SubscriptionsAcknowledgedNotification": Notification<method::SubscriptionsAcknowledged>, Sn;
        "TaskStatusNotification": Notification<method::CoreTaskStatus>, Sn;
        "ToolListChangedNotification": Notification<method::ToolListChanged>, Sn;
    }
    match name {
        "ClientRequest" => Some(trip_inner::<Cr>),
        "ServerRequest" => Some(trip_inner::<Sr>),
        "ClientNotification" => Some(trip_inner::<Cn>),
        "ServerNotification" => Some(trip_inner::<Sn>),
        _ => None,
    }
}

fn results(name: &str) -> Option<Trip> {
    plain! { name;
        CallToolResult: "CallToolResult";
        CompleteResult: "CompleteResult";
        CoreTask: "CancelTaskResult", "GetTaskResult", "Task";
        CreateCoreTaskResult: "CreateTaskResult";
        CreateMessageResult: "CreateMessageResult";
        DiscoverResult: "DiscoverResult";
        ElicitResult: "ElicitResult";
        EmptyResult: "EmptyResult", "Result";
        GetPromptResult: "GetPromptResult";
        InitializeResult: "InitializeResult";
        InputRequiredResult: "InputRequiredResult";
        ListCoreTasksResult: "ListTasksResult";
        ListPromptsResult: "ListPromptsResult";
        ListResourceTemplatesResult: "ListResourceTemplatesResult";
        ListResourcesResult: "ListResourcesResult";
        ListRootsResult: "ListRootsResult";
        ListToolsResult: "ListToolsResult";
        RawJson: "GetTaskPayloadResult";
        ReadResourceResult: "ReadResourceResult";
        SubscriptionsListenResult: "SubscriptionsListenResult";
        Response<Outcome<CallToolResult>>: "CallToolResultResponse";
        Response<CompleteResult>: "CompleteResultResponse";
        Response<DiscoverResult>: "DiscoverResultResponse";
        Response<Outcome<GetPromptResult>>: "GetPromptResultResponse";
        Response<ListPromptsResult>: "ListPromptsResultResponse";
        Response<ListResourceTemplatesResult>: "ListResourceTemplatesResultResponse";
        Response<ListResourcesResult>: "ListResourcesResultResponse";
        Response<ListToolsResult>: "ListToolsResultResponse";
        Response<Outcome<ReadResourceResult>>: "ReadResourceResultResponse";
        Response<SubscriptionsListenResult>: "SubscriptionsListenResultResponse";
        Response<EmptyResult>: "JSONRPCResultResponse";
        ErrorResponse: "HeaderMismatchError", "JSONRPCError", "JSONRPCErrorResponse";
        ErrorObject: "Error", "InternalError", "InvalidParamsError", "InvalidRequestError", "MethodNotFoundError",
            "ParseError";
        ResultType: "ResultType";
    }
    match name {
        "JSONRPCResponse" => Some(trip_response),
        "MissingRequiredClientCapabilityError" => Some(trip_data::<MissingCapabilities>),
        "UnsupportedProtocolVersionError" => Some(trip_data::<UnsupportedVersion>),
        "URLElicitationRequiredError" => Some(trip_data::<UrlElicitationRequired>),
        "MetaObject"
        | "NotificationMetaObject"
        | "RequestMetaObject"
        | "ResultMetaObject"
        | "SubscriptionsListenResultMetaObject" => Some(trip_meta),
        _ => None,
    }
}

fn params(name: &str) -> Option<Trip> {
    plain! { name;
        CallToolParams: "CallToolRequestParams";
        CancelledParams: "CancelledNotificationParams";
        CompleteParams: "CompleteRequestParams";
        CoreTask: "TaskStatusNotificationParams";
        CreateMessageParams: "CreateMessageRequestParams";
        ElicitFormParams: "ElicitRequestFormParams";
        ElicitParams: "ElicitRequestParams";
        ElicitUrlParams: "ElicitRequestURLParams";
        EmptyParams: "NotificationParams", "RequestParams";
        GetPromptParams: "GetPromptRequestParams";
        InitializeParams: "InitializeRequestParams";
        ListParams: "PaginatedRequestParams";
        LogParams: "LoggingMessageNotificationParams";
        ProgressParams: "ProgressNotificationParams";
        ReadResourceParams: "ReadResourceRequestParams";
        ResourceUpdatedParams: "ResourceUpdatedNotificationParams";
        SetLevelParams: "SetLevelRequestParams";
        SubscribeParams: "ResourceRequestParams", "SubscribeRequestParams", "UnsubscribeRequestParams";
        SubscriptionsAcknowledgedParams: "SubscriptionsAcknowledgedNotificationParams";
        SubscriptionsListenParams: "SubscriptionsListenRequestParams";
    }
    None
}

fn parts(name: &str) -> Option<Trip> {
    plain! { name;
        Annotations: "Annotations";
        AudioContent: "AudioContent";
        BlobResourceContents: "BlobResourceContents";
        BooleanSchema: "BooleanSchema";
        ClientCapabilities: "ClientCapabilities";
        ContentBlock: "ContentBlock";
        EmbeddedResource: "EmbeddedResource";
        Icon: "Icon";
        ImageContent: "ImageContent";
        Implementation: "Implementation";
        InputRequest: "InputRequest";
        InputRequests: "InputRequests";
        InputResponse: "InputResponse";
        InputResponses: "InputResponses";
        LoggingLevel: "LoggingLevel";
        ModelHint: "ModelHint";
        ModelPreferences: "ModelPreferences";
        MultiSelectSchema: "MultiSelectEnumSchema", "TitledMultiSelectEnumSchema", "UntitledMultiSelectEnumSchema";
        NumberSchema: "NumberSchema";
        PrimitiveSchema: "EnumSchema", "PrimitiveSchemaDefinition";
        ProgressToken: "ProgressToken";
        Prompt: "Prompt";
        PromptArgument: "PromptArgument";
        PromptMessage: "PromptMessage";
        PromptReference: "PromptReference";
        RelatedTask: "RelatedTaskMetadata";
        RequestId: "RequestId";
        Resource: "Resource";
        ResourceLink: "ResourceLink";
        ResourceReference: "ResourceReference", "ResourceTemplateReference";
        ResourceTemplate: "ResourceTemplate";
        Role: "Role";
        Root: "Root";
        SamplingContent: "SamplingMessageContentBlock";
        SamplingMessage: "SamplingMessage";
        ServerCapabilities: "ServerCapabilities";
        SingleSelectSchema: "LegacyTitledEnumSchema", "SingleSelectEnumSchema", "TitledSingleSelectEnumSchema",
            "UntitledSingleSelectEnumSchema";
        String: "Cursor";
        StringSchema: "StringSchema";
        SubscriptionFilter: "SubscriptionFilter";
        TaskMetadata: "TaskMetadata";
        TaskStatus: "TaskStatus";
        TextContent: "TextContent";
        TextResourceContents: "TextResourceContents";
        Tool: "Tool";
        ToolAnnotations: "ToolAnnotations";
        ToolChoice: "ToolChoice";
        ToolExecution: "ToolExecution";
        ToolResultContent: "ToolResultContent";
        ToolUseContent: "ToolUseContent";
    }
    None
}
