//! The end of an instance that cannot go on.

use std::process;

use wasip2::cli::stderr::get_stderr;

/// Ends the instance with a message. Not a panic: its formatting would be linked into every component.
pub(in crate::sys) fn fatal(message: &str) -> ! {
    // If even standard error is closed, the trap remains.
    let _ = get_stderr().blocking_write_and_flush(message.as_bytes());
    process::abort()
}
