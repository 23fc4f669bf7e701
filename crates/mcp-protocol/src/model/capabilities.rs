//! What a client or server can do beyond the minimum (section "Capability negotiation").
//!
//! Until 2025-11-25 both sides send theirs in `initialize`; since 2026-07-28 the client sends its own in the `_meta` of
//! each request, and the server in the result of `server/discover`. The sets are open: unknown members are kept.

use super::macros::{open_object, setters};
use alloc::collections::BTreeMap;
use alloc::string::String;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The settings of one capability: an object, often empty.
pub type Settings = BTreeMap<String, Value>;

open_object! {
    /// What a client can do.
    ClientCapabilities {
        /// Non-standard capabilities by name.
        experimental: BTreeMap<String, Settings> = "experimental",
        /// It can list roots. Deprecated since 2026-07-28.
        roots: RootsCapability = "roots",
        /// It can sample from a model. Deprecated since 2026-07-28.
        sampling: SamplingCapability = "sampling",
        /// It can ask its user. Since 2025-06-18.
        elicitation: ElicitationCapability = "elicitation",
        /// It can run requests as tasks. 2025-11-25 only.
        tasks: ClientTasksCapability = "tasks",
        /// Extensions by identifier, such as [`crate::model::TASKS_EXTENSION`]. Since 2026-07-28.
        extensions: BTreeMap<String, Settings> = "extensions",
    }
}

impl ClientCapabilities {
    setters! {
        roots: RootsCapability,
        sampling: SamplingCapability,
        elicitation: ElicitationCapability,
        tasks: ClientTasksCapability,
        extensions: BTreeMap<String, Settings>,
    }
}

open_object! {
    /// What a server can do.
    ServerCapabilities {
        /// Non-standard capabilities by name.
        experimental: BTreeMap<String, Settings> = "experimental",
        /// It sends log messages. Deprecated since 2026-07-28.
        logging: Settings = "logging",
        /// It completes arguments. Since 2025-03-26.
        completions: Settings = "completions",
        /// It has prompts.
        prompts: ListCapability = "prompts",
        /// It has resources.
        resources: ResourcesCapability = "resources",
        /// It has tools.
        tools: ListCapability = "tools",
        /// It can run requests as tasks. 2025-11-25 only.
        tasks: ServerTasksCapability = "tasks",
        /// Extensions by identifier, such as [`crate::model::TASKS_EXTENSION`]. Since 2026-07-28.
        extensions: BTreeMap<String, Settings> = "extensions",
    }
}

impl ServerCapabilities {
    setters! {
        logging: Settings,
        completions: Settings,
        prompts: ListCapability,
        resources: ResourcesCapability,
        tools: ListCapability,
        tasks: ServerTasksCapability,
        extensions: BTreeMap<String, Settings>,
    }
}

/// The client lists roots.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RootsCapability {
    /// It announces changes of the list. Until 2025-11-25.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list_changed: Option<bool>,
}

open_object! {
    /// The client samples from a model.
    SamplingCapability {
        /// It can include context of servers (`includeContext`). Since 2025-11-25.
        context: Settings = "context",
        /// It can offer tools to the model. Since 2025-11-25.
        tools: Settings = "tools",
    }
}

open_object! {
    /// The client asks its user. With neither mode named it can show forms.
    ElicitationCapability {
        /// It can show forms. Since 2025-11-25; before, the only mode.
        form: Settings = "form",
        /// It can open URLs. Since 2025-11-25.
        url: Settings = "url",
    }
}

/// The server lists something that may change: tools or prompts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListCapability {
    /// It announces changes of the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list_changed: Option<bool>,
}

impl ListCapability {
    setters! { list_changed: bool }
}

/// The server lists resources.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourcesCapability {
    /// Clients can subscribe to changes of single resources.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subscribe: Option<bool>,
    /// It announces changes of the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list_changed: Option<bool>,
}

impl ResourcesCapability {
    setters! { subscribe: bool, list_changed: bool }
}

/// Which requests a client runs as tasks. 2025-11-25 only.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ClientTasksCapability {
    /// It answers `tasks/list`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<Settings>,
    /// It answers `tasks/cancel`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancel: Option<Settings>,
    /// The requests, by the two halves of the method name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requests: Option<ClientTaskRequests>,
}

/// Methods a client runs as tasks. 2025-11-25 only.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ClientTaskRequests {
    /// Of `sampling/..`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sampling: Option<SamplingTasks>,
    /// Of `elicitation/..`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elicitation: Option<ElicitationTasks>,
}

/// Sampling methods run as tasks. 2025-11-25 only.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SamplingTasks {
    /// `sampling/createMessage`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub create_message: Option<Settings>,
}

/// Elicitation methods run as tasks. 2025-11-25 only.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ElicitationTasks {
    /// `elicitation/create`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub create: Option<Settings>,
}

/// Which requests a server runs as tasks. 2025-11-25 only.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ServerTasksCapability {
    /// It answers `tasks/list`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<Settings>,
    /// It answers `tasks/cancel`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancel: Option<Settings>,
    /// The requests, by the two halves of the method name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requests: Option<ServerTaskRequests>,
}

/// Methods a server runs as tasks. 2025-11-25 only.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ServerTaskRequests {
    /// Of `tools/..`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tools: Option<ToolTasks>,
}

/// Tool methods run as tasks. 2025-11-25 only.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ToolTasks {
    /// `tools/call`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call: Option<Settings>,
}
