//! Notifications with their params read: by direction, and one by one with their envelope.

use super::jsonrpc::JsonRpc;
use super::method::Notice;
use super::requests::{params, requests};
use super::{
    CancelledParams, CoreTask, ElicitationCompleteParams, EmptyParams, LogParams, Params, ProgressParams,
    ResourceUpdatedParams, SubscriptionsAcknowledgedParams, Task,
};
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use serde::de::{Deserializer, Error as _};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

requests! {
    /// The notifications of a client.
    ClientNotification {
        /// A request is given up.
        Cancelled(CancelledParams) = "notifications/cancelled",
        /// The session may begin. Until 2025-11-25.
        Initialized(EmptyParams) = "notifications/initialized",
        /// A request of the server goes on. Until 2025-11-25.
        Progress(ProgressParams) = "notifications/progress",
        /// The roots changed. Until 2025-11-25.
        RootsListChanged(EmptyParams) = "notifications/roots/list_changed",
        /// A task of the client changed. 2025-11-25 only.
        TaskStatus(CoreTask) = "notifications/tasks/status",
    }
}

requests! {
    /// The notifications of a server.
    ServerNotification {
        /// A request is given up; since 2026-07-28 only a subscription.
        Cancelled(CancelledParams) = "notifications/cancelled",
        /// A request goes on.
        Progress(ProgressParams) = "notifications/progress",
        /// A log message. Deprecated since 2026-07-28.
        Log(LogParams) = "notifications/message",
        /// The tools changed.
        ToolListChanged(EmptyParams) = "notifications/tools/list_changed",
        /// The prompts changed.
        PromptListChanged(EmptyParams) = "notifications/prompts/list_changed",
        /// The resources changed.
        ResourceListChanged(EmptyParams) = "notifications/resources/list_changed",
        /// A resource changed.
        ResourceUpdated(ResourceUpdatedParams) = "notifications/resources/updated",
        /// A subscription begins. Since 2026-07-28.
        SubscriptionsAcknowledged(SubscriptionsAcknowledgedParams) = "notifications/subscriptions/acknowledged",
        /// The user is done at a URL. 2025-11-25 only.
        ElicitationComplete(ElicitationCompleteParams) = "notifications/elicitation/complete",
        /// A task changed. 2025-11-25 only.
        TaskStatus(CoreTask) = "notifications/tasks/status",
        /// A task changed. Tasks extension.
        Task(Task) = "notifications/tasks",
    }
}

/// A notification of one method as a whole JSON-RPC message.
#[derive(Clone, Debug, PartialEq)]
pub struct Notification<N: Notice> {
    /// Its params.
    pub params: N::Params,
}

impl<N: Notice> Notification<N> {
    /// A notification.
    #[must_use]
    pub fn new(params: N::Params) -> Self {
        Self { params }
    }
}

impl<N: Notice> Serialize for Notification<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("jsonrpc", &JsonRpc)?;
        map.serialize_entry("method", N::NAME)?;
        if !self.params.is_empty() {
            map.serialize_entry("params", &self.params)?;
        }
        map.end()
    }
}

impl<'de, N: Notice> Deserialize<'de> for Notification<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Parts {
            #[serde(rename = "jsonrpc")]
            _jsonrpc: JsonRpc,
            method: String,
            params: Option<Box<RawValue>>,
        }
        let parts = Parts::deserialize(deserializer)?;
        if parts.method != N::NAME {
            return Err(D::Error::custom(format!("expected method `{}`, not `{}`", N::NAME, parts.method)));
        }
        params(parts.params.as_deref()).map(Self::new).map_err(D::Error::custom)
    }
}
