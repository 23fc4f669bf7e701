//! How a server keeps its tasks.

use std::time::Duration;

/// How tasks are kept.
#[derive(Clone, Copy, Debug)]
pub struct TaskOptions {
    pub(super) ttl: Duration,
    pub(super) poll_interval: Duration,
    pub(super) most: usize,
}

impl TaskOptions {
    /// How long a task may run and is kept, from its creation on. Default 1 h.
    #[must_use]
    pub const fn ttl(mut self, ttl: Duration) -> Self {
        self.ttl = ttl;
        self
    }

    /// How long clients are to wait between two requests for the state of a task. Default 1 s.
    #[must_use]
    pub const fn poll_interval(mut self, interval: Duration) -> Self {
        self.poll_interval = interval;
        self
    }

    /// How many tasks may run at once. Default 256. The store decides how many are kept.
    #[must_use]
    pub const fn most(mut self, tasks: usize) -> Self {
        self.most = tasks;
        self
    }
}

impl Default for TaskOptions {
    fn default() -> Self {
        Self { ttl: Duration::from_secs(3600), poll_interval: Duration::from_secs(1), most: 256 }
    }
}
