//! A request, as it is written by a tool.

use std::fmt;
use std::time::Duration;

use super::{Error, Failure, Url};

/// Headers that the connection needs; the same ones that hosts of components keep for themselves.
const RESERVED: &[&str] = &[
    "connection",
    "content-length",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// No time is longer, so that a moment can be computed from each.
const LONGEST: Duration = Duration::from_secs(30 * 24 * 3600);

/// A request for [`send`](super::send), which reports what is wrong with it.
#[must_use = "a request does nothing until it is sent"]
pub struct Request {
    method: String,
    url: Result<Url, Failure>,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    times: Times,
}

/// A request that may be sent.
pub(crate) struct Outgoing {
    pub(crate) method: String,
    pub(crate) url: Url,
    /// Names in lower case, without `host`.
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Times {
    pub(crate) connect: Duration,
    pub(crate) first_byte: Duration,
    pub(crate) between_bytes: Duration,
    pub(crate) total: Duration,
}

impl Request {
    /// A request with any method, to an address that begins with `http://` or `https://`.
    pub fn new(method: impl Into<String>, url: impl AsRef<str>) -> Self {
        let times = Times {
            connect: Duration::from_secs(10),
            first_byte: Duration::from_secs(30),
            between_bytes: Duration::from_secs(30),
            total: Duration::from_secs(120),
        };
        let url = Url::parse(url.as_ref()).map_err(Failure::Url);
        Self { method: method.into(), url, headers: Vec::new(), body: Vec::new(), times }
    }

    /// A GET request.
    pub fn get(url: impl AsRef<str>) -> Self {
        Self::new("GET", url)
    }

    /// A POST request.
    pub fn post(url: impl AsRef<str>) -> Self {
        Self::new("POST", url)
    }

    /// A PUT request.
    pub fn put(url: impl AsRef<str>) -> Self {
        Self::new("PUT", url)
    }

    /// A DELETE request.
    pub fn delete(url: impl AsRef<str>) -> Self {
        Self::new("DELETE", url)
    }

    /// Adds a header. `Host`, `Content-Length` and what else the connection needs is set for you and refused here.
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<[u8]>) -> Self {
        self.headers.push((name.as_ref().to_ascii_lowercase(), value.as_ref().to_vec()));
        self
    }

    /// The body. Name its type by the header `Content-Type`.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// How long everything may take, the body of the answer included: 2 minutes unless set.
    pub fn timeout(mut self, time: Duration) -> Self {
        self.times.total = time.min(LONGEST);
        self
    }

    /// How long the connection may take: 10 seconds unless set.
    pub fn connect_timeout(mut self, time: Duration) -> Self {
        self.times.connect = time.min(LONGEST);
        self
    }

    /// How long the server may take, once connected, until it begins to answer: 30 seconds unless set.
    pub fn first_byte_timeout(mut self, time: Duration) -> Self {
        self.times.first_byte = time.min(LONGEST);
        self
    }

    /// How long the server may pause in the body of its answer: 30 seconds unless set.
    pub fn between_bytes_timeout(mut self, time: Duration) -> Self {
        self.times.between_bytes = time.min(LONGEST);
        self
    }

    pub(super) fn finish(mut self) -> Result<(Outgoing, Times), Error> {
        let url = self.url.map_err(|failure| Error::new(failure, String::new()))?;
        let wrong = if !is_token(&self.method) || self.method.eq_ignore_ascii_case("connect") {
            Some(Failure::Method)
        } else {
            let wrong = self.headers.iter().find(|(name, value)| !is_sendable(name, value));
            wrong.map(|(name, _)| Failure::Header(name.clone()))
        };
        if let Some(failure) = wrong {
            return Err(Error::new(failure, url.authority));
        }
        // Servers want to see that the body of these is empty on purpose.
        if !self.body.is_empty() || matches!(self.method.as_str(), "POST" | "PUT" | "PATCH") {
            let length = self.body.len().to_string().into_bytes();
            self.headers.push(("content-length".to_owned(), length));
        }
        let Self { method, headers, body, times, .. } = self;
        Ok((Outgoing { method, url, headers, body }, times))
    }
}

impl fmt::Debug for Request {
    /// Without the header and the query, which may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.url.as_ref().map_or("", |url| &url.authority);
        f.debug_struct("Request").field("method", &self.method).field("host", &host).finish_non_exhaustive()
    }
}

fn is_token(name: &str) -> bool {
    !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

fn is_sendable(name: &str, value: &[u8]) -> bool {
    let outer_space = value.first().into_iter().chain(value.last()).any(|byte| b" \t".contains(byte));
    is_token(name)
        && !RESERVED.contains(&name)
        && !outer_space
        && value.iter().all(|byte| *byte == b'\t' || (*byte >= b' ' && *byte != 0x7f))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(request: Request) -> String {
        request.finish().map(drop).unwrap_err().to_string()
    }

    #[test]
    fn what_cannot_be_sent_is_said() {
        let get = || Request::get("http://a/");
        assert!(get().header("X-Any", "value\t1").finish().is_ok());
        for name in ["", "a b", "a:", "a\r\n", "Host", "Transfer-Encoding", "Content-Length", "ä"] {
            let said = wrong(get().header(name, "1"));
            assert!(said.contains(&format!("`{}`", name.to_ascii_lowercase())), "{name}: {said}");
        }
        for value in ["a\r\nb: c", "\0", " a", "a\n", "\x7f"] {
            assert!(wrong(get().header("a", value)).contains("`a`"), "{value:?}");
        }
        for method in ["", "GET /", "CONNECT", "a\r\n"] {
            assert!(wrong(Request::new(method, "http://a/")).contains("method"), "{method:?}");
        }
    }

    #[test]
    fn the_length_is_said_where_a_body_is_expected() {
        let length = |request: Request| {
            let (outgoing, _) = request.finish().unwrap();
            outgoing.headers.into_iter().find(|(name, _)| name == "content-length").map(|(_, value)| value)
        };
        assert_eq!(length(Request::get("http://a/")), None);
        assert_eq!(length(Request::post("http://a/")), Some(b"0".to_vec()));
        assert_eq!(length(Request::new("QUERY", "http://a/").body("four")), Some(b"4".to_vec()));
    }

    #[test]
    fn secrets_are_not_in_the_debug_output() {
        let request = Request::get("http://a/?key=secret").header("authorization", "secret").body("secret");
        assert!(!format!("{request:?}").contains("secret"));
    }
}
