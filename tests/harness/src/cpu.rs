//! The CPU time of threads, where the operating system tells it in nanoseconds.

use std::path::Path;
#[cfg(feature = "components")]
use std::path::PathBuf;
use std::time::Duration;

/// Where the CPU time of a program can be read.
#[derive(Debug)]
pub(crate) enum Meter {
    /// One thread of this process.
    #[cfg(feature = "components")]
    Thread(PathBuf),
    /// All threads of another process that live.
    Process(u32),
}

impl Meter {
    #[cfg(feature = "components")]
    /// The calling thread; `None` where `/proc` does not name it.
    pub(crate) fn of_this_thread() -> Option<Self> {
        let thread = std::fs::read_link("/proc/thread-self").ok()?;
        Some(Self::Thread(Path::new("/proc").join(thread)))
    }

    /// CPU time so far; `None` when it has ended or the system does not tell.
    pub(crate) fn read(&self) -> Option<Duration> {
        match self {
            #[cfg(feature = "components")]
            Self::Thread(path) => of_thread(path),
            Self::Process(id) => {
                let threads = std::fs::read_dir(format!("/proc/{id}/task")).ok()?;
                threads.map(|thread| of_thread(&thread.ok()?.path())).sum()
            }
        }
    }
}

fn of_thread(path: &Path) -> Option<Duration> {
    let text = std::fs::read_to_string(path.join("schedstat")).ok()?;
    text.split_ascii_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}
