//! Standard streams through tokio's blocking threads: works on every system and for every kind of file.

pub use tokio::io::{Stderr, Stdin, Stdout, stdin};

use super::backend::output_by_thread;

/// Standard output.
pub fn stdout() -> Stdout {
    output_by_thread();
    tokio::io::stdout()
}

/// Standard error.
pub fn stderr() -> Stderr {
    output_by_thread();
    tokio::io::stderr()
}
