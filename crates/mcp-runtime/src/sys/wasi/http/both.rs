//! A component that is of WASI 0.3, too: where the request is sent from decides.

use super::{p2, p3};
use crate::http::{Failure, Head, Outgoing, Times};
use crate::sys::wasi::p3::inside;

pub(crate) async fn send(outgoing: Outgoing, times: Times) -> Result<(Head, EitherBody), Failure> {
    if inside() {
        let (head, body) = p3::send(outgoing, times).await?;
        return Ok((head, EitherBody::Inside(body)));
    }
    let (head, body) = p2::send(outgoing, times).await?;
    Ok((head, EitherBody::Outside(body)))
}

/// The rest of an answer.
pub(crate) enum EitherBody {
    Outside(p2::InputStreamBody),
    Inside(p3::StreamReaderBody),
}

impl EitherBody {
    pub(crate) async fn chunk(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        match self {
            Self::Outside(body) => body.chunk().await,
            Self::Inside(body) => body.chunk().await,
        }
    }
}
