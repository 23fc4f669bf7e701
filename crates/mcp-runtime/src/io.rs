//! Reading and writing: tokio's I/O traits and adapters, and the standard streams of the process.
//!
//! The traits and adapters are tokio's own on every platform (they need no tokio runtime), so a type that implements
//! them works with everything written for tokio.

pub use tokio::io::{
    AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader, BufWriter,
    DuplexStream, Lines, ReadBuf, ReadHalf, Sink, Take, WriteHalf, copy, copy_buf, duplex, empty, sink,
    split,
};

pub use crate::sys::{ClaimedStdout, Stderr, Stdin, Stdout, claim_stdout, stderr, stdin, stdout};
