//! HTTP by the host: `wasi:http/outgoing-handler` of WASI 0.2 and, in calls of WASI 0.3, `wasi:http/client`.

#[cfg(feature = "wasip3")]
mod both;
mod p2;
#[cfg(feature = "wasip3")]
mod p3;

#[cfg(feature = "wasip3")]
pub(crate) use self::both::{EitherBody as ResponseBody, send};
#[cfg(not(feature = "wasip3"))]
pub(crate) use self::p2::{InputStreamBody as ResponseBody, send};

/// The reason that a host gives for a failed exchange.
enum HostError {
    Tls,
    Certificate,
    Message(String),
    Unspecified,
}

impl std::fmt::Display for HostError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Tls => "it does not speak TLS as expected",
            Self::Certificate => "its certificate is not trusted",
            Self::Message(message) => message,
            Self::Unspecified => "the host of this component tells no more",
        })
    }
}

/// The same as `Display`: the derived form would carry the standard library's tables of characters into components.
impl std::fmt::Debug for HostError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for HostError {}

/// What an error code means here: both versions have the same codes, of different types.
macro_rules! failure {
    ($code:expr, $ErrorCode:path) => {{
        use $ErrorCode as Code;

        use super::HostError;
        use crate::http::{Failure, Period, UrlError};
        match $code {
            Code::DnsError(_) | Code::DestinationNotFound => Failure::Unknown,
            Code::DestinationUnavailable | Code::DestinationIpUnroutable | Code::ConnectionLimitReached => {
                Failure::Unreachable
            }
            Code::ConnectionRefused => Failure::Refused,
            Code::DestinationIpProhibited | Code::HttpRequestDenied => Failure::Denied,
            Code::DnsTimeout | Code::ConnectionTimeout => Failure::Time(Period::Connect),
            Code::ConnectionReadTimeout | Code::ConnectionWriteTimeout | Code::HttpResponseTimeout => {
                Failure::Time(Period::Host)
            }
            Code::TlsProtocolError | Code::TlsAlertReceived(_) => Failure::Tls.because(HostError::Tls),
            Code::TlsCertificateError => Failure::Tls.because(HostError::Certificate),
            Code::ConnectionTerminated | Code::HttpResponseIncomplete => Failure::Closed,
            Code::HttpResponseHeaderSectionSize(_) | Code::HttpResponseHeaderSize(_) => Failure::TooMuchHead,
            Code::HttpRequestMethodInvalid => Failure::Method,
            Code::HttpRequestUriInvalid | Code::HttpRequestUriTooLong => Failure::Url(UrlError::Refused),
            Code::InternalError(Some(why)) => Failure::Protocol.because(HostError::Message(why)),
            _ => Failure::Protocol.because(HostError::Unspecified),
        }
    }};
}

/// The method by its name.
macro_rules! method {
    ($name:expr, $Method:path) => {{
        use $Method as Named;
        match $name.as_str() {
            "GET" => Named::Get,
            "HEAD" => Named::Head,
            "POST" => Named::Post,
            "PUT" => Named::Put,
            "DELETE" => Named::Delete,
            "OPTIONS" => Named::Options,
            "TRACE" => Named::Trace,
            "PATCH" => Named::Patch,
            _ => Named::Other($name),
        }
    }};
}

use {failure, method};

/// Nanoseconds, as hosts want them.
fn nanoseconds(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
