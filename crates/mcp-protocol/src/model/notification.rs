//! Notifications with their params read: by direction, and one by one with their envelope.

use super::jsonrpc::JsonRpc;
use super::macros::constructors;
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
        /// A request is cancelled.
        Cancelled(CancelledParams) = Cancelled,
        /// The session may begin. Until 2025-11-25.
        Initialized(EmptyParams) = Initialized,
        /// Progress of a request of the server. Until 2025-11-25.
        Progress(ProgressParams) = Progress,
        /// The roots changed. Until 2025-11-25.
        RootsListChanged(EmptyParams) = RootsChanged,
        /// A task of the client changed. 2025-11-25 only.
        TaskStatus(CoreTask) = "notifications/tasks/status",
    }
}

requests! {
    /// The notifications of a server.
    ServerNotification {
        /// A request is cancelled; since 2026-07-28 only a subscription.
        Cancelled(CancelledParams) = Cancelled,
        /// Progress of a request.
        Progress(ProgressParams) = Progress,
        /// A log message. Deprecated since 2026-07-28.
        Log(LogParams) = LogMessage,
        /// The tools changed.
        ToolListChanged(EmptyParams) = ToolsChanged,
        /// The prompts changed.
        PromptListChanged(EmptyParams) = PromptsChanged,
        /// The resources changed.
        ResourceListChanged(EmptyParams) = ResourcesChanged,
        /// A resource changed.
        ResourceUpdated(ResourceUpdatedParams) = ResourceUpdated,
        /// A subscription begins. Since 2026-07-28.
        SubscriptionsAcknowledged(SubscriptionsAcknowledgedParams) = ListenAcknowledged,
        /// The user is done at a URL. 2025-11-25 only.
        ElicitationComplete(ElicitationCompleteParams) = ElicitationComplete,
        /// A task changed. 2025-11-25 only.
        TaskStatus(CoreTask) = "notifications/tasks/status",
        /// A task changed. Tasks extension.
        Task(Task) = TaskChanged,
    }
}

/// A notification of one method as a whole JSON-RPC message.
#[derive(Clone, Debug, PartialEq)]
pub struct Notification<N: Notice> {
    /// Its params.
    pub params: N::Params,
}

impl<N: Notice> Notification<N> {
    constructors! {
        /// A notification.
        new(params: N::Params) none();
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
        struct NotificationWire {
            #[serde(rename = "jsonrpc")]
            _jsonrpc: JsonRpc,
            method: String,
            params: Option<Box<RawValue>>,
        }
        let wire = NotificationWire::deserialize(deserializer)?;
        if wire.method != N::NAME {
            return Err(D::Error::custom(format!("expected method `{}`, not `{}`", N::NAME, wire.method)));
        }
        params(wire.params.as_deref()).map(Self::new).map_err(D::Error::custom)
    }
}
