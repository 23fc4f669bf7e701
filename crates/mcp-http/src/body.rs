//! Reading the body of a request.

use std::fmt;
use std::future::Future;
use std::time::Duration;

/// Why a body could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BodyError {
    /// It is longer than admitted.
    TooLong,
    /// It did not arrive in time.
    TooSlow,
    /// The client has gone, or the framing is wrong.
    Broken,
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "the body is too long",
            Self::TooSlow => "the body did not arrive in time",
            Self::Broken => "the body broke off, or its framing is wrong",
        })
    }
}

impl std::error::Error for BodyError {}

/// A body that is all there.
impl ReadBody for Vec<u8> {
    async fn read(
        &mut self,
        _declared: Option<usize>,
        most: usize,
        _: Duration,
    ) -> Result<Vec<u8>, BodyError> {
        if self.len() > most { Err(BodyError::TooLong) } else { Ok(std::mem::take(self)) }
    }
}

/// The body of a request, as a driver has it.
pub trait ReadBody: Send {
    /// Reads the whole body: at most `most` bytes, in at most `time`. `declared` is the length that the head declares.
    fn read(
        &mut self,
        declared: Option<usize>,
        most: usize,
        time: Duration,
    ) -> impl Future<Output = Result<Vec<u8>, BodyError>> + Send;
}
