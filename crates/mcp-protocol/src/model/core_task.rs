//! Tasks as 2025-11-25 had them, as an experiment, in the core of the protocol (section "Tasks").
//!
//! They share ids and [`TaskStatus`] with the extension in [`super::Task`], but names and places differ:
//! `ttl` and `pollInterval` here are `ttlMs` and `pollIntervalMs` there.

use super::{
    Meta, Task, TaskStatus,
    macros::{constructors, setters},
};
use alloc::string::String;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// A task of 2025-11-25: result of `tasks/get` and `tasks/cancel`, params of `notifications/tasks/status`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CoreTask {
    /// Metadata, where it is a whole result or params.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// Its id, made by the receiver of the request.
    pub task_id: String,
    /// Its state.
    pub status: TaskStatus,
    /// More about its state, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_message: Option<String>,
    /// When it was made, ISO 8601.
    pub created_at: String,
    /// When it last changed, ISO 8601.
    pub last_updated_at: String,
    /// How many milliseconds after its making it is kept; `None` (null) means without limit.
    pub ttl: Option<u64>,
    /// How many milliseconds to wait between two `tasks/get`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub poll_interval: Option<u64>,
}

impl CoreTask {
    /// A task that was just made, kept without limit. The time is ISO 8601.
    #[must_use]
    pub fn new(task_id: impl Into<String>, created_at: impl Into<String>) -> Self {
        Task::new(task_id, created_at).into()
    }

    setters! { status_message: String, ttl: u64, poll_interval: u64, meta: Meta }
}

impl From<Task> for CoreTask {
    /// Keeps what 2025-11-25 has; 2025-11-25 carries questions, result and error in other messages.
    fn from(task: Task) -> Self {
        Self {
            meta: task.meta,
            task_id: task.task_id,
            status: task.status,
            status_message: task.status_message,
            created_at: task.created_at,
            last_updated_at: task.last_updated_at,
            ttl: task.ttl_ms,
            poll_interval: task.poll_interval_ms,
        }
    }
}

/// What answers a request that runs as a task. 2025-11-25 only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CreateCoreTaskResult {
    /// Metadata.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// The task.
    pub task: CoreTask,
}

impl CreateCoreTaskResult {
    constructors! {
        /// The request runs as this task.
        new(task: CoreTask) none(meta);
    }

    setters! { meta: Meta }
}

/// Result of `tasks/list`; its params are [`super::ListParams`]. 2025-11-25 only.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListCoreTasksResult {
    /// Metadata.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// This page of the list.
    pub tasks: Vec<CoreTask>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

impl ListCoreTasksResult {
    constructors! {
        /// A page of the list.
        new(tasks: Vec<CoreTask>);
    }

    setters! { next_cursor: String, meta: Meta }
}
