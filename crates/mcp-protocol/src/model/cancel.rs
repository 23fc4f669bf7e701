//! Cancelling a request (section "Cancellation").

use super::{Meta, RequestId, macros::setters};
use alloc::string::String;
use serde::{Deserialize, Serialize};

/// Params of `notifications/cancelled`. Both directions until 2025-11-25; since 2026-07-28 from client to
/// server, and from server to client only to end a `subscriptions/listen`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CancelledParams {
    /// Metadata.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// The request to cancel. Required in every revision but 2025-11-25, whose schema lets it be absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<RequestId>,
    /// Why, for logs and people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl CancelledParams {
    setters! { request_id: RequestId, reason: String, meta: Meta }
}
