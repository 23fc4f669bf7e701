//! Which callers a cached result is for (section "Caching"; since 2026-07-28).

use serde::{Deserialize, Serialize};

/// Which callers may receive a cached result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum CacheScope {
    /// Every caller: the result holds no data of one user.
    Public,
    /// Only callers with the authorization that the result was made for.
    Private,
}
