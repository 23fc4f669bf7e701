//! Work that outlives its request (extension `io.modelcontextprotocol/tasks`, SEP-2663; since 2026-07-28).
//!
//! The tasks that were part of 2025-11-25 itself are in [`super::CoreTask`].

use super::{
    ErrorObject, InputRequests, InputResponses, Meta, RawJson, ResultType,
    macros::{constructors, setters},
    raw,
};
use alloc::string::String;
use serde::{Deserialize, Serialize};

/// The identifier of the extension.
pub const TASKS_EXTENSION: &str = "io.modelcontextprotocol/tasks";

/// The capabilities that a client needs for tasks, as JSON text.
pub const TASKS_CAPABILITY: &str = r#"{"extensions":{"io.modelcontextprotocol/tasks":{}}}"#;

/// The state of a task. The enum is exhaustive: what stores or writes a task has to handle every state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskStatus {
    /// Being worked on.
    Working,
    /// Waiting for answers of the client.
    InputRequired,
    /// Done; there is a result, also when a tool says in it that it failed.
    Completed,
    /// Ended by a JSON-RPC error; in 2025-11-25 also by a tool that failed.
    Failed,
    /// Cancelled on request.
    Cancelled,
}

impl TaskStatus {
    /// True when it will not change any more.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }
}

/// A task, and the members that belong to its status. It is the result of `tools/call` that became a task
/// (`resultType: "task"`), the result of `tasks/get` (`"complete"`), and the params of `notifications/tasks`
/// (no type).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Task {
    /// Metadata.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// [`ResultType::Task`], [`ResultType::Complete`] or absent; see above.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result_type: Option<ResultType>,
    /// Its id, made by the server.
    pub task_id: String,
    /// Its state.
    pub status: TaskStatus,
    /// More about its state, for people and models.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_message: Option<String>,
    /// When it was made, ISO 8601.
    pub created_at: String,
    /// When it last changed, ISO 8601.
    pub last_updated_at: String,
    /// How many milliseconds after its making it is kept; `None` (null) means without limit.
    pub ttl_ms: Option<u64>,
    /// How many milliseconds to wait between two `tasks/get`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub poll_interval_ms: Option<u64>,
    /// The open questions, with [`TaskStatus::InputRequired`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_requests: Option<InputRequests>,
    /// The result of the request, with [`TaskStatus::Completed`]; an object.
    #[serde(default, deserialize_with = "raw::some_object", skip_serializing_if = "Option::is_none")]
    pub result: Option<RawJson>,
    /// The error of the request, with [`TaskStatus::Failed`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorObject>,
}

/// The result that says a request became a task; [`Task::result_type`] is [`ResultType::Task`].
pub type CreateTaskResult = Task;

/// The result of `tasks/get`; [`Task::result_type`] is [`ResultType::Complete`].
pub type GetTaskResult = Task;

impl Task {
    /// A task that was just made, kept without limit. The time is ISO 8601.
    #[must_use]
    pub fn new(task_id: impl Into<String>, created_at: impl Into<String>) -> Self {
        let created_at = created_at.into();
        Self {
            meta: None,
            result_type: None,
            task_id: task_id.into(),
            status: TaskStatus::Working,
            status_message: None,
            last_updated_at: created_at.clone(),
            created_at,
            ttl_ms: None,
            poll_interval_ms: None,
            input_requests: None,
            result: None,
            error: None,
        }
    }

    /// It waits for answers.
    #[must_use]
    pub fn input_required(mut self, questions: InputRequests) -> Self {
        self.status = TaskStatus::InputRequired;
        self.input_requests = Some(questions);
        self
    }

    /// It is done.
    #[must_use]
    pub fn completed(mut self, result: impl Into<RawJson>) -> Self {
        self.status = TaskStatus::Completed;
        self.input_requests = None;
        self.result = Some(result.into());
        self
    }

    /// It ended by an error.
    #[must_use]
    pub fn failed(mut self, error: ErrorObject) -> Self {
        self.status = TaskStatus::Failed;
        self.input_requests = None;
        self.error = Some(error);
        self
    }

    /// It was cancelled.
    #[must_use]
    pub fn cancelled(mut self) -> Self {
        self.status = TaskStatus::Cancelled;
        self.input_requests = None;
        self
    }

    setters! { status_message: String, ttl_ms: u64, poll_interval_ms: u64, result_type: ResultType, meta: Meta }
}

/// Params of `tasks/get` and `tasks/cancel`, and of `tasks/result` of 2025-11-25.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskParams {
    /// Metadata.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// Which task.
    pub task_id: String,
}

impl TaskParams {
    constructors! {
        /// This task.
        new(task_id: impl Into<String>);
    }

    setters! { meta: Meta }
}

/// Params of `tasks/update`, client to server (tasks extension).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UpdateTaskParams {
    /// Metadata.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// Which task.
    pub task_id: String,
    /// Answers to questions that are open; some may be left for later.
    pub input_responses: InputResponses,
}

impl UpdateTaskParams {
    constructors! {
        /// Answers for this task.
        new(task_id: impl Into<String>, input_responses: InputResponses);
    }

    setters! { meta: Meta }
}
