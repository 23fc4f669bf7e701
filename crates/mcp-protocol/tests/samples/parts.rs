//! Samples of what messages are made of.

use super::Samples;
use pulseengine_mcp_protocol::model::*;
use serde_json::json;
use std::collections::BTreeMap;

pub fn icons() -> Option<Vec<Icon>> {
    Some(vec![
        Icon::new("https://example.com/icon.svg"),
        Icon {
            src: "data:image/png;base64,aGVsbG8=".into(),
            mime_type: Some("image/png".into()),
            sizes: Some(vec!["48x48".into(), "any".into()]),
            theme: Some(IconTheme::Dark),
        },
    ])
}

pub fn annotations() -> Option<Annotations> {
    Some(Annotations {
        audience: Some(vec![Role::User, Role::Assistant]),
        priority: Some(0.5),
        last_modified: Some("2025-01-12T15:00:58Z".into()),
    })
}

pub fn implementation() -> Implementation {
    Implementation {
        name: "example".into(),
        title: Some("Example".into()),
        version: "1.2.3".into(),
        description: Some("An example".into()),
        website_url: Some("https://example.com".into()),
        icons: icons(),
    }
}

fn settings() -> Settings {
    Settings::from([("depth".into(), json!(3))])
}

pub fn client_capabilities() -> ClientCapabilities {
    let some = || Some(settings());
    ClientCapabilities {
        experimental: Some(BTreeMap::from([("x".into(), settings())])),
        roots: Some(RootsCapability { list_changed: Some(true) }),
        sampling: Some(SamplingCapability { context: some(), tools: some(), other: BTreeMap::new() }),
        elicitation: Some(ElicitationCapability { form: some(), url: some(), other: BTreeMap::new() }),
        tasks: Some(ClientTasksCapability {
            list: some(),
            cancel: some(),
            requests: Some(ClientTaskRequests {
                sampling: Some(SamplingTasks { create_message: some() }),
                elicitation: Some(ElicitationTasks { create: some() }),
            }),
        }),
        extensions: Some(BTreeMap::from([(TASKS_EXTENSION.into(), Settings::new())])),
        other: BTreeMap::from([("com.example".into(), json!(true))]),
    }
}

pub fn server_capabilities() -> ServerCapabilities {
    let some = || Some(settings());
    ServerCapabilities {
        experimental: Some(BTreeMap::from([("x".into(), settings())])),
        logging: some(),
        completions: some(),
        prompts: Some(ListCapability { list_changed: Some(false) }),
        resources: Some(ResourcesCapability { subscribe: Some(true), list_changed: Some(true) }),
        tools: Some(ListCapability::default().list_changed(true)),
        tasks: Some(ServerTasksCapability {
            list: some(),
            cancel: some(),
            requests: Some(ServerTaskRequests { tools: Some(ToolTasks { call: some() }) }),
        }),
        extensions: Some(BTreeMap::from([(TASKS_EXTENSION.into(), Settings::new())])),
        other: BTreeMap::from([("com.example".into(), json!([1]))]),
    }
}

/// A schema whose keys are in an order of their own.
pub const SCHEMA: &str = r#"{"type":"object","required":["b"],"properties":{"b":{"type":"string"},"a":{"minimum":1.0,"type":"number"}}}"#;

pub fn tool(s: &Samples) -> Tool {
    Tool {
        name: "add".into(),
        title: Some("Add".into()),
        description: Some("Adds".into()),
        input_schema: RawJson::from_static(SCHEMA),
        output_schema: Some(RawJson::parse(SCHEMA).unwrap()),
        annotations: Some(ToolAnnotations {
            title: Some("Add".into()),
            read_only_hint: Some(true),
            destructive_hint: Some(false),
            idempotent_hint: Some(true),
            open_world_hint: Some(false),
        }),
        execution: Some(ToolExecution { task_support: Some(TaskSupport::Optional) }),
        icons: icons(),
        meta: s.meta(),
    }
}

pub fn resource(s: &Samples) -> Resource {
    Resource {
        uri: "file:///a.txt".into(),
        name: "a".into(),
        title: Some("A".into()),
        description: Some("A file".into()),
        mime_type: Some("text/plain".into()),
        size: Some(12),
        icons: icons(),
        annotations: annotations(),
        meta: s.meta(),
    }
}

pub fn contents(s: &Samples) -> Vec<ResourceContents> {
    let meta = s.meta().unwrap();
    vec![
        ResourceContents::text("file:///a.txt", "text"),
        ResourceContents::Text(TextResourceContents {
            uri: "file:///a.txt".into(),
            mime_type: Some("text/plain".into()),
            text: "text".into(),
            meta: Some(meta.clone()),
        }),
        ResourceContents::bytes("file:///a.png", [0_u8, 255, 7]),
        ResourceContents::Blob(BlobResourceContents {
            uri: "file:///a.png".into(),
            mime_type: Some("image/png".into()),
            blob: "AP8H".into(),
            meta: Some(meta),
        }),
    ]
}

pub fn add(s: &mut Samples) {
    s.add("Annotations", &Annotations::default());
    s.add("Annotations", &annotations());
    s.add("Implementation", &Implementation::new("a", "1"));
    s.add("Implementation", &implementation());
    for icon in icons().unwrap() {
        s.add("Icon", &icon);
    }
    s.add("ClientCapabilities", &ClientCapabilities::default());
    s.add("ClientCapabilities", &client_capabilities());
    s.add("ServerCapabilities", &ServerCapabilities::default());
    s.add("ServerCapabilities", &server_capabilities());
    s.add("Cursor", &"next");
    for id in [RequestId::from(-1), "a".into()] {
        s.add("RequestId", &id);
        s.add("ProgressToken", &ProgressToken::from(id));
    }
    for role in [Role::User, Role::Assistant] {
        s.add("Role", &role);
    }
    use LoggingLevel::{Alert, Critical, Debug, Emergency, Error, Info, Notice, Warning};
    for level in [Debug, Info, Notice, Warning, Error, Critical, Alert, Emergency] {
        s.add("LoggingLevel", &level);
    }
    s.add("Root", &Root::new("file:///"));
    s.add("Root", &Root { uri: "file:///a".into(), name: Some("a".into()), meta: s.meta() });
    for name in ["complete", "input_required", "task", "com.example"] {
        s.add("ResultType", &ResultType::from(name));
    }
    s.add("MetaObject", &s.meta());
    s.add("RequestMetaObject", &s.request_meta());
    s.add("RequestMetaObject", &s.least_meta());
    let mut meta = Meta::default();
    meta.put_subscription_id(&RequestId::from(1));
    s.add("NotificationMetaObject", &meta);
    meta.put_server_info(&implementation());
    s.add("ResultMetaObject", &meta);
    s.add("SubscriptionsListenResultMetaObject", &meta);
    s.add("SubscriptionFilter", &SubscriptionFilter::default());
    s.add("SubscriptionFilter", &filter());
    s.add("PromptReference", &Reference::from(PromptReference::new("p")));
    s.add("PromptReference", &PromptReference { name: "p".into(), title: Some("P".into()) });
    s.add("ResourceReference", &Reference::from(ResourceReference::new("file:///{a}")));
    s.add("ResourceTemplateReference", &ResourceReference { uri: "file:///{a}".into() });
}

pub fn filter() -> SubscriptionFilter {
    SubscriptionFilter {
        tools_list_changed: Some(true),
        prompts_list_changed: Some(false),
        resources_list_changed: Some(true),
        resource_subscriptions: Some(vec!["file:///a".into()]),
        task_ids: Some(vec!["t".into()]),
    }
}

/// Content the revision has, full and small.
pub fn content(s: &Samples) -> Vec<ContentBlock> {
    let (meta, hints) = (s.meta().unwrap(), annotations().unwrap());
    let mut found = vec![
        ContentBlock::text("small"),
        TextContent::new("full").annotations(hints.clone()).meta(meta.clone()).into(),
        ImageContent::new("aGVsbG8=", "image/png").into(),
        ImageContent::from_bytes([1_u8, 2, 3], "image/png")
            .annotations(hints.clone())
            .meta(meta.clone())
            .into(),
    ];
    for contents in contents(s) {
        found.push(contents.clone().into());
        found.push(EmbeddedResource::new(contents).annotations(hints.clone()).meta(meta.clone()).into());
    }
    if s.since("2025-03-26") {
        found.push(AudioContent::new("aGVsbG8=", "audio/wav").into());
        found.push(AudioContent::from_bytes([9_u8], "audio/wav").annotations(hints).meta(meta).into());
    }
    if s.since("2025-06-18") {
        found.push(Resource::new("file:///a", "a").into());
        found.push(resource(s).into());
    }
    found
}

pub fn add_content(s: &mut Samples) {
    for block in content(s) {
        let name = match &block {
            ContentBlock::Text(_) => "TextContent",
            ContentBlock::Image(_) => "ImageContent",
            ContentBlock::Audio(_) => "AudioContent",
            ContentBlock::ResourceLink(_) => "ResourceLink",
            ContentBlock::Resource(_) => "EmbeddedResource",
            block => panic!("no sample of {block:?}"),
        };
        s.add(name, &block);
        s.add("ContentBlock", &block);
        s.add("PromptMessage", &PromptMessage::user(block.clone()));
        s.add("PromptMessage", &PromptMessage::assistant(block));
    }
    for contents in contents(s) {
        let name = match &contents {
            ResourceContents::Text(_) => "TextResourceContents",
            ResourceContents::Blob(_) => "BlobResourceContents",
            contents => panic!("no sample of {contents:?}"),
        };
        s.add(name, &contents);
    }
    s.add("Resource", &Resource::new("file:///a", "a"));
    s.add("Resource", &resource(s));
    s.add("Tool", &Tool::new("add", json!({ "type": "object" })));
    s.add("Tool", &tool(s));
    s.add("ToolAnnotations", &ToolAnnotations::default());
    s.add("ToolAnnotations", &tool(s).annotations);
    s.add("ToolExecution", &ToolExecution::default());
    for task_support in [TaskSupport::Forbidden, TaskSupport::Optional, TaskSupport::Required] {
        s.add("ToolExecution", &ToolExecution { task_support: Some(task_support) });
    }
}
