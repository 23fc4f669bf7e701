//! An answer whose body is still to be read.

use std::fmt;

use super::{Error, Failure, Head, Period, Times};
use crate::{Instant, deadline, sys, timeout_at};

/// How many bytes [`Response::text`] takes: 4 MiB.
pub const LIMIT: usize = 4 * 1024 * 1024;

/// The answer to a request, of any status.
pub struct Response {
    head: Head,
    body: sys::http::ResponseBody,
    host: String,
    times: Times,
    end: Instant,
}

impl Response {
    pub(super) fn new(
        head: Head,
        body: sys::http::ResponseBody,
        host: String,
        times: Times,
        end: Instant,
    ) -> Self {
        Self { head, body, host, times, end }
    }

    /// The status, such as 200.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.head.status
    }

    /// Whether the status is one of success, 200 to 299.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.head.status)
    }

    /// The first value of a header, if it has one that is text. Upper and lower case of the name are the same.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut named = self.headers().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        named.next().and_then(|(_, value)| std::str::from_utf8(value).ok())
    }

    /// All headers, in order; names are in lower case.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.head.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice()))
    }

    /// The next bytes of the body, as they arrive, never empty; `None` at its end.
    ///
    /// # Errors
    ///
    /// When the rest of the body does not arrive, or not in time.
    pub async fn chunk(&mut self) -> Result<Option<Vec<u8>>, Error> {
        let pause = deadline(Instant::now(), self.times.between_bytes);
        let (end, period) = if pause < self.end {
            (pause, Period::BetweenBytes(self.times.between_bytes))
        } else {
            (self.end, Period::Total(self.times.total))
        };
        let chunk = match timeout_at(end, self.body.chunk()).await {
            Ok(chunk) => chunk,
            Err(_) => Err(Failure::Time(period)),
        };
        chunk.map_err(|failure| self.error(failure))
    }

    /// The whole body, if it has no more than `limit` bytes.
    ///
    /// # Errors
    ///
    /// When it is larger, and as [`chunk`](Self::chunk).
    pub async fn bytes(mut self, limit: usize) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            if chunk.len() > limit - bytes.len() {
                return Err(self.error(Failure::TooLarge(limit)));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }

    /// The whole body as text in UTF-8, if it has no more than [`LIMIT`] bytes.
    ///
    /// # Errors
    ///
    /// When it is larger or something else, and as [`chunk`](Self::chunk).
    pub async fn text(self) -> Result<String, Error> {
        let host = self.host.clone();
        let bytes = self.bytes(LIMIT).await?;
        // The error of the standard library says no more, and is 5 kB in a component.
        String::from_utf8(bytes).map_err(|_| Error::new(Failure::NotText, host))
    }

    fn error(&self, failure: Failure) -> Error {
        Error::new(failure, self.host.clone())
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.head.status)
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
}
