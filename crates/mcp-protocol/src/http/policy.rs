//! Which requests an endpoint answers: its path, and the hosts and origins that it accepts.
//!
//! A web page can make a browser send requests to a server on the same machine, and DNS rebinding makes them look as if
//! they were for the page's own host. Hence `Host` and `Origin` are checked unless that is turned off: by default only
//! names of this machine are admitted (specification: transports/streamable-http, "Security & Endpoint").

use alloc::string::String;
use alloc::vec::Vec;

use super::{Head, HeaderName, Headers, HttpLimits, HttpRejection, SingleValue, cut};

/// Which requests an endpoint answers, and within which bounds.
#[derive(Clone, Debug)]
pub struct Policy {
    path: Option<String>,
    /// The paths of the transport of 2024-11-05: its stream, and where messages go.
    sse: Option<(String, String)>,
    /// Names without a port besides those of this machine, compared without regard to case; `None`: every one.
    hosts: Option<Vec<String>>,
    /// Origins, compared without regard to case; `None`: every one.
    origins: Option<Vec<String>>,
    /// A request may come without its host.
    hostless: bool,
    /// The path of the health route.
    health: Option<String>,
    strict: bool,
    limits: HttpLimits,
}

const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

impl Default for Policy {
    fn default() -> Self {
        Self::new()
    }
}

impl Policy {
    /// An endpoint at `/mcp` that answers to `localhost`, `127.0.0.1` and `[::1]`, whatever the port.
    pub fn new() -> Self {
        Self {
            path: Some("/mcp".into()),
            sse: None,
            hosts: Some(Vec::new()),
            origins: Some(Vec::new()),
            hostless: false,
            health: Some("/healthz".into()),
            strict: false,
            limits: HttpLimits::DEFAULT,
        }
    }

    /// The path of the endpoint, in place of `/mcp`.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Answers on every path: a router in front has decided already. There is no health route then.
    #[must_use]
    pub fn any_path(mut self) -> Self {
        self.path = None;
        self.health = None;
        self
    }

    /// The path of the health route, in place of `/healthz`; an empty one: there is none. GET is answered there with 200 and `ok`, whatever `Host` and
    /// `Origin` are, since a load balancer knows only an address. Nothing else is said, and no caller is authenticated.
    #[must_use]
    pub fn health(mut self, path: impl Into<String>) -> Self {
        self.health = Some(path.into()).filter(|path| !path.is_empty());
        self
    }

    /// Takes requests by the letter of the specification only. Otherwise more is taken where the meaning is beyond doubt: fields
    /// of MCP that come twice with one value, a client that names one media type or none in `Accept`, `initialize` with the id
    /// of a session that has ended. A client that resumes a stream after its last event gets 405 instead of 204.
    #[must_use]
    pub const fn strict(mut self) -> Self {
        self.strict = true;
        self
    }

    /// Whether requests are taken by the letter only.
    pub(super) const fn is_strict(&self) -> bool {
        self.strict
    }

    /// Also serves the transport of 2024-11-05, "HTTP with SSE", which later revisions deprecate: the stream at the path
    /// `stream`, e.g. `/sse`, and messages at the path `messages`, e.g. `/messages`, which clients receive unchanged. It
    /// needs an endpoint with sessions, and an instance that serves several requests at once.
    #[must_use]
    pub fn http_with_sse(mut self, stream: impl Into<String>, messages: impl Into<String>) -> Self {
        self.sse = Some((stream.into(), messages.into()));
        self
    }

    /// Answers to one more host, e.g. `mcp.example.com`, on any port; also to pages of that host.
    #[must_use]
    pub fn host(mut self, host: impl Into<String>) -> Self {
        self.hosts.get_or_insert_default().push(host.into());
        self
    }

    /// Answers to every host: something in front checks it, or no browser can reach the server. Pages of other hosts
    /// are still refused.
    #[must_use]
    pub fn any_host(mut self) -> Self {
        self.hosts = None;
        self
    }

    /// Answers to pages of one more origin, e.g. `https://app.example.com`.
    #[must_use]
    pub fn origin(mut self, origin: impl Into<String>) -> Self {
        self.origins.get_or_insert_default().push(origin.into());
        self
    }

    /// Answers to pages of every origin: for public servers without credentials only.
    #[must_use]
    pub fn any_origin(mut self) -> Self {
        self.origins = None;
        self
    }

    /// Takes requests whose host is missing, for platforms that do not pass it on. A host that is there is checked all the
    /// same, and so is `Origin`, which a browser sends with every POST.
    #[must_use]
    pub fn hostless(mut self) -> Self {
        self.hostless = true;
        self
    }

    /// The bounds on requests and connections.
    #[must_use]
    pub const fn with_limits(mut self, limits: HttpLimits) -> Self {
        self.limits = limits;
        self
    }

    /// The bounds on requests and connections.
    pub const fn limits(&self) -> &HttpLimits {
        &self.limits
    }

    /// Where messages of the transport of 2024-11-05 go.
    pub fn messages_path(&self) -> Option<&str> {
        self.sse.as_ref().map(|(_, messages)| messages.as_str())
    }

    /// What the endpoint serves at a path; 404 when that is nothing.
    pub(super) fn site(&self, path: &str) -> Result<Site, HttpRejection> {
        match (&self.sse, &self.path) {
            (Some((stream, _)), _) if stream == path => Ok(Site::SseStream),
            (Some((_, messages)), _) if messages == path => Ok(Site::SseMessages),
            (_, expected) if expected.as_deref() != Some(path) && self.health.as_deref() == Some(path) => {
                Ok(Site::Health)
            }
            // Some clients add a slash to every address.
            (_, Some(expected))
                if expected != path && (self.strict || path.strip_suffix('/') != Some(expected)) =>
            {
                let mut message = String::from("Not found: the MCP endpoint is ");
                message.push_str(expected);
                Err(HttpRejection::new(404, message))
            }
            _ => Ok(Site::Endpoint),
        }
    }

    /// 400 when the request does not say for which host it is, 403 when it is for another one.
    pub(super) fn check_host(&self, head: &Head<'_>, headers: &Headers<'_>) -> Result<(), HttpRejection> {
        let field =
            match headers.field(HeaderName::Host) {
                SingleValue::Absent => None,
                host => Some(host.text().ok_or_else(|| {
                    HttpRejection::new(400, "Bad request: Host is there twice or malformed")
                })?),
            };
        let mut said = false;
        for authority in [field, head.authority].into_iter().flatten() {
            said = true;
            let host = host_of(authority).ok_or_else(|| {
                HttpRejection::new(400, "Bad request: Host is no host name with an optional port")
            })?;
            if !self.answers_to(host) {
                return Err(HttpRejection::new(
                    403,
                    "Forbidden: this server does not answer to that host; see Policy::host",
                ));
            }
        }
        if !said && !self.hostless {
            return Err(HttpRejection::new(400, "Bad request: Host is missing"));
        }
        match (field, head.authority) {
            (Some(field), Some(authority)) if !field.eq_ignore_ascii_case(authority) => {
                Err(HttpRejection::new(400, "Bad request: Host differs from the host of the target"))
            }
            _ => Ok(()),
        }
    }

    fn answers_to(&self, host: &str) -> bool {
        let Some(hosts) = &self.hosts else { return true };
        let is = |known: &str| known.eq_ignore_ascii_case(host);
        LOOPBACK.into_iter().any(is) || hosts.iter().any(|known| is(known))
    }

    /// Whether pages of that origin are admitted.
    pub fn admits(&self, origin: &str) -> bool {
        let Some(origins) = &self.origins else { return true };
        origins.iter().any(|known| known.eq_ignore_ascii_case(origin))
            || (self.hosts.is_some() && page_host(origin).is_some_and(|host| self.answers_to(host)))
    }

    /// 403 when the request comes from a page of an origin that is not admitted.
    pub(super) fn check_origin(&self, headers: &Headers<'_>) -> Result<(), HttpRejection> {
        let admitted = match headers.field(HeaderName::Origin) {
            SingleValue::Absent => true,
            _ if self.origins.is_none() => true,
            origin => origin.text().is_some_and(|origin| self.admits(origin)),
        };
        match admitted {
            true => Ok(()),
            false => Err(HttpRejection::new(
                403,
                "Forbidden: pages of that origin are not admitted; see Policy::origin",
            )),
        }
    }
}

/// What an endpoint serves at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Site {
    Endpoint,
    Health,
    SseStream,
    SseMessages,
}

/// The host of an `Origin`, if it is one of HTTP.
fn page_host(origin: &str) -> Option<&str> {
    let (scheme, authority) = cut(origin, b':')?;
    let authority = authority.strip_prefix("//")?;
    let http = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    host_of(authority).filter(|_| http)
}

/// The host of an authority without user information: a name, an IPv4 address or an IPv6 address in brackets, and
/// optionally a port.
fn host_of(authority: &str) -> Option<&str> {
    let end = match authority.strip_prefix('[') {
        Some(rest) => cut(rest, b']')?.0.len() + 2,
        None => cut(authority, b':').map_or(authority.len(), |(host, _)| host.len()),
    };
    let (host, port) = authority.split_at_checked(end)?;
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let well_formed = match address {
        Some(address) => {
            cut(address, b':').is_some()
                && address.bytes().all(|b| b.is_ascii_hexdigit() || b == b':' || b == b'.')
        }
        None => {
            !host.is_empty()
                && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
        }
    };
    let port_fits = match port.strip_prefix(':') {
        Some(digits) => is_port(digits),
        None => port.is_empty(),
    };
    (well_formed && port_fits).then_some(host)
}

/// Whether these are digits, or nothing, of a number that fits a port.
fn is_port(digits: &str) -> bool {
    let mut port = 0;
    for byte in digits.bytes() {
        if !byte.is_ascii_digit() {
            return false;
        }
        // Held at the first number that is too large.
        port = (port * 10 + u32::from(byte - b'0')).min(0x1_0000);
    }
    port <= 0xffff
}

#[cfg(test)]
mod tests {
    use super::Policy;

    #[test]
    fn hosts_are_compared_without_regard_to_case() {
        let policy = Policy::new().host("MCP.example.com");
        for (host, answers) in [("mcp.EXAMPLE.com", true), ("LocalHost", true), ("example.com", false)] {
            assert_eq!(policy.answers_to(host), answers, "{host}");
        }
    }
}
