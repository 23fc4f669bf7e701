//! Which clients may keep a result (section "Caching"; since 2026-07-28).

use serde::{Deserialize, Serialize};

/// Who may be served a kept result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CacheScope {
    /// Every caller: it holds nothing of one user.
    Public,
    /// Only the caller that it was made for: the same authorization.
    Private,
}
