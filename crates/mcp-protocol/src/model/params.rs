//! Params that many methods share: none of their own, or a place in a paged list.

use super::{Meta, macros::open_object, macros::setters};
use alloc::string::String;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The params of a method.
pub trait Params: Serialize + DeserializeOwned {
    /// True when all members are absent; the message is then written without `params`.
    fn is_empty(&self) -> bool {
        false
    }
}

open_object! {
    /// Params of a method that has none of its own: `ping`, `roots/list`, `server/discover`,
    /// `notifications/initialized` and the `list_changed` notifications.
    EmptyParams {
        /// Metadata.
        meta: Meta = "_meta",
    }
}

impl EmptyParams {
    setters! { meta: Meta }
}

impl Params for EmptyParams {
    fn is_empty(&self) -> bool {
        self.meta.is_none() && self.other.is_empty()
    }
}

/// Params of `tools/list`, `prompts/list`, `resources/list`, `resources/templates/list` and `tasks/list`
/// (section "Pagination").
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ListParams {
    /// Metadata.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// The `nextCursor` of the previous page, unchanged. Absent for the first page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

impl ListParams {
    setters! { cursor: String, meta: Meta }
}

impl Params for ListParams {
    fn is_empty(&self) -> bool {
        self.meta.is_none() && self.cursor.is_none()
    }
}
