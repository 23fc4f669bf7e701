//! The tasks extension, which has no official schema: its messages as SEP-2663 describes them.
#![allow(clippy::unwrap_used, clippy::panic)]

use pulseengine_mcp_protocol::ErrorCode;
use pulseengine_mcp_protocol::model::{
    CallToolResult, ClientRequest, ErrorObject, InputRequest, InputResponse, Outcome, ResultType,
    ServerNotification, Task, TaskStatus,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn task(more: Value) -> Value {
    let mut task = json!({
        "taskId": "t-1", "createdAt": "2026-08-01T10:00:00Z", "lastUpdatedAt": "2026-08-01T10:00:05Z", "ttlMs": null,
    });
    task.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    task
}

#[test]
fn tasks_of_every_status_pass_through() {
    let form =
        json!({ "type": "object", "properties": { "name": { "type": "string" } }, "required": ["name"] });
    let question = json!({ "method": "elicitation/create", "params": { "mode": "form", "message": "Who?", "requestedSchema": form } });
    let cases = [
        task(json!({ "status": "working", "resultType": "task", "pollIntervalMs": 500, "ttlMs": 60000 })),
        task(json!({ "status": "working", "resultType": "complete", "statusMessage": "on it" })),
        task(
            json!({ "status": "input_required", "resultType": "complete", "inputRequests": { "who": question } }),
        ),
        task(json!({ "status": "completed", "result": { "content": [], "isError": true } })),
        task(json!({ "status": "failed", "error": { "code": -32603, "message": "broken", "data": [1] } })),
        task(json!({ "status": "cancelled", "_meta": { "io.modelcontextprotocol/subscriptionId": 4 } })),
    ];
    for case in cases {
        let task: Task = serde_json::from_str(&case.to_string()).unwrap();
        assert_eq!(serde_json::to_value(&task).unwrap(), case);
        assert_eq!(
            task.status.is_final(),
            matches!(case["status"].as_str(), Some("completed" | "failed" | "cancelled"))
        );
    }
}

#[test]
fn requests_pass_through() {
    let cases = [
        json!({ "method": "tasks/get", "params": { "taskId": "t-1" } }),
        json!({ "method": "tasks/cancel", "params": { "taskId": "t-1", "_meta": { "progressToken": 1 } } }),
        json!({ "method": "tasks/update", "params": { "taskId": "t-1", "inputResponses": {
            "who": { "action": "accept", "content": { "name": "Ada" } }, "no": { "action": "decline" } } } }),
    ];
    for case in cases {
        let request: ClientRequest = serde_json::from_str(&case.to_string()).unwrap();
        assert_eq!(request.method(), case["method"]);
        assert_eq!(serde_json::to_value(&request).unwrap(), case);
    }
}

#[test]
fn notification_carries_the_whole_task() {
    let case = json!({ "method": "notifications/tasks", "params": task(json!({ "status": "completed", "result": {} })) });
    let notification: ServerNotification = serde_json::from_str(&case.to_string()).unwrap();
    assert!(matches!(&notification, ServerNotification::Task(task) if task.status == TaskStatus::Completed));
    assert_eq!(serde_json::to_value(&notification).unwrap(), case);
}

#[test]
fn a_call_may_become_a_task() {
    let text = task(json!({ "status": "working", "resultType": "task" })).to_string();
    let outcome: Outcome<CallToolResult> = serde_json::from_str(&text).unwrap();
    assert!(matches!(&outcome, Outcome::Task(task) if task.task_id == "t-1"));
    let other =
        serde_json::from_str::<Outcome<CallToolResult>>(r#"{"resultType":"com.example","content":[]}"#);
    assert!(other.unwrap_err().to_string().contains("com.example"));
    let old: Outcome<CallToolResult> = serde_json::from_str(r#"{"content":[]}"#).unwrap();
    assert_eq!(old, Outcome::Complete(CallToolResult::default()));
}

#[test]
fn a_task_lives() {
    let questions = BTreeMap::from([("roots".to_string(), InputRequest::ListRoots(Default::default()))]);
    let made = Task::new("t", "2026-08-01T10:00:00Z").result_type(ResultType::Task).ttl_ms(1000_u64);
    let asking = made.input_required(questions);
    assert_eq!(asking.status, TaskStatus::InputRequired);
    let done = asking.clone().completed(json!({ "content": [] }));
    assert_eq!((done.status, &done.input_requests), (TaskStatus::Completed, &None));
    assert_eq!(asking.clone().cancelled().status, TaskStatus::Cancelled);
    assert_eq!(
        asking.failed(ErrorObject::new(ErrorCode::INTERNAL, "no")).error.unwrap().to_string(),
        "no (-32603)"
    );
}

#[test]
fn input_responses_are_told_apart() {
    let read = |text: &str| serde_json::from_str::<InputResponse>(text);
    assert!(matches!(read(r#"{"action":"cancel"}"#), Ok(InputResponse::Elicit(_))));
    assert!(matches!(read(r#"{"roots":[]}"#), Ok(InputResponse::ListRoots(_))));
    let said = r#"{"role":"assistant","model":"m","content":{"type":"text","text":"a"}}"#;
    assert!(matches!(read(said), Ok(InputResponse::CreateMessage(_))));
    assert!(read("{}").is_err());
}
