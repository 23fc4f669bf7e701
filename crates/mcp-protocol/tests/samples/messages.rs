//! Samples of lists, calls and their results.

use super::Samples;
use super::forms::{form, model_preferences, sampling_contents};
use super::parts::{annotations, content, contents, icons, resource, tool};
use pulseengine_mcp_protocol::model::*;
use serde_json::json;
use std::collections::BTreeMap;

fn cursor() -> Option<String> {
    Some("next".into())
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
    s.add("Prompt", &Prompt::new("a").arguments(vec![PromptArgument::new("b").required(true)]));
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
        ("form".into(), InputRequest::Elicit(ElicitFormParams::new("Please", form(s)).into())),
        ("url".into(), InputRequest::Elicit(ElicitUrlParams::new("Please", "https://example.com").into())),
        ("model".into(), InputRequest::CreateMessage(create_message(s))),
        ("roots".into(), InputRequest::ListRoots(EmptyParams::default())),
    ])
}

fn input_responses(s: &Samples) -> InputResponses {
    let contents = sampling_contents(s).remove(0);
    BTreeMap::from([
        (
            "form".into(),
            InputResponse::Elicit(ElicitResult::new(ElicitAction::Accept).content(json!({ "a": 1 }))),
        ),
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
        task: Some(TaskMetadata::default().ttl(5_u64)),
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
        reference: Reference::from(PromptReference::new("greet")),
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
    let needed = InputRequiredResult::default()
        .input_requests(input_requests(s))
        .request_state("state")
        .meta(s.meta().unwrap());
    s.add("InputRequiredResult", &needed);
    s.add("InputRequiredResult", &InputRequiredResult::default().request_state("state"));
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

pub fn create_message(s: &Samples) -> CreateMessageParams {
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
        task: Some(TaskMetadata::default()),
    }
}
