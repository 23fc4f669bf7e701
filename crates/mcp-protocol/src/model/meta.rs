//! The `_meta` member: metadata attached to requests, notifications, results and listed things.

use super::{ClientCapabilities, DecodeError, Implementation, LoggingLevel, ProgressToken, RequestId};
use alloc::collections::BTreeMap;
use alloc::string::String;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Keys of `_meta` to which the specification gives a meaning.
pub mod key {
    /// Token under which the requester wants progress notifications; requests, all revisions.
    pub const PROGRESS_TOKEN: &str = "progressToken";
    /// Revision the request is written in; requests since 2026-07-28, where it is required.
    pub const PROTOCOL_VERSION: &str = "io.modelcontextprotocol/protocolVersion";
    /// Name and version of the client; requests since 2026-07-28.
    pub const CLIENT_INFO: &str = "io.modelcontextprotocol/clientInfo";
    /// What the client can do for this request; requests since 2026-07-28, where it is required.
    pub const CLIENT_CAPABILITIES: &str = "io.modelcontextprotocol/clientCapabilities";
    /// Lowest severity of log messages wanted for this request; requests since 2026-07-28, born deprecated.
    pub const LOG_LEVEL: &str = "io.modelcontextprotocol/logLevel";
    /// Id of the `subscriptions/listen` request a message belongs to; since 2026-07-28.
    pub const SUBSCRIPTION_ID: &str = "io.modelcontextprotocol/subscriptionId";
    /// Name and version of the server; results since 2026-07-28.
    pub const SERVER_INFO: &str = "io.modelcontextprotocol/serverInfo";
    /// Task a message belongs to, as `{"taskId": ..}`; 2025-11-25 only.
    pub const RELATED_TASK: &str = "io.modelcontextprotocol/related-task";
    /// W3C trace context, parent span.
    pub const TRACE_PARENT: &str = "traceparent";
    /// W3C trace context, vendor state.
    pub const TRACE_STATE: &str = "tracestate";
    /// W3C baggage.
    pub const BAGGAGE: &str = "baggage";
}

/// The contents of a `_meta` member: names to JSON values (section "General fields").
///
/// Reserved names have typed readers and writers; everything else is kept as it came.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Meta(pub BTreeMap<String, Value>);

impl Meta {
    /// Reads the value under a name into a type; absent is `None`.
    ///
    /// # Errors
    /// When the value is there and has another shape.
    pub fn decode<'a, T: Deserialize<'a>>(&'a self, key: &str) -> Result<Option<T>, DecodeError> {
        self.0
            .get(key)
            .map(|value| {
                T::deserialize(value)
                    .map_err(|error| DecodeError::Meta { key: key.into(), cause: error.into() })
            })
            .transpose()
    }

    /// Adds a value under a name.
    #[must_use]
    pub fn with(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.0.insert(key.into(), value.into());
        self
    }

    /// Stores a typed value; one that is not JSON, which none of this crate's types is, is left out.
    fn put<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) {
        if let Ok(value) = serde_json::to_value(value) {
            self.0.insert(key.into(), value);
        }
    }
}

/// One reader and one writer per reserved key.
macro_rules! reserved {
    ($($reader:ident, $writer:ident: $ty:ty = $key:ident;)*) => {
        impl Meta { $(
            #[doc = concat!("Reads [`key::", stringify!($key), "`].")]
            ///
            /// # Errors
            /// When the value is there and has another shape.
            pub fn $reader(&self) -> Result<Option<$ty>, DecodeError> {
                self.decode(key::$key)
            }

            #[doc = concat!("Stores [`key::", stringify!($key), "`].")]
            pub fn $writer(&mut self, value: &$ty) {
                self.put(key::$key, value);
            }
        )* }
    };
}

reserved! {
    progress_token, put_progress_token: ProgressToken = PROGRESS_TOKEN;
    protocol_version, put_protocol_version: String = PROTOCOL_VERSION;
    client_info, put_client_info: Implementation = CLIENT_INFO;
    client_capabilities, put_client_capabilities: ClientCapabilities = CLIENT_CAPABILITIES;
    log_level, put_log_level: LoggingLevel = LOG_LEVEL;
    subscription_id, put_subscription_id: RequestId = SUBSCRIPTION_ID;
    server_info, put_server_info: Implementation = SERVER_INFO;
    related_task, put_related_task: super::RelatedTask = RELATED_TASK;
}

impl From<BTreeMap<String, Value>> for Meta {
    fn from(map: BTreeMap<String, Value>) -> Self {
        Self(map)
    }
}

impl FromIterator<(String, Value)> for Meta {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(entries: I) -> Self {
        Self(entries.into_iter().collect())
    }
}
