//! References to tasks in other messages. 2025-11-25 only.

use super::macros::setters;
use alloc::string::String;
use serde::{Deserialize, Serialize};

/// The member `task` of a request that should run as a task. 2025-11-25 only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskMetadata {
    /// How many milliseconds the task should be kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl: Option<u64>,
}

impl TaskMetadata {
    setters! { ttl: u64 }
}

/// The value of [`super::meta::key::RELATED_TASK`]. 2025-11-25 only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RelatedTask {
    /// The task the message belongs to.
    pub task_id: String,
}
