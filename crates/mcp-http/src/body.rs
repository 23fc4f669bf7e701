//! Reading the body of a request.

use std::fmt;
use std::future::Future;
use std::time::Duration;

use crate::Response;
use crate::ledger::{COPIES, Full, Held};

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
    /// There is no memory left for it.
    NoMemory(NoMemory),
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "the body is too long",
            Self::TooSlow => "the body did not arrive in time",
            Self::Broken => "the body broke off, or its framing is wrong",
            Self::NoMemory(_) => "there is no memory left for the body",
        })
    }
}

impl std::error::Error for BodyError {}

/// For whom there is no memory left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoMemory(pub(crate) Full);

impl From<BodyError> for Response {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::TooLong => Self::too_large(),
            BodyError::TooSlow => Self::too_slow(),
            BodyError::Broken => Self::broken(),
            BodyError::NoMemory(NoMemory(full)) => full.into(),
        }
    }
}

/// Fewer bytes than this are not counted for each request: there are not many, as the requests are counted.
pub(crate) const COUNTED: usize = 16 << 10;

/// What a body may take.
pub struct BodyLimits<'a> {
    /// The length that the head declares.
    pub declared: Option<usize>,
    /// How long it may take to arrive.
    pub time: Duration,
    most: usize,
    arrived: usize,
    held: &'a mut Held,
}

impl<'a> BodyLimits<'a> {
    pub(crate) const fn new(
        declared: Option<usize>,
        most: usize,
        time: Duration,
        held: &'a mut Held,
    ) -> Self {
        Self { declared, time, most, arrived: 0, held }
    }

    /// More of the body has arrived. A driver calls this for each part, before it keeps the part.
    ///
    /// # Errors
    ///
    /// When the body is longer than admitted, or there is no memory left for it.
    pub fn arrived(&mut self, bytes: usize) -> Result<(), BodyError> {
        self.arrived = self.arrived.saturating_add(bytes);
        if self.arrived > self.most {
            return Err(BodyError::TooLong);
        }
        if self.arrived < COUNTED {
            return Ok(());
        }
        let more = COPIES * self.arrived - self.held.bytes();
        self.held.hold(more).map_err(|full| BodyError::NoMemory(NoMemory(full)))
    }

    /// How many bytes may still arrive.
    pub const fn left(&self) -> usize {
        self.most.saturating_sub(self.arrived)
    }
}

/// The body of a request, as a driver has it.
pub trait ReadBody: Send {
    /// Reads the whole body, within those limits.
    fn read(
        &mut self,
        limits: &mut BodyLimits<'_>,
    ) -> impl Future<Output = Result<Vec<u8>, BodyError>> + Send;
}

/// A body that is all there.
impl ReadBody for Vec<u8> {
    async fn read(&mut self, limits: &mut BodyLimits<'_>) -> Result<Vec<u8>, BodyError> {
        limits.arrived(self.len())?;
        Ok(std::mem::take(self))
    }
}
