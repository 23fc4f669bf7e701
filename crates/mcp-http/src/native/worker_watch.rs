//! Input and output of a runtime while a handler blocks one of its workers.
//!
//! A worker that waits for input and output of the whole runtime, and then runs a task that blocks, has no
//! successor: idle workers are not woken. A thread looks for workers that do not come back, and gives the runtime something to do: the worker that
//! does it waits for input and output afterwards.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering::SeqCst};
use std::thread::{self, Thread};
use std::time::Duration;

use tokio::runtime::{Handle, RuntimeFlavor};

/// How often it looks while tasks run.
const SHORTEST: Duration = Duration::from_millis(20);

/// How often it looks while all connections are silent.
const LONGEST: Duration = Duration::from_millis(80);

const WATCHING: u8 = 0;
const PAUSED: u8 = 1;
const ENDED: u8 = 2;

/// The thread. It ends when this is dropped.
pub(super) struct WorkerWatch {
    state: Arc<AtomicU8>,
    thread: Option<Thread>,
}

impl WorkerWatch {
    /// A thread for the runtime of the caller; none where there is only one worker, or no thread to be had.
    pub(super) fn start() -> Self {
        let state = Arc::new(AtomicU8::new(PAUSED));
        let (runtime, seen) = (Handle::current(), Arc::clone(&state));
        let thread = (runtime.runtime_flavor() == RuntimeFlavor::MultiThread)
            .then(|| {
                thread::Builder::new().name("mcp-watch".into()).spawn(move || watch(&runtime, &seen)).ok()
            })
            .flatten();
        Self { state, thread: thread.map(|handle| handle.thread().clone()) }
    }

    /// Whether there is anything to watch for.
    pub(super) fn watch(&self, active: bool) {
        let state = if active { WATCHING } else { PAUSED };
        if self.state.load(SeqCst) != state {
            self.set(state);
        }
    }

    fn set(&self, state: u8) {
        self.state.store(state, SeqCst);
        if let Some(thread) = &self.thread {
            thread.unpark();
        }
    }
}

impl Drop for WorkerWatch {
    fn drop(&mut self) {
        self.set(ENDED);
    }
}

fn watch(runtime: &Handle, state: &AtomicU8) {
    let metrics = runtime.metrics();
    let mut seen = vec![0; metrics.num_workers()];
    let mut period = SHORTEST;
    loop {
        match state.load(SeqCst) {
            WATCHING => thread::park_timeout(period),
            PAUSED => thread::park(),
            _ => return,
        }
        let (mut changed, mut stuck) = (false, false);
        for (worker, seen) in seen.iter_mut().enumerate() {
            let count = metrics.worker_park_unpark_count(worker);
            changed |= count != *seen;
            // An even count is that of a worker that runs.
            stuck |= count == *seen && count.is_multiple_of(2);
            *seen = count;
        }
        period = if changed || stuck { SHORTEST } else { LONGEST.min(period * 2) };
        if stuck {
            runtime.spawn(async {});
        }
    }
}
