//! Samples of the handshake, discovery, notifications, tasks and errors.

use super::Samples;
use super::forms::form;
use super::messages::create_message;
use super::parts::{client_capabilities, filter, implementation, server_capabilities};
use pulseengine_mcp_protocol::ErrorCode;
use pulseengine_mcp_protocol::model::*;
use serde_json::json;
use std::collections::BTreeMap;

pub fn add_session(s: &mut Samples) {
    let initialize = InitializeParams::new(s.revision, implementation(), client_capabilities());
    let initialize = initialize.meta(s.request_meta().unwrap());
    s.add("InitializeRequestParams", &initialize);
    if !s.stateless() {
        request!(s, "InitializeRequest", Initialize, Initialize, initialize);
        request!(s, "PingRequest", Ping, Ping, EmptyParams::default());
        let subscribe = SubscribeParams::new("file:///a").meta(s.request_meta().unwrap());
        s.add("SubscribeRequestParams", &subscribe);
        s.add("UnsubscribeRequestParams", &subscribe);
        request!(s, "SubscribeRequest", Subscribe, Subscribe, subscribe.clone());
        request!(s, "UnsubscribeRequest", Unsubscribe, Unsubscribe, subscribe);
        let level = SetLevelParams { meta: s.request_meta(), level: LoggingLevel::Info };
        s.add("SetLevelRequestParams", &level);
        request!(s, "SetLevelRequest", SetLevel, SetLevel, level);
        ask!(s, "PingRequest", Ping, Ping, EmptyParams::default().meta(s.request_meta().unwrap()));
    }
    let result = InitializeResult::new(s.revision, implementation(), server_capabilities());
    s.add("InitializeResult", &result);
    s.add("InitializeResult", &result.instructions("Use it").meta(s.meta().unwrap()));

    s.add("RequestParams", &EmptyParams { meta: s.request_meta(), ..EmptyParams::default() });
    s.add("CreateMessageRequestParams", &CreateMessageParams::new(Vec::new(), 1));
    s.add("CreateMessageRequestParams", &create_message(s));
    ask!(s, "CreateMessageRequest", CreateMessage, CreateMessage, create_message(s));
    ask!(s, "ListRootsRequest", ListRoots, ListRoots, EmptyParams::default());
    if s.since("2025-06-18") {
        let mut form = ElicitFormParams::new("Please", form(s));
        s.add("ElicitRequestFormParams", &form);
        ask!(s, "ElicitRequest", Elicit, Elicit, form.clone().into());
        form = form.mode(FormMode::Form).task(TaskMetadata::default()).meta(s.request_meta().unwrap());
        s.add("ElicitRequestFormParams", &form);
        s.add("ElicitRequestParams", &ElicitParams::Form(form));
        let mut url = ElicitUrlParams::new("Please", "https://example.com").elicitation_id("e");
        s.add("ElicitRequestURLParams", &url);
        url = url.task(TaskMetadata::default()).meta(s.request_meta().unwrap());
        s.add("ElicitRequestParams", &ElicitParams::Url(url.clone()));
        if s.since("2025-11-25") {
            ask!(s, "ElicitRequest", Elicit, Elicit, url.into());
        }
    }
    for name in ["Result", "EmptyResult"] {
        s.add(name, &s.stamp(EmptyResult::default()));
        s.add(name, &s.stamp(EmptyResult { meta: s.meta(), ..EmptyResult::default() }));
    }
    let empty = Response { id: "a".into(), result: s.stamp(EmptyResult::default()) };
    s.add("JSONRPCResponse", &empty);
    s.add("JSONRPCResultResponse", &empty);

    if s.stateless() {
        request!(
            s,
            "DiscoverRequest",
            Discover,
            Discover,
            EmptyParams::default().meta(s.least_meta().unwrap())
        );
        let listen = SubscriptionsListenParams::new(filter()).meta(s.request_meta().unwrap());
        s.add("SubscriptionsListenRequestParams", &listen);
        request!(s, "SubscriptionsListenRequest", Listen, Listen, listen);
        let discover =
            DiscoverResult::new(vec![s.revision.into()], server_capabilities()).instructions("Use it");
        let discover = s.stamp_cached(discover.meta(s.meta().unwrap()));
        s.add("DiscoverResult", &discover);
        s.add("DiscoverResultResponse", &Response { id: 1.into(), result: discover });
        let end = SubscriptionsListenResult::new(&"sub".into());
        s.add("SubscriptionsListenResult", &end);
        s.add("SubscriptionsListenResultResponse", &Response { id: "sub".into(), result: end });
    }
}

pub fn add_notifications(s: &mut Samples) {
    use ClientNotification as Client;
    use ServerNotification as Server;
    let meta = s.meta().unwrap();
    let cancelled = CancelledParams::default().request_id(1).reason("enough").meta(meta.clone());
    s.add("CancelledNotificationParams", &cancelled);
    s.add("CancelledNotificationParams", &CancelledParams::default().request_id("a"));
    notify!(
        s,
        "CancelledNotification",
        "ClientNotification",
        Client::Cancelled,
        Cancelled,
        cancelled.clone()
    );
    notify!(s, "CancelledNotification", "ServerNotification", Server::Cancelled, Cancelled, cancelled);
    let progress = ProgressParams {
        meta: Some(meta.clone()),
        progress_token: "token".into(),
        progress: 0.5,
        total: Some(100.0),
        message: Some("half".into()),
    };
    s.add("ProgressNotificationParams", &progress);
    s.add("ProgressNotificationParams", &ProgressParams::new(1, 2.0));
    notify!(s, "ProgressNotification", "ServerNotification", Server::Progress, Progress, progress);
    for data in [json!("text"), json!({ "a": 1 }), json!(null)] {
        let log = LogParams::new(LoggingLevel::Error, data).logger("main").meta(meta.clone());
        s.add("LoggingMessageNotificationParams", &log);
        notify!(s, "LoggingMessageNotification", "ServerNotification", Server::Log, Log, log);
    }
    let updated = ResourceUpdatedParams::new("file:///a").meta(meta.clone());
    s.add("ResourceUpdatedNotificationParams", &updated);
    notify!(
        s,
        "ResourceUpdatedNotification",
        "ServerNotification",
        Server::ResourceUpdated,
        ResourceUpdated,
        updated
    );
    for empty in [EmptyParams::default(), EmptyParams::default().meta(meta)] {
        s.add("NotificationParams", &empty);
        notify!(
            s,
            "ToolListChangedNotification",
            "ServerNotification",
            Server::ToolListChanged,
            ToolListChanged,
            empty.clone()
        );
        notify!(
            s,
            "PromptListChangedNotification",
            "ServerNotification",
            Server::PromptListChanged,
            PromptListChanged,
            empty.clone()
        );
        notify!(
            s,
            "ResourceListChangedNotification",
            "ServerNotification",
            Server::ResourceListChanged,
            ResourceListChanged,
            empty.clone()
        );
        if !s.stateless() {
            notify!(
                s,
                "InitializedNotification",
                "ClientNotification",
                Client::Initialized,
                Initialized,
                empty.clone()
            );
            notify!(
                s,
                "RootsListChangedNotification",
                "ClientNotification",
                Client::RootsListChanged,
                RootsListChanged,
                empty
            );
        }
    }
    if s.stateless() {
        let acknowledged = SubscriptionsAcknowledgedParams::new(&1.into(), filter());
        s.add("SubscriptionsAcknowledgedNotificationParams", &acknowledged);
        notify!(
            s,
            "SubscriptionsAcknowledgedNotification",
            "ServerNotification",
            Server::SubscriptionsAcknowledged,
            SubscriptionsAcknowledged,
            acknowledged
        );
    }
}

/// Tasks of 2025-11-25; those of the extension have no schema and are tested in `tasks_extension.rs`.
pub fn add_tasks(s: &mut Samples) {
    if s.revision != "2025-11-25" {
        return;
    }
    use TaskStatus::{Cancelled, Completed, Failed, InputRequired, Working};
    for status in [Working, InputRequired, Completed, Failed, Cancelled] {
        s.add("TaskStatus", &status);
        let task = CoreTask { status, ..CoreTask::new("t", "2025-11-25T10:30:00Z") };
        s.add("Task", &task);
        let task = task.status_message("m").ttl(60_000_u64).poll_interval(5_u64);
        s.add("Task", &task);
        for name in ["GetTaskResult", "CancelTaskResult", "TaskStatusNotificationParams"] {
            s.add(name, &task.clone().meta(s.meta().unwrap()));
        }
        s.add("CreateTaskResult", &CreateCoreTaskResult::new(task.clone()).meta(s.meta().unwrap()));
        s.add(
            "ListTasksResult",
            &ListCoreTasksResult::new(vec![task.clone()]).next_cursor("n").meta(s.meta().unwrap()),
        );
        notify!(
            s,
            "TaskStatusNotification",
            "ClientNotification",
            ClientNotification::TaskStatus,
            CoreTaskStatus,
            task.clone()
        );
        notify!(
            s,
            "TaskStatusNotification",
            "ServerNotification",
            ServerNotification::TaskStatus,
            CoreTaskStatus,
            task
        );
    }
    s.add("TaskMetadata", &TaskMetadata::default());
    s.add("TaskMetadata", &TaskMetadata::default().ttl(1_u64));
    s.add("RelatedTaskMetadata", &RelatedTask { task_id: "t".into() });
    s.add("GetTaskPayloadResult", &RawJson::encode(&CallToolResult::text("done")).unwrap());
    let task = TaskParams::new("t").meta(s.request_meta().unwrap());
    request!(s, "GetTaskRequest", GetTask, GetCoreTask, task.clone());
    request!(s, "CancelTaskRequest", CancelTask, CancelCoreTask, task.clone());
    request!(s, "GetTaskPayloadRequest", TaskResult, CoreTaskResult, task.clone());
    request!(s, "ListTasksRequest", ListTasks, ListCoreTasks, ListParams::default());
    ask!(s, "GetTaskRequest", GetTask, GetCoreTask, task);
    let complete = ElicitationCompleteParams::new("e");
    notify!(
        s,
        "ElicitationCompleteNotification",
        "ServerNotification",
        ServerNotification::ElicitationComplete,
        ElicitationComplete,
        complete
    );
}

pub fn add_errors(s: &mut Samples) {
    let plain = [
        ("ParseError", ErrorCode::PARSE),
        ("InvalidRequestError", ErrorCode::INVALID_REQUEST),
        ("MethodNotFoundError", ErrorCode::METHOD_NOT_FOUND),
        ("InvalidParamsError", ErrorCode::INVALID_PARAMS),
        ("InternalError", ErrorCode::INTERNAL),
    ];
    for (name, code) in plain {
        s.add(name, &ErrorObject::new(code, "no").data(json!({ "why": null })));
        s.add("Error", &ErrorObject::new(code, "no"));
        let response = ErrorResponse { id: Some(1.into()), error: ErrorObject::new(code, "no") };
        for name in ["JSONRPCError", "JSONRPCErrorResponse"] {
            s.add(name, &response);
        }
    }
    let version = UnsupportedVersion { supported: vec![s.revision.into()], requested: "1900-01-01".into() };
    let missing = MissingCapabilities { required_capabilities: client_capabilities() };
    let url = ElicitUrlParams::new("Please", "https://example.com").elicitation_id("e");
    let url = UrlElicitationRequired { elicitations: Some(vec![url]), other: BTreeMap::new() };
    let with_data = [
        ("HeaderMismatchError", ErrorObject::new(ErrorCode::HEADER_MISMATCH, "no")),
        ("UnsupportedProtocolVersionError", ErrorObject::from(&version)),
        ("MissingRequiredClientCapabilityError", ErrorObject::from(&missing)),
        ("URLElicitationRequiredError", ErrorObject::from(&url)),
    ];
    for (name, error) in with_data {
        s.add(name, &ErrorResponse { id: None, error });
    }
}
