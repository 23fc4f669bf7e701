//! What most programs use: `use pulseengine_mcp_runtime::prelude::*;`
//!
//! The traits come without their names (`as _`): their methods work, and a trait of the same name does not clash.

pub use std::time::Duration;

pub use crate::io::{
    AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, stderr, stdin, stdout,
};
pub use crate::{
    Instant, JoinHandle, TaskSet, block_on, interval, sleep, sleep_until, spawn, spawn_blocking, timeout,
    yield_now,
};
