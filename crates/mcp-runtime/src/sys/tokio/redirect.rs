//! Takes standard output from other code on Unix: descriptor 1 becomes a copy of standard error.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsFd, OwnedFd};

/// Standard output as it was. It is given back when this is dropped.
#[derive(Debug)]
pub(super) struct Redirected(OwnedFd);

impl Redirected {
    /// From here on, what other code of the process prints, and what its children print, goes to standard error.
    pub(super) fn begin() -> io::Result<(Self, File)> {
        let before = io::stdout().as_fd().try_clone_to_owned()?;
        let copy = File::from(before.try_clone()?);
        rustix::stdio::dup2_stdout(io::stderr())?;
        Ok((Self(before), copy))
    }
}

impl Drop for Redirected {
    fn drop(&mut self) {
        // Text without a line's end still waits in the standard library. There is no place to report a failure.
        let _ = io::stdout().flush();
        let _ = rustix::stdio::dup2_stdout(&self.0);
    }
}
