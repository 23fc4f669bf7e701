//! Outbound HTTP, the same on every target: HTTP/1.1 by hyper natively, `wasi:http` in components.
//!
//! ```no_run
//! use pulseengine_mcp_runtime::http::{self, Request};
//!
//! async fn page() -> Result<String, http::Error> {
//!     http::send(Request::get("http://localhost:8080/")).await?.text().await
//! }
//! ```
//!
//! Redirects are not followed, no proxy and no cookie is known, and every status is an answer: only what keeps an answer
//! from arriving is an [`Error`]. All waiting has an end, see [`Request::timeout`], and [`Response::text`] a greatest
//! size, [`LIMIT`].
//!
//! `https` is spoken natively with the feature `tls`, by rustls and the roots of Mozilla; in a component by its host,
//! which also decides where requests may go.

mod error;
mod head;
mod request;
mod response;
mod url;

pub use self::error::Error;
pub(crate) use self::error::{Failure, Period};
pub(crate) use self::head::Head;
pub use self::request::Request;
pub(crate) use self::request::{Outgoing, Times};
pub use self::response::{LIMIT, Response};
pub(crate) use self::url::{Url, UrlError};

use crate::{Instant, sys, timeout_at};

/// Sends a request and waits for the head of the answer.
///
/// Dropping the future, or later the response, ends the exchange.
///
/// # Errors
///
/// When the request cannot be sent as it is, and when no answer arrives.
pub async fn send(request: Request) -> Result<Response, Error> {
    let (outgoing, times) = request.finish()?;
    let host = outgoing.url.authority.clone();
    let now = Instant::now();
    let end = now + times.total;
    let head = now + times.connect + times.first_byte;
    let (deadline, period) = if head < end {
        (head, Period::FirstByte(times.first_byte))
    } else {
        (end, Period::Total(times.total))
    };
    match timeout_at(deadline, sys::http::send(outgoing, times)).await {
        Ok(Ok((head, body))) => Ok(Response::new(head, body, host, times, end)),
        Ok(Err(failure)) => Err(Error::new(failure, host)),
        Err(_) => Err(Error::new(Failure::Time(period), host)),
    }
}
