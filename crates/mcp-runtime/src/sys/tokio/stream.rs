//! The byte stream of an outbound connection.

use tokio::io::{AsyncRead, AsyncWrite};

/// A connection, with TLS or without.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}
