//! Subscriptions to changes: `resources/subscribe` until 2025-11-25, `subscriptions/listen` since 2026-07-28.

use super::{
    Meta, RequestId, ResultType,
    macros::{constructors, setters},
};
use alloc::string::String;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// Params of `resources/subscribe` and `resources/unsubscribe`, client to server. Until 2025-11-25.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SubscribeParams {
    /// Metadata.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// URI of the resource.
    pub uri: String,
}

impl SubscribeParams {
    constructors! {
        /// The resource at a URI.
        new(uri: impl Into<String>);
    }

    setters! { meta: Meta }
}

/// Params of `notifications/resources/updated`, server to client.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ResourceUpdatedParams {
    /// Metadata; since 2026-07-28 with [`super::meta::key::SUBSCRIPTION_ID`].
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// URI of what changed: the resource subscribed to or one below it.
    pub uri: String,
}

impl ResourceUpdatedParams {
    constructors! {
        /// The resource at a URI.
        new(uri: impl Into<String>);
    }

    setters! { meta: Meta }
}

/// The kinds of notification a client wants, or a server agrees to send. A kind that is absent is not sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionFilter {
    /// `notifications/tools/list_changed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tools_list_changed: Option<bool>,
    /// `notifications/prompts/list_changed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompts_list_changed: Option<bool>,
    /// `notifications/resources/list_changed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources_list_changed: Option<bool>,
    /// `notifications/resources/updated` for these URIs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_subscriptions: Option<Vec<String>>,
    /// `notifications/tasks` for these task ids (tasks extension).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_ids: Option<Vec<String>>,
}

impl SubscriptionFilter {
    setters! {
        tools_list_changed: bool,
        prompts_list_changed: bool,
        resources_list_changed: bool,
        resource_subscriptions: Vec<String>,
        task_ids: Vec<String>,
    }
}

/// Params of `subscriptions/listen`, client to server. Since 2026-07-28.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SubscriptionsListenParams {
    /// Metadata.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// The notifications that the client wants.
    pub notifications: SubscriptionFilter,
}

impl SubscriptionsListenParams {
    constructors! {
        /// Asks for these notifications.
        new(notifications: SubscriptionFilter);
    }

    setters! { meta: Meta }
}

/// Params of `notifications/subscriptions/acknowledged`, the first message on a subscription. Since 2026-07-28.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SubscriptionsAcknowledgedParams {
    /// Metadata with [`super::meta::key::SUBSCRIPTION_ID`].
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// The requested notifications that the server will send.
    pub notifications: SubscriptionFilter,
}

impl SubscriptionsAcknowledgedParams {
    /// Agrees to send these notifications on the subscription that a request opened.
    #[must_use]
    pub fn new(subscription: &RequestId, notifications: SubscriptionFilter) -> Self {
        let mut meta = Meta::default();
        meta.put_subscription_id(subscription);
        Self { meta: Some(meta), notifications }
    }
}

/// Result of `subscriptions/listen`: the server ends the subscription in good order. Since 2026-07-28.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionsListenResult {
    /// Metadata with [`super::meta::key::SUBSCRIPTION_ID`], which is required here.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// Required by the revision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result_type: Option<ResultType>,
}

impl SubscriptionsListenResult {
    /// The end of the subscription that a request opened.
    #[must_use]
    pub fn new(subscription: &RequestId) -> Self {
        let mut meta = Meta::default();
        meta.put_subscription_id(subscription);
        Self { meta: Some(meta), result_type: Some(ResultType::Complete) }
    }
}
