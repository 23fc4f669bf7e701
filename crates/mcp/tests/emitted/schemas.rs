//! The official schemas of one revision, and what a message has to match in them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use pulseengine_mcp::{Method, Revision};
use serde_json::{Value, json};

/// What the schemas call the message and the result of each method; a notification has no result.
const TYPES: &[(Method, &str, &str)] = &[
    (Method::CallTool, "CallToolRequest", "CallToolResult"),
    (Method::ListTools, "ListToolsRequest", "ListToolsResult"),
    (Method::ReadResource, "ReadResourceRequest", "ReadResourceResult"),
    (Method::ListResources, "ListResourcesRequest", "ListResourcesResult"),
    (Method::ListResourceTemplates, "ListResourceTemplatesRequest", "ListResourceTemplatesResult"),
    (Method::GetPrompt, "GetPromptRequest", "GetPromptResult"),
    (Method::ListPrompts, "ListPromptsRequest", "ListPromptsResult"),
    (Method::Complete, "CompleteRequest", "CompleteResult"),
    (Method::Discover, "DiscoverRequest", "DiscoverResult"),
    (Method::Listen, "SubscriptionsListenRequest", "SubscriptionsListenResult"),
    (Method::GetTask, "GetTaskRequest", "GetTaskResult"),
    (Method::UpdateTask, "UpdateTaskRequest", "UpdateTaskResult"),
    (Method::CancelTask, "CancelTaskRequest", "CancelTaskResult"),
    (Method::Initialize, "InitializeRequest", "InitializeResult"),
    (Method::Ping, "PingRequest", "EmptyResult"),
    (Method::SetLevel, "SetLevelRequest", "EmptyResult"),
    (Method::Subscribe, "SubscribeRequest", "EmptyResult"),
    (Method::Unsubscribe, "UnsubscribeRequest", "EmptyResult"),
    (Method::CreateMessage, "CreateMessageRequest", "CreateMessageResult"),
    (Method::ListRoots, "ListRootsRequest", "ListRootsResult"),
    (Method::Elicit, "ElicitRequest", "ElicitResult"),
    (Method::Cancelled, "CancelledNotification", ""),
    (Method::Progress, "ProgressNotification", ""),
    (Method::Initialized, "InitializedNotification", ""),
    (Method::RootsChanged, "RootsListChangedNotification", ""),
    (Method::LogMessage, "LoggingMessageNotification", ""),
    (Method::ResourceUpdated, "ResourceUpdatedNotification", ""),
    (Method::ResourcesChanged, "ResourceListChangedNotification", ""),
    (Method::ToolsChanged, "ToolListChangedNotification", ""),
    (Method::PromptsChanged, "PromptListChangedNotification", ""),
    (Method::ElicitationComplete, "ElicitationCompleteNotification", ""),
    (Method::TaskChanged, "TaskStatusNotification", ""),
    (Method::ListenAcknowledged, "SubscriptionsAcknowledgedNotification", ""),
];

/// The folder with one folder per revision; `None` after saying why the test is skipped.
pub fn folder() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/spec");
    let folder = std::env::var_os("MCP_SPEC_DIR").map_or(beside, PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!(
        "SKIPPED: no folder {}; set MCP_SPEC_DIR to the folder of the official schemas to run this test",
        folder.display()
    );
    None
}

pub struct Schemas {
    revision: Revision,
    document: Value,
    key: &'static str,
    made: BTreeMap<String, jsonschema::Validator>,
}

impl Schemas {
    pub fn load(folder: &Path, revision: Revision) -> Self {
        let text = std::fs::read_to_string(folder.join(revision.as_str()).join("schema.json")).unwrap();
        let document: Value = serde_json::from_str(&text).unwrap();
        // Draft-07 files call them `definitions`, 2020-12 files `$defs`.
        let key = if document.get("$defs").is_some() { "$defs" } else { "definitions" };
        Self { revision, document, key, made: BTreeMap::new() }
    }

    fn has(&self, name: &str) -> bool {
        self.document[self.key].get(name).is_some()
    }

    fn faults(&mut self, name: &str, value: &Value) -> Vec<String> {
        let schema = json!({
            "$schema": self.document["$schema"],
            "$ref": format!("#/{}/{name}", self.key),
            (self.key): self.document[self.key],
        });
        let validator =
            self.made.entry(name.to_owned()).or_insert_with(|| jsonschema::validator_for(&schema).unwrap());
        let faults = validator.iter_errors(value);
        faults.map(|fault| format!("{name}: {fault} at `{}`", fault.instance_path())).collect()
    }

    /// What is wrong with a message that a server sent; `answers` is the method of the request that it answers.
    pub fn check(&mut self, message: &Value, answers: Option<&str>) -> Vec<String> {
        let mut message = message.clone();
        if message.get("error").is_some() && message.get("id") == Some(&Value::Null) {
            // JSON-RPC 2.0 demands null where the id could not be read; the schemas before 2025-11-25 demand an id.
            assert!(self.revision.errors_need_an_id(), "{message}");
            message["id"] = json!(0);
        }
        let mut faults = self.faults("JSONRPCMessage", &message);
        let (name, part) = self.type_of(&message, answers);
        assert!(self.has(name), "{}: no type {name} for {message}", self.revision.as_str());
        faults.extend(self.faults(name, part));
        faults
    }

    /// The most specific type that the message, or its result, has to be of.
    fn type_of<'m>(&self, message: &'m Value, answers: Option<&str>) -> (&'static str, &'m Value) {
        if let Some(method) = message.get("method").and_then(Value::as_str) {
            let row = Method::find(method).unwrap_or_else(|| panic!("unknown method: {message}"));
            assert!(row.is_in(self.revision), "{} has no {method}: {message}", self.revision.as_str());
            return (types(row.method).0, message);
        }
        if let Some(result) = message.get("result") {
            if result.get("resultType") == Some(&json!("input_required")) {
                return ("InputRequiredResult", result);
            }
            let row = answers.and_then(Method::find).unwrap_or_else(|| panic!("answers nothing: {message}"));
            return (types(row.method).1, result);
        }
        let name = match message.pointer("/error/code").and_then(Value::as_i64) {
            Some(-32021) => "MissingRequiredClientCapabilityError",
            Some(-32022) => "UnsupportedProtocolVersionError",
            _ if self.has("JSONRPCErrorResponse") => "JSONRPCErrorResponse",
            _ => "JSONRPCError",
        };
        (name, message)
    }
}

fn types(method: Method) -> (&'static str, &'static str) {
    let row = TYPES.iter().find(|(of, ..)| *of == method);
    row.map(|(_, message, result)| (*message, *result)).unwrap_or_else(|| panic!("{method:?} has no types"))
}
