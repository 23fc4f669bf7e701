//! Samples of params, results and whole messages.

use super::Samples;
use super::parts::{
    annotations, client_capabilities, content, contents, filter, form, icons, implementation,
    model_preferences, resource, sampling_contents, server_capabilities, tool,
};
use pulseengine_mcp_protocol::model::*;
use serde_json::json;
use std::collections::BTreeMap;

fn cursor() -> Option<String> {
    Some("next".into())
}

/// A request of a client under its name: whole since 2025-11-25, `{method, params}` before.
macro_rules! request {
    ($s:expr, $name:literal, $variant:ident, $method:ident, $params:expr) => {
        let params = $params;
        let inner = ClientRequest::$variant(params.clone());
        if $s.since("2025-11-25") {
            let request = Request::<method::$method>::new(1, params);
            $s.add($name, &request);
            $s.add("ClientRequest", &request);
        } else {
            $s.add($name, &inner);
            $s.add("ClientRequest", &inner);
        }
    };
}

/// A request of a server under its name: whole in 2025-11-25 only.
macro_rules! ask {
    ($s:expr, $name:literal, $variant:ident, $method:ident, $params:expr) => {
        let params = $params;
        if $s.since("2025-11-25") && !$s.stateless() {
            let request = Request::<method::$method>::new("a", params);
            $s.add($name, &request);
            $s.add("ServerRequest", &request);
        } else {
            $s.add($name, &ServerRequest::$variant(params.clone()));
            $s.add("ServerRequest", &ServerRequest::$variant(params));
        }
    };
}

/// A notification under its name: whole since 2025-11-25, `{method, params}` before.
macro_rules! notify {
    ($s:expr, $name:literal, $union:literal, $inner:ident::$variant:ident, $method:ident, $params:expr) => {
        let params = $params;
        if $s.since("2025-11-25") {
            let notification = Notification::<method::$method>::new(params);
            $s.add($name, &notification);
            $s.add($union, &notification);
        } else {
            $s.add($name, &$inner::$variant(params.clone()));
            $s.add($union, &$inner::$variant(params));
        }
    };
}

pub fn add_listed(s: &mut Samples) {
    for list in [
        ListParams { meta: s.least_meta(), cursor: None },
        ListParams { meta: s.request_meta(), cursor: cursor() },
    ] {
        s.add("PaginatedRequestParams", &list);
        request!(s, "ListToolsRequest", ListTools, ListTools, list.clone());
        request!(s, "ListPromptsRequest", ListPrompts, ListPrompts, list.clone());
        request!(s, "ListResourcesRequest", ListResources, ListResources, list.clone());
        request!(
            s,
            "ListResourceTemplatesRequest",
            ListResourceTemplates,
            ListResourceTemplates,
            list.clone()
        );
    }
    let prompt = Prompt {
        name: "greet".into(),
        title: Some("Greet".into()),
        description: Some("Greets".into()),
        arguments: Some(vec![
            PromptArgument::new("who"),
            PromptArgument {
                name: "how".into(),
                title: Some("How".into()),
                description: Some("In which way".into()),
                required: Some(true),
            },
        ]),
        icons: icons(),
        meta: s.meta(),
    };
    for argument in prompt.arguments.clone().unwrap() {
        s.add("PromptArgument", &argument);
    }
    s.add("Prompt", &prompt);
    s.add("Prompt", &Prompt::new("a").argument(PromptArgument::new("b").required(true)));
    let template = ResourceTemplate {
        uri_template: "file:///{path}".into(),
        name: "files".into(),
        title: Some("Files".into()),
        description: Some("All files".into()),
        mime_type: Some("text/plain".into()),
        icons: icons(),
        annotations: annotations(),
        meta: s.meta(),
    };
    s.add("ResourceTemplate", &template);
    s.add("ResourceTemplate", &ResourceTemplate::new("file:///{a}", "a"));

    let tools = s.stamp_cached(ListToolsResult::new(vec![tool(s)]).next_cursor("n").meta(s.meta().unwrap()));
    s.add("ListToolsResult", &tools);
    s.add("ListToolsResult", &s.stamp_cached(ListToolsResult::new(Vec::new())));
    s.add("ListToolsResultResponse", &Response { id: 1.into(), result: tools });
    let prompts =
        s.stamp_cached(ListPromptsResult::new(vec![prompt]).next_cursor("n").meta(s.meta().unwrap()));
    s.add("ListPromptsResult", &prompts);
    s.add("ListPromptsResultResponse", &Response { id: 1.into(), result: prompts });
    let resources = ListResourcesResult::new(vec![resource(s)]).next_cursor("n").meta(s.meta().unwrap());
    let resources = s.stamp_cached(resources);
    s.add("ListResourcesResult", &resources);
    s.add("ListResourcesResultResponse", &Response { id: 1.into(), result: resources });
    let templates = ListResourceTemplatesResult::new(vec![template]).next_cursor("n").meta(s.meta().unwrap());
    let templates = s.stamp_cached(templates);
    s.add("ListResourceTemplatesResult", &templates);
    s.add("ListResourceTemplatesResultResponse", &Response { id: 1.into(), result: templates });
    let roots = vec![Root::new("file:///")];
    s.add("ListRootsResult", &ListRootsResult::new(roots.clone()));
    s.add("ListRootsResult", &ListRootsResult { meta: s.meta(), roots });
}

fn input_requests(s: &Samples) -> InputRequests {
    BTreeMap::from([
        ("form".into(), InputRequest::Elicit(ElicitParams::form("Please", form(s)))),
        ("url".into(), InputRequest::Elicit(ElicitParams::url("Please", "https://example.com"))),
        ("model".into(), InputRequest::CreateMessage(create_message(s))),
        ("roots".into(), InputRequest::ListRoots(EmptyParams::default())),
    ])
}

fn input_responses(s: &Samples) -> InputResponses {
    let contents = sampling_contents(s).remove(0);
    BTreeMap::from([
        ("form".into(), InputResponse::Elicit(ElicitResult::accept(json!({ "a": 1 })))),
        ("model".into(), InputResponse::CreateMessage(CreateMessageResult::new("m", contents))),
        ("roots".into(), InputResponse::ListRoots(ListRootsResult::new(Vec::new()))),
    ])
}

pub fn add_calls(s: &mut Samples) {
    let responses = || Some(input_responses(s));
    let call = CallToolParams {
        meta: s.request_meta(),
        name: "add".into(),
        arguments: Some(json!({ "b": 1, "a": null }).into()),
        task: Some(TaskMetadata::new().ttl(5_u64)),
        input_responses: responses(),
        request_state: Some("state".into()),
    };
    let get = GetPromptParams {
        meta: s.request_meta(),
        name: "greet".into(),
        arguments: Some(BTreeMap::from([("who".into(), "you".into())])),
        input_responses: responses(),
        request_state: Some("state".into()),
    };
    let read = ReadResourceParams {
        meta: s.request_meta(),
        uri: "file:///a".into(),
        input_responses: responses(),
        request_state: Some("state".into()),
    };
    let complete = CompleteParams {
        meta: s.request_meta(),
        reference: Reference::prompt("greet"),
        argument: CompletionArgument { name: "who".into(), value: "y".into() },
        context: Some(CompletionContext { arguments: Some(BTreeMap::from([("a".into(), "b".into())])) }),
    };
    s.add("CallToolRequestParams", &call);
    s.add("CallToolRequestParams", &CallToolParams { meta: s.least_meta(), ..CallToolParams::new("add") });
    s.add("GetPromptRequestParams", &get);
    s.add("ReadResourceRequestParams", &read);
    s.add("ResourceRequestParams", &SubscribeParams { meta: s.least_meta(), uri: "file:///a".into() });
    s.add("CompleteRequestParams", &complete);
    request!(s, "CallToolRequest", CallTool, CallTool, call);
    request!(s, "GetPromptRequest", GetPrompt, GetPrompt, get);
    request!(s, "ReadResourceRequest", ReadResource, ReadResource, read);
    request!(s, "CompleteRequest", Complete, Complete, complete);
    for (name, request) in input_requests(s) {
        s.add("InputRequest", &request);
        let _ = name;
    }
    s.add("InputRequests", &input_requests(s));
    s.add("InputResponses", &input_responses(s));
    for response in input_responses(s).into_values() {
        s.add("InputResponse", &response);
    }

    let full = CallToolResult {
        meta: s.meta(),
        result_type: None,
        content: content(s),
        structured_content: Some(json!({ "sum": 2 }).into()),
        is_error: Some(false),
    };
    let mut results = vec![full, CallToolResult::error("no"), CallToolResult::structured(json!({ "a": 1 }))];
    if s.stateless() {
        results.push(CallToolResult::structured(json!(null)));
    }
    for result in results {
        let result = s.stamp(result);
        s.add("CallToolResult", &result);
        s.add("CallToolResultResponse", &Response { id: 1.into(), result: Outcome::Complete(result) });
    }
    let needed = InputRequiredResult::new(input_requests(s)).request_state("state").meta(s.meta().unwrap());
    s.add("InputRequiredResult", &needed);
    s.add("InputRequiredResult", &InputRequiredResult::later("state"));
    let response = Response { id: 1.into(), result: Outcome::<CallToolResult>::InputRequired(needed) };
    for name in ["CallToolResultResponse", "GetPromptResultResponse", "ReadResourceResultResponse"] {
        s.add(name, &response);
    }
    let messages = content(s).into_iter().map(PromptMessage::user).collect();
    let prompt = s.stamp(GetPromptResult::new(messages).description("D").meta(s.meta().unwrap()));
    s.add("GetPromptResult", &prompt);
    s.add("GetPromptResultResponse", &Response { id: 1.into(), result: prompt });
    let read = s.stamp_cached(ReadResourceResult::new(contents(s)).meta(s.meta().unwrap()));
    s.add("ReadResourceResult", &read);
    s.add("ReadResourceResultResponse", &Response { id: 1.into(), result: read });
    let completion = Completion::new((0..150).map(|number| number.to_string()).collect());
    let complete = s.stamp(CompleteResult::new(completion).meta(s.meta().unwrap()));
    s.add("CompleteResult", &complete);
    s.add(
        "CompleteResult",
        &s.stamp(CompleteResult::new(Completion::default().total(3_u64).has_more(false))),
    );
    s.add("CompleteResultResponse", &Response { id: 1.into(), result: complete });
}

fn create_message(s: &Samples) -> CreateMessageParams {
    CreateMessageParams {
        meta: if s.stateless() { None } else { s.request_meta() },
        messages: sampling_contents(s).into_iter().map(SamplingMessage::user).collect(),
        model_preferences: Some(model_preferences()),
        system_prompt: Some("Be brief".into()),
        include_context: Some(ContextInclusion::ThisServer),
        temperature: Some(0.7),
        max_tokens: 100,
        stop_sequences: Some(vec!["stop".into()]),
        metadata: Some(Settings::from([("a".into(), json!([1]))])),
        tools: Some(vec![tool(s)]),
        tool_choice: Some(ToolChoiceMode::Auto.into()),
        task: Some(TaskMetadata::new()),
    }
}

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
        form = form.mode(FormMode::Form).task(TaskMetadata::new()).meta(s.request_meta().unwrap());
        s.add("ElicitRequestFormParams", &form);
        s.add("ElicitRequestParams", &ElicitParams::Form(form));
        let mut url = ElicitUrlParams::new("Please", "https://example.com").elicitation_id("e");
        s.add("ElicitRequestURLParams", &url);
        url = url.task(TaskMetadata::new()).meta(s.request_meta().unwrap());
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
    let cancelled = CancelledParams::new(1).reason("enough").meta(meta.clone());
    s.add("CancelledNotificationParams", &cancelled);
    s.add("CancelledNotificationParams", &CancelledParams::new("a"));
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
    s.add("TaskMetadata", &TaskMetadata::new());
    s.add("TaskMetadata", &TaskMetadata::new().ttl(1_u64));
    s.add("RelatedTaskMetadata", &RelatedTask { task_id: "t".into() });
    s.add("GetTaskPayloadResult", &RawJson::encode(&CallToolResult::text("done")).unwrap());
    let task = TaskParams::new("t").meta(s.request_meta().unwrap());
    request!(s, "GetTaskRequest", GetTask, GetCoreTask, task.clone());
    request!(s, "CancelTaskRequest", CancelTask, CancelCoreTask, task.clone());
    request!(s, "GetTaskPayloadRequest", TaskResult, CoreTaskResult, task.clone());
    request!(s, "ListTasksRequest", ListTasks, ListCoreTasks, ListParams::first());
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
        ("ParseError", error::PARSE_ERROR),
        ("InvalidRequestError", error::INVALID_REQUEST),
        ("MethodNotFoundError", error::METHOD_NOT_FOUND),
        ("InvalidParamsError", error::INVALID_PARAMS),
        ("InternalError", error::INTERNAL_ERROR),
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
        ("HeaderMismatchError", ErrorObject::new(error::HEADER_MISMATCH, "no")),
        ("UnsupportedProtocolVersionError", ErrorObject::unsupported_version(&version)),
        ("MissingRequiredClientCapabilityError", ErrorObject::missing_capabilities(&missing)),
        ("URLElicitationRequiredError", ErrorObject::url_elicitation_required(&url)),
    ];
    for (name, error) in with_data {
        s.add(name, &ErrorResponse { id: None, error });
    }
}
