//! Why there is no response, in words for the user.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use super::UrlError;

/// Why a request has no answer, or not all of it. Its text names the host and says what to do.
#[derive(Debug)]
pub struct Error {
    failure: Failure,
    host: String,
}

/// The kind of failure.
#[derive(Debug)]
#[allow(dead_code, reason = "not every backend can tell all of them")]
pub(crate) enum Failure {
    Url(UrlError),
    Method,
    /// The name of a header that cannot be sent.
    Header(String),
    Unknown,
    Refused,
    Unreachable,
    Denied,
    NoTls,
    Tls,
    Closed,
    Protocol,
    TooMuchHead,
    TooLarge(usize),
    NotText,
    Time(Period),
    /// One of the others, with the error of the backend.
    Because(Box<Self>, Box<dyn StdError + Send + Sync>),
}

impl Failure {
    /// The same, for that reason.
    pub(crate) fn because(self, cause: impl StdError + Send + Sync + 'static) -> Self {
        Self::Because(Box::new(self), Box::new(cause))
    }

    /// Without the reason.
    fn kind(&self) -> &Self {
        match self {
            Self::Because(kind, _) => kind,
            kind => kind,
        }
    }

    fn cause(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Because(_, cause) => Some(&**cause),
            Self::Url(error) => Some(error),
            _ => None,
        }
    }
}

/// Which time was over.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Period {
    Connect,
    FirstByte(Duration),
    BetweenBytes(Duration),
    Total(Duration),
    /// Kept by the host of the component.
    #[allow(dead_code, reason = "natively there is no such host")]
    Host,
}

impl Error {
    pub(crate) fn new(failure: Failure, host: String) -> Self {
        Self { failure, host }
    }

    /// The request itself cannot be sent: its address, its method or a header is wrong. Nothing was sent.
    #[must_use]
    pub fn is_request(&self) -> bool {
        matches!(self.failure.kind(), Failure::Url(_) | Failure::Method | Failure::Header(_) | Failure::NoTls)
    }

    /// There was no connection: the name is unknown, or nothing listens there, or it may not be reached.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        matches!(
            self.failure.kind(),
            Failure::Unknown
                | Failure::Refused
                | Failure::Unreachable
                | Failure::Denied
                | Failure::Time(Period::Connect)
        )
    }

    /// One of the request's times was over.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(self.failure.kind(), Failure::Time(_))
    }

    /// The body is larger than was allowed.
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        matches!(self.failure.kind(), Failure::TooLarge(_))
    }

    /// The component's host does not let it send this request.
    #[must_use]
    pub fn is_denied(&self) -> bool {
        matches!(self.failure.kind(), Failure::Denied)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = &self.host;
        match self.failure.kind() {
            Failure::Url(why) => write!(f, "the address cannot be used: {why}"),
            Failure::Method => {
                f.write_str("the method cannot be used: it has to be a word such as GET or POST")
            }
            Failure::Header(name) => write!(
                f,
                "the header `{name}` cannot be sent: its name or value has bytes that are not allowed, or it is one that \
                 is set for you"
            ),
            Failure::Unknown => write!(f, "there is no host {host}: check its name"),
            Failure::Refused => {
                write!(f, "{host} refuses connections: check the port, and that a server runs there")
            }
            Failure::Unreachable => write!(f, "{host} cannot be reached: check the network"),
            Failure::Denied => write!(
                f,
                "this component may not send requests to {host}: allow outgoing HTTP to it where the component is run"
            ),
            Failure::NoTls => write!(
                f,
                "{host} was to be asked by https, and this program is built without: build it with the feature `tls`"
            ),
            Failure::Tls => {
                with_cause(f, format_args!("no secure connection to {host}"), self.failure.cause())
            }
            Failure::Closed => {
                write!(f, "{host} closed the connection before its answer was complete: try again")
            }
            Failure::Protocol => {
                let what = format_args!("{host} does not answer as an HTTP server should");
                with_cause(f, what, self.failure.cause())
            }
            Failure::TooMuchHead => write!(f, "the header of the answer of {host} is too large"),
            Failure::TooLarge(limit) => write!(
                f,
                "the answer of {host} is larger than the {limit} bytes that are allowed: ask for less, or read it in chunks"
            ),
            Failure::NotText => write!(f, "the answer of {host} is not text in UTF-8: read it as bytes"),
            Failure::Time(period) => late(f, host, *period),
            // A reason has no reason of its own.
            Failure::Because(..) => Ok(()),
        }
    }
}

fn with_cause(
    f: &mut fmt::Formatter<'_>,
    what: fmt::Arguments<'_>,
    cause: Option<&(dyn StdError + 'static)>,
) -> fmt::Result {
    match cause {
        Some(cause) => write!(f, "{what}: {cause}"),
        None => f.write_fmt(what),
    }
}

fn late(f: &mut fmt::Formatter<'_>, host: &str, period: Period) -> fmt::Result {
    match period {
        Period::Connect => write!(f, "no connection to {host} in time"),
        Period::FirstByte(time) => write!(f, "{host} did not begin to answer within {time:?}"),
        Period::BetweenBytes(time) => write!(f, "{host} stopped in the middle of its answer for {time:?}"),
        Period::Total(time) => write!(f, "{host} did not complete its answer within {time:?}"),
        Period::Host => write!(f, "{host} did not answer in time"),
    }?;
    f.write_str(": try again, or allow more time")
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.failure.cause()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_sources() {
        let reset = || std::io::Error::from(std::io::ErrorKind::ConnectionReset);
        for (failure, text, is_io) in [
            (
                Failure::Closed.because(reset()),
                "a closed the connection before its answer was complete: try again",
                true,
            ),
            (Failure::Tls.because(reset()), "no secure connection to a: connection reset", true),
            (
                Failure::Url(UrlError::Port),
                "the address cannot be used: its port has to be a number from 1 to 65535",
                false,
            ),
        ] {
            let error = Error::new(failure, "a".to_owned());
            assert_eq!(error.to_string(), text);
            let source = error.source().unwrap();
            assert_eq!(source.is::<std::io::Error>(), is_io, "{text}");
            assert_eq!(source.is::<UrlError>(), !is_io, "{text}");
        }
        assert!(Error::new(Failure::Refused, "a".to_owned()).source().is_none());
        assert!(Error::new(Failure::Refused.because(reset()), "a".to_owned()).is_connect());
    }
}
