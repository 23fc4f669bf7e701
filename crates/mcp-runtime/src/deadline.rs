//! Moments that may be far away.

use std::time::Duration;

use crate::Instant;

/// Further than this no clock is asked to count.
const FAR: Duration = Duration::from_secs(30 * 365 * 24 * 3600);

/// The moment `after` that time from `start` on. Any duration will do, [`Duration::MAX`] too: what is more than 30 years away
/// is taken to be that far away.
///
/// ```
/// use pulseengine_mcp_runtime::{Instant, deadline};
/// use std::time::Duration;
///
/// assert!(deadline(Instant::now(), Duration::MAX) > Instant::now() + Duration::from_secs(3600));
/// ```
pub fn deadline(start: Instant, after: Duration) -> Instant {
    start + after.min(FAR)
}
