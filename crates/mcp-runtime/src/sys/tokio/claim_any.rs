//! Standard output for one writer, where it cannot be taken from the others.

pub use super::stdio::{Stdout as ClaimedStdout, stdout as claim_stdout};
